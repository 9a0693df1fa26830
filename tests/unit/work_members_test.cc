// Members of an enum of the script: an edit of what one of them carries concerns those who look inside of it.
#include "tests/unit/edited.h"

namespace trident::ide {
namespace {

constexpr const char* kSizes = R"py(from dataclasses import dataclass
from enum import Enum

import torch
from torch import nn


@dataclass
class Size:
    width: int
    depth: int

    def __len__(self):
        return self.depth


class Sizes(Enum):
    SMALL = Size(4, 1)
    LARGE = Size(8, 2)

    @classmethod
    def check(cls, size):
        if size is not None and not isinstance(size, cls):
            raise TypeError(size)
        return size

    @property
    def width(self):
        return self.value.width


class Plain(nn.Module):
    def __init__(self, size=Sizes.SMALL):
        super().__init__()
        self.linear = nn.Linear(3, 4 if Sizes.check(size) else 5)

    def forward(self, x):
        return self.linear(x)


class Small(nn.Module):
    def __init__(self, size=Sizes.SMALL):
        super().__init__()
        self.linear = nn.Linear(3, size.width)

    def forward(self, x):
        return self.linear(x)


class Large(nn.Module):
    def __init__(self, size=Sizes.SMALL):
        super().__init__()
        self.linear = nn.Linear(3, Sizes["LARGE"].value.width)

    def forward(self, x):
        return self.linear(x)


class Deepest(nn.Module):
    def __init__(self, size=Sizes.SMALL):
        super().__init__()
        self.linear = nn.Linear(3, max(len(each.value) for each in Sizes))

    def forward(self, x):
        return self.linear(x)


class Equal(nn.Module):
    def __init__(self, size=Sizes.SMALL):
        super().__init__()
        self.linear = nn.Linear(3, 6 if Sizes.SMALL == Sizes.LARGE else 7)

    def forward(self, x):
        return self.linear(x)


class Known(nn.Module):
    def __init__(self, size=Sizes.SMALL):
        super().__init__()
        self.linear = nn.Linear(3, {Sizes.SMALL: 8, Sizes.LARGE: 9}[size])

    def forward(self, x):
        return self.linear(x)
)py";

TEST_CASE("what a member of an enum carries concerns those who look inside of it") {
  Edited edited(kSizes);
  // The models that are made again, by their constructors.
  auto change = [&](const std::string& from, const std::string& to) { return edited.ChangeAsCold(from, to, /*with_code=*/false); };
  CHECK(change("Size(4, 1)", "Size(6, 1)") == "Deepest.__init__ Equal.__init__ Size.__len__ Sizes.width Small.__init__ Small.forward ");
  CHECK(change("Size(8, 2)", "Size(8, 3)") == "Deepest.__init__ Deepest.forward Equal.__init__ Large.__init__ Size.__len__ ");
  CHECK(change("Size(8, 3)", "Size(6, 3)") == "Deepest.__init__ Equal.__init__ Large.__init__ Large.forward Size.__len__ ");
  CHECK(change("Size(6, 3)", "Size(6, 1)") == "Deepest.__init__ Deepest.forward Equal.__init__ Large.__init__ Size.__len__ ");
  CHECK(change("SMALL = Size(6, 1)", "SMALL = Size(6, 2)") == "Deepest.__init__ Deepest.forward Equal.__init__ Size.__len__ Sizes.width Small.__init__ ");
}

}  // namespace
}  // namespace trident::ide
