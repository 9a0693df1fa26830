// What an edit in an open document leaves alone: callers of what gives the same, the script, what was imported.
#include "tests/unit/edited.h"

namespace trident::ide {
namespace {

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

// The script trains its models itself, after it changed a setting of torch.
constexpr const char* kTraining = R"py(from dataclasses import dataclass

import torch
from torch import nn

torch.backends.cudnn.benchmark = True
SCALE = 2


@dataclass
class Settings:
    width: int
    depth: int


class Leaf(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(4, width)

    def forward(self, x):
        x = self.linear(x)
        return torch.relu(x) * 5


class Net(nn.Module):
    def __init__(self, width, leaf=None):
        super().__init__()
        self.leaf = leaf or Leaf(width)
        self.out = nn.Linear(width, 6)

    def forward(self, x):
        return self.out(self.leaf(x)) * SCALE


class Judge(nn.Module):
    def __init__(self, settings):
        super().__init__()
        self.settings = settings
        self.layers = nn.ModuleList([nn.Linear(settings.width, settings.width) for _ in range(settings.depth)])

    def forward(self, x):
        x = x[:2, 1:]
        for layer in self.layers:
            x = layer(x)
        return x


def step(net, judge, x):
    y = net(x)
    return judge(y).mean() * 0.1


net = Net(8)
judge = Judge(Settings(5, 2))
for i in range(2):
    loss = step(net, judge, torch.zeros(3, 4))
rate = 1
)py";

// What the leaf gives, its callers sum up. Equal modules are called once, and give what their equals gave.
constexpr const char* kNested = R"py(import torch
from torch import nn


class Leaf(nn.Module):
    def forward(self, x):
        y = torch.relu(x)[:, 1:]
        return y * 2


class Sum(nn.Module):
    def __init__(self, leaf):
        super().__init__()
        self.leaf = leaf

    def forward(self, x):
        y = self.leaf(x)
        z = self.leaf(x)
        return (y + z).sum(1)


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = Sum(Leaf())
        self.right = Sum(Leaf())

    def forward(self, x):
        return self.left(x) - self.right(x)


class Raw(nn.Module):
    def __init__(self):
        super().__init__()
        self.sum = Sum(Leaf())
        self.leaf = Leaf()

    def forward(self, x):
        return self.sum(x) * self.leaf(x).mean()


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(6, 5, 3)
        self.pairs = nn.Sequential(Pair(), nn.Linear(1, 5), Pair())
        self.raw = Raw()

    def forward(self, x):
        x = self.conv(x)
        return self.raw(x) + self.raw(x) + self.pairs[0](x) + self.pairs[2](x)
)py";

// What a call in a block answered elsewhere, that block may call no more.
constexpr const char* kAnswering = R"py(import torch
from torch import nn


class Scale(nn.Module):
    def forward(self, x, by: float):
        return torch.relu(x) * by


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = Scale()

    def forward(self, x):
        return self.scale(x, 2)


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.scale = Scale()

    def forward(self, x):
        return self.block(x) + self.scale(x, 2)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(6, 5, 3)
        self.outer = Outer()

    def forward(self, x):
        return self.outer(self.conv(x))
)py";

TEST_CASE("what sees no argument of the entry is not run again in another entry's pass") {
  Edited edited(kStem);
  CHECK(edited.Change("1:]", "2:]") == "Block.forward Model.features Model.forward ");
  CHECK(edited.Runs("Model.forward") == 1);
  CHECK(edited.Runs("Model.features") == 1);
  // Two blocks in forward, one of them to see whether it gives what it gave; what features calls, forward has called.
  CHECK(edited.Runs("Block.forward") == 2);
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
}

TEST_CASE("who called what gives the same as before is not run again") {
  Edited edited(kStem);
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to); };
  CHECK(change("relu(x) * 2", "relu(x) * 3") == "Block.forward ");
  // One that changes what it gives is tried, and then all is run; the next one is told from that.
  CHECK(change("1:]", "2:]") == "Block.forward Model.features Model.forward ");
  CHECK(change("relu(x) * 3", "relu(x) * 4") == "Block.forward ");
  CHECK(change("relu(x)", "tanh(x)") == "Block.forward ");
  CHECK(change("mean(1)", "mean(2)") == "Model.forward ");
  CHECK(change("tanh(x) * 4", "tanh(x) / 4") == "Block.forward ");
}

