#include "core/parse/literal.h"

#include "core/lex/unicode.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>
#include <cstdlib>

namespace trident::parse {
namespace {

bool IsNewline(char c) { return c == '\n' || c == '\r'; }

// What one literal means of its text.
struct Reading {
  bool raw = false;
  bool bytes = false;
  bool braces = false;  // `{{` and `}}` stand for one brace.
};

// `digits` hexadecimal digits, or as many as there are.
uint32_t TakeHex(llvm::StringRef& text, unsigned digits) {
  uint32_t value = 0;
  for (; digits > 0 && !text.empty() && llvm::isHexDigit(text.front()); --digits) {
    value = value * 16 + llvm::hexDigitValue(text.front());
    text = text.drop_front();
  }
  return value;
}

void Put(std::string& out, uint32_t code, const Reading& reading) {
  if (reading.bytes) {
    out.push_back(static_cast<char>(code));
  } else {
    lex::AppendUtf8(out, code);
  }
}

// `text` starts after a backslash.
void DecodeEscape(std::string& out, llvm::StringRef& text, const Reading& reading) {
  if (text.empty()) {
    out.push_back('\\');
    return;
  }
  char c = text.front();
  text = text.drop_front();
  switch (c) {
    case '\r': text.consume_front("\n"); return;
    case '\n': return;
    case '\\':
    case '\'':
    case '"': return out.push_back(c);
    case 'a': return out.push_back('\a');
    case 'b': return out.push_back('\b');
    case 'f': return out.push_back('\f');
    case 'n': return out.push_back('\n');
    case 'r': return out.push_back('\r');
    case 't': return out.push_back('\t');
    case 'v': return out.push_back('\v');
    case 'x': return Put(out, TakeHex(text, 2), reading);
    default: break;
  }
  if (c >= '0' && c <= '7') {
    uint32_t value = static_cast<uint32_t>(c - '0');
    for (int i = 0; i < 2 && !text.empty() && text.front() >= '0' && text.front() <= '7'; ++i) {
      value = value * 8 + static_cast<uint32_t>(text.front() - '0');
      text = text.drop_front();
    }
    return Put(out, value, reading);
  }
  if (!reading.bytes && (c == 'u' || c == 'U')) {
    return Put(out, std::min(TakeHex(text, c == 'u' ? 4 : 8), 0x10FFFFu), reading);
  }
  if (!reading.bytes && c == 'N' && text.starts_with("{") && text.contains('}')) {
    size_t close = text.find('}');
    if (std::optional<char32_t> code = llvm::sys::unicode::nameToCodepointStrict(text.slice(1, close).upper())) {
      Put(out, *code, reading);
    }
    text = text.drop_front(close + 1);
    return;
  }
  out.push_back('\\');
  out.push_back(c);
}

bool MayMeanAnother(char c) { return c == '\\' || c == '\r' || c == '{' || c == '}'; }

void DecodeContent(std::string& out, llvm::StringRef text, const Reading& reading) {
  while (!text.empty()) {
    size_t plain = std::find_if(text.begin(), text.end(), MayMeanAnother) - text.begin();
    out += text.take_front(plain);
    if (plain == text.size()) {
      return;
    }
    char c = text[plain];
    text = text.drop_front(plain + 1);
    if (c == '\\' && !reading.raw) {
      DecodeEscape(out, text, reading);
    } else if (c == '\r') {
      text.consume_front("\n");
      out.push_back('\n');
    } else {
      out.push_back(c);
      if (reading.braces && (c == '{' || c == '}') && !text.empty() && text.front() == c) {
        text = text.drop_front();
      }
    }
  }
}

// The first literal of `text`, which it leaves behind; blanks, comments and line joins before it are skipped.
bool TakeLiteral(llvm::StringRef& text, llvm::StringRef& content, Reading& reading) {
  while (!text.empty()) {
    char c = text.front();
    if (c == '#') {
      text = text.drop_until(IsNewline);
    } else if (c == ' ' || c == '\t' || c == '\f' || c == '\\' || IsNewline(c)) {
      text = text.drop_front();
    } else {
      break;
    }
  }
  reading = {};
  while (!text.empty() && text.front() != '"' && text.front() != '\'') {
    char letter = static_cast<char>(text.front() | 0x20);
    reading.raw |= letter == 'r';
    reading.bytes |= letter == 'b';
    text = text.drop_front();
  }
  if (text.empty()) {
    return false;
  }
  const char quote = text.front();
  const bool triple = text.size() >= 3 && text[1] == quote && text[2] == quote;
  text = text.drop_front(triple ? 3 : 1);
  size_t i = 0;
  auto closes = [&] { return text[i] == quote && (!triple || (i + 2 < text.size() && text[i + 1] == quote && text[i + 2] == quote)); };
  while (i < text.size() && !closes()) {
    i += text[i] == '\\' ? 2 : 1;
  }
  i = std::min(i, text.size());
  content = text.take_front(i);
  text = text.drop_front(std::min(text.size(), i + (triple ? 3 : 1)));
  return true;
}

std::string WithoutUnderscores(llvm::StringRef text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != '_'; });
  return out;
}

