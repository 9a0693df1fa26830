#include "protocol/uri.h"

#include "llvm/ADT/StringExtras.h"

namespace trident::protocol {
namespace {

std::string PercentDecoded(llvm::StringRef text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && llvm::isHexDigit(text[i + 1]) && llvm::isHexDigit(text[i + 2])) {
      result += static_cast<char>(llvm::hexFromNibbles(text[i + 1], text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

}  // namespace

std::string PathFromUri(llvm::StringRef uri) {
  size_t colon = uri.find(':');
  if (colon == llvm::StringRef::npos) {
    return uri.starts_with("/") ? uri.str() : "/" + uri.str();
  }
  llvm::StringRef scheme = uri.take_front(colon);
  llvm::StringRef rest = uri.drop_front(colon + 1).split('?').first;
  if (!scheme.equals_insensitive("file")) {
    return "/" + scheme.str() + ":/" + PercentDecoded(uri.drop_front(colon + 1).ltrim('/'));
  }
  rest = rest.split('#').first;
  if (rest.consume_front("//")) {
    // The host, empty or this machine, is no part of the path.
    rest = rest.drop_front(std::min(rest.find('/'), rest.size()));
  }
  return PercentDecoded(rest);
}

std::string UriFromPath(llvm::StringRef path) {
  std::string uri = "file://";
  for (char c : path) {
    bool is_plain = llvm::isAlnum(c) || llvm::StringRef("-._~/").contains(c);
    if (is_plain) {
      uri += c;
    } else {
      uri += "%" + llvm::utohexstr(static_cast<uint8_t>(c), /*LowerCase=*/false, /*Width=*/2);
    }
  }
  return uri;
}

}  // namespace trident::protocol
