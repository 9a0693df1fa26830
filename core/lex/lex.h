// Turns text into tokens.
//
// Input: UTF-8 text of at most kMaxFileBytes. Output: one token for every byte; errors as tokens of kind Error.
// Threads: pure. Cost: linear; one pass; two growing arrays and no allocation per token.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace trident::lex {

// Larger files are refused by source/ with a clear message; offsets and word counts stay well inside 32 bits.
inline constexpr uint32_t kMaxFileBytes = 64u << 20;

struct TokenBuffer;

}  // namespace trident::lex
