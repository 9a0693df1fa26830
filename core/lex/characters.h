// Holds the byte classes, word tables and hashes that the lexer runs on (internal to lex/).
#pragma once

#include "core/lex/lex.h"

#include "llvm/Support/xxhash.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace trident::lex {

enum CharFlag : uint8_t { kNameByte = 1, kDigitByte = 2, kHexByte = 4, kStartByte = 8, kBlankByte = 16 };

constexpr std::array<uint8_t, 256> MakeCharFlags() {
  std::array<uint8_t, 256> flags{};
  for (int c = '0'; c <= '9'; ++c) {
    flags[c] = kNameByte | kDigitByte | kHexByte;
  }
  for (int c = 'a'; c <= 'z'; ++c) {
    flags[c] = flags[c - 32] = static_cast<uint8_t>(kNameByte | kStartByte | (c <= 'f' ? kHexByte : 0));
  }
  flags['_'] = kNameByte | kStartByte;
  flags[' '] = flags['\t'] = flags['\f'] = kBlankByte;
  return flags;
}
inline constexpr std::array<uint8_t, 256> kCharFlags = MakeCharFlags();

inline uint8_t FlagsOf(char c) { return kCharFlags[static_cast<uint8_t>(c)]; }
inline bool IsNameByte(char c) { return FlagsOf(c) & kNameByte; }
inline bool IsDigit(char c) { return FlagsOf(c) & kDigitByte; }
inline bool IsBlank(char c) { return FlagsOf(c) & kBlankByte; }
inline bool IsNewline(char c) { return c == '\n' || c == '\r'; }

// Past a CR LF, CR or LF.
inline const char* AfterNewline(const char* at) { return at[0] == '\r' && at[1] == '\n' ? at + 2 : at + 1; }

inline uint64_t Load64(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The first `size` (at most 8) bytes as a number; the bytes after them are zero.
inline uint64_t LoadWord(const char* at, unsigned size) { return size >= 8 ? Load64(at) : Load64(at) & ((uint64_t(1) << (size * 8)) - 1); }

inline uint64_t Mix(uint64_t a, uint64_t b) {
  __uint128_t product = static_cast<__uint128_t>(a ^ 0x9E3779B97F4A7C15ull) * (b ^ 0xD6E8FEB86659FD93ull);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Reads up to 8 bytes past the text.
inline uint64_t HashBytes(const char* at, size_t size) {
  if (size <= 8) {
    return Mix(LoadWord(at, size), size);
  }
  if (size <= 16) {
    return Mix(Load64(at), Load64(at + size - 8) + size * 0xA0761D6478BD642Full);
  }
  return llvm::xxh3_64bits(llvm::StringRef(at, size));
}

// Keywords in a perfect hash table on their letters as one number.
struct KeywordTable {
  static constexpr unsigned kBits = 7;
  struct Slot {
    uint64_t word = 0;
    TokenKind kind = TokenKind::Name;
  };
  std::array<Slot, 1u << kBits> slots{};
  uint64_t multiplier = 0;

  static constexpr unsigned SlotOf(uint64_t word, uint64_t multiplier) { return static_cast<unsigned>((word * multiplier) >> (64 - kBits)); }
  constexpr TokenKind Find(uint64_t word) const {
    const Slot& slot = slots[SlotOf(word, multiplier)];
    return slot.word == word ? slot.kind : TokenKind::Name;
  }
};
extern const KeywordTable kKeywords;

}  // namespace trident::lex
