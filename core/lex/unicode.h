// Holds what Unicode says about names: which characters they may hold, and their NFKC form.
//
// Threads: pure.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace trident::lex {

struct Decoded {
  uint32_t code = 0;
  unsigned size = 0;  // Bytes; 0 when they are not well-formed UTF-8.
};

Decoded DecodeUtf8(const char* at, const char* end);
void AppendUtf8(std::string& out, uint32_t code);

bool IsNameStart(uint32_t code);
bool IsNameContinue(uint32_t code);

// Python compares names in this form.
std::string NormalizeName(llvm::StringRef name);

}  // namespace trident::lex
