// What an edit of one literal in an open document evaluates: entries, constructors, passes.
#include "tests/unit/edited.h"

#include "llvm/ADT/StringExtras.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
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

TEST_CASE("a literal that changes evaluates the entries that run its function") {
  Edited edited(kModels);
  CHECK(edited.Change("Linear(4, 16)", "Linear(4, 32)") == "First.__init__ First.forward scale ");
  // Nobody who called it saw a difference.
  CHECK(edited.Change("* 2", "* 3") == "scale ");
  CHECK(edited.Change("* 7", "* 8") == "alone ");
}

TEST_CASE("a forward that fails from now on is evaluated alone") {
  Edited edited(kModels);
  CHECK(edited.Change("* 7", "* 8") == "alone ");
  CHECK(edited.Change("scale(self.linear(x))", "scale(selt.linear(x))") == "First.forward scale ");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
  // Taken back: what it was is known.
  CHECK(edited.Change("scale(selt.linear(x))", "scale(self.linear(x))") == "");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
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
  Edited edited(kModels);
  CHECK(edited.Change("\"small\": 8", "\"small\": 9") == "Second.__init__ Second.forward ");
  CHECK(edited.Change("UNUSED = 5", "UNUSED = 6") == "");
}

TEST_CASE("an entry that reads one item of a table is not run for another one") {
  Edited edited(kModels);
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
  CHECK(change("depth=2", "depth=3") == "Block.__init__ Block.forward Net.__init__ Net.forward Net.widest net ");
  CHECK(change("relu(x) * 4", "relu(x) * 5") == "Block.forward Net.forward Net.widest ");
}

// The last class is entered first.
constexpr const char* kGreedy = R"py(import torch
from torch import nn


class Modest(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 4)

    def forward(self, x):
        return self.linear(x) * 2


class Greedy(nn.Module):
    def __init__(self, rows=100_000):
        super().__init__()
        self.rows = []
        for row in range(rows):
            self.rows.append([[row], [row]])

    def forward(self, x):
        return x
)py";

TEST_CASE("an entry that makes too many objects leaves others what they need, and the next run what it left") {
  Edited edited(kGreedy);
  CHECK(edited.Models() == 1);
  CHECK(edited.Change("x) * 2", "x) * 3") == "Modest.forward ");
}

// A layer that makes the whole model again has no end: the budget of the run ends it.
constexpr const char* kEndless = R"py(import torch
from torch import nn


class Attend(nn.Module):
    def __init__(self, width, heads=3):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def split(self, x):
        b, n, c = x.shape
        return x.reshape(b, n, self.heads, c // self.heads).transpose(1, 2)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q, k, v = self.split(q), self.split(k), self.split(v)
        w = (q @ k.transpose(-2, -1) * 0.5).softmax(-1)
        y = (w @ v).transpose(1, 2).flatten(2)
        return self.out(y)


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attend = Attend(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x):
        x = x + self.attend(self.norm(x))
        return x + self.mlp(x) * 1.0


class Model(nn.Module):
    def __init__(self, depth=3, width=32):
        super().__init__()
        self.embed = nn.Embedding(100, width)
        self.layers = nn.ModuleList(Layer(width) for _ in range(depth))
        self.rnn = nn.GRU(width, 16, batch_first=True)

    def encode(self, ids):
        x = self.embed(ids)
        for layer in self.layers:
            xx = layer(x)
        return x

    def forward(self, ids):
        x = self.encode(ids)
        y, h = self.rnn(x)
        return y[:, -1], h[0]


def main(batch=2):
    model = Model()
    ids = torch.zeros(batch, 7, dtype=torch.long)
    last, hidden = model(ids)
    return last + hidden


if __name__ == "__main__":
    result = main()
    again = Mode(2, 16)(torch.ones(3, 5, dtype=torch.long))
)py";

TEST_CASE("what a budget ends is told as a first run tells it") {
  Edited edited(kEndless);
  edited.ChangeAsCold("        self.mlp = ", "    result = main()\n        self.mlp = ", /*with_code=*/false);
  edited.ChangeAsCold("    result = main()\n        self.mlp = ", "        self.mlp = ", /*with_code=*/false);
}

TEST_CASE("a pass over an entry that will be run again leaves out what teaches nothing") {
  Edited edited(kLate);
  CHECK(edited.Change("float64", "float16") == "Block.forward Model.forward ");
  CHECK(edited.Runs("Model.forward") == 2);
  CHECK(edited.Runs("Block.forward") == 2);  // Once to see whether it gives what it gave; what calls it finds that.
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
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

TEST_CASE("a comment, a blank line and a moved literal evaluate nothing") {
  Edited edited(kModels);
  CHECK(edited.Change("UNUSED = 5", "\n# A note.\nUNUSED =  5") == "");
}

}  // namespace
}  // namespace trident::ide
