// Holds the normal form behind a symbolic Dim: a sum of integer multiples of products of atoms.
//
// Private to core/shape. A polynomial's monomials are sorted by their atoms, have coefficients other than 0, and each
// list of atoms occurs once. Atoms are interned, so equality of polynomials is equality of their contents.
#pragma once

#include "core/shape/dim.h"

#include "llvm/ADT/SmallVector.h"

namespace trident::shape {

enum class AtomKind : uint8_t { Symbol, FloorDiv, Mod, Min, Max };

struct Atom {
  AtomKind kind = AtomKind::Symbol;
  Symbol name;         // Symbol only.
  uint32_t scope = 0;  // Symbol only.
  Dim left, right;     // The other kinds.

  friend bool operator==(const Atom&, const Atom&) = default;
};
using AtomId = uint32_t;

struct Monomial {
  llvm::SmallVector<AtomId, 3> atoms;  // Sorted; an atom occurs as often as its power says. Empty: the constant.
  int64_t coefficient = 0;

  friend bool operator==(const Monomial&, const Monomial&) = default;
};
using Polynomial = llvm::SmallVector<Monomial, 3>;

// An expression is at most this many symbols and operations, written out; a larger one is Unknown. A size that grows
// through loop after loop would else take longer to read than anyone would.
inline constexpr uint32_t kMaxSize = 512;

// Bounds, saturating: kInfinity stands for anything at least as large.
struct Range {
  static constexpr int64_t kInfinity = int64_t{1} << 62;
  int64_t low = -kInfinity, high = kInfinity;
};

// Not for an unknown Dim.
Polynomial PolynomialOf(Dim dim);
Dim DimOf(Polynomial polynomial);  // Unknown when a constant leaves the range that a Dim holds, or beyond kMaxSize.
Dim DimOf(const Atom& atom);       // The same.
const Atom& AtomAt(AtomId id);
AtomId Intern(const Atom& atom);
Range RangeOf(Dim dim);
Range RangeOf(const Polynomial& polynomial);
Fingerprint FingerprintOfAtom(AtomId id);
// Adds `monomial` times `factor`, keeping the order; false on overflow.
bool AddTo(Polynomial& sum, const Monomial& monomial, int64_t factor = 1);
// Takes the atoms and the coefficient of `divisor` out of `value`; false when they are not all in it.
bool Divide(const Monomial& value, const Monomial& divisor, Monomial& quotient);

// Adds the symbols that `dim` is made of to `symbols`, each once.
void CollectSymbols(Dim dim, llvm::SmallVectorImpl<Dim>& symbols);

}  // namespace trident::shape
