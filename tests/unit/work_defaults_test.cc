// What an edit of a parameter's default leaves alone: the script's statements, and whoever is not given it.
#include "tests/unit/edited.h"

namespace trident::ide {
namespace {

constexpr const char* kText = R"py(import inspect

import torch
from torch import nn

SIZES = {"small": 4}


def norm(width, momentum=1, shape=(2, 3)):
    return nn.BatchNorm2d(width, momentum=momentum / 10)


class Block(nn.Module):
    def __init__(self, width=8, kernel=3, dilation=1):
        super().__init__()
        self.conv = nn.Conv2d(3, width, kernel, dilation=dilation)
        self.norm = norm(width, shape=(1, 1))

    def forward(self, x, scale=2):
        return self.norm(self.conv(x)) * scale


class Net(nn.Module):
    def __init__(self, widths=(8, 16), depths=[1, 2], groups=SIZES["small"], name="net", bias=True):
        super().__init__()
        self.first = Block(widths[0], kernel=5)
        self.blocks = nn.ModuleList([nn.Conv2d(widths[0], widths[0], 3, groups=groups, bias=bias) for _ in range(depths[1])])

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return x

    def pooled(self, x: torch.Tensor, size=7):
        return x.reshape(size, -1)


def net():
    return Net(name="other")


def small():
    return Net((4, 8), depths=(1, 1))


def plain(x: torch.Tensor):
    return x + 1


def made(count=5):
    return torch.zeros(count)


ONES = made(3)
HALVES = made()


def asked(x: torch.Tensor, size=3):
    return x


ASKED = torch.zeros(inspect.signature(asked).parameters["size"].default)
)py";

struct Defaults {
  Edited edited{kText};
  std::string Change(const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); }
};

TEST_CASE_FIXTURE(Defaults, "one that nobody is given concerns nobody") {
  CHECK(Change("kernel=3", "kernel=4") == "");
  CHECK(Change("shape=(2, 3)", "shape=(2, 4)") == "");
  CHECK(Change("shape=(2, 4)", "shape=(\"two\", 4)") == "");
}

TEST_CASE_FIXTURE(Defaults, "others concern those who are given them") {
  CHECK(Change("dilation=1", "dilation=2").find("Block.__init__") != std::string::npos);
  CHECK(Change("scale=2", "scale=3").find("Block.forward") != std::string::npos);
  CHECK(Change("size=7", "size=6") == "Net.pooled ");
  std::string ran = Change("widths=(8, 16)", "widths=(12, 16)");
  CHECK(ran.find("net ") != std::string::npos);
  CHECK(ran.find("small ") == std::string::npos);
  CHECK(ran.find("made ") == std::string::npos);
  CHECK(Change("depths=[1, 2]", "depths=[1, 3]") != "");
  CHECK(Change("bias=True", "bias=False") != "");
  CHECK(Change("momentum=1,", "momentum=2,") != "");
  CHECK(Change("dilation=2", "dilation=1") != "");
}

TEST_CASE_FIXTURE(Defaults, "what was edited meanwhile is given later") {
  CHECK(Change("kernel=3", "kernel=4") == "");
  CHECK(Change("kernel=5", "width=12") != "");
  CHECK(Change("kernel=4", "kernel=2").find("Block.__init__") != std::string::npos);
  // The script's statements run again: what they make has the new default.
  CHECK(Change("\"small\": 4", "\"small\": 2") != "");
  CHECK(Change("kernel=2", "kernel=3").find("Block.__init__") != std::string::npos);
  CHECK(Change("\"small\": 2", "\"small\": 4") == "");
  CHECK(Change("name=\"net\"", "name=\"any\"") == "Net.__init__ ");
  CHECK(Change("widths=(8, 16)", "widths=(8, 16, 32)") != "");
  CHECK(Change("widths=(8, 16, 32)", "widths=(4, 16, 32)") != "");
}

TEST_CASE_FIXTURE(Defaults, "the script's statements run again where they were given or asked for it") {
  CHECK(Change("count=5", "count=6").find("made") != std::string::npos);
  Change("def asked(x: torch.Tensor, size=3)", "def asked(x: torch.Tensor, size=4)");
  Change("momentum=1,", "momentum=None,");
  Change("momentum=None,", "momentum=3,");
  Change("SIZES[\"small\"], name", "2, name");
}

}  // namespace
}  // namespace trident::ide
