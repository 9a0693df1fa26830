#include "core/lex/lexer.h"

#include "core/lex/characters.h"
#include "core/lex/unicode.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <array>

namespace trident::lex {
namespace {

constexpr std::array<uint64_t, kTokenKinds> MakeKindHashes() {
  std::array<uint64_t, kTokenKinds> hashes{};
  for (unsigned kind = 0; kind < kTokenKinds; ++kind) {
    __uint128_t product = static_cast<__uint128_t>(kind * 0x9E3779B97F4A7C15ull + 0x5851F42D4C957F2Dull) * 0xD6E8FEB86659FD93ull;
    hashes[kind] = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  return hashes;
}
constexpr std::array<uint64_t, kTokenKinds> kKindHashes = MakeKindHashes();

}  // namespace

Lexer::Lexer(const char* begin, uint32_t size, TokenBuffer& out) : begin_(begin), end_(begin + size), at_(begin), out_(out) {
  if (out_.capacity_ == 0) {
    out_.Grow(std::max(64u, size / 4));
  }
  known_line_ = {begin, 1};
}

void Lexer::Reset() {
  count_ = 0;
  at_ = begin_;
  out_.errors_.clear();
  indents_.clear();
  brackets_.clear();
  fstrings_.clear();
  known_line_ = {begin_, 1};
  distrusted_until_ = broken_until_ = begin_;
  ended_blocks_.clear();
  cut_ = false;
  orphaned_in_ = kNoBlock;
}

void Lexer::Run() {
  do {
    Reset();
    indents_.push_back({0, 0});
    if (end_ - begin_ >= 3 && std::memcmp(begin_, "\xEF\xBB\xBF", 3) == 0) {
      at_ += 3;
    }
    while (LexLineStart()) {
      LexLine();
      if (open_string_ && doubt_ != Doubt::All) {
        break;
      }
    }
    // Another run, in which strings are looked into for the one that was never closed.
  } while (std::exchange(open_string_, false) && RaiseDoubt());
  for (size_t i = 1; i < indents_.size(); ++i) {
    EmitFixed(TokenKind::Dedent, 0);
  }
  EmitFixed(TokenKind::EndOfFile, 0);
  out_.size_ = count_;
  std::sort(out_.errors_.begin(), out_.errors_.end(),
            [](const LexError& a, const LexError& b) { return std::pair(a.start, a.end) < std::pair(b.start, b.end); });
}

bool Lexer::RaiseDoubt() {
  if (doubt_ == Doubt::All) {
    return false;
  }
  doubt_ = doubt_ == Doubt::None ? Doubt::Some : Doubt::All;
  return true;
}

void Lexer::EmitFixed(TokenKind kind, unsigned size) {
  Emit(kind, at_, at_ + size, kKindHashes[static_cast<unsigned>(kind)]);
  at_ += size;
}

void Lexer::EmitText(TokenKind kind, const char* start, const char* end) {
  Emit(kind, start, end, HashBytes(start, static_cast<size_t>(end - start)) ^ kKindHashes[static_cast<unsigned>(kind)]);
}

// One error a logical line: what follows the first is mostly its echo.
void Lexer::Fail(const char* start, const char* end, std::string message) {
  if (HasFailed()) {
    return;
  }
  out_.errors_.push_back({OffsetOf(start), OffsetOf(std::min(end, end_)), std::move(message)});
}

uint32_t Lexer::LineOf(const char* at) {
  auto [from, line] = known_line_;
  if (at < from) {
    from = begin_;
    line = 1;
  }
  while (from < at) {
    if (IsNewline(*from)) {
      const char* next = AfterNewline(from);
      if (next > at) {
        break;
      }
      ++line;
      from = next;
    } else {
      ++from;
    }
  }
  known_line_ = {from, line};
  return line;
}

void Lexer::LexLine() {
  while (LexStep()) {
  }
}

bool Lexer::LexStep() {
  const char* p = at_;
  while (*p == ' ') {
    ++p;
  }
  at_ = p;
  const char next = p[1];
  switch (*p) {
    case '\t':
    case '\f': ++at_; return true;
    case '#':
      while (!IsNewline(*p) && p < end_) {
        ++p;
      }
      at_ = p;
      return true;
    case '\n':
    case '\r': return LexNewline();
    case '\0':
      if (at_ >= end_) {
        return LexEnd();
      }
      Fail(p, p + 1, "source code cannot contain null bytes");
      LexStray();
      return true;
    case '\\': LexBackslash(); return true;
    case '"':
    case '\'': LexString({}); return true;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': LexNumber(); return true;
    case '(': OpenBracket('(', TokenKind::LParen); return true;
    case '[': OpenBracket('[', TokenKind::LBracket); return true;
    case '{': OpenBracket('{', TokenKind::LBrace); return true;
    case ')': return CloseBracket('(', TokenKind::RParen);
    case ']': return CloseBracket('[', TokenKind::RBracket);
    case '}': return CloseBracket('{', TokenKind::RBrace);
    case ',': EmitFixed(TokenKind::Comma, 1); return true;
    case ';': EmitFixed(TokenKind::Semicolon, 1); return true;
    case '~': EmitFixed(TokenKind::Tilde, 1); return true;
    case ':':
      if (!brackets_.empty() && brackets_.back().field) {
        EmitFixed(TokenKind::Colon, 1);
        brackets_.back().in_format = true;
        LexFStringText();
        return true;
      }
      next == '=' ? EmitFixed(TokenKind::ColonEqual, 2) : EmitFixed(TokenKind::Colon, 1);
      return true;
    case '.':
      if (IsDigit(next)) {
        LexNumber();
      } else if (next == '.' && p[2] == '.') {
        EmitFixed(TokenKind::Ellipsis, 3);
      } else {
        EmitFixed(TokenKind::Dot, 1);
      }
      return true;
    case '=': next == '=' ? EmitFixed(TokenKind::EqualEqual, 2) : EmitFixed(TokenKind::Equal, 1); return true;
    case '+': next == '=' ? EmitFixed(TokenKind::PlusEqual, 2) : EmitFixed(TokenKind::Plus, 1); return true;
    case '-':
      next == '=' ? EmitFixed(TokenKind::MinusEqual, 2) : next == '>' ? EmitFixed(TokenKind::Arrow, 2) : EmitFixed(TokenKind::Minus, 1);
      return true;
    case '*':
      if (next == '*') {
        p[2] == '=' ? EmitFixed(TokenKind::StarStarEqual, 3) : EmitFixed(TokenKind::StarStar, 2);
      } else {
        next == '=' ? EmitFixed(TokenKind::StarEqual, 2) : EmitFixed(TokenKind::Star, 1);
      }
      return true;
    case '/':
      if (next == '/') {
        p[2] == '=' ? EmitFixed(TokenKind::SlashSlashEqual, 3) : EmitFixed(TokenKind::SlashSlash, 2);
      } else {
        next == '=' ? EmitFixed(TokenKind::SlashEqual, 2) : EmitFixed(TokenKind::Slash, 1);
      }
      return true;
    case '<':
      if (next == '<') {
        p[2] == '=' ? EmitFixed(TokenKind::LeftShiftEqual, 3) : EmitFixed(TokenKind::LeftShift, 2);
      } else {
        next == '=' ? EmitFixed(TokenKind::LessEqual, 2) : EmitFixed(TokenKind::Less, 1);
      }
      return true;
    case '>':
      if (next == '>') {
        p[2] == '=' ? EmitFixed(TokenKind::RightShiftEqual, 3) : EmitFixed(TokenKind::RightShift, 2);
      } else {
        next == '=' ? EmitFixed(TokenKind::GreaterEqual, 2) : EmitFixed(TokenKind::Greater, 1);
      }
      return true;
    case '%': next == '=' ? EmitFixed(TokenKind::PercentEqual, 2) : EmitFixed(TokenKind::Percent, 1); return true;
    case '@': next == '=' ? EmitFixed(TokenKind::AtEqual, 2) : EmitFixed(TokenKind::At, 1); return true;
    case '&': next == '=' ? EmitFixed(TokenKind::AmpersandEqual, 2) : EmitFixed(TokenKind::Ampersand, 1); return true;
    case '|': next == '=' ? EmitFixed(TokenKind::BarEqual, 2) : EmitFixed(TokenKind::Bar, 1); return true;
    case '^': next == '=' ? EmitFixed(TokenKind::CaretEqual, 2) : EmitFixed(TokenKind::Caret, 1); return true;
    case '!':
      if (next == '=') {
        EmitFixed(TokenKind::NotEqual, 2);
      } else if (!brackets_.empty() && brackets_.back().field) {
        EmitFixed(TokenKind::Exclaim, 1);
      } else {
        LexStray();
      }
      return true;
    default:
      if (FlagsOf(*p) & kStartByte) [[likely]] {
        LexWord();
      } else {
        LexNonAscii();
      }
      return true;
  }
}

// An unexpected byte; the parser reports it unless the lexer did.
void Lexer::LexStray() {
  EmitText(TokenKind::Error, at_, at_ + 1);
  ++at_;
}

void Lexer::LexWord() {
  const char* start = at_;
  const char* p = start + 1;
  while (IsNameByte(*p)) {
    ++p;
  }
  if (static_cast<uint8_t>(*p) >= 0x80) [[unlikely]] {
    LexNonAscii();
    return;
  }
  const unsigned size = static_cast<unsigned>(p - start);
  if ((*p == '"' || *p == '\'') && size <= 2) {
    Prefix prefix{size};
    unsigned known = 0;
    for (unsigned i = 0; i < size; ++i) {
      char letter = static_cast<char>(start[i] | 0x20);
      bool* flag = letter == 'r' ? &prefix.raw : letter == 'b' ? &prefix.bytes : letter == 'f' || letter == 't' ? &prefix.format : nullptr;
      if (flag && !*flag) {
        *flag = true;
        ++known;
      } else if (letter == 'u' && size == 1) {
        ++known;
      }
    }
    if (known == size && !(prefix.bytes && prefix.format)) {
      LexString(prefix);
      return;
    }
  }
  at_ = p;
  if (size <= 8) {
    uint64_t word = LoadWord(start, size);
    TokenKind kind = kKeywords.Find(word);
    // Soft keywords are names whose meaning the parser settles; they hash as their text.
    Emit(kind, start, p, IsKeyword(kind) ? kKindHashes[static_cast<unsigned>(kind)] : Mix(word, size));
    return;
  }
  Emit(TokenKind::Name, start, p, HashBytes(start, size));
}

bool Lexer::LexNonAscii() {
  const char* start = at_;
  const char* p = start;
  while (p < end_) {
    if (IsNameByte(*p)) {
      ++p;
      continue;
    }
    if (static_cast<uint8_t>(*p) < 0x80) {
      break;
    }
    Decoded decoded = DecodeUtf8(p, end_);
    if (decoded.size == 0 || !(p == start ? IsNameStart(decoded.code) : IsNameContinue(decoded.code))) {
      break;
    }
    p += decoded.size;
  }
  if (p > start) {
    at_ = p;
    Emit(TokenKind::Name, start, p, HashBytes(start, static_cast<size_t>(p - start)));
    return true;
  }
  Decoded decoded = DecodeUtf8(start, end_);
  const char* stop = start + std::max(1u, decoded.size);
  if (HasFailed()) {
    // Formatting the message would be in vain.
  } else if (decoded.size == 0) {
    Fail(start, stop, "invalid UTF-8");
  } else if (static_cast<uint8_t>(*start) >= 0x80) {
    bool blank = decoded.code == 0xA0 || decoded.code == 0xFEFF || decoded.code == 0x3000 || (decoded.code >= 0x2000 && decoded.code <= 0x200F) ||
                 decoded.code < 0xA0 || (decoded.code >= 0x2028 && decoded.code <= 0x202F) || (decoded.code >= 0x2060 && decoded.code <= 0x206F);
    std::string place = llvm::formatv("U+{0:X-4}", decoded.code).str();
    Fail(start, stop, blank ? "invalid non-printable character " + place : "invalid character '" + std::string(start, stop) + "' (" + place + ")");
  } else if (static_cast<uint8_t>(*start) < 0x20 || *start == 0x7F) {
    Fail(start, stop, llvm::formatv("invalid non-printable character U+{0:X-4}", decoded.code).str());
  }
  EmitText(TokenKind::Error, start, stop);
  at_ = stop;
  return false;
}

void Lexer::LexBackslash() {
  if (IsNewline(at_[1])) {
    const char* next = AfterNewline(at_ + 1);
    if (next >= end_) {
      Fail(at_, at_ + 1, "unexpected EOF while parsing");
    }
    at_ = next;
    return;
  }
  if (at_ + 1 >= end_) {
    Fail(at_, at_ + 1, "unexpected EOF while parsing");
  } else {
    Fail(at_, at_ + 1, "unexpected character after line continuation character");
  }
  LexStray();
}

}  // namespace trident::lex
