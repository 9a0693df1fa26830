// What an edit that is taken back, or a value that is tried again, leaves alone: everything.
#include "tests/unit/edited.h"

namespace trident::ide {
namespace {

constexpr const char* kText = R"py(import torch
from torch import nn

WIDTHS = {"narrow": 8, "wide": 16}
DEPTH = 2


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3)

    def forward(self, x):
        return torch.relu(self.conv(x))


class Net(nn.Module):
    def __init__(self, width=WIDTHS["narrow"]):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 4)
        self.blocks = nn.ModuleList([Block(width) for _ in range(DEPTH)])

    def forward(self, x):
        return self.features(x).mean((2, 3))

    def features(self, x):
        y = self.stem(x)
        for block in self.blocks:
            y = block(y)
        return y


def pooled(x: torch.Tensor):
    return x.reshape(2, -1)
)py";

struct Undone {
  Edited edited{kText};
  std::string Change(const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); }
};

TEST_CASE_FIXTURE(Undone, "an edit that is taken back runs nothing") {
  CHECK(Change("(3, width, 4)", "(3, width, 5)").find("Net.__init__") != std::string::npos);
  CHECK(Change("(3, width, 5)", "(3, width, 4)") == "");
  // The same value again.
  CHECK(Change("(3, width, 4)", "(3, width, 5)") == "");
  CHECK(Change("(3, width, 5)", "(3, width, 4)") == "");
}

TEST_CASE_FIXTURE(Undone, "one that made a mistake, too") {
  CHECK(Change("(3, width, 4)", "(4, width, 4)") != "");
  CHECK(Change("(4, width, 4)", "(3, width, 4)") == "");
  CHECK(Change("mean((2, 3))", "mean((2, 9))") != "");
  CHECK(edited.Problems() > 0);
  CHECK(Change("mean((2, 9))", "mean((2, 3))") == "");
  CHECK(edited.Problems() == 0);
}

TEST_CASE_FIXTURE(Undone, "values are tried one after the other") {
  CHECK(Change("(3, width, 4)", "(3, width, 5)") != "");
  CHECK(Change("(3, width, 5)", "(3, width, 6)") != "");
  CHECK(Change("(3, width, 6)", "(3, width, 4)") == "");
  CHECK(Change("(3, width, 4)", "(3, width, 6)") == "");
}

TEST_CASE_FIXTURE(Undone, "edits of different functions are taken back in any order") {
  CHECK(Change("(3, width, 4)", "(3, width, 5)") != "");
  CHECK(Change("reshape(2, -1)", "reshape(3, -1)") == "pooled ");
  // Nothing of this run said what Net was.
  CHECK(Change("(3, width, 5)", "(3, width, 4)") == "");
  CHECK(Change("reshape(3, -1)", "reshape(2, -1)") == "");
}

TEST_CASE_FIXTURE(Undone, "an edit of a table that is taken back runs no entry") {
  CHECK(Change("\"narrow\": 8", "\"narrow\": 9").find("Net.forward") != std::string::npos);
  CHECK(Change("\"narrow\": 9", "\"narrow\": 8") == "");
  CHECK(Change("DEPTH = 2", "DEPTH = 3") != "");
  CHECK(Change("DEPTH = 3", "DEPTH = 2") == "");
}

TEST_CASE_FIXTURE(Undone, "text moved meanwhile") {
  CHECK(Change("(3, width, 4)", "(3, width, 55)") != "");
  CHECK(Change("DEPTH = 2", "DEPTH = 2  # blocks") == "");
  CHECK(Change("(3, width, 55)", "(3, width, 4)") == "");
}

TEST_CASE_FIXTURE(Undone, "what is edited in between sees what is there") {
  CHECK(Change("(3, width, 4)", "(3, width, 5)") != "");
  CHECK(Change("torch.relu(self", "torch.tanh(self") != "");
  // It ran another Block: nothing fits.
  CHECK(Change("(3, width, 5)", "(3, width, 4)") != "");
  // The first text.
  CHECK(Change("torch.tanh(self", "torch.relu(self") == "");
  CHECK(Change("(3, width, 4)", "(3, width, 7)") != "");
}

// The text of what is entered with a model is taken back, and that of the model's constructor edited with it.
TEST_CASE("what an entry found with another model is not put") {
  Edited edited(R"py(import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 4)

    def pooled(self, image: torch.Tensor):
        y = self.stem(image.reshape(2, 3, 16, 20))
        return y.mean(2)

    def forward(self, x):
        return self.stem(x)


def net():
    model = Net()
    model.eval()
    return model
)py");
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); };
  const std::string between = R"py(, 4)

    def pooled(self, image: torch.Tensor):
        y = self.stem(image.reshape(2, 3, 16, 20))
        return y.mean()py";
  CHECK(change(".mean(2)", ".mean(3)") == "Net.pooled ");
  CHECK(change("8" + between + "3", "9" + between + "2") != "");
}