TEST_CASE("of who called what gives something else, those run who see it") {
  Edited edited(kNested);
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to); };
  CHECK(change("* 2", "* 3") == "Leaf.forward ");
  CHECK(change("1:]", "2:]") == "Leaf.forward Raw.forward Sum.forward ");
  CHECK(change("* 3", "* 4") == "Leaf.forward ");
  CHECK(change(".mean()", ".amax()") == "Raw.forward ");
  CHECK(change("2:]", "3:]") == "Leaf.forward Raw.forward Sum.forward ");
  CHECK(change("relu(x)", "tanh(x)") == "Leaf.forward ");
  // The model's own call sees it.
  CHECK(change(".sum(1)", ".sum(2)") == "Model.forward Pair.forward Raw.forward Sum.forward ");
}

TEST_CASE("of who called what gives something else, those run who see it, also where a script calls") {
  Edited edited((std::string(kNested) + "\n\nmodel = Model()\nx = torch.zeros(2, 6, 9)\ny = model(x)\nz = model(x)\n").c_str());
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to); };
  CHECK(change("1:]", "2:]") == "Leaf.forward Raw.forward Sum.forward ");
  CHECK(change("* 2", "* 3") == "Leaf.forward ");
  CHECK(change(".mean()", ".amax()") == "Raw.forward ");
  CHECK(change("relu(x)", "tanh(x)") == "Leaf.forward ");
}

TEST_CASE("what answered a call elsewhere may be gone") {
  Edited edited(kAnswering);
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to); };
  CHECK(change("relu(x)", "tanh(x)") == "Scale.forward ");
  change("self.scale(x, 2)", "self.scale(x, 3)");
  CHECK(change("tanh(x)", "relu(x)") == "Scale.forward ");
  CHECK(edited.Runs("Scale.forward") == 2);
}

TEST_CASE("what the script called stands until something gives another result") {
  Edited edited(kCalling);
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to); };
  CHECK(change("leaf(x) * 2", "leaf(x) * 3") == "Net.forward ");
  CHECK(change("relu(x) * 5", "relu(x) * 6") == "Leaf.forward ");
  CHECK(change("x / 2", "x / 4") == "half ");
  CHECK(change("nn.Linear(4, 2)", "nn.Linear(4, 3)") == "Other.__init__ Other.forward main ");
  CHECK(change("relu(x) * 6", "relu(x) * 7") == "Leaf.forward ");
}

TEST_CASE("a model that holds a class made by a call is made anew") {
  Edited edited(R"py(from collections import namedtuple

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pair = namedtuple("Pair", ["a", "b"])
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        return self.pair(self.linear(x), x).a


y = Net()(torch.zeros(2, 4))
last = 1
)py");
  CHECK(edited.ChangeAsCold("last = 1", "last = 2", /*with_code=*/false) == "Net.__init__ ");
}

TEST_CASE("functions that the script calls are run for an edit of them, or where they see it") {
  Edited edited(R"py(import torch


def half(x):
    return x / 2


def first(x):
    return x[:, :2]


def both(x):
    return half(x).sum(1) + first(x).sum()


def other(x):
    return first(x) * 4


x = torch.zeros(3, 4)
a = both(x)
b = half(x)
c = other(x)
)py");
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); };
  CHECK(change("x / 2", "x / 4") == "half ");
  CHECK(change(":2]", ":3]") == "both first other ");
  CHECK(change("x / 4", "x / 8") == "half ");
  CHECK(change(".sum(1)", ".sum(0)") == "both ");
  CHECK(change("zeros(3, 4)", "zeros(5, 4)") == "both first half other ");
}

