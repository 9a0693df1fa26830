#include "core/lex/lex.h"

#include "core/lex/lexer.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cstring>

namespace trident::lex {
namespace {

template <typename T>
void Resize(std::unique_ptr<T[]>& array, uint32_t size, uint32_t capacity) {
  std::unique_ptr<T[]> grown = std::make_unique_for_overwrite<T[]>(capacity);
  std::copy_n(array.get(), size, grown.get());
  array = std::move(grown);
}

}  // namespace

void TokenBuffer::Grow(uint32_t capacity) {
  Resize(kinds_, size_, capacity);
  Resize(starts_, size_, capacity);
  Resize(ends_, size_, capacity);
  Resize(hashes_, size_, capacity);
  capacity_ = capacity;
}

void LexInto(llvm::StringRef text, TokenBuffer& tokens) {
  // A copy with room behind it lets the inner loops read ahead without asking where the text ends.
  std::unique_ptr<char[]> padded = std::make_unique_for_overwrite<char[]>(text.size() + Lexer::kPadding);
  std::memcpy(padded.get(), text.data(), text.size());
  std::memset(padded.get() + text.size(), 0, Lexer::kPadding);
  Lexer(padded.get(), static_cast<uint32_t>(text.size()), tokens).Run();
}

TokenBuffer Lex(llvm::StringRef text) {
  TokenBuffer tokens;
  LexInto(text, tokens);
  return tokens;
}

std::string DumpTokens(llvm::StringRef text, const TokenBuffer& tokens) {
  std::string out;
  llvm::raw_string_ostream stream(out);
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    stream << llvm::formatv("{0}-{1} {2}", tokens.start(i), tokens.end(i), TokenKindName(tokens.kind(i)));
    llvm::StringRef spelled = tokens.text(text, i);
    if (!spelled.empty() && tokens.kind(i) != TokenKind::Newline) {
      stream << ' ';
      stream.write_escaped(spelled);
    }
    stream << '\n';
  }
  return out;
}

}  // namespace trident::lex
