// The syntax errors of tests/golden/syntax, from the parser alone.
#include "core/parse/parse.h"
#include "core/source/line_table.h"

#include <doctest/doctest.h>

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <set>
#include <string>

using namespace trident;

namespace {

struct Expected {
  uint32_t line, column;
  std::string text;
};

// Comments of the form `#   ^ error: [syntax] "text"`, about the nearest line above that is none.
std::vector<Expected> ReadExpected(llvm::StringRef text) {
  std::vector<Expected> out;
  uint32_t code = 0, number = 0;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    size_t at = line.find("error: [syntax] ");
    if (at == llvm::StringRef::npos || !line.starts_with("#")) {
      code = number;
    } else {
      size_t caret = line.find('^');
      out.push_back(
          {code, caret == llvm::StringRef::npos ? 0 : static_cast<uint32_t>(caret), line.substr(at + 16).trim().drop_front().drop_back().str()});
    }
    text = rest;
    ++number;
  }
  return out;
}

}  // namespace

TEST_CASE("syntax: common mistakes are reported once, where they are, in Python's words") {
  std::error_code error;
  unsigned files = 0;
  for (llvm::sys::fs::directory_iterator it(TRIDENT_SOURCE_DIR "/tests/golden/syntax", error), end; it != end && !error; it.increment(error)) {
    auto buffer = llvm::MemoryBuffer::getFile(it->path());
    REQUIRE(buffer);
    llvm::StringRef text = (*buffer)->getBuffer();
    source::LineTable lines(text);
    std::vector<Expected> expected = ReadExpected(text);
    std::multiset<std::string> want, have;
    parse::ParseResult result = parse::ParseText(text);
    for (const Expected& e : expected) {
      want.insert(llvm::formatv("{0}:{1}", e.line, e.column).str());
    }
    for (const parse::SyntaxError& e : result.errors) {
      source::LineColumn place = lines.ToLineColumn(text, e.start);
      have.insert(llvm::formatv("{0}:{1}", place.line, place.column).str());
      bool told = false;
      for (const Expected& x : expected) {
        told |= x.line == place.line && x.column == place.column && llvm::StringRef(e.message).contains(x.text);
      }
      CAPTURE(it->path());
      CAPTURE(e.message);
      CHECK(told);
    }
    CAPTURE(it->path());
    CHECK(want == have);
    ++files;
  }
  CHECK(files >= 100);
}
