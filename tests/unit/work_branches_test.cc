// What an edit of a literal in a part of a function that nobody runs leaves alone: everything.
#include "tests/unit/edited.h"

namespace trident::ide {
namespace {

constexpr const char* kText = R"py(import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, deep=False, width=8):
        super().__init__()
        self.deep = deep
        if deep:
            self.stem = nn.Conv2d(3, width * 4, 7)
        else:
            self.stem = nn.Conv2d(3, width * 2, 4)
        try:
            self.scale = 2
        except AttributeError:
            self.scale = 5

    def forward(self, x):
        y = self.stem(x)
        if self.deep:
            def wide(t):
                return t.repeat(1, 6)
            y = wide(y)
        while self.scale > 9:
            y = y.squeeze(11)
        scaled = (lambda t: t * 10)(y)
        return scaled if self.scale == 2 else y


def deep():
    return Net(deep=True)


def pooled(x: torch.Tensor, wide=False):
    if wide:
        return x[:, 0].reshape(12, -1)
    return x.reshape(2, -1)
)py";

struct Branches {
  Edited edited{kText};
  std::string Change(const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); }
};

TEST_CASE_FIXTURE(Branches, "a literal in a block runs what runs the block") {
  // `deep` makes the one model, `Net` by itself the other.
  std::string deep = Change("width * 4, 7", "width * 4, 5"), plain = Change("width * 2, 4", "width * 2, 3");
  CHECK(deep.find("deep") != std::string::npos);
  CHECK(plain.find("deep") == std::string::npos);
  CHECK(Change("repeat(1, 6)", "repeat(1, 5)") != "");
  CHECK(Change("t * 10", "t * 11") != "");
}

TEST_CASE_FIXTURE(Branches, "in one that nobody runs, nothing") {
  CHECK(Change("self.scale = 5", "self.scale = 6") == "");
  CHECK(Change("squeeze(11)", "squeeze(12)") == "");
  CHECK(Change("squeeze(12)", "squeeze(\"all\")") == "");
  CHECK(Change("reshape(12, -1)", "reshape(13, -1)") == "");
}

TEST_CASE_FIXTURE(Branches, "what was edited meanwhile counts once the block runs") {
  CHECK(Change("reshape(12, -1)", "reshape(13, -1)") == "");
  CHECK(Change("wide=False", "wide=True").find("pooled") != std::string::npos);
  CHECK(Change("reshape(13, -1)", "reshape(14, -1)") == "pooled ");
  CHECK(Change("reshape(14, -1)", "reshape(13, -1)") == "");
  CHECK(Change("self.scale = 2", "self.scale = self.nothing") != "");
  CHECK(Change("self.scale = 5", "self.scale = 2") != "");
}

// Who enters a function reads in its text what its parameters may be.
TEST_CASE_FIXTURE(Branches, "other words than values are read by whoever runs the function") {
  CHECK(Change("x[:, 0]", "x[:, 1]") == "");
  CHECK(Change("x[:, 1]", "x[:, None]") == "pooled ");
  CHECK(Change("x[:, None]", "x[:, 2]") == "pooled ");
  CHECK(Change("return x[:, 2].reshape(12, -1)", "return x.reshape(12, -1)") != "");
}

}  // namespace
}  // namespace trident::ide
