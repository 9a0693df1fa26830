#include "core/shape/dim.h"

#include "core/shape/polynomial.h"
#include "core/shape/recent.h"

#include <algorithm>
#include <numeric>

namespace trident::shape {
namespace {

// A product of sums may grow without bound in a loop that Trident widens late; beyond this it is Unknown.
constexpr size_t kMaxMonomials = 48;

int64_t FloorOf(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

Dim FromWide(__int128 value) { return value > Dim::kMaxConstant || value < -Dim::kMaxConstant ? Dim::Unknown() : Dim(static_cast<int64_t>(value)); }

// What is known of a result that grows with both operands, one of which is unknown.
template <typename Compute>
Dim Bounded(Dim a, Dim b, Compute compute) {
  std::optional<int64_t> left = a.bound(), right = b.bound();
  std::optional<int64_t> most = left && right ? compute(Dim(*left), Dim(*right)).value() : std::nullopt;
  return most ? Dim::AtMost(*most) : Dim::Unknown();
}

Dim Combination(Dim a, Dim b, int64_t factor) {
  Polynomial sum = PolynomialOf(a);
  for (const Monomial& monomial : PolynomialOf(b)) {
    if (!AddTo(sum, monomial, factor)) {
      return Dim::Unknown();
    }
  }
  return sum.size() > kMaxMonomials ? Dim::Unknown() : DimOf(std::move(sum));
}

// value == divisor * quotient + rest, term by term. The constant of the rest lies in (-divisor, 0] for a floor division
// and in [0, divisor) for a remainder, so that equal values have one form: (H - 1) // 2 + 1, not (H + 1) // 2.
struct Split {
  Polynomial quotient, rest;
};

Split SplitBy(const Polynomial& value, const Monomial& divisor, bool negative_constant) {
  Split split;
  for (const Monomial& monomial : value) {
    Monomial quotient;
    if (Divide(monomial, divisor, quotient)) {
      AddTo(split.quotient, quotient);
      continue;
    }
    if (!divisor.atoms.empty()) {
      AddTo(split.rest, monomial);
      continue;
    }
    int64_t whole = FloorOf(monomial.coefficient, divisor.coefficient);
    if (monomial.atoms.empty() && negative_constant) {
      ++whole;
    }
    AddTo(split.quotient, {monomial.atoms, whole});
    AddTo(split.rest, {monomial.atoms, monomial.coefficient - whole * divisor.coefficient});
  }
  return split;
}

// The quotient if `divisor` divides `value` as a polynomial.
std::optional<Dim> DivideExactly(Dim value, Dim divisor) {
  Polynomial by = PolynomialOf(divisor);
  Dim quotient(0), rest = value;
  for (size_t step = 0; step < kMaxMonomials; ++step) {
    if (rest == Dim(0)) {
      return quotient;
    }
    if (rest.is_unknown()) {
      return std::nullopt;
    }
    Monomial piece;
    if (!Divide(PolynomialOf(rest).back(), by.back(), piece)) {
      return std::nullopt;
    }
    Polynomial one;
    one.push_back(piece);
    Dim term = DimOf(std::move(one));
    quotient = quotient + term;
    rest = rest - term * divisor;
  }
  return std::nullopt;
}

// The largest monomial with a positive coefficient that divides every term of both, constants of `value` rounded down.
Monomial CommonFactor(const Polynomial& value, const Polynomial& divisor) {
  Monomial common = divisor[0];
  auto meet = [&](const Monomial& other) {
    llvm::SmallVector<AtomId, 3> atoms;
    std::set_intersection(common.atoms.begin(), common.atoms.end(), other.atoms.begin(), other.atoms.end(), std::back_inserter(atoms));
    common.atoms = std::move(atoms);
    common.coefficient = std::gcd(common.coefficient, other.coefficient);
  };
  for (const Monomial& monomial : divisor) {
    meet(monomial);
  }
  for (const Monomial& monomial : value) {
    if (!monomial.atoms.empty()) {
      meet(monomial);
    } else {
      common.atoms.clear();  // floor((g*p + c) / (g*q)) == floor(p' / q) holds for a number g only.
    }
  }
  return common;
}

Dim DivideBy(const Polynomial& value, const Monomial& divisor) {
  Polynomial result;
  for (const Monomial& monomial : value) {
    Monomial quotient;
    if (!Divide(monomial, divisor, quotient)) {
      quotient = {{}, FloorOf(monomial.coefficient, divisor.coefficient)};  // The constant.
    }
    AddTo(result, quotient);
  }
  return DimOf(std::move(result));
}

// (x // m + c) // n == (x + c*m) // (m*n) for positive m and n.
std::optional<Dim> FlattenNested(const Polynomial& value, Dim divisor) {
  int64_t constant = 0;
  const Monomial* division = nullptr;
  for (const Monomial& monomial : value) {
    if (monomial.atoms.empty()) {
      constant = monomial.coefficient;
    } else if (!division && monomial.coefficient == 1 && monomial.atoms.size() == 1) {
      division = &monomial;
    } else {
      return std::nullopt;
    }
  }
  if (!division) {
    return std::nullopt;
  }
  const Atom& atom = AtomAt(division->atoms[0]);
  if (atom.kind != AtomKind::FloorDiv || !ProvablyPositive(atom.right) || !ProvablyPositive(divisor)) {
    return std::nullopt;
  }
  return FloorDiv(atom.left + Dim(constant) * atom.right, atom.right * divisor);
}

// A lower bound of the value; sharper than the interval of its terms where a floor division, a min or a max is
// compared with its own operand: x // c <= x / c, min(a, b) <= a.
int64_t LowerBound(const Polynomial& value, int depth = 4) {
  int64_t best = RangeOf(value).low;
  for (const Monomial& monomial : value) {
    if (depth == 0 || monomial.atoms.size() != 1) {
      continue;
    }
    const Atom& atom = AtomAt(monomial.atoms[0]);
    bool negative = monomial.coefficient < 0;
    // value == rest + k * atom, and atom * scale is bounded by one of the replacements.
    llvm::SmallVector<Dim, 2> replacements;
    Dim scale(1);
    if (atom.kind == AtomKind::FloorDiv && atom.right.is_constant() && atom.right.constant() > 0) {
      scale = atom.right;
      replacements.push_back(negative ? atom.left : atom.left - scale + Dim(1));
    } else if ((atom.kind == AtomKind::Min && negative) || (atom.kind == AtomKind::Max && !negative)) {
      replacements = {atom.left, atom.right};
    }
    for (Dim replacement : replacements) {
      Polynomial rest = value;
      AddTo(rest, monomial, -1);
      Dim bound = DimOf(std::move(rest)) * scale + replacement * Dim(monomial.coefficient);
      if (bound.is_unknown()) {
        continue;
      }
      int64_t low = LowerBound(PolynomialOf(bound), depth - 1);
      best = std::max(best, low == -Range::kInfinity ? low : -FloorOf(-low, scale.constant()));
    }
  }
  return best;
}

int64_t LowerBound(Dim value) {
  if (!value.is_symbolic()) {
    return RangeOf(value).low;
  }
  static thread_local Recent<int64_t> recent;
  return recent.Get(value, Dim(), [&] { return LowerBound(PolynomialOf(value)); });
}

bool HasOperand(Dim dim, AtomKind kind, Dim operand) {
  if (!dim.is_symbolic()) {
    return false;
  }
  Polynomial polynomial = PolynomialOf(dim);
  if (polynomial.size() != 1 || polynomial[0].coefficient != 1 || polynomial[0].atoms.size() != 1) {
    return false;
  }
  const Atom& atom = AtomAt(polynomial[0].atoms[0]);
  return atom.kind == kind && (atom.left == operand || atom.right == operand);
}

Dim MinOrMax(Dim a, Dim b, bool max) {
  if (a.is_unknown() || b.is_unknown()) {
    return Bounded(a, b, [&](Dim x, Dim y) { return MinOrMax(x, y, max); });
  }
  if (a == b) {
    return a;
  }
  if (LowerBound(a - b) >= 0) {
    return max ? a : b;
  }
  if (LowerBound(b - a) >= 0) {
    return max ? b : a;
  }
  AtomKind same = max ? AtomKind::Max : AtomKind::Min, other = max ? AtomKind::Min : AtomKind::Max;
  if (HasOperand(a, other, b) || HasOperand(b, same, a)) {
    return b;  // min(max(a, b), b) is b; min(a, min(a, b)) is min(a, b).
  }
  if (HasOperand(b, other, a) || HasOperand(a, same, b)) {
    return a;
  }
  if (a.is_constant() || (!b.is_constant() && b.fingerprint() < a.fingerprint())) {
    std::swap(a, b);  // min(a, b) and min(b, a) have one form, the same in every run.
  }
  return DimOf(Atom{same, {}, 0, a, b});
}

}  // namespace

Dim Dim::Named(Symbol name, uint32_t scope) { return DimOf(Atom{AtomKind::Symbol, name, scope, {}, {}}); }

Dim operator+(Dim a, Dim b) {
  if (a.is_constant() && b.is_constant()) {
    return FromWide(static_cast<__int128>(a.constant()) + b.constant());
  }
  if (a.is_unknown() || b.is_unknown()) {
    return Bounded(a, b, [](Dim x, Dim y) { return x + y; });
  }
  static thread_local Recent<Dim> recent;
  return recent.Get(a, b, [&] { return Combination(a, b, 1); });
}

Dim operator-(Dim a, Dim b) {
  if (a.is_constant() && b.is_constant()) {
    return FromWide(static_cast<__int128>(a.constant()) - b.constant());
  }
  if (a.is_unknown() || b.is_unknown()) {
    return Dim::Unknown();
  }
  static thread_local Recent<Dim> recent;
  return recent.Get(a, b, [&] { return Combination(a, b, -1); });
}

static Dim ProductOf(Dim a, Dim b) {
  Polynomial left = PolynomialOf(a), right = PolynomialOf(b), product;
  if (left.size() * right.size() > kMaxMonomials) {
    return Dim::Unknown();
  }
  for (const Monomial& x : left) {
    for (const Monomial& y : right) {
      Monomial both;
      std::merge(x.atoms.begin(), x.atoms.end(), y.atoms.begin(), y.atoms.end(), std::back_inserter(both.atoms));
      if (__builtin_mul_overflow(x.coefficient, y.coefficient, &both.coefficient) || !AddTo(product, both)) {
        return Dim::Unknown();
      }
    }
  }
  return DimOf(std::move(product));
}

Dim operator*(Dim a, Dim b) {
  if (a.is_constant() && b.is_constant()) {
    return FromWide(static_cast<__int128>(a.constant()) * b.constant());
  }
  if (a == Dim(0) || b == Dim(0)) {
    return Dim(0);
  }
  if (a.is_unknown() || b.is_unknown()) {
    return Bounded(a, b, [](Dim x, Dim y) { return x * y; });
  }
  static thread_local Recent<Dim> recent;
  return recent.Get(a, b, [&] { return ProductOf(a, b); });
}

static Dim QuotientOf(Dim a, Dim b) {
  if (b.is_constant() && b.constant() < 0) {
    return FloorDiv(Dim(0) - a, Dim(0) - b);
  }
  Polynomial value = PolynomialOf(a), divisor = PolynomialOf(b);
  if (divisor.size() == 1) {
    Split split = SplitBy(value, divisor[0], true);
    if (!split.quotient.empty()) {
      Dim quotient = DimOf(std::move(split.quotient));
      return split.rest.empty() ? quotient : quotient + FloorDiv(DimOf(std::move(split.rest)), b);
    }
  } else if (std::optional<Dim> exact = DivideExactly(a, b)) {
    return *exact;
  }
  Monomial common = CommonFactor(value, divisor);
  if (common.coefficient > 1 || !common.atoms.empty()) {
    return FloorDiv(DivideBy(value, common), DivideBy(divisor, common));
  }
  if (std::optional<Dim> flat = FlattenNested(value, b)) {
    return *flat;
  }
  if (RangeOf(a).low >= 0 && ProvablyLess(a, b)) {
    return Dim(0);
  }
  if (RangeOf(a).high < 0 && RangeOf(a + b).low >= 0) {
    return Dim(-1);
  }
  return DimOf(Atom{AtomKind::FloorDiv, {}, 0, a, b});
}

Dim FloorDiv(Dim a, Dim b) {
  if (a.is_unknown() || b.is_unknown() || b == Dim(0)) {
    return b.is_constant() && b.constant() > 0 ? Bounded(a, b, FloorDiv) : Dim::Unknown();
  }
  if (a.is_constant() && b.is_constant()) {
    return Dim(FloorOf(a.constant(), b.constant()));
  }
  if (b == Dim(1) || a == Dim(0)) {
    return a;
  }
  static thread_local Recent<Dim> recent;
  return recent.Get(a, b, [&] { return QuotientOf(a, b); });
}

Dim Mod(Dim a, Dim b) {
  if (a.is_unknown() || b.is_unknown() || b == Dim(0)) {
    return Dim::Unknown();
  }
  if (a.is_constant() && b.is_constant()) {
    return Dim(a.constant() - b.constant() * FloorOf(a.constant(), b.constant()));
  }
  if (b == Dim(1) || a == Dim(0)) {
    return Dim(0);
  }
  Polynomial divisor = PolynomialOf(b);
  if (divisor.size() == 1 && divisor[0].coefficient > 0) {
    a = DimOf(SplitBy(PolynomialOf(a), divisor[0], false).rest);
  } else if (DivideExactly(a, b)) {
    return Dim(0);
  }
  if (a == Dim(0) || (RangeOf(a).low >= 0 && ProvablyLess(a, b))) {
    return a;
  }
  return DimOf(Atom{AtomKind::Mod, {}, 0, a, b});
}

Dim Min(Dim a, Dim b) { return MinOrMax(a, b, false); }
Dim Max(Dim a, Dim b) { return MinOrMax(a, b, true); }

Dim Product(llvm::ArrayRef<Dim> dims) {
  if (llvm::is_contained(dims, Dim(0))) {
    return Dim(0);
  }
  Dim product(1);
  for (Dim dim : dims) {
    product = product * dim;
  }
  return product;
}

Dim SomeOf(Dim size) { return size.bound() ? Dim::AtMost(*size.bound()) : Dim::Unknown(); }

bool ProvablyEqual(Dim a, Dim b) { return !a.is_unknown() && a == b; }

bool ProvablyDifferent(Dim a, Dim b) {
  if (a.is_unknown() || b.is_unknown()) {
    return false;
  }
  Dim difference = a - b;
  if (difference.is_constant()) {
    return difference.constant() != 0;
  }
  if (difference.is_unknown()) {
    return false;
  }
  if (LowerBound(difference) > 0 || LowerBound(Dim(0) - difference) > 0) {
    return true;
  }
  // 2*H is never 7: every term but the constant is a multiple of what the constant is not.
  int64_t common = 0, constant = 0;
  for (const Monomial& monomial : PolynomialOf(difference)) {
    if (monomial.atoms.empty()) {
      constant = monomial.coefficient;
    } else {
      common = std::gcd(common, monomial.coefficient);
    }
  }
  return common > 1 && constant % common != 0;
}

bool ProvablyLess(Dim a, Dim b) {
  if (a.is_unknown() || b.is_unknown()) {
    return false;
  }
  return ProvablyPositive(b - a);
}

bool ProvablyPositive(Dim a) { return LowerBound(a) >= 1; }

static Dim ReassembleTerms(Dim value, llvm::SmallVectorImpl<std::pair<Dim, Dim>>& divides);

Dim Reassemble(Dim value, llvm::SmallVectorImpl<std::pair<Dim, Dim>>& divides) {
  if (!value.is_symbolic()) {
    return value;
  }
  using Divides = llvm::SmallVector<std::pair<Dim, Dim>, 2>;
  static thread_local Recent<std::pair<Dim, Divides>, 512> recent;
  // A copy: recursion may take the slot.
  std::pair<Dim, Divides> found = recent.Get(value, Dim(), [&] {
    std::pair<Dim, Divides> made;
    made.first = ReassembleTerms(value, made.second);
    return made;
  });
  divides.append(found.second.begin(), found.second.end());
  return found.first;
}

static Dim ReassembleTerms(Dim value, llvm::SmallVectorImpl<std::pair<Dim, Dim>>& divides) {
  Dim sum(0);
  for (const Monomial& monomial : PolynomialOf(value)) {
    Polynomial one;
    one.push_back(monomial);
    Dim term = DimOf(std::move(one));
    for (AtomId id : monomial.atoms) {
      const Atom& atom = AtomAt(id);
      if (atom.kind != AtomKind::FloorDiv) {
        continue;
      }
      std::optional<Dim> rest = DivideExactly(term, DimOf(atom) * atom.right);
      if (rest) {
        divides.push_back({atom.right, atom.left});
        term = Reassemble(*rest * atom.left, divides);
        break;
      }
    }
    sum = sum + term;
  }
  return sum;
}

Dim FloorDivExact(Dim a, Dim b) {
  if (a.is_unknown() || b.is_unknown() || b == Dim(0)) {
    return Dim::Unknown();
  }
  if (!b.is_constant() || !a.is_constant()) {
    if (std::optional<Dim> exact = DivideExactly(a, b)) {
      return *exact;
    }
  }
  // What is left divides only if the reassembled form does.
  llvm::SmallVector<std::pair<Dim, Dim>, 2> ignored;
  return FloorDiv(Reassemble(a, ignored), b);
}

Dim Substitute(Dim in, Dim symbol, Dim with) {
  if (!in.is_symbolic() || !symbol.is_symbolic()) {
    return in;
  }
  if (in == symbol) {
    return with;
  }
  Dim sum(0);
  for (const Monomial& monomial : PolynomialOf(in)) {
    Dim product(monomial.coefficient);
    for (AtomId id : monomial.atoms) {
      const Atom& atom = AtomAt(id);
      Dim factor;
      if (atom.kind == AtomKind::Symbol) {
        Dim self = DimOf(atom);
        factor = self == symbol ? with : self;
      } else {
        Dim left = Substitute(atom.left, symbol, with), right = Substitute(atom.right, symbol, with);
        factor = atom.kind == AtomKind::FloorDiv ? FloorDiv(left, right)
                 : atom.kind == AtomKind::Mod    ? Mod(left, right)
                 : atom.kind == AtomKind::Min    ? Min(left, right)
                                                 : Max(left, right);
      }
      product = product * factor;
    }
    sum = sum + product;
  }
  return sum;
}

void CollectSymbols(Dim dim, llvm::SmallVectorImpl<Dim>& symbols) {
  if (!dim.is_symbolic()) return;
  for (const Monomial& monomial : PolynomialOf(dim)) {
    for (AtomId id : monomial.atoms) {
      const Atom& atom = AtomAt(id);
      if (atom.kind != AtomKind::Symbol) {
        CollectSymbols(atom.left, symbols);
        CollectSymbols(atom.right, symbols);
      } else if (Dim symbol = DimOf(atom); !llvm::is_contained(symbols, symbol)) {
        symbols.push_back(symbol);
      }
    }
  }
}

}  // namespace trident::shape
