// Writes JSON and XML string literals from text that may hold anything, file names included.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace trident::cli {

// With the quotes; bytes that are not UTF-8 become U+FFFD.
std::string JsonString(llvm::StringRef text);

// For element content and attribute values; control characters XML cannot hold become U+FFFD.
std::string XmlText(llvm::StringRef text);

}  // namespace trident::cli