// The source that a `=` field shows: as written, but for comments and the form of line ends.
std::string WithoutComments(llvm::StringRef text) {
  std::string out;
  char quote = '\0';
  while (!text.empty()) {
    char c = text.front();
    if (c == '#' && quote == '\0') {
      text = text.drop_until(IsNewline);
      continue;
    }
    if (c == '"' || c == '\'') {
      quote = quote == c ? '\0' : quote == '\0' ? c : quote;
    }
    text = text.drop_front();
    if (c == '\r') {
      text.consume_front("\n");
      c = '\n';
    }
    out.push_back(c);
  }
  return out;
}

llvm::StringRef NodeText(llvm::StringRef text, const Tree& tree, NodeId node) { return text.slice(tree.start(node), tree.end(node)); }

}  // namespace

std::optional<int64_t> DecodeInt(llvm::StringRef text, const Tree& tree, NodeId node) {
  std::string digits = WithoutUnderscores(NodeText(text, tree, node));
  llvm::StringRef rest(digits);
  unsigned radix = 10;
  if (rest.size() > 2 && rest[0] == '0') {
    char mark = static_cast<char>(rest[1] | 0x20);
    radix = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    rest = radix == 10 ? rest : rest.drop_front(2);
  }
  uint64_t value = 0;
  for (char c : rest) {
    unsigned digit = llvm::hexDigitValue(c);
    if (digit >= radix) {
      break;
    }
    if (__builtin_mul_overflow(value, radix, &value) || __builtin_add_overflow(value, digit, &value)) {
      return std::nullopt;
    }
  }
  return value <= static_cast<uint64_t>(INT64_MAX) ? std::optional<int64_t>(static_cast<int64_t>(value)) : std::nullopt;
}

double DecodeFloat(llvm::StringRef text, const Tree& tree, NodeId node) {
  return std::strtod(WithoutUnderscores(NodeText(text, tree, node)).c_str(), nullptr);
}

std::string DecodeString(llvm::StringRef text, const Tree& tree, NodeId node) {
  std::string out;
  llvm::StringRef rest = NodeText(text, tree, node);
  if (tree.kind(node) == NodeKind::FStringText) {
    const uint8_t flags = tree.flags(node);
    if (flags & kVerbatimText) {
      return WithoutComments(rest);
    }
    Reading reading;
    reading.raw = (flags & kRawText) != 0;
    reading.braces = (flags & kFormatText) == 0;
    DecodeContent(out, rest, reading);
    return out;
  }
  llvm::StringRef content;
  Reading reading;
  while (TakeLiteral(rest, content, reading)) {
    DecodeContent(out, content, reading);
  }
  return out;
}

}  // namespace trident::parse
