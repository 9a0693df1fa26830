// Which kernels an edit of an open document visits, and that the others are shown as a new workspace shows them.
#include "core/ide/codec.h"
#include "core/ide/ide.h"
#include "core/kernel/recall.h"

#include <doctest/doctest.h>

#include <set>

namespace trident::ide {
namespace {

constexpr const char* kKernels = R"py(import torch
import triton
import triton.language as tl

SCALE: tl.constexpr = tl.constexpr(2)
UNUSED: tl.constexpr = tl.constexpr(3)


@triton.jit
def twice(x):
    return x * SCALE


@triton.jit
def first(x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i, mask=i < n)
    tl.store(y_ptr + i, twice(x), mask=i < n)


@triton.autotune(configs=[triton.Config({"BLOCK": 64}), triton.Config({"BLOCK": 128}, num_warps=8)], key=["n"])
@triton.jit
def second(x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i, mask=i <= n - 1, other=0.0)
    tl.store(y_ptr + i, x + 1, mask=i < n)


@triton.jit
def third(x_ptr, y_ptr, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i).to(tl.float16)
    tl.store(y_ptr + i, x + tl.zeros([2 * BLOCK], dtype=tl.float16))


x = torch.zeros(1024)
first[(8,)](x, x, 1024, BLOCK=128)
second[(8,)](x, x, 1024)
)py";

Options Settings() {
  Options options;
  options.use_cache = false;
  return options;
}

std::string Bytes(const FileReport& report) {
  FileReport copy = report;
  copy.profile = {};
  copy.version = 0;
  codec::Writer writer({});
  writer.Put(copy);
  return writer.Take();
}

class EditedKernels {
 public:
  EditedKernels() : workspace_(Settings()) {
    workspace_.SetQueryLog([this](const query::Event& event) {
      if (event.kind == query::EventKind::WillExecute && llvm::StringRef(event.query) == "kernel") visited_.insert(event.key);
    });
    Set(kKernels);
  }

  // The kernels, by name, that are visited after `from` became `to` in the first text. The report is that of a new workspace.
  std::string Change(const std::string& from, const std::string& to) {
    std::string text = kKernels;
    size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    Set(text.replace(at, from.size(), to));
    std::string names;
    for (const std::string& name : visited_) names += name + " ";
    Workspace cold(Settings());
    cold.SetDocument(kPath, text, 1);
    CHECK(Bytes(**workspace_.Repaired(kPath)) == Bytes(**cold.Repaired(kPath)));
    return names;
  }
  const std::set<std::string>& visited() const { return visited_; }

 private:
  static constexpr const char* kPath = "/project/kernels.py";

  void Set(std::string text) {
    visited_.clear();
    workspace_.SetDocument(kPath, std::move(text), ++version_);
    REQUIRE(workspace_.Report(kPath));
  }

  std::set<std::string> visited_;
  int64_t version_ = 0;
  Workspace workspace_;
};

TEST_CASE("an edit visits the kernels whose text, helpers, constants or launches it changes") {
  EditedKernels edited;
  CHECK(edited.visited() == std::set<std::string>{"first", "second", "third", "twice"});
  SUBCASE("a comment, lines above") {
    CHECK(edited.Change("SCALE: tl", "# A note.\n\nSCALE: tl") == "");
    CHECK(edited.Change("import torch\n", "import torch\nimport os\n\n\n") == "");
  }
  SUBCASE("a comment inside a kernel, then a line above") {
    CHECK(edited.Change("    x = tl.load(x_ptr + i).to", "    # A note.\n    x = tl.load(x_ptr + i).to") == "");
    CHECK(edited.Change("import torch\n", "import torch\nimport os\n") == "");
  }
  SUBCASE("a literal in a kernel, and back") {
    CHECK(edited.Change("x + 1,", "x + 2,") == "second ");
    CHECK(edited.Change("x + 1,", "x + 1,") == "");
    CHECK(edited.Change("[2 * BLOCK]", "[1 * BLOCK]") == "third ");
  }
  SUBCASE("a helper") { CHECK(edited.Change("return x * SCALE", "return x + SCALE") == "first twice "); }
  SUBCASE("a helper that goes") { CHECK(edited.Change("def twice(x)", "def thrice(x)") == "first thrice "); }
  SUBCASE("a helper that is defined again") { CHECK(edited.Change("x = torch.zeros", "def twice(y):\n    return y\n\n\nx = torch.zeros") == "first "); }
  SUBCASE("a constant") {
    CHECK(edited.Change("constexpr(3)", "constexpr(4)") == "");
    CHECK(edited.Change("constexpr(2)", "constexpr(4)") == "first twice ");
  }
  SUBCASE("a launch") {
    CHECK(edited.Change("1024, BLOCK=128)", "1024, BLOCK=256)") == "first ");
    CHECK(edited.Change("1024, BLOCK=128)", "1024, BLOCK=128, num_warps=8)") == "first ");
    CHECK(edited.Change("(x, x, 1024)\n", "(x, x.to(torch.int32), 1024)\n") == "second ");
  }
  SUBCASE("a launch that is spoken of, and then stands elsewhere") {
    std::string before = "x = torch.zeros(1024)\n", launch = "first[(8,)](x, x, 1024, BLOCK=128";
    CHECK(edited.Change(before + launch, before + launch + ", num_stages=4") == "");
    CHECK(edited.Change(before + launch, before + "y = x\n" + launch + ", num_stages=4") == "");
  }
  SUBCASE("two launches of one call, and then of two") {
    std::string launch = "first[(8,)](x, x, 1024, BLOCK=", before = launch + "128)\n", stages = ", num_stages=4)\n";
    std::string run = "def run(size):\n    " + launch + "size" + stages + "run(128)\n";
    CHECK(edited.Change(before, run + "run(256)\n") == "first ");
    CHECK(edited.Change(before, run + launch + "256" + stages) == "");
  }
  SUBCASE("a configuration") { CHECK(edited.Change("{\"BLOCK\": 64}", "{\"BLOCK\": 32}") == "second "); }
  SUBCASE("a dtype's name means something else") { CHECK(edited.Change("triton.language as tl", "triton.language as tt") == "first second third twice "); }
  SUBCASE("what does not parse") { CHECK(edited.Change("tl.store(y_ptr + i, x + 1, mask=i < n)", "tl.store(y_ptr + i, x + 1, mask=i <") == "second "); }
}

}  // namespace

TEST_CASE("what is recalled least goes first") {
  kernel::Recall recall(1000);
  // What it is does not matter here.
  int something = 0;
  std::shared_ptr<const kernel::Kept> kept(reinterpret_cast<const kernel::Kept*>(&something), [](const kernel::Kept*) {});
  for (int i = 0; i < 20; ++i) {
    recall.Keep("visit " + std::to_string(i), kept, 200);
    recall.Find("visit 0");
    CHECK(recall.bytes() <= 1000);
  }
  CHECK(recall.Find("visit 0"));
  CHECK(recall.Find("visit 19"));
  CHECK_FALSE(recall.Find("visit 1"));
}

}  // namespace trident::ide
