// Number and string literals, and the inside of f-strings.
#include "core/lex/characters.h"
#include "core/lex/lexer.h"
#include "core/lex/unicode.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace trident::lex {
namespace {

// When trying f-strings that turned out broken has cost this many bytes more than the text has, those in a stretch
// already read are not tried again. A guess; it only bounds the time on hostile text.
constexpr int64_t kTryAllowance = 1 << 16;

bool IsHex(char c) { return FlagsOf(c) & kHexByte; }

// The next quote, backslash, zero byte or, unless `across_lines`, newline. May read up to 16 bytes past a zero byte.
const char* SkipText(const char* p, char quote, bool across_lines) {
#ifdef __SSE2__
  const __m128i quotes = _mm_set1_epi8(quote);
  const __m128i slashes = _mm_set1_epi8('\\');
  const __m128i feeds = _mm_set1_epi8(across_lines ? '\0' : '\n');
  const __m128i returns = _mm_set1_epi8(across_lines ? '\0' : '\r');
  const __m128i zeros = _mm_setzero_si128();
  for (;; p += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), _mm_cmpeq_epi8(bytes, slashes));
    hit = _mm_or_si128(hit, _mm_or_si128(_mm_cmpeq_epi8(bytes, feeds), _mm_cmpeq_epi8(bytes, returns)));
    hit = _mm_or_si128(hit, _mm_cmpeq_epi8(bytes, zeros));
    if (unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(hit))) {
      return p + __builtin_ctz(mask);
    }
  }
#else
  while (*p != quote && *p != '\\' && *p != '\0' && (across_lines || !IsNewline(*p))) {
    ++p;
  }
  return p;
#endif
}

// Past a backslash and what it escapes, as far as finding the end of a literal goes.
const char* AfterEscape(const char* p, const char* end) {
  if (p + 1 >= end) {
    return end;
  }
  return IsNewline(p[1]) ? AfterNewline(p + 1) : p + 2;
}

// A keyword may follow a number without a blank: `1if x else 2`.
bool KeywordFollows(const char* p) {
  auto is = [p](const char* word) {
    size_t size = std::strlen(word);
    return std::strncmp(p, word, size) == 0;
  };
  return is("and") || is("else") || is("for") || is("if") || is("in") || is("is") || is("not") || is("or");
}

}  // namespace

// Reports letters that run on from a number, and takes them into it.
void Lexer::CheckNumberEnd(const char* start, const char* what) {
  if (!IsNameByte(*at_) && static_cast<uint8_t>(*at_) < 0x80) {
    return;
  }
  if (KeywordFollows(at_)) {
    return;
  }
  if (static_cast<uint8_t>(*at_) >= 0x80) {
    Decoded decoded = DecodeUtf8(at_, end_);
    if (!IsNameContinue(decoded.code)) {
      return;
    }
  }
  const char* bad = at_;
  while (IsNameByte(*at_)) {
    ++at_;
  }
  Fail(start, std::max(at_, bad + 1), std::string("invalid ") + what + " literal");
}

void Lexer::LexRadix(const char* start, unsigned radix) {
  const char* what = radix == 16 ? "hexadecimal" : radix == 8 ? "octal" : "binary";
  const char* p = start + 2;
  auto is_digit = [radix](char c) { return radix == 16 ? IsHex(c) : c >= '0' && c < static_cast<char>('0' + radix); };
  bool bad = false;
  for (;;) {
    if (*p == '_') {
      ++p;
    }
    if (!is_digit(*p)) {
      bad = true;
      break;
    }
    while (is_digit(*p)) {
      ++p;
    }
    if (*p != '_') {
      break;
    }
  }
  at_ = p;
  if (IsDigit(*p)) {
    while (IsNameByte(*at_)) {
      ++at_;
    }
    Fail(start, at_, std::string("invalid digit '") + *p + "' in " + what + " literal");
  } else if (bad) {
    while (IsNameByte(*at_)) {
      ++at_;
    }
    Fail(start, at_, std::string("invalid ") + what + " literal");
  } else {
    CheckNumberEnd(start, what);
  }
  EmitText(TokenKind::Int, start, at_);
}

