#include "core/parse/dump_text.h"

#include "core/lex/unicode.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FormatVariadic.h"

#include <charconv>
#include <cmath>

namespace trident::parse {

std::string FloatText(double value) {
  if (std::isinf(value)) {
    return value < 0 ? "-inf" : "inf";
  }
  char buffer[64];
  auto result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  llvm::StringRef digits(buffer, static_cast<size_t>(result.ptr - buffer));
  auto [mantissa, exponent_text] = digits.split('e');
  int exponent = 0;
  exponent_text.consume_front("+");
  exponent_text.getAsInteger(10, exponent);
  if (exponent < -4 || exponent >= 16) {
    const int magnitude = std::abs(exponent);
    return mantissa.str() + (exponent < 0 ? "e-" : "e+") + (magnitude < 10 ? "0" : "") + std::to_string(magnitude);
  }
  result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  std::string out(buffer, result.ptr);
  return out.find('.') == std::string::npos ? out + ".0" : out;
}

std::string ImaginaryText(double value) {
  std::string out = FloatText(value);
  llvm::StringRef(out).ends_with(".0") ? out.resize(out.size() - 2) : void();
  return out + "j";
}

std::string IntText(llvm::StringRef literal) {
  std::string digits;
  for (char c : literal) {
    if (c != '_') {
      digits.push_back(c);
    }
  }
  llvm::StringRef rest(digits);
  unsigned radix = 10;
  if (rest.size() > 2 && rest[0] == '0' && (rest[1] | 0x20) >= 'a') {
    char mark = static_cast<char>(rest[1] | 0x20);
    radix = mark == 'x' ? 16 : mark == 'o' ? 8 : 2;
    rest = rest.drop_front(2);
  }
  llvm::APInt value;
  if (rest.getAsInteger(radix, value)) {
    return "0";
  }
  llvm::SmallString<32> out;
  value.toString(out, 10, /*Signed=*/false);
  return out.str().str();
}

std::string Quoted(llvm::StringRef value, bool bytes) {
  const char quote = value.contains('\'') && !value.contains('"') ? '"' : '\'';
  std::string out(bytes ? "b" : "");
  out.push_back(quote);
  for (const char *at = value.begin(), *end = value.end(); at < end;) {
    uint8_t byte = static_cast<uint8_t>(*at);
    if (byte >= 0x80 && !bytes) {
      lex::Decoded decoded = lex::DecodeUtf8(at, end);
      uint32_t code = decoded.code;
      unsigned size = decoded.size;
      if (size == 0 && end - at >= 3) {
        code = (byte & 0x0Fu) << 12 | (static_cast<uint8_t>(at[1]) & 0x3Fu) << 6 | (static_cast<uint8_t>(at[2]) & 0x3Fu);
        size = 3;
      }
      at += size == 0 ? 1 : size;
      const char* form = code < 0x100 ? "\\x{0:x-2}" : code < 0x10000 ? "\\u{0:x-4}" : "\\U{0:x-8}";
      out += llvm::formatv(form, code).str();
      continue;
    }
    ++at;
    switch (byte) {
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (byte == static_cast<uint8_t>(quote)) {
          out.push_back('\\');
          out.push_back(quote);
        } else if (byte < 0x20 || byte >= 0x7F) {
          out += llvm::formatv("\\x{0:x-2}", unsigned(byte)).str();
        } else {
          out.push_back(static_cast<char>(byte));
        }
    }
  }
  out.push_back(quote);
  return out;
}

}  // namespace trident::parse
