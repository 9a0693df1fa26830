// What an edit of one literal in an open document evaluates.
#include "core/ide/ide.h"

#include "llvm/ADT/StringExtras.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace trident::ide {
namespace {

constexpr const char* kModels = R"py(import torch
from torch import nn

SIZES = {"small": 8, "large": 64}
UNUSED = 5


def scale(x: torch.Tensor):
    return torch.relu(x) * 2


class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 16)

    def forward(self, x):
        return scale(self.linear(x))


class Second(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(SIZES["small"], 3)

    def forward(self, x):
        return self.linear(x)


def alone(x: torch.Tensor):
    return torch.relu(x) * 7
)py";

// Both factories enter Inner.forward; the second still does when the first's loop is empty.
constexpr const char* kFactories = R"py(import torch
from torch import nn


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        return self.linear(x)


class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()

    def forward(self, x):
        sizes = [self.inner(torch.zeros(2, 4)).shape for _ in range(1)]
        return sizes


class Second(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()

    def forward(self, x):
        return self.inner(torch.zeros(2, 4))


def make_first():
    return First()


def make_second():
    return Second()
)py";

constexpr const char* kNested = R"py(import torch
from torch import nn


def double(x):
    return x * 2


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(8, 8)

    def forward(self, x):
        return double(self.linear(x))


class Mlp(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.linear = nn.Linear(width, 8)

    def forward(self, x):
        y = self.linear(x)
        return torch.relu(y) + 1


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.mlp = Mlp()

    def forward(self, x):
        return self.mlp(self.attention(x))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(*[Block() for _ in range(3)])
        self.last = Mlp()

    def forward(self, x):
        return self.last(self.blocks(x))
)py";

// The stem tells what x is. Alone, features are entered with an x of any type, and then with what the stem told.
constexpr const char* kStem = R"py(import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width + 1, 3)

    def forward(self, x):
        x = self.conv(x)[:, :, 1:]
        return torch.relu(x) * 2


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 4)
        self.blocks = nn.ModuleList([Block(8), Block(9)])

    def forward(self, x):
        y = self.stem(x)
        for block in self.blocks:
            y = block(y)
        return y.mean(1)

    def features(self, x: torch.Tensor):
        y = self.stem(x)
        for block in self.blocks:
            y = block(y)
        return y
)py";

// What the first pass over forward makes of its argument, before the convolution shows its type, only another one knows.
constexpr const char* kLate = R"py(import torch
from torch import nn


class Block(nn.Module):
    def forward(self, x):
        y = torch.relu(x).to(torch.float64)
        return y


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 4, stride=4)
        self.block = Block()

    def forward(self, x):
        y = torch.zeros(x.shape[0], 4)
        total = x.sum((1, 2, 3))
        z = self.conv(x)
        return self.block(y), self.block(z), total
)py";

// Without the mask, Inner may give an operator None where a tensor belongs: the model is entered with one then.
constexpr const char* kOptional = R"py(import torch
from torch import nn


class Inner(nn.Module):
    def forward(self, x, mask=None):
        if x.sum() > 0:
            y = torch.relu(mask)
        return x * 2


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.inner = Inner()

    def forward(self, x, mask=None):
        y = self.conv(x) * 2
        return self.inner(y, mask)
)py";

// What stands of a run: CONFIGS and registry, which statements made, and the models that the factories made.
constexpr const char* kStanding = R"py(import torch
from torch import nn

REGISTRY = {}
SEEN = []


def config(width):
    return {"width": width * 2}


def register(factory):
    REGISTRY[factory.__name__] = factory
    return factory


CONFIGS = {"small": config(2)}


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.scale = torch.ones(width)
        self.last = None

    def forward(self, x):
        SEEN.append(x)
        self.last = self.linear(x) * self.scale
        return self.last + len(SEEN)


class Net(nn.Module):
    def __init__(self, width, depth=2):
        super().__init__()
        self.blocks = nn.ModuleList([Block(width) for _ in range(depth)])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return torch.relu(x) * 2

    def widest(self, y: torch.Tensor):
        return self.blocks[0].last, y * 7


