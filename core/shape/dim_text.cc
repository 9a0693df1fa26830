#include "core/shape/polynomial.h"

#include "llvm/ADT/DenseMap.h"

#include <algorithm>

namespace trident::shape {
namespace {

// How tightly a text binds, so that the reader's Python would parse it as meant.
enum class Binding : uint8_t { Sum, Product, Unit };

struct Rendered {
  std::string text;
  Binding binding = Binding::Unit;
};

std::string Wrapped(const Rendered& text, Binding needed) { return text.binding < needed ? "(" + text.text + ")" : text.text; }

Rendered TextOf(Dim dim);

Rendered TextOf(const Atom& atom) {
  switch (atom.kind) {
    case AtomKind::Symbol: return {Text(atom.name).str(), Binding::Unit};
    case AtomKind::FloorDiv:
    case AtomKind::Mod: {
      const char* sign = atom.kind == AtomKind::FloorDiv ? " // " : " % ";
      return {Wrapped(TextOf(atom.left), Binding::Product) + sign + Wrapped(TextOf(atom.right), Binding::Unit), Binding::Product};
    }
    case AtomKind::Min:
    case AtomKind::Max:
      return {(atom.kind == AtomKind::Min ? "min(" : "max(") + TextOf(atom.left).text + ", " + TextOf(atom.right).text + ")", Binding::Unit};
  }
  return {};
}

// The product without its sign. At most one division stands bare, and first: `H // 2 * 2`, `2 * H * (C // 4)` never
// lose their meaning.
Rendered TextOf(const Monomial& monomial) {
  int64_t magnitude = monomial.coefficient < 0 ? -monomial.coefficient : monomial.coefficient;
  if (monomial.atoms.empty()) {
    return {std::to_string(magnitude), Binding::Unit};
  }
  struct Factor {
    Rendered text;
    unsigned power;
  };
  llvm::SmallVector<Factor, 4> factors;
  for (size_t i = 0; i < monomial.atoms.size();) {
    size_t next = i;
    while (next < monomial.atoms.size() && monomial.atoms[next] == monomial.atoms[i]) {
      ++next;
    }
    factors.push_back({TextOf(AtomAt(monomial.atoms[i])), static_cast<unsigned>(next - i)});
    i = next;
  }
  std::sort(factors.begin(), factors.end(), [](const Factor& a, const Factor& b) {
    if (a.text.binding != b.text.binding) {
      return a.text.binding < b.text.binding;
    }
    return a.text.text < b.text.text;
  });
  bool bare = factors[0].text.binding == Binding::Product && factors[0].power == 1;
  std::string text = magnitude != 1 && !bare ? std::to_string(magnitude) : "";
  for (const Factor& factor : factors) {
    if (!text.empty()) {
      text += " * ";
    }
    text += bare && &factor == factors.begin() ? factor.text.text : Wrapped(factor.text, Binding::Unit);
    if (factor.power > 1) {
      text += " ** " + std::to_string(factor.power);
    }
  }
  if (magnitude != 1 && bare) {
    text += " * " + std::to_string(magnitude);
  }
  bool unit = factors.size() == 1 && factors[0].power == 1 && magnitude == 1;
  return {std::move(text), unit ? factors[0].text.binding : Binding::Product};
}

Rendered TextOf(Dim dim) {
  if (dim.is_unknown()) {
    return {"?", Binding::Unit};
  }
  if (dim.is_constant()) {
    return {std::to_string(dim.constant()), dim.constant() < 0 ? Binding::Sum : Binding::Unit};
  }
  struct Part {
    Rendered text;
    bool negative;
    size_t degree;
  };
  llvm::SmallVector<Part, 4> parts;
  for (const Monomial& monomial : PolynomialOf(dim)) {
    parts.push_back({TextOf(monomial), monomial.coefficient < 0, monomial.atoms.size()});
  }
  // Constants last, unless everything else is negative: `H - 1`, `3 - H`.
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    if (a.negative != b.negative) {
      return b.negative;
    }
    if (a.degree != b.degree) {
      return a.degree > b.degree;
    }
    return a.text.text < b.text.text;
  });
  std::string text = parts[0].negative ? "-" + Wrapped(parts[0].text, Binding::Unit) : parts[0].text.text;
  for (const Part& part : llvm::ArrayRef<Part>(parts).drop_front()) {
    text += (part.negative ? " - " : " + ") + part.text.text;
  }
  bool single = parts.size() == 1 && !parts[0].negative;
  return {std::move(text), single ? parts[0].text.binding : Binding::Sum};
}

}  // namespace

std::string Dim::ToString() const {
  if (is_constant()) return std::to_string(constant());
  // Sizes are few and their texts are asked for over and over: for every type that is recorded, every message.
  static thread_local llvm::DenseMap<uint64_t, std::string> texts;
  constexpr size_t kMaxTexts = 1 << 14;
  if (texts.size() > kMaxTexts) texts.clear();
  std::string& text = texts[raw()];
  if (text.empty()) text = TextOf(*this).text;
  return text;
}

}  // namespace trident::shape
