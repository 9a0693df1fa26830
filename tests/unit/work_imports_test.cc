// What modules that are imported late, while the script runs, leave for its next run.
#include "tests/unit/edited.h"

namespace trident::ide {
namespace {

constexpr const char* kLeaves = R"py(LEAVES = {}

def leaf(module):
    LEAVES[module.__name__] = module
    return module
)py";

constexpr const char* kBlocks = R"py(from torch import nn
from leaves import leaf

@leaf
class DeepBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        return self.linear(x)
)py";

// Own is a leaf before DeepBlock is imported, which is when its name is first read.
constexpr const char* kModels = R"py(import torch
from torch import nn
from leaves import leaf, LEAVES
from blocks import DeepBlock

@leaf
class Own(nn.Module):
    def forward(self, x):
        return x + 1

BLOCK = DeepBlock

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.deep = BLOCK(4)
        self.own = Own()

    def forward(self, x):
        y = self.own(self.deep(x)) * 2
        first = torch.zeros(len(list(LEAVES)[0]), len(LEAVES))
        return y, first
)py";

TEST_CASE("what a late import adds to what the script has changed stays for the next run") {
  Edited edited({{"/project/leaves.py", kLeaves}, {"/project/blocks.py", kBlocks}, {"/project/models.py", kModels}});
  // As if it had been imported first: DeepBlock comes before Own.
  CHECK(edited.Hints().find("f32[9, 2]") != std::string::npos);
  CHECK(edited.ChangeAsCold("* 2", "* 3", /*with_code=*/false) == "Net.forward ");
  CHECK(edited.ChangeAsCold("x + 1", "x + 2", /*with_code=*/false) == "Own.forward ");
  CHECK(edited.ChangeAsCold("* 3", "* 2", /*with_code=*/false) == "Net.forward ");
  CHECK(edited.ChangeAsCold("BLOCK(4)", "BLOCK(5)", /*with_code=*/false).find("Net.__init__") != std::string::npos);
  CHECK(edited.Hints().find("f32[9, 2]") != std::string::npos);
}

constexpr const char* kWide = R"py(from torch import nn

class Wide(nn.Module):
    def __init__(self, width, make):
        super().__init__()
        self.inner = make(width)

    def forward(self, x):
        return self.inner(x)
)py";

constexpr const char* kStacked = R"py(from torch import nn
from wide import Wide

def linear(width):
    return nn.Linear(width, width, True)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Wide(4, linear), Wide(4, linear))
        self.head = nn.Linear(4, 5)

    def forward(self, x):
        return self.head(self.blocks(x))
)py";

TEST_CASE("what an imported constructor made is copied") {
  Edited edited({{"/project/wide.py", kWide}, {"/project/models.py", kStacked}});
  CHECK(edited.ChangeAsCold("(4, 5)", "(4, 6)", /*with_code=*/false) == "Net.__init__ Net.forward ");
  // Seen by the imported constructor.
  CHECK(edited.ChangeAsCold("True", "False", /*with_code=*/false) == "Net.__init__ Net.forward linear ");
  CHECK(edited.ChangeAsCold("False", "True", /*with_code=*/false) == "");
}

}  // namespace
}  // namespace trident::ide
