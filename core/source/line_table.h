// Maps byte offsets of a text to lines and columns in UTF-8, UTF-16 and UTF-32 units, and back.
//
// Lines end at LF, CR LF or CR, as in Python and LSP. Threads: immutable. Cost: one pass to build; O(log lines) to
// find a line, then, but for UTF-8, one pass over that line's bytes.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace trident::source {

enum class Encoding : uint8_t { Utf8, Utf16, Utf32 };

struct LineColumn {
  uint32_t line = 0;    // 0-based.
  uint32_t column = 0;  // 0-based, in units of the encoding.
  friend bool operator==(const LineColumn&, const LineColumn&) = default;
};

class LineTable {
 public:
  LineTable() = default;
  explicit LineTable(llvm::StringRef text);

  uint32_t line_count() const { return starts_.size(); }
  uint32_t LineStart(uint32_t line) const { return starts_[line]; }
  // The line without its terminator.
  llvm::StringRef Line(llvm::StringRef text, uint32_t line) const;
  // An offset inside a character counts as its start; past the end counts as the end.
  LineColumn ToLineColumn(llvm::StringRef text, uint32_t offset, Encoding encoding = Encoding::Utf8) const;
  // A column past the line's end is the line's end; a line past the last is the end of the text.
  uint32_t ToOffset(llvm::StringRef text, LineColumn position, Encoding encoding = Encoding::Utf8) const;

 private:
  std::vector<uint32_t> starts_;
};

}  // namespace trident::source