void Lexer::LexNumber() {
  const char* start = at_;
  if (*start == '0') {
    char mark = static_cast<char>(start[1] | 0x20);
    if (mark == 'x' || mark == 'o' || mark == 'b') {
      LexRadix(start, mark == 'x' ? 16 : mark == 'o' ? 8 : 2);
      return;
    }
  }
  bool bad = false;
  auto digits = [&](const char* p) {
    for (;;) {
      while (IsDigit(*p)) {
        ++p;
      }
      if (*p != '_') {
        return p;
      }
      if (!IsDigit(p[1])) {
        bad = true;
        return p;
      }
      ++p;
    }
  };
  const char* p = digits(start);
  TokenKind kind = TokenKind::Int;
  if (*p == '.' && !bad) {
    kind = TokenKind::Float;
    ++p;
    if (IsDigit(*p)) {
      p = digits(p);
    }
  }
  if ((*p | 0x20) == 'e' && !bad) {
    const char* exponent = p[1] == '+' || p[1] == '-' ? p + 2 : p + 1;
    if (IsDigit(*exponent)) {
      kind = TokenKind::Float;
      p = digits(exponent);
    } else if (exponent == p + 2) {
      bad = true;
    }
  }
  if ((*p | 0x20) == 'j' && !bad) {
    kind = TokenKind::Imaginary;
    ++p;
  }
  at_ = p;
  if (bad) {
    while (IsNameByte(*at_)) {
      ++at_;
    }
    Fail(start, at_, "invalid decimal literal");
  } else {
    CheckNumberEnd(start, kind == TokenKind::Imaginary ? "imaginary" : "decimal");
    if (kind == TokenKind::Int && *start == '0' && std::any_of(start, p, [](char c) { return c >= '1' && c <= '9'; })) {
      Fail(start, p, "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers");
    }
  }
  EmitText(kind, start, at_);
}

void Lexer::LexString(Prefix prefix) {
  const char* start = at_;
  const char quote = start[prefix.size];
  const bool triple = start[prefix.size + 1] == quote && start[prefix.size + 2] == quote;
  if (prefix.format && start >= broken_until_ && !(triple && doubt_ != Doubt::None && HoldsCut(start, prefix))) {
    StartFString(prefix);
  } else if (triple) {
    LexTripleString(start, prefix);
  } else {
    LexLineString(start, prefix);
  }
}

void Lexer::LexLineString(const char* start, Prefix prefix) {
  const char quote = start[prefix.size];
  const char* content = start + prefix.size + 1;
  const char* p = content;
  for (;;) {
    p = SkipText(p, quote, false);
    if (*p == quote) {
      break;
    }
    if (*p == '\\') {
      if (!prefix.raw) {
        CheckEscape(p, prefix.bytes);
      }
      p = AfterEscape(p, end_);
      continue;
    }
    if (*p == '\0' && p < end_) {
      Fail(p, p + 1, "source code cannot contain null bytes");
      ++p;
      continue;
    }
    break;
  }
  const bool closed = *p == quote && p < end_;
  p = std::min(closed ? p + 1 : p, end_);
  if (!closed) {
    // `don't` would otherwise speak of a template string.
    const char* kind = prefix.format && (*start | 0x20) != 't' ? "f-string" : "string";
    Fail(start, p, std::string("unterminated ") + kind + " literal (detected at line " + std::to_string(LineOf(p)) + ")");
  }
  if (prefix.bytes) {
    CheckBytes(content, p);
  }
  at_ = p;
  EmitText(prefix.format ? TokenKind::BrokenString : prefix.bytes ? TokenKind::Bytes : TokenKind::String, start, p);
}

void Lexer::LexTripleString(const char* start, Prefix prefix) {
  const char* content = start + prefix.size + 3;
  const char quote = content[-1];
  const char* p = content;
  bool closed = false;
  const size_t errors = out_.errors_.size();
  while (!closed) {
    p = SkipText(p, quote, true);
    if (*p == quote) {
      closed = p[1] == quote && p[2] == quote;
      p += closed ? 3 : 1;
    } else if (*p == '\\') {
      if (!prefix.raw) {
        CheckEscape(p, prefix.bytes);
      }
      p = AfterEscape(p, end_);
    } else if (p < end_) {
      Fail(p, p + 1, "source code cannot contain null bytes");
      ++p;
    } else {
      break;
    }
  }
  p = std::min(p, end_);
  if (const char* cut = CutOf(start, content, p, closed)) {
    // From here on strings are believed again: one was missing its quotes, and this is the one.
    cut_ = true;
    closed = false;
    p = cut;
    out_.errors_.resize(errors);
  } else if (!closed) {
    // Where a string is expected, it is just not finished yet; elsewhere quotes before it may be missing.
    open_string_ = doubt_ == Doubt::None || !OpensWhereStringsDo();
  }
  if (!closed) {
    const uint32_t line = LineOf(p) - (p > content && IsNewline(p[-1]) ? 1 : 0);
    Fail(start, content,
         std::string("unterminated triple-quoted ") + (prefix.format ? "f-" : "") + "string literal (detected at line " + std::to_string(line) + ")");
  }
  if (prefix.bytes) {
    CheckBytes(content, p);
  }
  at_ = p;
  EmitText(prefix.format ? TokenKind::BrokenString : prefix.bytes ? TokenKind::Bytes : TokenKind::String, start, p);
}