TEST_CASE("a constructor that an edit leaves alone is not run for the one around it") {
  Edited edited(kStem);
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); };
  CHECK(change("nn.Conv2d(3, 8, 4)", "nn.Conv2d(3, 8, 5)") == "Block.forward Model.__init__ Model.features Model.forward ");
  CHECK(change("Block(9)", "Block(10)") == "Block.__init__ Block.forward Model.__init__ Model.features Model.forward ");
  CHECK(change("Block(10)", "Block(11)") == "Block.__init__ Block.forward Model.__init__ Model.features Model.forward ");
  CHECK(change("Block(11)", "Block(9)") == "");
  CHECK(change("* 2", "* 3") == "Block.forward ");
}

TEST_CASE("an entry copies what its constructors made in a run before the script's statements ran again") {
  Edited edited(R"py(import torch
from torch import nn

CONFIGS = {"net": {"classes": 10}}


def noise_(tensor):
    with torch.no_grad():
        return tensor.uniform_(-1, 1).mul_(0.02)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.index = torch.arange(width)

    def forward(self, x):
        return self.linear(x) * 2


class Net(nn.Module):
    def __init__(self, classes, rate=0.1):
        super().__init__()
        self.stem = nn.Linear(4, 8)
        self.blocks = nn.ModuleList([Block(8), Block(8)])
        self.drop = nn.Dropout(rate)
        self.head = nn.Linear(8, classes)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                noise_(module.weight)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.drop(x))


def net():
    return Net(CONFIGS["net"]["classes"])
)py");
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); };
  CHECK(change("nn.Linear(4, 8)", "nn.Linear(6, 8)") == "Block.forward Net.__init__ Net.forward net noise_ ");
  CHECK(change("rate=0.1", "rate=0.2") == "Net.__init__ Net.forward net noise_ ");
  CHECK(change("\"classes\": 10", "\"classes\": 20") == "Net.__init__ Net.forward net noise_ ");
  CHECK(change("nn.Linear(6, 8)", "nn.Linear(4, 8)") == "Block.forward Net.__init__ Net.forward net noise_ ");
  CHECK(change("rate=0.2", "rate=0.3") == "Net.__init__ Net.forward net noise_ ");
}

TEST_CASE("when the script's statements run again, only what they see anew runs") {
  Edited edited(kTraining);
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); };
  CHECK(change("rate = 1", "rate = 2") == "step ");
  CHECK(change("* 0.1", "* 0.2") == "step ");
  CHECK(change("Net(8", "Net(16") == "Leaf.__init__ Leaf.forward Net.__init__ Net.forward step ");
  CHECK(change("x[:2, 1:]", "x[:1, 1:]") == "Judge.forward step ");
  CHECK(change("relu(x) * 5", "relu(x) * 6") == "Leaf.forward ");
  CHECK(change("Settings(5, 2)", "Settings(5, 3)") == "Judge.__init__ Judge.forward step ");
  CHECK(change("SCALE = 2", "SCALE = 3") == "Net.forward step ");
}

