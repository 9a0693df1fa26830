// Logical lines of the lexer: indentation, brackets, and where a line ends that was never closed.
#include "core/lex/characters.h"
#include "core/lex/lexer.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <utility>

namespace trident::lex {
namespace {

// Words that begin a statement and are never inside brackets.
bool OnlyBeginsStatement(TokenKind kind) {
  switch (kind) {
    case TokenKind::Assert:
    case TokenKind::Break:
    case TokenKind::Class:
    case TokenKind::Continue:
    case TokenKind::Def:
    case TokenKind::Del:
    case TokenKind::Elif:
    case TokenKind::Except:
    case TokenKind::Finally:
    case TokenKind::Global:
    case TokenKind::Import:
    case TokenKind::Nonlocal:
    case TokenKind::Pass:
    case TokenKind::Raise:
    case TokenKind::Return:
    case TokenKind::Try:
    case TokenKind::While:
    case TokenKind::With: return true;
    default: return false;
  }
}

bool BeginsBlock(TokenKind kind) {
  switch (kind) {
    case TokenKind::Class:
    case TokenKind::Def:
    case TokenKind::Elif:
    case TokenKind::Else:
    case TokenKind::For:
    case TokenKind::If:
    case TokenKind::While:
    case TokenKind::With:
    case TokenKind::Async:
    case TokenKind::Except: return true;
    default: return false;
  }
}

TokenKind WordAt(const char* at) {
  const char* p = at;
  while (IsNameByte(*p)) {
    ++p;
  }
  size_t size = static_cast<size_t>(p - at);
  return size == 0 || size > 8 ? TokenKind::Name : kKeywords.Find(LoadWord(at, static_cast<unsigned>(size)));
}

}  // namespace

// Skips blank lines and comments to the first token of a line, and emits what its indentation means.
bool Lexer::LexLineStart() {
  const char* p = at_;
  Indent indent{0, 0};
  Indent joined{0, 0};
  bool has_joined = false;
  for (;;) {
    switch (*p) {
      case ' ':
        ++indent.column;
        ++indent.narrow;
        ++p;
        continue;
      case '\t':
        indent.column = (indent.column / 8 + 1) * 8;
        ++indent.narrow;
        ++p;
        continue;
      case '\f':
        indent = {0, 0};
        ++p;
        continue;
      case '\\':
        // A joined line keeps the indentation of its first part.
        if (IsNewline(p[1]) && AfterNewline(p + 1) < end_) {
          if (!has_joined) {
            joined = indent;
            has_joined = true;
          }
          p = AfterNewline(p + 1);
          continue;
        }
        break;
      case '#':
        while (!IsNewline(*p) && p < end_) {
          ++p;
        }
        continue;
      case '\n':
      case '\r':
        p = AfterNewline(p);
        indent = {0, 0};
        has_joined = false;
        continue;
      case '\0':
        if (p >= end_) {
          at_ = end_;
          return false;
        }
        break;
      default: break;
    }
    break;
  }
  if (has_joined) {
    indent = joined;
  }
  if (IsMisplaced(indent)) {
    ReadInBlock();
    return true;
  }
  at_ = p;
  line_errors_ = static_cast<uint32_t>(out_.errors_.size());
  ApplyIndent(indent, p);
  line_start_ = at_;
  line_token_ = count_;
  return true;
}

// Whether the line before was left of its block by mistake: it ended blocks and opened none, and this line is back
// in one of those it ended.
bool Lexer::IsMisplaced(Indent indent) const {
  if (ended_blocks_.empty() || indent.column <= indents_.back().column || indent.column < ended_blocks_.back().column) {
    return false;
  }
  const TokenKind first = out_.kinds_[line_token_];
  return count_ >= 2 && out_.kinds_[count_ - 2] != TokenKind::Colon && !BeginsBlock(first) && first != TokenKind::At;
}

// Reads the line before again, as a line of the block that it seemed to end.
void Lexer::ReadInBlock() {
  count_ = line_token_ - static_cast<uint32_t>(ended_blocks_.size());
  out_.errors_.resize(line_errors_);
  for (Indent indent : llvm::reverse(ended_blocks_)) {
    indents_.push_back(indent);
  }
  ended_blocks_.clear();
  at_ = line_start_;
  Fail(line_start_, line_start_, "unindent does not match any outer indentation level");
  line_token_ = count_;
}

void Lexer::ApplyIndent(Indent indent, const char* first) {
  ended_blocks_.clear();
  auto inconsistent = [&] { Fail(first, first, "inconsistent use of tabs and spaces in indentation"); };
  Indent top = indents_.back();
  if (indent.column == top.column) {
    if (indent.narrow != top.narrow) {
      inconsistent();
    }
    return;
  }
  if (indent.column > top.column) {
    if (indents_.size() >= kMaxIndents) {
      Fail(first, first, "too many levels of indentation");
      return;
    }
    if (indent.narrow <= top.narrow) {
      inconsistent();
    }
    if (count_ < 2 || out_.kinds_[count_ - 2] != TokenKind::Colon) {
      orphaned_in_ = indents_.size();
    }
    indents_.push_back(indent);
    EmitFixed(TokenKind::Indent, 0);
    return;
  }
  // A line between two levels belongs to the inner one: the block it was probably meant for goes on.
  while (indents_.size() > 1 && indent.column <= indents_[indents_.size() - 2].column) {
    ended_blocks_.push_back(indents_.pop_back_val());
    EmitFixed(TokenKind::Dedent, 0);
  }
  if (indents_.size() < orphaned_in_) {
    orphaned_in_ = kNoBlock;
  }
  if (indent.column != indents_.back().column) {
    Fail(first, first, "unindent does not match any outer indentation level");
    const TokenKind word = WordAt(first);
    if (*first == '@' || word == TokenKind::Def || word == TokenKind::Class || word == TokenKind::Async) {
      // A definition is more likely at its place than the line that opened the block.
      indents_.back() = indent;
    }
  } else if (indent.narrow != indents_.back().narrow) {
    inconsistent();
  }
}

void Lexer::OpenBracket(char open, TokenKind kind) {
  if (brackets_.size() >= kMaxBrackets) {
    if (fstrings_.empty()) {
      Fail(at_, at_ + 1, "too many nested parentheses");
      LexStray();
    } else {
      BreakFString("f-string: too many nested parentheses");
    }
    return;
  }
  brackets_.push_back({open, false, false, OffsetOf(at_)});
  EmitFixed(kind, 1);
}

// False when the f-string around the bracket broke and the text is read again.
bool Lexer::CloseBracket(char open, TokenKind kind) {
  if (!brackets_.empty() && brackets_.back().open == open) [[likely]] {
    bool field = brackets_.back().field;
    EmitFixed(kind, 1);
    brackets_.pop_back();
    if (field) {
      LexFStringText();
    }
    return true;
  }
  std::string closer(1, *at_);
  if (!fstrings_.empty()) {
    BreakFString("f-string: unmatched '" + closer + "'");
    return true;
  }
  if (brackets_.empty()) {
    const bool reported = HasFailed();
    Fail(at_, at_ + 1, "unmatched '" + closer + "'");
    if (!reported) {
      out_.errors_.back().echo = std::exchange(orphaned_in_, kNoBlock) != kNoBlock;
    }
    LexStray();
    return true;
  }
  if (!HasFailed()) {
    Bracket top = brackets_.back();
    std::string message = "closing parenthesis '" + closer + "' does not match opening parenthesis '" + std::string(1, top.open) + "'";
    uint32_t opened = LineOf(begin_ + top.start);
    if (opened != LineOf(at_)) {
      message += " on line " + std::to_string(opened);
    }
    Fail(at_, at_ + 1, message);
  }
  size_t match = brackets_.size();
  while (match > 0 && brackets_[match - 1].open != open) {
    --match;
  }
  if (match == 0 || !EndsBracket(brackets_[match - 1])) {
    LexStray();
    return true;
  }
  // The closers between are missing: give the parser empty ones so that it sees the same nesting.
  while (brackets_.size() > match) {
    char missing = brackets_.pop_back_val().open;
    EmitFixed(missing == '(' ? TokenKind::RParen : missing == '[' ? TokenKind::RBracket : TokenKind::RBrace, 0);
  }
  EmitFixed(kind, 1);
  brackets_.pop_back();
  return true;
}

// Whether the closer at at_ is more likely the one of `bracket` than of an opening bracket that was lost: the last on
// its line closes a bracket of that line, the first on its line one of a line indented like it.
bool Lexer::EndsBracket(const Bracket& bracket) const {
  auto line_of = [this](const char* at) {
    constexpr int kLongest = 1000;  // Looking back further costs too much on a line that is all brackets.
    const char* limit = at - begin_ > kLongest ? at - kLongest : begin_;
    while (at > limit && !IsNewline(at[-1])) {
      --at;
    }
    return at;
  };
  auto indent_of = [](const char* line) {
    const char* first = line;
    while (IsBlank(*first)) {
      ++first;
    }
    return first - line;
  };
  const char* line = line_of(at_);
  if (line + indent_of(line) == at_) {
    return indent_of(line) == indent_of(line_of(begin_ + bracket.start));
  }
  return begin_ + brackets_.back().start >= line;
}

bool Lexer::LexNewline() {
  const char* newline = at_;
  const char* next = AfterNewline(newline);
  if (brackets_.empty()) {
    EmitFixed(TokenKind::Newline, static_cast<unsigned>(next - newline));
    return false;
  }
  uint32_t column = 0;
  const char* first = next;
  for (; IsBlank(*first); ++first) {
    column = *first == '\t' ? (column / 8 + 1) * 8 : column + 1;
  }
  if (!LineEndsBracket(first, column)) [[likely]] {
    at_ = first;
    return true;
  }
  if (!fstrings_.empty()) {
    BreakFString("f-string: expecting '}'");
    return true;
  }
  if (line_start_ >= distrusted_until_) {
    RestartLine(first);
    return true;
  }
  ReportOpenBracket();
  at_ = newline;
  EmitFixed(TokenKind::Newline, static_cast<unsigned>(next - newline));
  return false;
}

// Whether the line at `first`, inside a bracket, shows that the bracket was never closed.
bool Lexer::LineEndsBracket(const char* first, uint32_t column) const {
  char c = *first;
  if (c >= 'a' && c <= 'z') {
    TokenKind word = WordAt(first);
    if (OnlyBeginsStatement(word)) {
      return true;
    }
    if (word == TokenKind::Async && first[5] == ' ' && OnlyBeginsStatement(WordAt(first + 6))) {
      return true;
    }
  } else if (c == '@') {
    if (column <= indents_.back().column && StartsDecorated(first, column)) {
      return true;
    }
  }
  if (line_start_ >= distrusted_until_ || !fstrings_.empty() || first >= end_ || c == '#' || IsNewline(c)) {
    return false;
  }
  if (column <= indents_.back().column) {
    return c != ')' && c != ']' && c != '}' && c != ',' && !(c == ':' && first[1] != '=');
  }
  // A header without its closing bracket: `def f(a:` or `if g(a:`.
  return count_ > line_token_ && out_.kinds_[count_ - 1] == TokenKind::Colon && BeginsBlock(out_.kinds_[line_token_]);
}

// Whether a run of decorator lines at this column leads to a definition.
bool Lexer::StartsDecorated(const char* at, uint32_t column) const {
  constexpr int kMaxLines = 64;
  for (int line = 0; line < kMaxLines; ++line) {
    while (at < end_ && !IsNewline(*at)) {
      ++at;
    }
    if (at >= end_) {
      return false;
    }
    at = AfterNewline(at);
    const char* first = at;
    while (IsBlank(*first)) {
      ++first;
    }
    uint32_t here = static_cast<uint32_t>(first - at);
    if (IsNewline(*first) || here > column || *first == '@' || *first == ')') {
      at = first;
      continue;
    }
    TokenKind word = WordAt(first);
    return here == column && (word == TokenKind::Def || word == TokenKind::Class || word == TokenKind::Async);
  }
  return false;
}

// Reads the logical line again, now knowing that one of its brackets is never closed before `seen`.
void Lexer::RestartLine(const char* seen) {
  distrusted_until_ = std::max(distrusted_until_, seen);
  at_ = line_start_;
  count_ = line_token_;
  while (out_.errors_.size() > line_errors_ && out_.errors_.back().start > OffsetOf(line_start_)) {
    out_.errors_.pop_back();
  }
  brackets_.clear();
  fstrings_.clear();
}

void Lexer::ReportOpenBracket() {
  const char* open = begin_ + brackets_.back().start;
  Fail(open, open + 1, "'" + std::string(1, brackets_.back().open) + "' was never closed");
  brackets_.clear();
}

bool Lexer::LexEnd() {
  if (!fstrings_.empty()) {
    BreakFString("f-string: expecting '}'");
    return true;
  }
  if (!brackets_.empty()) {
    if (line_start_ >= distrusted_until_) {
      RestartLine(end_ + 1);
      return true;
    }
    ReportOpenBracket();
  }
  EmitFixed(TokenKind::Newline, 0);
  return false;
}

}  // namespace trident::lex