// Whether the f-string at `start`, read as plain text, has swallowed a definition.
bool Lexer::HoldsCut(const char* start, Prefix prefix) const {
  const char* content = start + prefix.size + 3;
  const llvm::StringRef quotes(content - 3, 3);
  const size_t close = llvm::StringRef(content, static_cast<size_t>(end_ - content)).find(quotes);
  return close != llvm::StringRef::npos && CutOf(start, content, content + close, true);
}

const char* Lexer::CutOf(const char* start, const char* content, const char* end, bool closed) const {
  if (doubt_ == Doubt::None || (cut_ && closed)) {
    return nullptr;
  }
  const uint32_t column = indents_.back().column;
  const bool expected = OpensWhereStringsDo() && OffsetOf(start) != 0;
  if (expected && doubt_ == Doubt::Some) {
    return column == 0 ? nullptr : FindCut(content, end, column - 1);
  }
  return FindCut(content, end, column);
}

// Whether a string is what one expects after the tokens so far: first in a block, or as an operand.
bool Lexer::OpensWhereStringsDo() const {
  const TokenKind last = count_ == 0 ? TokenKind::Newline : out_.kinds_[count_ - 1];
  switch (last) {
    case TokenKind::Indent: return count_ >= 3 && out_.kinds_[count_ - 3] == TokenKind::Colon;
    case TokenKind::Newline: return count_ == 0;
    case TokenKind::Equal:
    case TokenKind::LParen:
    case TokenKind::LBracket:
    case TokenKind::LBrace:
    case TokenKind::Comma:
    case TokenKind::Return:
    case TokenKind::Plus:
    case TokenKind::PlusEqual: return true;
    default: return false;
  }
}

const char* Lexer::FindCut(const char* content, const char* end, uint32_t column) const {
  const char* decorators = nullptr;
  const char* outside = nullptr;  // The first line left of the block: it ended there.
  for (const char* p = content; p < end;) {
    if (!IsNewline(*p)) {
      ++p;
      continue;
    }
    const char* newline = p;
    p = AfterNewline(p);
    const char* first = p;
    while (*first == ' ' || *first == '\t') {
      ++first;
    }
    if (static_cast<uint32_t>(first - p) < indents_.back().column && !IsNewline(*first) && first < end && !outside) {
      outside = newline;
    }
    if (static_cast<uint32_t>(first - p) > column) {
      continue;
    }
    if (*first == '@' && IsNameByte(first[1])) {
      decorators = decorators ? decorators : newline;
      continue;
    }
    llvm::StringRef line(first, static_cast<size_t>(std::find_if(first, end, IsNewline) - first));
    line.consume_front("async ");
    if (line.consume_front("def ") || line.consume_front("class ")) {
      llvm::StringRef rest = line.ltrim(' ').drop_while(IsNameByte);
      if (rest.starts_with("(") || (rest.starts_with(":") && line.rtrim().ends_with(":"))) {
        return outside ? outside : decorators ? decorators : newline;
      }
    }
    decorators = nullptr;
  }
  return nullptr;
}

void Lexer::CheckBytes(const char* start, const char* end) {
  for (const char* p = start; p < end; ++p) {
    if (static_cast<uint8_t>(*p) >= 0x80) {
      Fail(p, p + std::max(1u, DecodeUtf8(p, end_).size), "bytes can only contain ASCII literal characters");
      return;
    }
  }
}

void Lexer::CheckEscape(const char* p, bool bytes) {
  auto hex_digits = [p](unsigned most) {
    unsigned count = 0;
    while (count < most && IsHex(p[2 + count])) {
      ++count;
    }
    return count;
  };
  char letter = p[1];
  if (letter == 'x') {
    if (hex_digits(2) < 2) {
      Fail(p, p + 2, bytes ? "(value error) invalid \\x escape" : "(unicode error) truncated \\xXX escape");
    }
  } else if (bytes) {
    return;
  } else if (letter == 'u') {
    if (hex_digits(4) < 4) {
      Fail(p, p + 2, "(unicode error) truncated \\uXXXX escape");
    }
  } else if (letter == 'U') {
    if (hex_digits(8) < 8) {
      Fail(p, p + 2, "(unicode error) truncated \\UXXXXXXXX escape");
    } else if (p[2] != '0' || p[3] != '0' || p[4] > '1' || (p[4] == '1' && p[5] != '0')) {
      Fail(p, p + 10, "(unicode error) illegal Unicode character");
    }
  } else if (letter == 'N') {
    const char* close = p + 2;
    while (close < end_ && *close != '}' && !IsNewline(*close) && *close != '"' && *close != '\'') {
      ++close;
    }
    if (p[2] != '{' || *close != '}' || close == p + 3) {
      Fail(p, p + 2, "(unicode error) malformed \\N character escape");
    } else if (!llvm::sys::unicode::nameToCodepointStrict(llvm::StringRef(p + 3, static_cast<size_t>(close - p - 3)).upper())) {
      Fail(p, close + 1, "(unicode error) unknown Unicode character name");
    }
  }
}