TEST_CASE("what a call of the script's may not run stays an entry when the statements run again") {
  Edited edited(R"py(import torch
from torch import nn


class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.wide = nn.Linear(4, 5)
        self.out = nn.Linear(4, 4)

    def forward(self, x):
        return self.out(self.wide(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()

    def forward(self, x):
        if x.sum() > 0:
            x = self.part(x)
        return x


net = Net()
y = net(torch.zeros(3, 4))
last = 1
)py");
  CHECK(edited.Problems() > 0);
  CHECK(edited.ChangeAsCold("last = 1", "last = 2", /*with_code=*/false) == "");
}

TEST_CASE("an entry that takes the model of the script sees that it is another") {
  Edited edited(kMade);
  CHECK(edited.Change("Layer(8)", "Layer(9)") == "Layer.__init__ Layer.forward ");
  CHECK(edited.Hints() == Edited(edited.text().c_str()).Hints());
}

TEST_CASE("what a note quotes is the text as it is laid out now") {
  Edited edited("import torch\nfrom torch import nn\n\n\nmodel = nn.Linear(4, 5)\ny = model(torch.zeros(2, 3))\n");
  CHECK(edited.Notes().find("`nn.Linear(4, 5)`") != std::string::npos);
  CHECK(edited.Change("(4, 5)", "( 4, 5)") == "");
  CHECK(edited.Notes().find("`nn.Linear( 4, 5)`") != std::string::npos);
}

TEST_CASE("a layer that cannot be made is as wrong the second time, and in the next run") {
  Edited edited("from torch import nn\n\n\ndef make(width):\n    return [nn.Linear(4, width) for _ in range(3)]\n\n\nlayers = make(8 / 2)\nlast = 1\n");
  size_t problems = edited.Problems();
  CHECK(problems > 0);
  edited.Change("last = 1", "last = 1\nafter = 2");
  CHECK(edited.Problems() == problems);
}

TEST_CASE("a layer that cannot be made is as wrong after it was made where that need not happen") {
  Edited edited("from torch import nn\n\nlayer = nn.Linear(32, -30)\n\n\ndef make(x):\n    if x.sum() > 3:\n        return nn.Linear(32, -30)(x)\n    return x\n\n\nlast = 1\n");
  size_t problems = edited.Problems();
  CHECK(problems > 0);
  edited.Change("last = 1", "last = 2");
  CHECK(edited.Problems() == problems);
}

TEST_CASE("what ran in calls that a script took over is known when they cannot be made again any more") {
  const char* text = R"py(import torch
from torch import nn


class Attend(nn.Module):
    def forward(self, q):
        w = (q @ q.transpose(-2, -1) * 0.5).softmax(-1)
        return w @ q


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.attend = Attend()

    def forward(self, x):
        return self.attend(x) + 1


def main(batch=2):
    net = Net()
    return net(torch.zeros(batch, 4, 7, 8))


result = main()
again = Net()(torch.zeros(3, 4, 5, 8))
)py";
  Edited edited(text);
  CHECK(edited.Problems() == 1);
  edited.ChangeAsCold("zeros(3, 4, 5", "zeros(3, 4, 6", /*with_code=*/false);
  edited.ChangeAsCold("zeros(3, 4, 6", "zeros(3, 4, 5", /*with_code=*/false);
  // Attention over the wrong axis is none: in neither of the two models.
  edited.ChangeAsCold("softmax(-1)", "softmax(-2)", /*with_code=*/false);
  CHECK(edited.Problems() == 0);
}

TEST_CASE("what an earlier text asked of a module is not said of this one") {
  Edited edited("import library\n\ny = library.zeros\n", "import torch\n\nsize = 4\nzeros = torch.zero(size, 3)\n");
  CHECK(edited.ProblemsElsewhere() == 1);
  edited.Change("library.zeros", "library.size");
  CHECK(edited.ProblemsElsewhere() == 0);
}

TEST_CASE("what loaded modules register stays for the next run of those who ask for it") {
  Edited edited(kAsking, kLibrary);
  CHECK(edited.Hints() == ": f32[N, ?, 8]\n: f32[N, ?, 4]\n: ?[...]\n");
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); };
  CHECK(change("* 7", "* 8") == "alone ");
  CHECK(change("width, 3", "width, 5") == "Wide.__init__ Wide.forward ");
  CHECK(change("\"narrow\"], 3", "\"narrow\"], 5") == "Narrow.__init__ Narrow.forward ");
  // Nobody asks now: what was registered is not there.
  change("Base().width", "8");
  change("REGISTRY[\"narrow\"]", "len(REGISTRY.__class__.__name__)");
  change("* 8", "* 9");
}

// A package that takes everything from its modules is asked for `_sizes`, and so asks the script whether it gives that.
TEST_CASE("what a package that takes everything from the script imported stays for the next run") {
  const char* text = R"py(import torch
from torch import nn
from . import _sizes


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(_sizes.WIDTH, 3)

    def forward(self, x):
        return self.linear(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(_sizes.WIDTH, 4)

    def forward(self, x):
        return self.linear(x) * 2


__all__ = ["Model", "Other"]
)py";
  Edited edited({{"/project/pack/__init__.py", "from .model import *\n"}, {"/project/pack/_sizes.py", "WIDTH = 8\n"}, {"/project/pack/model.py", text}});
  CHECK(edited.Change("* 2", "* 3") == "Model.forward ");
  // Now the package gives what the script gives.
  edited.ChangeAsCold("\"Other\"", "\"_sizes\"", /*with_code=*/false);
}

}  // namespace
}  // namespace trident::ide
