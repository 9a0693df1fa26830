#include "core/shape/regroup.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace trident::shape {

namespace {

constexpr size_t kMaxAxes = 6;

using Axes = llvm::SmallVector<std::pair<unsigned, Dim>, 6>;

Axes WithoutOnes(llvm::ArrayRef<Dim> dims) {
  Axes axes;
  for (unsigned i = 0; i < dims.size(); ++i) {
    if (dims[i] != Dim(1)) axes.emplace_back(i, dims[i]);
  }
  return axes;
}

Dim Merged(Dim product) {
  llvm::SmallVector<std::pair<Dim, Dim>, 2> divides;
  return Reassemble(product, divides);
}

// `whole / part` where it has no remainder whatever the symbols are; nothing else.
std::optional<Dim> Quotient(Dim whole, Dim part) {
  Dim quotient = FloorDiv(whole, part);
  if (quotient.is_unknown() || quotient * part != whole) return std::nullopt;
  return quotient;
}

// Most reshapes: each of `few` is the product of the next ones of `many`.
bool MergesNeighbours(llvm::ArrayRef<std::pair<unsigned, Dim>> many, llvm::ArrayRef<std::pair<unsigned, Dim>> few) {
  size_t i = 0;
  for (const auto& [axis, size] : few) {
    Dim product(1);
    while (i < many.size() && product != size) product = product * many[i++].second;
    if (product != size) return false;
  }
  return i == many.size();
}

// Whether splitting axes of both gives the same list of axes, in order.
bool ReadInOrder(llvm::ArrayRef<std::pair<unsigned, Dim>> many, llvm::ArrayRef<std::pair<unsigned, Dim>> few) {
  size_t i = 0, j = 0;
  Dim left(1), right(1);
  while (i < many.size() || j < few.size() || left != Dim(1) || right != Dim(1)) {
    if (left == Dim(1)) {
      if (i == many.size()) return false;
      left = many[i++].second;
    }
    if (right == Dim(1)) {
      if (j == few.size()) return false;
      right = few[j++].second;
    }
    if (std::optional<Dim> rest = Quotient(right, left)) {
      right = *rest;
      left = Dim(1);
    } else if (std::optional<Dim> other = Quotient(left, right)) {
      left = *other;
      right = Dim(1);
    } else {
      return false;
    }
  }
  return true;
}

// Which of `many` each of `few` is the product of.
class Search {
 public:
  Search(llvm::ArrayRef<std::pair<unsigned, Dim>> many, llvm::ArrayRef<std::pair<unsigned, Dim>> few) : many_(many), few_(few) { Place(0, 0); }

  bool in_order() const { return in_order_; }
  llvm::ArrayRef<unsigned> order() const { return order_; }

 private:
  void Place(size_t at, unsigned used) {
    if (in_order_) return;
    if (at == few_.size()) {
      if (used + 1 != 1u << many_.size()) return;
      in_order_ = std::is_sorted(chosen_.begin(), chosen_.end());
      if (order_.empty()) order_.assign(chosen_.begin(), chosen_.end());
      return;
    }
    for (unsigned group = 1; group < 1u << many_.size(); ++group) {
      if (group & used) continue;
      Dim product(1);
      for (size_t i = 0; i < many_.size(); ++i) {
        if (group >> i & 1) product = product * many_[i].second;
      }
      if (Merged(product) != Merged(few_[at].second)) continue;
      size_t before = chosen_.size();
      for (size_t i = 0; i < many_.size(); ++i) {
        if (group >> i & 1) chosen_.push_back(i);
      }
      Place(at + 1, used | group);
      chosen_.truncate(before);
    }
  }

  llvm::ArrayRef<std::pair<unsigned, Dim>> many_, few_;
  llvm::SmallVector<unsigned, 6> chosen_, order_;
  bool in_order_ = false;
};

}  // namespace

std::optional<MissedOrder> MissedOrderOf(llvm::ArrayRef<Dim> from, llvm::ArrayRef<Dim> to) {
  auto known = [](Dim size) { return !size.is_unknown() && size != Dim(0); };
  if (!llvm::all_of(from, known) || !llvm::all_of(to, known)) return std::nullopt;
  Axes many = WithoutOnes(from), few = WithoutOnes(to);
  MissedOrder missed;
  missed.splits = many.size() < few.size();
  if (missed.splits) std::swap(many, few);
  // One axis fewer or more in all is the least that is not a mere swap.
  llvm::ArrayRef<std::pair<unsigned, Dim>> longer = many, shorter = few;
  while (!shorter.empty() && longer.front().second == shorter.front().second) longer = longer.drop_front(), shorter = shorter.drop_front();
  while (!shorter.empty() && longer.back().second == shorter.back().second) longer = longer.drop_back(), shorter = shorter.drop_back();
  if (longer.size() <= shorter.size() || shorter.size() < 2 || longer.size() > kMaxAxes || MergesNeighbours(longer, shorter)) return std::nullopt;
  Search search(longer, shorter);
  if (search.in_order() || search.order().empty()) return std::nullopt;
  missed.ambiguous = ReadInOrder(longer, shorter);
  // Axes of size 1 stay before what follows them.
  size_t rank = missed.splits ? to.size() : from.size();
  llvm::SmallVector<unsigned, 6> moved;
  for (unsigned i : search.order()) moved.push_back(longer[i].first);
  unsigned first = longer.front().first, last = longer.back().first;
  for (unsigned i = 0; i < rank; ++i) {
    bool one = i > first && i < last && (missed.splits ? to : from)[i] == Dim(1);
    if (one) return std::nullopt;
    if (i == first) missed.order.append(moved.begin(), moved.end());
    if (i < first || i > last) missed.order.push_back(i);
  }
  return missed;
}

}  // namespace trident::shape