@register
def net():
    return Net(CONFIGS["small"]["width"])
)py";

// Who makes the first Inner: the factory, or, where it makes none, Block, of a size that is not known.
constexpr const char* kMakers = R"py(import torch
from torch import nn


class Inner(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.linear = nn.Linear(size, size)

    def forward(self, x: torch.Tensor):
        y = self.linear(x)
        return y


class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.inner = Inner(size)

    def forward(self, x: torch.Tensor):
        return x


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner = Inner(width)

    def forward(self, x: torch.Tensor):
        return x


def net():
    return Net(4) if 1 else None
)py";

constexpr const char* kDocumented = R"py("""Notes."""
from torch import nn


def twice(x):
    """Twice as much."""
    return x * 2


class Net(nn.Module):
    """Of one layer."""

    def forward(self, x):
        """Args:
            x: input of shape (B, T)
        """
        return twice(x)
)py";

// What a module does besides binding names happens when something of it is missed: `width` is there from then on.
constexpr const char* kLibrary = R"py(REGISTRY = {}


def register(name, value):
    REGISTRY[name] = value


class Base:
    pass


Base.width = 8
register("narrow", 4)
)py";

constexpr const char* kAsking = R"py(import torch
from torch import nn
from library import REGISTRY, Base


class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(Base().width, 3)

    def forward(self, x):
        return self.linear(x)


class Narrow(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(REGISTRY["narrow"], 3)

    def forward(self, x):
        return self.linear(x)


def alone(x: torch.Tensor):
    return torch.relu(x) * 7
)py";

// The script makes a model and does not call it.
constexpr const char* kMade = R"py(import torch
from torch import nn


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(4, width)

    def forward(self, x):
        y = self.linear(x)
        return y


layer = Layer(8)
)py";

// The script calls its models itself, one of them in a function.
constexpr const char* kCalling = R"py(import torch
from torch import nn


def half(x):
    return x / 2


class Leaf(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        x = self.linear(half(x))
        return torch.relu(x) * 5


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.leaf = Leaf()

    def forward(self, x):
        return self.leaf(x) * 2


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 2)

    def forward(self, x):
        return self.linear(x[:, 1:])


def main():
    model = Other()
    return model(torch.zeros(2, 5))


net = Net()
y = net(torch.zeros(3, 4))
z = main()
)py";

class Edited {
 public:
  explicit Edited(const char* text = kModels, const char* library = "") : workspace_(Settings()) {
    workspace_.SetDocument("/project/library.py", library, 1);
    workspace_.SetQueryLog([this](const query::Event& event) {
      if (event.kind != query::EventKind::WillExecute || llvm::StringRef(event.query) != "call") return;
      called_.insert(event.key);
      ++runs_[event.key];
    });
    Set(text);
  }

  // The functions, by name, that are run after `from` became `to` in the text.
  std::string Change(const std::string& from, const std::string& to) {
    size_t at = text_.find(from);
    REQUIRE(at != std::string::npos);
    std::string text = text_;
    Set(text.replace(at, from.size(), to));
    std::string names;
    for (const std::string& name : called_) names += name + " ";
    return names;
  }

  // How often it ran for the last change.
  int Runs(const std::string& function) { return runs_[function]; }
  const std::string& text() const { return text_; }
  size_t Problems() { return (*workspace_.Report("/project/models.py"))->diagnostics.size(); }
  size_t Models() { return (*workspace_.Report("/project/models.py"))->models.size(); }
  std::string Hints() {
    std::string labels;
    for (const InlayHint& hint : (*workspace_.Report("/project/models.py"))->inlay_hints) labels += hint.label + "\n";
    return labels;
  }
  std::string Code() {
    llvm::Expected<Compiled> compiled = workspace_.Compile("/project/models.py", {});
    REQUIRE(compiled);
    return compiled->text;
  }

 private:
  static Options Settings() {
    Options options;
    options.use_cache = false;
    return options;
  }

  void Set(std::string text) {
    called_.clear();
    runs_.clear();
    text_ = text;
    workspace_.SetDocument("/project/models.py", std::move(text), ++version_);
    REQUIRE(workspace_.Report("/project/models.py"));
  }

  std::set<std::string> called_;
  std::map<std::string, int> runs_;
  std::string text_;
  int64_t version_ = 0;
  Workspace workspace_;
};

TEST_CASE("a literal that changes evaluates the entries that run its function") {
  Edited edited;
  CHECK(edited.Change("Linear(4, 16)", "Linear(4, 32)") == "First.__init__ First.forward scale ");
  // Nobody who called it saw a difference.
  CHECK(edited.Change("* 2", "* 3") == "scale ");
  CHECK(edited.Change("* 7", "* 8") == "alone ");
}

TEST_CASE("a forward that fails from now on is evaluated alone") {
  Edited edited;
  CHECK(edited.Change("* 7", "* 8") == "alone ");
  CHECK(edited.Change("scale(self.linear(x))", "scale(selt.linear(x))") == "First.forward scale ");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
  CHECK(edited.Change("scale(selt.linear(x))", "scale(self.linear(x))") == "First.forward scale ");
}

TEST_CASE("a file whose report was found on disk is prepared for its first edit") {
  std::string folder = (std::filesystem::temp_directory_path() / "prepare_XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()));
  std::string path = folder + "/models.py", text = kModels;
  std::ofstream(path) << text;
  Options options;
  options.cache_folder = folder + "/cache";
  options.workspace = {folder};
  {
    Workspace first(options);
    REQUIRE(first.Report(path));
    first.Close();
  }
  Workspace again(options);
  std::set<std::string> called;
  again.SetQueryLog([&](const query::Event& event) {
    if (event.kind == query::EventKind::WillExecute && llvm::StringRef(event.query) == "call") called.insert(event.key);
  });
  again.SetDocument(path, text, 1);
  REQUIRE(again.Report(path));
  CHECK(called.empty());
  again.Prepare(path);
  CHECK(called.count("First.forward") == 1);
  called.clear();
  again.SetDocument(path, text.replace(text.find("* 7"), 3, "* 8"), 2);
  REQUIRE(again.Report(path));
  CHECK(called == std::set<std::string>{"alone"});
  std::filesystem::remove_all(folder);
}

TEST_CASE("a literal of module level evaluates the entries that read its name") {
  Edited edited;
  CHECK(edited.Change("\"small\": 8", "\"small\": 9") == "Second.__init__ Second.forward ");
  CHECK(edited.Change("UNUSED = 5", "UNUSED = 6") == "");
}

TEST_CASE("an entry that reads one item of a table is not run for another one") {
  Edited edited;
  CHECK(edited.Change("\"large\": 64", "\"large\": 65") == "");
  CHECK(edited.Change("\"small\": 8", "\"small\": 9") == "Second.__init__ Second.forward ");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
  // A key that is there no longer, and a name that stands for something else.
  CHECK(edited.Change("\"small\": 9", "\"little\": 9") != "");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
  CHECK(edited.Change("\"little\": 9", "\"small\": 7") != "");
  CHECK(edited.Change("SIZES = {", "TABLE = {") != "");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
}

TEST_CASE("what two entries did is done when one of them does it no longer") {
  Edited edited(kFactories);
  edited.Change("range(1)", "range(0)");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
}

TEST_CASE("a bracket that goes is missed, though recovery makes the same tree") {
  Edited edited("x = [\n    max(\n        1, 2\n    )\n]\n");
  CHECK(edited.Problems() == 0);
  edited.Change("    )\n", "");
  CHECK(edited.Problems() == 1);
}

TEST_CASE("what neither runs the function nor is called with something else is not run again") {
  Edited edited(kNested);
  auto forwards = [&](const std::string& from, const std::string& to) {
    std::string names = edited.Change(from, to);
    CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
    llvm::SmallVector<llvm::StringRef, 8> all;
    llvm::StringRef(names).split(all, ' ', -1, false);
    llvm::erase_if(all, [](llvm::StringRef name) { return name.ends_with("__init__"); });
    return llvm::join(all, " ");
  };
  CHECK(forwards("x * 2", "x * 3") == "double");
  CHECK(forwards("relu(y) + 1", "relu(y) + 2") == "Mlp.forward");
  // What goes into the first Mlp is as before, so that only what holds one is run again: its parameters are part of it.
  CHECK(forwards("range(3)", "range(4)") == "Model.forward");
  // A type that changes is seen by all that comes after.
  CHECK(forwards("x * 3", "x > 3") == "Attention.forward Block.forward Mlp.forward Model.forward double");
}

TEST_CASE("what statements and constructors made stands until something that made it changes") {
  Edited edited(kStanding);
  auto change = [&](const std::string& from, const std::string& to) {
    std::string names = edited.Change(from, to);
    CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
    return names;
  };
  CHECK(change("relu(x) * 2", "relu(x) * 3") == "Block.forward Net.forward Net.widest ");
  CHECK(change("y * 7", "y * 8") == "Block.forward Net.forward Net.widest ");
  // What forward wrote to the model and to the script's list is gone before the next run.
  CHECK(change("+ len(SEEN)", "- len(SEEN)") == "Block.forward Net.forward Net.widest ");
  CHECK(change("torch.ones(width)", "torch.zeros(width)") == "Block.__init__ Block.forward Net.__init__ Net.forward Net.widest net ");
  CHECK(change("relu(x) * 3", "relu(x) * 4") == "Block.forward Net.forward Net.widest ");
  CHECK(change("width * 2", "width * 4") == "Block.__init__ Block.forward Net.__init__ Net.forward Net.widest config net register ");
  CHECK(change("config(2)", "config(3)") == "Block.__init__ Block.forward Net.__init__ Net.forward Net.widest config net register ");
  CHECK(change("depth=2", "depth=3") == "Block.__init__ Block.forward Net.__init__ Net.forward Net.widest config net register ");
  CHECK(change("relu(x) * 4", "relu(x) * 5") == "Block.forward Net.forward Net.widest ");
}

TEST_CASE("what sees no argument of the entry is not run again in another entry's pass") {
  Edited edited(kStem);
  CHECK(edited.Change("1:]", "2:]") == "Block.forward Model.features Model.forward ");
  CHECK(edited.Runs("Model.forward") == 1);
  CHECK(edited.Runs("Model.features") == 1);
  // Two blocks in forward; what features calls, forward has called. And one to see whether it gives what it gave.
  CHECK(edited.Runs("Block.forward") == 3);
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
}

TEST_CASE("a pass over an entry that will be run again leaves out what teaches nothing") {
  Edited edited(kLate);
  CHECK(edited.Change("float64", "float16") == "Block.forward Model.forward ");
  CHECK(edited.Runs("Model.forward") == 2);
  CHECK(edited.Runs("Block.forward") == 3);  // Once to see whether it gives what it gave.
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
}

TEST_CASE("who called what gives the same as before is not run again") {
  Edited edited(kStem);
  auto change = [&](const std::string& from, const std::string& to) {
    std::string names = edited.Change(from, to);
    CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
    CHECK(edited.Code() == Edited(edited.text().c_str()).Code());
    return names;
  };
  CHECK(change("relu(x) * 2", "relu(x) * 3") == "Block.forward ");
  // One that changes what it gives is tried, and then all is run; the next one is told from that.
  CHECK(change("1:]", "2:]") == "Block.forward Model.features Model.forward ");
  CHECK(change("relu(x) * 3", "relu(x) * 4") == "Block.forward ");
  CHECK(change("relu(x)", "tanh(x)") == "Block.forward ");
  CHECK(change("mean(1)", "mean(2)") == "Model.forward ");
  CHECK(change("tanh(x) * 4", "tanh(x) / 4") == "Block.forward ");
}

TEST_CASE("what the script called stands until something gives another result") {
  Edited edited(kCalling);
  auto change = [&](const std::string& from, const std::string& to) {
    std::string names = edited.Change(from, to);
    CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
    CHECK(edited.Code() == Edited(edited.text().c_str()).Code());
    return names;
  };
  const std::string all = "Leaf.__init__ Leaf.forward Net.__init__ Net.forward Other.__init__ Other.forward half main ";
  CHECK(change("leaf(x) * 2", "leaf(x) * 3") == "Net.forward ");
  CHECK(change("relu(x) * 5", "relu(x) * 6") == "Leaf.forward half ");
  CHECK(change("x / 2", "x / 4") == "half ");
  CHECK(change("nn.Linear(4, 2)", "nn.Linear(4, 3)") == all);
  CHECK(change("relu(x) * 6", "relu(x) * 7") == "Leaf.forward half ");
}

TEST_CASE("an entry that takes the model of the script sees that it is another") {
  Edited edited(kMade);
  CHECK(edited.Change("Layer(8)", "Layer(9)") == "Layer.__init__ Layer.forward ");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
}

TEST_CASE("a layer that cannot be made is as wrong the second time, and in the next run") {
  Edited edited("from torch import nn\n\n\ndef make(width):\n    return [nn.Linear(4, width) for _ in range(3)]\n\n\nlayers = make(8 / 2)\nlast = 1\n");
  size_t problems = edited.Problems();
  CHECK(problems > 0);
  edited.Change("last = 1", "last = 1\nafter = 2");
  CHECK(edited.Problems() == problems);
}

TEST_CASE("what a recalled call lacked is lacking still") {
  Edited edited(kOptional);
  CHECK(edited.Models() == 2);
  edited.Change("(x) * 2", "(x) * 3");
  CHECK(edited.Models() == 2);
}

TEST_CASE("a model that another entry makes now is not the one that was entered before") {
  Edited edited(kMakers);
  std::string of_factory = edited.Hints();
  edited.Change("if 1", "if 0");
  CHECK(edited.Hints() != of_factory);
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
  edited.Change("if 0", "if 1");
  CHECK(edited.Hints() == of_factory);
}

TEST_CASE("a docstring evaluates what reads from it what its function takes") {
  Edited edited(kDocumented);
  CHECK(edited.Change("Twice as", "Two times as") == "");
  CHECK(edited.Change("Of one layer", "Of a single layer") == "");
  CHECK(edited.Change("Notes.", "Some notes.") == "");
  CHECK(edited.Change("(B, T)", "(B, T, C)") == "Net.forward twice ");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
}

TEST_CASE("what loaded modules register stays for the next run of those who ask for it") {
  Edited edited(kAsking, kLibrary);
  CHECK(edited.Hints() == ": f32[N, ?, 8]\n: f32[N, ?, 4]\n: ?[...]\n");
  auto change = [&](const std::string& from, const std::string& to) {
    std::string names = edited.Change(from, to);
    CHECK(edited.Hints() == Edited(edited.text().c_str(), kLibrary).Hints());
    return names;
  };
  CHECK(change("* 7", "* 8") == "alone ");
  CHECK(change("width, 3", "width, 5") == "Wide.__init__ Wide.forward ");
  CHECK(change("\"narrow\"], 3", "\"narrow\"], 5") == "Narrow.__init__ Narrow.forward ");
  // Nobody asks now: what was registered is not there.
  change("Base().width", "8");
  change("REGISTRY[\"narrow\"]", "len(REGISTRY.__class__.__name__)");
  change("* 8", "* 9");
}

TEST_CASE("a comment, a blank line and a moved literal evaluate nothing") {
  Edited edited;
  CHECK(edited.Change("UNUSED = 5", "\n# A note.\nUNUSED =  5") == "");
}

}  // namespace
}  // namespace trident::ide
