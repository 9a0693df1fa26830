// Holds one size of a tensor, or any integer that may be one: a constant, a polynomial over named symbols, or unknown.
// An unknown one may have a bound: data decide how many boxes are kept, and no more than 1000 are.
//
// A Dim is a 64-bit value: constants up to 2^62 are stored in it, symbolic forms are interned in normal form, so
// equality of Dims is equality of normal forms. Atoms of a polynomial are symbols, floor divisions, remainders,
// min and max. Threads: any; symbolic operations take a lock, constant ones do not. Lifetime: process.
#pragma once

#include "core/base/fingerprint.h"
#include "core/base/symbol.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace trident::shape {

class Dim {
 public:
  static constexpr int64_t kMaxConstant = (int64_t{1} << 61) - 1;

  constexpr Dim() = default;  // Unknown.
  // A constant beyond +-kMaxConstant (sys.maxsize as the end of a slice) becomes that bound.
  constexpr Dim(int64_t value)
      : bits_(static_cast<uint64_t>(value > kMaxConstant    ? kMaxConstant
                                    : value < -kMaxConstant ? -kMaxConstant
                                                            : value)
                  << 2 |
              kConstant) {}
  static constexpr Dim Unknown() { return Dim(); }
  // Not known, but from 0 to `bound`. It is unknown in all else: two of them are not known to be equal.
  static constexpr Dim AtMost(int64_t bound) {
    Dim dim;
    if (bound >= 0 && bound <= kMaxConstant) dim.bits_ = static_cast<uint64_t>(bound) << 2 | kBounded;
    return dim;
  }
  // A size named after the user's own word; two symbols with one name and one scope are the same size.
  // `scope` tells apart equal names of different places (0: none); it does not print.
  static Dim Named(Symbol name, uint32_t scope = 0);

  bool is_constant() const { return (bits_ & 3) == kConstant; }
  bool is_unknown() const { return bits_ == 0 || (bits_ & 3) == kBounded; }
  bool is_symbolic() const { return (bits_ & 3) == kExpression; }
  int64_t constant() const { return static_cast<int64_t>(bits_) >> 2; }  // Only for constants.
  std::optional<int64_t> value() const { return is_constant() ? std::optional<int64_t>(constant()) : std::nullopt; }
  // The largest it can be, where it is known not to be negative.
  std::optional<int64_t> bound() const {
    bool bounded = (bits_ & 3) == kBounded || (is_constant() && constant() >= 0);
    return bounded ? std::optional<int64_t>(bits_ >> 2) : std::nullopt;
  }

  // Equality of normal forms. Two unknowns are not known to be equal: use ProvablyEqual.
  friend bool operator==(Dim, Dim) = default;
  uint64_t raw() const { return bits_; }
  static Dim FromRaw(uint64_t bits) {
    Dim d;
    d.bits_ = bits;
    return d;
  }

  // "64", "H // 2", "B * T", "?".
  std::string ToString() const;
  // Stable across runs and processes.
  Fingerprint fingerprint() const;

 private:
  static constexpr uint64_t kConstant = 1, kExpression = 2, kBounded = 3;
  uint64_t bits_ = 0;
};
static_assert(sizeof(Dim) == 8);

Dim operator+(Dim a, Dim b);
Dim operator-(Dim a, Dim b);
Dim operator*(Dim a, Dim b);
Dim FloorDiv(Dim a, Dim b);  // Python's //. Unknown for a zero divisor.
Dim Mod(Dim a, Dim b);       // Python's %.
Dim Min(Dim a, Dim b);
Dim Max(Dim a, Dim b);
Dim Product(llvm::ArrayRef<Dim> dims);
Dim SomeOf(Dim size);        // As many of `size` as data decide: from none to all.

// A size symbol is at least 1 unless said otherwise; these use that and interval reasoning.
bool ProvablyEqual(Dim a, Dim b);      // Both known and equal for every value of the symbols.
bool ProvablyDifferent(Dim a, Dim b);  // Different for every value of the symbols.
bool ProvablyLess(Dim a, Dim b);
bool ProvablyPositive(Dim a);  // >= 1

// If `n * (d // n)` style reassembly of `product` from `parts` needs it: the divisibility "n divides d" that makes
// FloorDiv exact. Recorded by the caller as a visible assumption.
Dim FloorDivExact(Dim a, Dim b);  // a / b given that b divides a.

// `value` with each y * (x // y) in it replaced by x, which holds when y divides x; every such pair (y, x) is added to
// `divides`, for the caller to record as an assumption.
Dim Reassemble(Dim value, llvm::SmallVectorImpl<std::pair<Dim, Dim>>& divides);

// Replaces the symbol (name, scope) by `with` in `in`.
Dim Substitute(Dim in, Dim symbol, Dim with);

}  // namespace trident::shape
