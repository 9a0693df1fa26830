// Holds a 128-bit content fingerprint: the identity of a piece of work across edits, processes and machines.
//
// Computed with XXH3-128 (LLVM Support). Never hash process-local numbers (pointers, interned ids) into one.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/xxhash.h"

#include <cstdint>
#include <string>

namespace trident {

struct Fingerprint {
  uint64_t low = 0;
  uint64_t high = 0;

  bool empty() const { return low == 0 && high == 0; }
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

inline Fingerprint FingerprintOf(llvm::ArrayRef<uint8_t> bytes) {
  llvm::XXH128_hash_t hash = llvm::xxh3_128bits(bytes);
  return {hash.low64, hash.high64};
}

inline Fingerprint FingerprintOf(llvm::StringRef text) {
  return FingerprintOf(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

// Order matters: Combine(a, b) != Combine(b, a). A multiply-xor mix of both halves; cheap enough for hot paths.
inline Fingerprint Combine(Fingerprint a, Fingerprint b) {
  auto mix = [](uint64_t x, uint64_t y) {
    __uint128_t product = static_cast<__uint128_t>(x ^ 0x9E3779B97F4A7C15ull) * (y ^ 0xD6E8FEB86659FD93ull);
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  return {mix(a.low + 0x2545F4914F6CDD1Dull, b.low) + a.high, mix(a.high ^ b.low, b.high + 0xA0761D6478BD642Full) + b.high * 31 + a.low};
}

inline Fingerprint Combine(Fingerprint a, uint64_t b) { return Combine(a, Fingerprint{b, b * 0x9FB21C651E98DF25ull + 1}); }

// 32 lower-case hexadecimal digits, high half first.
std::string ToHex(Fingerprint fingerprint);

struct FingerprintHash {
  size_t operator()(const Fingerprint& f) const { return f.low; }
};

}  // namespace trident
