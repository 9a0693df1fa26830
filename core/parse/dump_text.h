// Turns values into the text that Python's repr and ascii give them (internal to parse/).
//
// Threads: pure.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace trident::parse {

// As repr: the shortest digits that read back.
std::string FloatText(double value);
std::string ImaginaryText(double value);
// The decimal digits of an integer literal of any size and radix.
std::string IntText(llvm::StringRef literal);
// As ascii: WTF-8 in, escapes out.
std::string Quoted(llvm::StringRef value, bool bytes);

}  // namespace trident::parse
