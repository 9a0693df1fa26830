#include "core/shape/polynomial.h"

#include "core/shape/intern_table.h"

#include <algorithm>

namespace trident::shape {
namespace {

struct Node {
  Polynomial polynomial;
  Range range;
  Fingerprint fingerprint;
  uint32_t size = 0;
};

struct AtomNode {
  Atom atom;
  Range range;
  Fingerprint fingerprint;
  uint32_t size = 0;
};

struct Tables {
  InternTable<Node> nodes;
  InternTable<AtomNode> atoms;
};

Tables& AllTables() {
  static Tables* tables = new Tables;  // Never destroyed: Dims outlive static destruction.
  return *tables;
}

int64_t Clamp(__int128 value) { return static_cast<int64_t>(std::clamp<__int128>(value, -Range::kInfinity, Range::kInfinity)); }

int64_t FloorOf(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

Range Add(Range a, Range b) {
  auto bound = [](int64_t x, int64_t y, int64_t infinite) { return x == infinite || y == infinite ? infinite : Clamp(static_cast<__int128>(x) + y); };
  return {bound(a.low, b.low, -Range::kInfinity), bound(a.high, b.high, Range::kInfinity)};
}

Range Multiply(Range a, Range b) {
  __int128 corners[4] = {static_cast<__int128>(a.low) * b.low, static_cast<__int128>(a.low) * b.high, static_cast<__int128>(a.high) * b.low,
                         static_cast<__int128>(a.high) * b.high};
  return {Clamp(*std::min_element(corners, corners + 4)), Clamp(*std::max_element(corners, corners + 4))};
}

Range DivideRange(Range a, Range b) {
  if (b.low < 1) {
    return {};
  }
  auto quotient = [](int64_t value, int64_t divisor) {
    if (value == Range::kInfinity || value == -Range::kInfinity) {
      return value;
    }
    return divisor == Range::kInfinity ? (value < 0 ? int64_t{-1} : int64_t{0}) : FloorOf(value, divisor);
  };
  return {quotient(a.low, a.low >= 0 ? b.high : b.low), quotient(a.high, a.high >= 0 ? b.low : b.high)};
}

Range RangeOfAtom(const Atom& atom) {
  if (atom.kind == AtomKind::Symbol) {
    return {1, Range::kInfinity};
  }
  Range a = RangeOf(atom.left), b = RangeOf(atom.right);
  switch (atom.kind) {
    case AtomKind::FloorDiv: return DivideRange(a, b);
    case AtomKind::Mod:
      if (b.low < 1) {
        return {};
      }
      return {0, std::min(b.high == Range::kInfinity ? b.high : b.high - 1, a.low >= 0 ? a.high : Range::kInfinity)};
    case AtomKind::Min: return {std::min(a.low, b.low), std::min(a.high, b.high)};
    case AtomKind::Max: return {std::max(a.low, b.low), std::max(a.high, b.high)};
    case AtomKind::Symbol: break;
  }
  return {};
}

uint32_t SizeOf(Dim dim) { return dim.is_symbolic() ? AllTables().nodes.Get(static_cast<uint32_t>(dim.raw() >> 2)).size : 1; }

uint32_t SizeOf(const Atom& atom) { return atom.kind == AtomKind::Symbol ? 1 : 1 + SizeOf(atom.left) + SizeOf(atom.right); }

uint32_t SizeOf(const Polynomial& polynomial) {
  uint32_t size = 0;
  for (const Monomial& monomial : polynomial) {
    ++size;
    for (AtomId id : monomial.atoms) {
      size += AllTables().atoms.Get(id).size;
    }
  }
  return size;
}

Fingerprint ComputeFingerprint(const Atom& atom) {
  Fingerprint seed{static_cast<uint64_t>(atom.kind) + 11, 0x5DEECE66Dull};
  if (atom.kind == AtomKind::Symbol) {
    return Combine(Combine(seed, Hash(atom.name)), atom.scope);
  }
  return Combine(Combine(seed, atom.left.fingerprint()), atom.right.fingerprint());
}

// Does not depend on the order of atoms and monomials, which differs between runs.
Fingerprint ComputeFingerprint(const Polynomial& polynomial) {
  Fingerprint sum{17, 29};
  for (const Monomial& monomial : polynomial) {
    Fingerprint product{static_cast<uint64_t>(monomial.coefficient), 3};
    for (AtomId id : monomial.atoms) {
      Fingerprint atom = FingerprintOfAtom(id);
      product.low += atom.low * 0x9E3779B97F4A7C15ull;
      product.high += atom.high ^ (atom.high << 7);
    }
    product = Combine(product, static_cast<uint64_t>(monomial.coefficient));
    sum.low += product.low;
    sum.high += product.high;
  }
  return Combine(sum, polynomial.size());
}

uint64_t HashOf(const Polynomial& polynomial) {
  uint64_t hash = polynomial.size();
  for (const Monomial& monomial : polynomial) {
    hash = (hash ^ static_cast<uint64_t>(monomial.coefficient)) * 0x9E3779B97F4A7C15ull;
    for (AtomId id : monomial.atoms) {
      hash = (hash ^ id ^ hash >> 29) * 0xD6E8FEB86659FD93ull;
    }
  }
  return hash ^ hash >> 32;
}

}  // namespace

const Atom& AtomAt(AtomId id) { return AllTables().atoms.Get(id).atom; }
Fingerprint FingerprintOfAtom(AtomId id) { return AllTables().atoms.Get(id).fingerprint; }

AtomId Intern(const Atom& atom) {
  AtomNode node{atom, RangeOfAtom(atom), ComputeFingerprint(atom), SizeOf(atom)};
  // Equal fingerprints do not make equal atoms: names of two scopes could collide only by chance, but compare anyway.
  return AllTables().atoms.Intern(node.fingerprint.low, [&](const AtomNode& other) { return other.atom == atom; }, [&] { return node; });
}

Polynomial PolynomialOf(Dim dim) {
  if (dim.is_constant()) {
    Polynomial polynomial;
    if (dim.constant() != 0) {
      polynomial.push_back({{}, dim.constant()});
    }
    return polynomial;
  }
  return AllTables().nodes.Get(static_cast<uint32_t>(dim.raw() >> 2)).polynomial;
}

Dim DimOf(Polynomial polynomial) {
  if (polynomial.empty()) {
    return Dim(0);
  }
  for (const Monomial& monomial : polynomial) {
    if (monomial.coefficient > Dim::kMaxConstant || monomial.coefficient < -Dim::kMaxConstant) {
      return Dim::Unknown();
    }
  }
  if (polynomial.size() == 1 && polynomial[0].atoms.empty()) {
    return Dim(polynomial[0].coefficient);
  }
  uint32_t size = SizeOf(polynomial);
  if (size > kMaxSize) {
    return Dim::Unknown();
  }
  auto equal = [&](const Node& node) { return node.polynomial == polynomial; };
  auto make = [&] { return Node{polynomial, RangeOf(polynomial), ComputeFingerprint(polynomial), size}; };
  uint32_t index = AllTables().nodes.Intern(HashOf(polynomial), equal, make);
  return Dim::FromRaw(static_cast<uint64_t>(index) << 2 | 2);
}

Dim DimOf(const Atom& atom) {
  if (SizeOf(atom) > kMaxSize) {
    return Dim::Unknown();
  }
  Polynomial polynomial;
  polynomial.push_back({{Intern(atom)}, 1});
  return DimOf(std::move(polynomial));
}

Range RangeOf(const Polynomial& polynomial) {
  Range sum{0, 0};
  for (const Monomial& monomial : polynomial) {
    Range product{monomial.coefficient, monomial.coefficient};
    for (AtomId id : monomial.atoms) {
      product = Multiply(product, AllTables().atoms.Get(id).range);
    }
    sum = Add(sum, product);
  }
  return sum;
}

Range RangeOf(Dim dim) {
  if (dim.is_constant()) {
    return {dim.constant(), dim.constant()};
  }
  return dim.is_unknown() ? Range{} : AllTables().nodes.Get(static_cast<uint32_t>(dim.raw() >> 2)).range;
}

Fingerprint Dim::fingerprint() const {
  if (is_symbolic()) {
    return AllTables().nodes.Get(static_cast<uint32_t>(bits_ >> 2)).fingerprint;
  }
  return Combine(Fingerprint{7, 5}, bits_);
}

bool AddTo(Polynomial& sum, const Monomial& monomial, int64_t factor) {
  int64_t coefficient = 0;
  if (__builtin_mul_overflow(monomial.coefficient, factor, &coefficient)) {
    return false;
  }
  auto place = std::lower_bound(sum.begin(), sum.end(), monomial.atoms, [](const Monomial& entry, const auto& atoms) {
    return std::lexicographical_compare(entry.atoms.begin(), entry.atoms.end(), atoms.begin(), atoms.end());
  });
  if (place == sum.end() || place->atoms != monomial.atoms) {
    if (coefficient != 0) {
      sum.insert(place, Monomial{monomial.atoms, coefficient});
    }
    return true;
  }
  if (__builtin_add_overflow(place->coefficient, coefficient, &place->coefficient)) {
    return false;
  }
  if (place->coefficient == 0) {
    sum.erase(place);
  }
  return true;
}

bool Divide(const Monomial& value, const Monomial& divisor, Monomial& quotient) {
  if (value.coefficient % divisor.coefficient != 0 ||
      !std::includes(value.atoms.begin(), value.atoms.end(), divisor.atoms.begin(), divisor.atoms.end())) {
    return false;
  }
  Monomial result;
  result.coefficient = value.coefficient / divisor.coefficient;
  std::set_difference(value.atoms.begin(), value.atoms.end(), divisor.atoms.begin(), divisor.atoms.end(), std::back_inserter(result.atoms));
  quotient = std::move(result);
  return true;
}

}  // namespace trident::shape
