// Holds the text of an open document under the edits of an editor, with its lines.
//
// Threads: one. Cost of an edit: the size of what changes plus a move of what follows it; the lines after it are
// shifted, not read again.
#pragma once

#include "core/source/line_table.h"
#include "protocol/lsp_types.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trident::server {

using source::Encoding;

// The bytes that `units` code units of the encoding take at the start of `line`; inside a character counts as its
// start, past the end as the end.
uint32_t BytesOfUnits(llvm::StringRef line, uint32_t units, Encoding encoding);
// The code units that the first `bytes` of `line` take.
uint32_t UnitsOfBytes(llvm::StringRef line, uint32_t bytes, Encoding encoding);

class TextDocument {
 public:
  explicit TextDocument(std::string text);

  const std::string& text() const { return text_; }
  uint32_t line_count() const { return starts_.size(); }
  llvm::StringRef Line(uint32_t line) const;  // Without its end; empty past the last line.

  // Where the position is; past the end of a line is its end, past the last line is the end of the text.
  uint32_t Offset(protocol::Position position, Encoding encoding) const;
  // Replaces the range (in any order of its ends), or all of the text when there is none.
  void Apply(const protocol::TextDocumentContentChange& change, Encoding encoding);

 private:
  void FindLines(uint32_t from, uint32_t to, std::vector<uint32_t>& starts) const;

  std::string text_;
  std::vector<uint32_t> starts_;
};

}  // namespace trident::server
