#include "core/source/line_table.h"

#include <doctest/doctest.h>

#include <string>

using namespace trident::source;

TEST_CASE("line table: lines end at LF, CR LF and CR") {
  llvm::StringRef text = "a\nbc\r\nd\re";
  LineTable table(text);
  REQUIRE(table.line_count() == 4);
  CHECK(table.Line(text, 0) == "a");
  CHECK(table.Line(text, 1) == "bc");
  CHECK(table.Line(text, 2) == "d");
  CHECK(table.Line(text, 3) == "e");
  CHECK(table.LineStart(2) == 6);
}

TEST_CASE("line table: an empty text has one empty line") {
  LineTable table{llvm::StringRef()};
  CHECK(table.line_count() == 1);
  CHECK(table.ToLineColumn("", 5) == LineColumn{0, 0});
  CHECK(table.ToOffset("", {3, 3}) == 0);
}

TEST_CASE("line table: columns in each encoding") {
  // a: 1 byte; é: 2; €: 3; 𝄞: 4 bytes and two UTF-16 units.
  llvm::StringRef text = "x\na\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E\tb\n";
  LineTable table(text);
  const uint32_t b = static_cast<uint32_t>(text.find('b'));
  CHECK(table.ToLineColumn(text, b, Encoding::Utf8) == LineColumn{1, 11});
  CHECK(table.ToLineColumn(text, b, Encoding::Utf16) == LineColumn{1, 6});
  CHECK(table.ToLineColumn(text, b, Encoding::Utf32) == LineColumn{1, 5});
  for (Encoding encoding : {Encoding::Utf8, Encoding::Utf16, Encoding::Utf32}) {
    CHECK(table.ToOffset(text, table.ToLineColumn(text, b, encoding), encoding) == b);
  }
}

TEST_CASE("line table: an offset or column inside a character is its start") {
  llvm::StringRef text = "\xF0\x9D\x84\x9Ex";
  LineTable table(text);
  CHECK(table.ToLineColumn(text, 2, Encoding::Utf16) == LineColumn{0, 0});
  CHECK(table.ToLineColumn(text, 3, Encoding::Utf8) == LineColumn{0, 0});
  CHECK(table.ToLineColumn(text, 4, Encoding::Utf8) == LineColumn{0, 4});
  CHECK(table.ToOffset(text, {0, 1}, Encoding::Utf16) == 0);
  CHECK(table.ToOffset(text, {0, 2}, Encoding::Utf16) == 4);
}

TEST_CASE("line table: past the end is the end") {
  llvm::StringRef text = "ab\r\ncd";
  LineTable table(text);
  CHECK(table.ToOffset(text, {0, 99}) == 2);
  CHECK(table.ToOffset(text, {9, 0}) == 6);
  CHECK(table.ToLineColumn(text, 99) == LineColumn{1, 2});
}

TEST_CASE("line table: every character start survives the way there and back") {
  const std::string text = "a\r\n\xC3\xA9\xF0\x9F\x98\x80z\r\xE2\x82\xAC\n\n\t\xF0\x9D\x84\x9E";
  LineTable table(text);
  for (Encoding encoding : {Encoding::Utf8, Encoding::Utf16, Encoding::Utf32}) {
    for (uint32_t at = 0; at <= text.size(); ++at) {
      const bool inside = at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
      const bool ends_line = at > 0 && at < text.size() && text[at - 1] == '\r' && text[at] == '\n';
      if (!inside && !ends_line) {
        CAPTURE(at);
        CHECK(table.ToOffset(text, table.ToLineColumn(text, at, encoding), encoding) == at);
      }
    }
  }
}
