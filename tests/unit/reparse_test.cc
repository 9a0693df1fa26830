// A text that was edited in one statement gives the tree that reading all of it gives.
#include "tests/same_parse.h"

#include <doctest/doctest.h>

#include <string>

using namespace trident;

namespace {

const char kText[] = R"(# A model.
import torch; from torch import nn

SIZE = 4  # units


@torch.no_grad()
def helper(x, *, scale=1.5):
    """Scales."""
    return f"none {scale!r:>{SIZE}}" if x is None else x * scale


class Model(nn.Module):
    """Says nothing."""

    def __init__(self, width: int = 64) -> None:
        self.layers = nn.ModuleList([
            nn.Linear(width, width),  # first
        ])

    def forward(self, x):
        match x:
            case Model(width=3):
                return x
        return self.layers[0](x)


text = """several
lines"""
last = helper(3)
)";

// Where it may be read in part: whether that gives what reading the whole does.
bool IsReparsed(llvm::StringRef before, llvm::StringRef after) {
  parse::ParseResult old = parse::ParseText(before), whole = parse::ParseText(after);
  std::optional<parse::ParseResult> again = parse::Reparse(old, after, source::ChangeBetween(before, after));
  if (!again) return false;
  CHECK(DifferenceBetween(*again, whole) == "");
  return true;
}

bool IsReparsed(llvm::StringRef old, llvm::StringRef now, llvm::StringRef text) {
  std::string edited = text.str();
  edited.replace(edited.find(old), old.size(), now);
  return IsReparsed(text, edited);
}

}  // namespace

TEST_CASE("reparse: literals, names, comments and layout of one statement") {
  CHECK(IsReparsed("width: int = 64", "width: int = 1280", kText));
  CHECK(IsReparsed("scale=1.5", "scale=-1.5", kText) == false);  // Another form.
  CHECK(IsReparsed("none {scale!r", "NONE AT ALL {scale!r", kText));
  CHECK(IsReparsed("x * scale", "x / scale", kText));
  CHECK(IsReparsed("self.layers[0]", "self.stages[0]", kText));
  CHECK(IsReparsed("# first", "# the first one", kText));
  CHECK(IsReparsed("  # units", "", kText));
  CHECK(IsReparsed("            nn.Linear(width, width),", "          nn.Linear( width,\n  width),", kText));
  CHECK(IsReparsed("Says nothing.", "Says\n    more.", kText));
  CHECK(IsReparsed("import torch;", "import math ;", kText));
  CHECK(IsReparsed("SIZE = 4  # units\n", "SIZE = 4 \\\n", kText));  // What it joins is empty.
  CHECK(IsReparsed("import torch;", "\\\nimport torch;", "x = 1\nimport torch; y = 2"));
  CHECK(IsReparsed("several\nlines", "a line", kText));
  CHECK(IsReparsed("helper(3)\n", "helper(33)", kText));
  CHECK(IsReparsed("\n\nclass Model", "\n\n\n# Between.\nclass Model", kText));
}

TEST_CASE("reparse: what may reach further is left to be read as a whole") {
  CHECK_FALSE(IsReparsed("lines\"\"\"", "lines", kText));
  CHECK_FALSE(IsReparsed("SIZE = 4", "SIZE = (4", kText));
  CHECK_FALSE(IsReparsed("SIZE = 4", "SIZE = 4; x = 3", kText));
  CHECK_FALSE(IsReparsed("SIZE = 4", "", kText));
  CHECK_FALSE(IsReparsed("lines\"\"\"\n", "lines\"\"\" \\\n", kText));
  CHECK_FALSE(IsReparsed("last = ", "  last = ", kText));
  CHECK_FALSE(IsReparsed("text = ", "text = helper(1)\ntext = ", kText));
  CHECK_FALSE(IsReparsed("class Model", "@torch.no_grad()\nclass Model", kText));
  CHECK_FALSE(IsReparsed("# A model.", "# The model.", kText));
  // Two changes are one that spans both.
  CHECK_FALSE(IsReparsed("SIZE = 4  # units\n\n\n@torch", "SIZE = 5  # units\n\n\n@ torch", kText));
  // A text with an error is not known well enough.
  CHECK_FALSE(IsReparsed("y = 2", "y = 3", "x = (\ny = 2\n"));
  CHECK_FALSE(IsReparsed("", "x", ""));
}
