#include "server/text_document.h"

#include <algorithm>
#include <cstring>

namespace trident::server {
namespace {

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// Code units of a character by its first byte.
uint32_t UnitsOf(char first, Encoding encoding) { return encoding == Encoding::Utf16 && static_cast<uint8_t>(first) >= 0xF0 ? 2 : 1; }

}  // namespace

uint32_t BytesOfUnits(llvm::StringRef line, uint32_t units, Encoding encoding) {
  if (encoding == Encoding::Utf8) {
    uint32_t at = std::min<size_t>(units, line.size());
    while (at > 0 && at < line.size() && IsContinuation(line[at])) {
      --at;
    }
    return at;
  }
  uint32_t at = 0;
  uint32_t seen = 0;
  while (at < line.size()) {
    uint32_t width = UnitsOf(line[at], encoding);
    if (seen + width > units) {
      break;
    }
    seen += width;
    do {
      ++at;
    } while (at < line.size() && IsContinuation(line[at]));
  }
  return at;
}

uint32_t UnitsOfBytes(llvm::StringRef line, uint32_t bytes, Encoding encoding) {
  bytes = std::min<size_t>(bytes, line.size());
  if (encoding == Encoding::Utf8) {
    return bytes;
  }
  uint32_t units = 0;
  for (char c : line.take_front(bytes)) {
    units += IsContinuation(c) ? 0 : UnitsOf(c, encoding);
  }
  return units;
}

TextDocument::TextDocument(std::string text) : text_(std::move(text)) {
  starts_.push_back(0);
  FindLines(0, text_.size(), starts_);
}

// Appends the starts of the lines that begin after an end of line in [from, to).
void TextDocument::FindLines(uint32_t from, uint32_t to, std::vector<uint32_t>& starts) const {
  for (uint32_t at = from; at < to; ++at) {
    char c = text_[at];
    if (c == '\n' || (c == '\r' && !(at + 1 < text_.size() && text_[at + 1] == '\n'))) {
      starts.push_back(at + 1);
    }
  }
}

llvm::StringRef TextDocument::Line(uint32_t line) const {
  if (line >= starts_.size()) {
    return {};
  }
  uint32_t end = line + 1 < starts_.size() ? starts_[line + 1] : text_.size();
  llvm::StringRef result = llvm::StringRef(text_).slice(starts_[line], end);
  result.consume_back("\n");
  result.consume_back("\r");
  return result;
}

uint32_t TextDocument::Offset(protocol::Position position, Encoding encoding) const {
  if (position.line >= starts_.size()) {
    return text_.size();
  }
  return starts_[position.line] + BytesOfUnits(Line(position.line), position.character, encoding);
}

void TextDocument::Apply(const protocol::TextDocumentContentChange& change, Encoding encoding) {
  if (!change.range) {
    *this = TextDocument(change.text);
    return;
  }
  uint32_t begin = Offset(change.range->start, encoding);
  uint32_t end = Offset(change.range->end, encoding);
  if (begin > end) {
    std::swap(begin, end);
  }
  text_.replace(begin, end - begin, change.text);
  auto shift = static_cast<int64_t>(change.text.size()) - (end - begin);
  // A CR before or an LF after the edit may have become part of a CR LF, or stopped being one: the starts from one byte
  // before the edit to one after it are found anew, the rest move.
  uint32_t dirty_from = begin > 0 ? begin - 1 : 0;
  auto first = std::upper_bound(starts_.begin(), starts_.end(), dirty_from);
  auto last = std::upper_bound(first, starts_.end(), end + 1);
  uint32_t scan_to = std::min<uint64_t>(begin + change.text.size() + 1, text_.size());
  std::vector<uint32_t> fresh;
  FindLines(dirty_from, scan_to, fresh);
  for (auto at = last; at != starts_.end(); ++at) {
    *at = static_cast<uint32_t>(*at + shift);
  }
  if (fresh.size() == static_cast<size_t>(last - first)) {
    std::copy(fresh.begin(), fresh.end(), first);
  } else {
    auto at = starts_.erase(first, last);
    starts_.insert(at, fresh.begin(), fresh.end());
  }
}

}  // namespace trident::server
