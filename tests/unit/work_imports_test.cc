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

}  // namespace
}  // namespace trident::ide
