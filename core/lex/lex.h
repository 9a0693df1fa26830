// Turns text into tokens.
//
// Input: UTF-8 text of at most kMaxFileBytes (other bytes become Error tokens). Output: tokens that cover every byte:
// token i owns [end(i - 1), end(i)), of which [start(i), end(i)) is its text and the rest the blanks, comments and
// line joins before it. Errors come in source order.
// Damage stays small: an unclosed bracket ends before the next line that can only begin a statement, an unclosed
// string at the end of its line, and an unclosed triple-quoted string before the next definition.
// Threads: pure. Cost: linear; a damaged stretch is read at most a few times; no allocation per token.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace trident::lex {

// Larger files are refused by source/ with a clear message; offsets and word counts stay well inside 32 bits.
inline constexpr uint32_t kMaxFileBytes = 64u << 20;

// Python's own limits; what exceeds them is an error there too.
inline constexpr unsigned kMaxBrackets = 200;
inline constexpr unsigned kMaxIndents = 100;

enum class TokenKind : uint8_t {
#define TRIDENT_TOKEN(Kind, spelling) Kind,
#include "core/lex/token_kind.def"
};
inline constexpr unsigned kTokenKinds = static_cast<unsigned>(TokenKind::GreaterEqual) + 1;

const char* TokenKindName(TokenKind kind);
// The text of keywords and operators; empty for other kinds.
llvm::StringRef TokenSpelling(TokenKind kind);

// Names and the soft keywords.
inline bool IsName(TokenKind kind) { return kind >= TokenKind::Name && kind <= TokenKind::Type; }
inline bool IsKeyword(TokenKind kind) { return kind >= TokenKind::False && kind <= TokenKind::Yield; }

struct LexError {
  uint32_t start;
  uint32_t end;
  std::string message;
  bool echo = false;  // A consequence of damage before it: marks its line as broken, but is not worth a report.
};

// The tokens of one text, as parallel arrays. The last token is EndOfFile.
struct TokenBuffer {
  uint32_t size() const { return size_; }
  TokenKind kind(uint32_t i) const { return kinds_[i]; }
  uint32_t start(uint32_t i) const { return starts_[i]; }
  uint32_t end(uint32_t i) const { return ends_[i]; }
  // A content hash, the same in every process: of the text where it varies, else of the kind.
  uint64_t hash(uint32_t i) const { return hashes_[i]; }
  llvm::StringRef text(llvm::StringRef file, uint32_t i) const { return file.slice(starts_[i], ends_[i]); }

  const TokenKind* kinds() const { return kinds_.get(); }
  const uint32_t* starts() const { return starts_.get(); }
  const uint32_t* ends() const { return ends_.get(); }
  llvm::ArrayRef<uint64_t> hashes() const { return {hashes_.get(), size_}; }
  const std::vector<LexError>& errors() const { return errors_; }

 private:
  friend class Lexer;
  void Grow(uint32_t capacity);

  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
  std::unique_ptr<TokenKind[]> kinds_;
  std::unique_ptr<uint32_t[]> starts_;
  std::unique_ptr<uint32_t[]> ends_;
  std::unique_ptr<uint64_t[]> hashes_;
  std::vector<LexError> errors_;
};

TokenBuffer Lex(llvm::StringRef text);
// The same into a buffer whose memory is used again.
void LexInto(llvm::StringRef text, TokenBuffer& tokens);

// One token a line: "start-end Kind text", for people and tests.
std::string DumpTokens(llvm::StringRef text, const TokenBuffer& tokens);

}  // namespace trident::lex
