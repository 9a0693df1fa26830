#include "core/source/line_table.h"

#include <algorithm>

namespace trident::source {
namespace {

bool Continues(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// The bytes of the character at `at`: its lead byte says how many, as far as continuation bytes follow it.
uint32_t CharacterSize(llvm::StringRef text, uint32_t at) {
  const uint8_t lead = static_cast<uint8_t>(text[at]);
  const uint32_t wanted = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint32_t size = 1;
  while (size < wanted && at + size < text.size() && Continues(text[at + size])) {
    ++size;
  }
  return size;
}

uint32_t Units(uint32_t character_size, Encoding encoding) {
  switch (encoding) {
    case Encoding::Utf8: return character_size;
    case Encoding::Utf16: return character_size == 4 ? 2 : 1;
    case Encoding::Utf32: return 1;
  }
  return 1;
}

}  // namespace

LineTable::LineTable(llvm::StringRef text) {
  // A guess at the length of a line; only the cost of growing depends on it.
  starts_.reserve(text.size() / 32 + 1);
  starts_.push_back(0);
  // Hardly any text has a carriage return: the search for it then is one look at the whole.
  size_t feed = text.find('\n'), carriage = text.find('\r');
  while (feed != llvm::StringRef::npos || carriage != llvm::StringRef::npos) {
    const bool both = carriage != llvm::StringRef::npos && carriage + 1 == feed;
    const size_t next = both ? feed + 1 : std::min(feed, carriage) + 1;
    starts_.push_back(static_cast<uint32_t>(next));
    if (feed < next) feed = text.find('\n', next);
    if (carriage < next) carriage = text.find('\r', next);
  }
}

llvm::StringRef LineTable::Line(llvm::StringRef text, uint32_t line) const {
  if (line >= starts_.size()) {
    return {};
  }
  const uint32_t end = line + 1 < starts_.size() ? starts_[line + 1] : static_cast<uint32_t>(text.size());
  return text.slice(starts_[line], end).rtrim("\r\n");
}

LineColumn LineTable::ToLineColumn(llvm::StringRef text, uint32_t offset, Encoding encoding) const {
  if (starts_.empty()) {
    return {};
  }
  offset = std::min(offset, static_cast<uint32_t>(text.size()));
  const uint32_t line = static_cast<uint32_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin()) - 1;
  if (encoding == Encoding::Utf8) {
    while (offset < text.size() && offset > starts_[line] && Continues(text[offset])) {
      --offset;
    }
    return {line, offset - starts_[line]};
  }
  uint32_t column = 0;
  for (uint32_t at = starts_[line]; at < offset;) {
    const uint32_t size = CharacterSize(text, at);
    if (at + size > offset) {
      break;
    }
    column += Units(size, encoding);
    at += size;
  }
  return {line, column};
}

uint32_t LineTable::ToOffset(llvm::StringRef text, LineColumn position, Encoding encoding) const {
  if (position.line >= starts_.size()) {
    return static_cast<uint32_t>(text.size());
  }
  uint32_t at = starts_[position.line];
  const uint32_t end = at + static_cast<uint32_t>(Line(text, position.line).size());
  for (uint32_t column = 0; at < end;) {
    const uint32_t size = CharacterSize(text, at);
    column += Units(size, encoding);
    if (column > position.column) {
      break;
    }
    at += size;
  }
  return at;
}

}  // namespace trident::source