// Nobody who called it sees a difference: its calls alone are made again, and not when that is taken back.
TEST_CASE_FIXTURE(Undone, "a call that was made again is not made again to take that back") {
  CHECK(Change("Conv2d(width, width, 3)", "Conv2d(width, width, 1)") != "");
  CHECK(Change("torch.relu(self", "torch.tanh(self") == "Block.forward ");
  CHECK(Change("torch.tanh(self", "torch.relu(self") == "");
  CHECK(Change("torch.relu(self", "torch.tanh(self") == "");
  // Something else in between.
  CHECK(Change("reshape(2, -1)", "reshape(3, -1)") == "pooled ");
  CHECK(Change("torch.tanh(self", "torch.sigmoid(self") == "Block.forward ");
  CHECK(Change("torch.sigmoid(self", "torch.tanh(self") == "");
  CHECK(Change("torch.tanh(self", "torch.relu(self") == "Block.forward ");
  CHECK(Change("(3, width, 4)", "(3, width, 5)") != "");
  CHECK(Change("torch.relu(self", "torch.tanh(self") == "Block.forward ");
  CHECK(Change("(3, width, 5)", "(3, width, 4)") != "");
}

// What Whole is built from, nobody says: nothing is proved by a model that it made.
TEST_CASE("an entry that takes a model of one that is not run again is as sure as that was") {
  Edited edited(R"py(import torch
from torch import nn


class Config:
    def __init__(self, width=8):
        self.width = width


def width_of(config: Config):
    return config.width


class Part(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, 4)

    def forward(self, x):
        return self.linear(x) + torch.zeros(2, 3) @ torch.zeros(3, 4)


class Whole(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.part = Part(config.width)
        self.head = nn.Linear(4, 4)

    def forward(self, x):
        return self.head(x)
)py");
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); };
  CHECK(change("zeros(3, 4)", "zeros(5, 4)") == "Part.forward ");
  CHECK(change("zeros(5, 4)", "zeros(6, 4)") == "Part.forward ");
  CHECK(change("zeros(6, 4)", "zeros(3, 4)") == "Part.forward ");
}

// The functions that build models are entered until all classes are covered.
TEST_CASE("a mistake by which more entries are entered leaves alone those that see nothing of it") {
  Edited edited(R"py(import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3)

    def forward(self, x):
        return self.conv(x)


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stem = nn.Conv2d(4, 8, 3, groups=1)
        self.block = Block(width)

    def forward(self, x):
        return self.block(self.stem(x)).mean((2, 3))


class Apart(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 5)

    def forward(self, x):
        return self.linear(x)


def small(width=8):
    return Net(width)


def block(width=8):
    return Block(width)


def alone(x: torch.Tensor):
    return x * 7
)py");
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); };
  std::string names = change("groups=1", "groups=3");
  CHECK(names.find("block") != std::string::npos);
  CHECK(names.find("alone") == std::string::npos);
  CHECK(names.find("Apart") == std::string::npos);
  CHECK(change("groups=3", "groups=1") == "");
  CHECK(change("groups=1", "groups=3") == "");
  CHECK(change("* 7", "* 8") == "alone ");
  CHECK(change("groups=3", "groups=1") == "");
}

// What fails for a batch alone is left out, unless the entry takes no single sample: that is told by its own problems, also
// where another entry has some of them.
TEST_CASE("whether an entry's problems are confirmed does not depend on those of others") {
  Edited edited(R"py(import torch
from torch import nn


class Tail(nn.Module):
    def forward(self, x):
        return torch.zeros(2, 3).sum(6)


class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv(x).permute(0, 2, 3, 1) @ torch.zeros(7, 7)


class Other(nn.Module):
    def __init__(self, deep=1):
        super().__init__()
        self.deep = deep
        self.conv = nn.Conv2d(3, 8, 3)
        self.tail = Tail()

    def forward(self, x):
        y = self.conv(x)
        return self.tail(y) if self.deep == 1 else y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = First()
        self.tail = Tail()

    def forward(self, x):
        return self.tail(self.first(x))


def other():
    return Other()


def net():
    return Net()
)py");
  edited.ChangeAsCold("self.deep == 1", "self.deep == 2", /*with_code=*/false);
  edited.ChangeAsCold("self.deep == 2", "self.deep == 1", /*with_code=*/false);
}

// What a branch does that was taken for what the environment says is no mistake of the text.
TEST_CASE("a call that asked the environment is made again where something depends on it") {
  Edited edited(R"py(import os


def launched():
    return 'A_SETTING_OF_NO_ONE' in os.environ


def main():
    if not launched():
        raise RuntimeError('start this with a launcher')


try:
    main()
except RuntimeError:
    pass
)py");
  edited.ChangeAsCold("raise RuntimeError", "raise RuntimeErro", /*with_code=*/false);
  CHECK(edited.Problems() == 0);
}

}  // namespace
}  // namespace trident::ide