void Lexer::StartFString(Prefix prefix) {
  const char* start = at_;
  const char quote = start[prefix.size];
  const bool triple = start[prefix.size + 1] == quote && start[prefix.size + 2] == quote;
  fstrings_.push_back(
      {quote, triple, prefix.raw, OffsetOf(start), count_, static_cast<uint32_t>(brackets_.size()), static_cast<uint32_t>(out_.errors_.size())});
  at_ = start + prefix.size + (triple ? 3 : 1);
  EmitText(TokenKind::FStringStart, start, at_);
  LexFStringText();
}

// Literal text up to the next replacement field or the end of the string; closes fields whose format it ends.
void Lexer::LexFStringText() {
  const FString string = fstrings_.back();
  const char* text = at_;
  const char* p = at_;
  auto emit_text = [&] {
    if (p > text) {
      EmitText(TokenKind::FStringMiddle, text, p);
    }
    at_ = p;
  };
  bool in_format = brackets_.size() > string.brackets && brackets_.back().in_format;
  for (;;) {
    char c = *p;
    if (c == string.quote && (!string.triple || (p[1] == c && p[2] == c))) {
      if (in_format) {
        BreakFString("f-string: expecting '}'");
        return;
      }
      emit_text();
      at_ += string.triple ? 3 : 1;
      EmitText(TokenKind::FStringEnd, p, at_);
      fstrings_.pop_back();
      return;
    }
    if (c == '{' && p[1] == '{' && !in_format) {
      p += 2;
    } else if (c == '{') {
      emit_text();
      if (brackets_.size() >= kMaxBrackets) {
        BreakFString("f-string: expressions nested too deeply");
        return;
      }
      brackets_.push_back({'{', true, false, OffsetOf(p)});
      EmitFixed(TokenKind::LBrace, 1);
      return;
    } else if (c == '}' && p[1] == '}' && !in_format) {
      p += 2;
    } else if (c == '}') {
      if (!in_format) {
        BreakFString("f-string: single '}' is not allowed");
        return;
      }
      emit_text();
      EmitFixed(TokenKind::RBrace, 1);
      brackets_.pop_back();
      in_format = brackets_.size() > string.brackets && brackets_.back().in_format;
      text = p = at_;
    } else if (c == '\\') {
      if (string.raw || p[1] == '{' || p[1] == '}') {
        bool quoted = p[1] == string.quote || p[1] == '\\' || IsNewline(p[1]);
        p = quoted ? AfterEscape(p, end_) : p + 1;
        continue;
      }
      CheckEscape(p, false);
      if (p[1] == 'N' && p[2] == '{') {
        p += 3;
        while (p < end_ && *p != '}' && *p != string.quote && !IsNewline(*p)) {
          ++p;
        }
        p += *p == '}';
        continue;
      }
      p = AfterEscape(p, end_);
    } else if ((c == '\0' && p >= end_) || (IsNewline(c) && !string.triple)) {
      BreakFString("");
      return;
    } else {
      ++p;
    }
  }
}

void Lexer::BreakFString(std::string message) {
  const FString string = fstrings_.front();
  const char* start = begin_ + string.start;
  const char* seen = std::max(at_, start);
  tried_bytes_ += seen - start;
  if (tried_bytes_ > (end_ - begin_) + kTryAllowance) {
    broken_until_ = std::max(broken_until_, seen);
  }
  count_ = string.token;
  out_.errors_.resize(string.errors);
  brackets_.truncate(string.brackets);
  fstrings_.clear();
  at_ = start;
  const char* quote = start;
  while (*quote != string.quote) {
    ++quote;
  }
  const size_t errors = out_.errors_.size();
  Prefix prefix{static_cast<unsigned>(quote - start), true, false, true};
  if (string.triple) {
    LexTripleString(start, prefix);
  } else {
    LexLineString(start, prefix);
  }
  if (out_.errors_.size() == errors) {
    Fail(start, at_, message.empty() ? "f-string: expecting '}'" : std::move(message));
  }
}

}  // namespace trident::lex
