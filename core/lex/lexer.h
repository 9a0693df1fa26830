// Turns text into tokens: the state of one run over a text (internal to lex/).
#pragma once

#include "core/lex/lex.h"

#include "llvm/ADT/SmallVector.h"

#include <utility>

namespace trident::lex {

class Lexer {
 public:
  // `begin` must be readable, and zero, for kPadding bytes past its end.
  Lexer(const char* begin, uint32_t size, TokenBuffer& out);
  void Run();

  static constexpr unsigned kPadding = 64;

 private:
  struct Bracket {
    char open;
    bool field;      // The brace of an f-string's replacement field,
    bool in_format;  // past the colon that starts its format specification.
    uint32_t start;
  };
  struct FString {
    char quote;
    bool triple;
    bool raw;
    uint32_t start;
    uint32_t token;     // Of its FStringStart.
    uint32_t brackets;  // Open where it starts.
    uint32_t errors;
  };
  struct Indent {
    uint32_t column;  // A tab moves to the next multiple of eight,
    uint32_t narrow;  // or counts as one: both must agree on every comparison.
  };
  // How far to mistrust triple-quoted strings that hold a definition.
  enum class Doubt { None, Some, All };
  // The prefix letters of a string literal.
  struct Prefix {
    unsigned size = 0;
    bool raw = false;
    bool bytes = false;
    bool format = false;  // f or t
  };

  void Reset();
  bool LexLineStart();
  bool IsMisplaced(Indent indent) const;
  void ReadInBlock();
  void ApplyIndent(Indent indent, const char* first);
  void LexLine();
  // Lexes one token or blank at at_; false when the logical line ended.
  bool LexStep();
  bool LexNewline();
  bool LexEnd();
  void LexWord();
  bool LexNonAscii();
  void LexNumber();
  void LexRadix(const char* start, unsigned radix);
  void CheckNumberEnd(const char* start, const char* what);
  void LexBackslash();
  void OpenBracket(char open, TokenKind kind);
  bool CloseBracket(char open, TokenKind kind);
  bool EndsBracket(const Bracket& bracket) const;
  void LexStray();

  void LexString(Prefix prefix);
  void LexLineString(const char* start, Prefix prefix);
  void LexTripleString(const char* start, Prefix prefix);
  void CheckEscape(const char* backslash, bool bytes);
  void CheckBytes(const char* start, const char* end);
  // The place in a triple-quoted string before which it must have been meant to end, or null.
  const char* FindCut(const char* content, const char* end, uint32_t column) const;
  // The same for the literal at `start`, as far as it is in doubt.
  const char* CutOf(const char* start, const char* content, const char* end, bool closed) const;
  bool HoldsCut(const char* start, Prefix prefix) const;
  bool OpensWhereStringsDo() const;
  bool RaiseDoubt();

  void StartFString(Prefix prefix);
  void LexFStringText();
  // Starts again at the outermost open f-string, now as one BrokenString.
  void BreakFString(std::string message);

  bool LineEndsBracket(const char* first, uint32_t column) const;
  bool StartsDecorated(const char* at, uint32_t column) const;
  void RestartLine(const char* seen);
  void ReportOpenBracket();

  void Emit(TokenKind kind, const char* start, const char* end, uint64_t hash) {
    if (count_ == out_.capacity_) [[unlikely]] {
      out_.size_ = count_;
      out_.Grow(out_.capacity_ * 2);
    }
    out_.kinds_[count_] = kind;
    out_.starts_[count_] = static_cast<uint32_t>(start - begin_);
    out_.ends_[count_] = static_cast<uint32_t>(end - begin_);
    out_.hashes_[count_] = hash;
    ++count_;
  }
  void EmitFixed(TokenKind kind, unsigned size);
  void EmitText(TokenKind kind, const char* start, const char* end);
  // Whether this logical line has an error: more are not reported.
  bool HasFailed() const { return out_.errors_.size() > line_errors_; }
  void Fail(const char* start, const char* end, std::string message);
  uint32_t LineOf(const char* at);
  uint32_t OffsetOf(const char* at) const { return static_cast<uint32_t>(at - begin_); }

  const char* const begin_;
  const char* const end_;
  const char* at_;
  TokenBuffer& out_;
  uint32_t count_ = 0;
  llvm::SmallVector<Indent, 16> indents_;
  llvm::SmallVector<Bracket, 16> brackets_;
  llvm::SmallVector<FString, 4> fstrings_;

  // The logical line being read.
  const char* line_start_ = nullptr;
  uint32_t line_token_ = 0;
  uint32_t line_errors_ = 0;                   // Reported before it.
  llvm::SmallVector<Indent, 8> ended_blocks_;  // By its indentation, innermost first.

  // Lines that start before this are read knowing that a bracket in them is never closed.
  const char* distrusted_until_ = nullptr;
  // An f-string before this is read as broken without another try; set when tries have cost too much.
  const char* broken_until_ = nullptr;
  int64_t tried_bytes_ = 0;
  // Set when a triple-quoted string ran to the end of the text: some string before it may be the one never closed.
  bool open_string_ = false;
  Doubt doubt_ = Doubt::None;
  bool cut_ = false;  // That one was found in this run.

  // Blocks open outside of a line that was indented without reason, or none: the opening bracket was probably lost,
  // and its closer is still to come.
  static constexpr size_t kNoBlock = 0;
  size_t orphaned_in_ = kNoBlock;

  std::pair<const char*, uint32_t> known_line_;
};

}  // namespace trident::lex
