#include "server/cli/json_text.h"

#include "core/source/decode.h"

#include "llvm/ADT/StringExtras.h"

namespace trident::cli {
namespace {

constexpr llvm::StringRef kReplacement = "\xEF\xBF\xBD";

std::string ValidUtf8(llvm::StringRef text) {
  std::string result;
  while (true) {
    size_t bad = source::FindInvalidUtf8(text);
    result += text.take_front(bad);
    if (bad == text.size()) {
      return result;
    }
    result += kReplacement;
    text = text.drop_front(bad + 1);
  }
}

}  // namespace

std::string JsonString(llvm::StringRef text) {
  std::string result = "\"";
  for (char c : ValidUtf8(text)) {
    switch (c) {
      case '"': result += "\\\""; break;
      case '\\': result += "\\\\"; break;
      case '\n': result += "\\n"; break;
      case '\t': result += "\\t"; break;
      case '\r': result += "\\r"; break;
      default:
        if (static_cast<uint8_t>(c) < 0x20) {
          result += "\\u" + llvm::utohexstr(static_cast<uint8_t>(c), /*LowerCase=*/true, /*Width=*/4);
        } else {
          result += c;
        }
    }
  }
  return result + "\"";
}

std::string XmlText(llvm::StringRef text) {
  std::string result;
  for (char c : ValidUtf8(text)) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default:
        bool is_forbidden = static_cast<uint8_t>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r';
        is_forbidden ? result += kReplacement : result += c;
    }
  }
  return result;
}

}  // namespace trident::cli
