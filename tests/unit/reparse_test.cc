// A text that was edited in one statement gives the tree that reading all of it gives.
#include "tests/same_parse.h"

#include "llvm/Support/MemoryBuffer.h"

#include <doctest/doctest.h>

#include <string>

using namespace trident;

namespace {

// The fuzzer begins with the same text.
const std::string& Model() {
  static const std::string text = [] {
    auto file = llvm::MemoryBuffer::getFile(TRIDENT_SOURCE_DIR "/tests/fuzz/corpus/reparse/model.py");
    REQUIRE(file);
    return (*file)->getBuffer().str();
  }();
  return text;
}

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
  CHECK(IsReparsed("width: int = 64", "width: int = 1280", Model()));
  CHECK(IsReparsed("scale=1.5", "scale=-1.5", Model()) == false);  // Another form.
  CHECK(IsReparsed("none {scale!r", "NONE AT ALL {scale!r", Model()));
  CHECK(IsReparsed("x * scale", "x / scale", Model()));
  CHECK(IsReparsed("self.layers[0]", "self.stages[0]", Model()));
  CHECK(IsReparsed("# first", "# the first one", Model()));
  CHECK(IsReparsed("  # units", "", Model()));
  CHECK(IsReparsed("            nn.Linear(width, width),", "          nn.Linear( width,\n  width),", Model()));
  CHECK(IsReparsed("Says nothing.", "Says\n    more.", Model()));
  CHECK(IsReparsed("import torch;", "import math ;", Model()));
  CHECK(IsReparsed("SIZE = 4  # units\n", "SIZE = 4 \\\n", Model()));  // What it joins is empty.
  CHECK(IsReparsed("import torch;", "\\\nimport torch;", "x = 1\nimport torch; y = 2"));
  CHECK(IsReparsed("several\nlines", "a line", Model()));
  CHECK(IsReparsed("helper(3)\n", "helper(33)", Model()));
  CHECK(IsReparsed("\n\nclass Model", "\n\n\n# Between.\nclass Model", Model()));
}

TEST_CASE("reparse: what may reach further is left to be read as a whole") {
  CHECK_FALSE(IsReparsed("lines\"\"\"", "lines", Model()));
  CHECK_FALSE(IsReparsed("SIZE = 4", "SIZE = (4", Model()));
  CHECK_FALSE(IsReparsed("SIZE = 4", "SIZE = 4; x = 3", Model()));
  CHECK_FALSE(IsReparsed("SIZE = 4", "", Model()));
  CHECK_FALSE(IsReparsed("lines\"\"\"\n", "lines\"\"\" \\\n", Model()));
  CHECK_FALSE(IsReparsed("last = ", "  last = ", Model()));
  CHECK_FALSE(IsReparsed("text = ", "text = helper(1)\ntext = ", Model()));
  CHECK_FALSE(IsReparsed("class Model", "@torch.no_grad()\nclass Model", Model()));
  CHECK_FALSE(IsReparsed("# A model.", "# The model.", Model()));
  // Two changes are one that spans both.
  CHECK_FALSE(IsReparsed("SIZE = 4  # units\n\n\n@torch", "SIZE = 5  # units\n\n\n@ torch", Model()));
  // A text with an error is not known well enough.
  CHECK_FALSE(IsReparsed("y = 2", "y = 3", "x = (\ny = 2\n"));
  CHECK_FALSE(IsReparsed("", "x", ""));
}
