// Turns file paths into URIs and back (RFC 3986, RFC 8089).
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace trident::protocol {

// "file:///a%20b.py" -> "/a b.py". A URI of another scheme names no file: it becomes a path that no file has
// ("/untitled:/Untitled-1"), so that documents which were never saved have a place of their own.
std::string PathFromUri(llvm::StringRef uri);

std::string UriFromPath(llvm::StringRef path);

}  // namespace trident::protocol
