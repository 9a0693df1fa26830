#include "core/kernel/axis.h"

#include <algorithm>
#include <numeric>

namespace trident::kernel {

using parse::BinaryOp;
using parse::CompareOp;
using shape::Dim;
using shape::Shape;

namespace {

constexpr int64_t kAll = int64_t{1} << 40;  // Divides zero as every number does; far above any alignment.

int64_t SizeOf(Dim dim) { return dim.value().value_or(kNominalSize); }

int64_t Times(int64_t a, int64_t b) { return a >= kAll / std::max<int64_t>(b, 1) ? kAll : a * b; }

std::optional<int64_t> Apply(BinaryOp op, std::optional<int64_t> a, std::optional<int64_t> b) {
  if (!a || !b) return std::nullopt;
  int64_t out = 0;
  switch (op) {
    case BinaryOp::Add: return __builtin_add_overflow(*a, *b, &out) ? std::nullopt : std::optional(out);
    case BinaryOp::Sub: return __builtin_sub_overflow(*a, *b, &out) ? std::nullopt : std::optional(out);
    case BinaryOp::Mul: return __builtin_mul_overflow(*a, *b, &out) ? std::nullopt : std::optional(out);
    case BinaryOp::FloorDiv: return *b > 0 && *a >= 0 ? std::optional(*a / *b) : std::nullopt;
    case BinaryOp::Mod: return *b > 0 && *a >= 0 ? std::optional(*a % *b) : std::nullopt;
    case BinaryOp::LShift: return *b >= 0 && *b < 32 && *a >= 0 ? std::optional(*a << *b) : std::nullopt;
    default: return std::nullopt;
  }
}

Step Sum(Step a, Step b, bool minus) {
  if (a.kind == Step::Kind::Known && b.kind == Step::Kind::Known) return Step::Of(minus ? a.by - b.by : a.by + b.by);
  if (b.none()) return a;
  if (a.none()) return b;
  return {};
}

// `factor`: the other operand, the same for the whole dim.
Step Product(Step step, const Axis& factor, Step factor_step) {
  if (step.none() && factor_step.none()) return Step::Of(0);
  if (!factor_step.none()) return {};
  std::optional<int64_t> number = factor.constant ? factor.constant : factor.value;
  if (number && step.kind == Step::Kind::Known) return Step::Of(step.by * *number);
  if (number == 0) return Step::Of(0);
  if (step.kind == Step::Kind::Unknown) return {};
  if (number) return step;
  return factor.sure ? Step::AtRuntime() : Step();
}

}  // namespace

int64_t PowerIn(int64_t value) { return value == 0 ? kAll : std::min(kAll, value & -value); }

Axis Axis::Some(const Shape& shape, bool sure) {
  Axis out;
  out.scalar = !shape.rank_known() || shape.rank() == 0;
  out.sure = sure && shape.rank_known();
  out.dims.resize(out.scalar ? 1 : shape.rank());
  if (out.scalar) out.dims[0].step = Step::Of(0);
  return out;
}

Axis Axis::OfConstant(int64_t value) {
  Axis out = Some(Shape::Scalar(), true);
  out.dims[0].divisibility = PowerIn(value);
  out.constant = out.most = value;
  return out;
}

Axis Axis::OfScalar(int64_t divisibility, bool sure) {
  Axis out = Some(Shape::Scalar(), sure);
  out.dims[0].divisibility = divisibility;
  return out;
}

Axis Axis::OfRange(int64_t start, int64_t count) {
  Axis out;
  out.scalar = false;
  out.sure = true;
  out.dims.resize(1);
  out.dims[0] = {count, PowerIn(start), 1, Step::Of(1)};
  out.most = start + count - 1;
  return out;
}

Axis Stretch(const Axis& axis, const Shape& from, const Shape& to) {
  if (!to.rank_known() || to.rank() == 0) return axis;
  Axis out = axis;
  if (axis.scalar) {
    out.dims.assign(to.rank(), axis.dims.empty() ? AxisDim() : axis.dims[0]);
    for (unsigned i = 0; i < to.rank(); ++i) {
      out.dims[i].contiguity = 1;
      out.dims[i].constancy = SizeOf(to.dims()[i]);
      out.dims[i].step = Step::Of(0);
    }
    // `scalar` stays: it is the same number everywhere.
    return out;
  }
  if (!from.rank_known() || from.rank() > to.rank() || axis.dims.size() != from.rank()) {
    out = Axis::Some(to, false);
    return out;
  }
  llvm::SmallVector<bool, 4> added(to.rank(), false);
  for (unsigned i = 0; i + from.rank() < to.rank(); ++i) added[i] = true;
  if (from.rank() < to.rank()) out = Expand(axis, added);
  for (unsigned i = 0; i < to.rank(); ++i) {
    bool one = added[i] || from.dims()[i - (to.rank() - from.rank())] == Dim(1);
    if (!one || to.dims()[i] == Dim(1)) continue;
    out.dims[i].contiguity = 1;
    out.dims[i].constancy = SizeOf(to.dims()[i]);
    out.dims[i].step = Step::Of(0);
  }
  return out;
}

Axis Expand(const Axis& axis, llvm::ArrayRef<bool> added) {
  Axis out = axis;
  out.scalar = false;
  out.dims.clear();
  int64_t shared = 0;
  for (const AxisDim& dim : axis.dims) shared = std::gcd(shared, dim.contiguity > 1 ? 1 : dim.divisibility);
  if (axis.constant) shared = PowerIn(*axis.constant);
  unsigned next = 0;
  for (bool each : added) {
    if (!each && next < axis.dims.size()) {
      out.dims.push_back(axis.dims[next++]);
    } else {
      out.dims.push_back({1, std::max<int64_t>(shared, 1), 1, Step::Of(0)});
    }
  }
  return out;
}

Axis PermuteAxes(const Axis& axis, llvm::ArrayRef<int64_t> order) {
  Axis out = axis;
  for (unsigned i = 0; i < order.size() && i < out.dims.size(); ++i) out.dims[i] = axis.dims[order[i]];
  return out;
}

static AxisDim CombineDim(BinaryOp op, const AxisDim& x, const AxisDim& y, const Axis& a, const Axis& b, int64_t unit) {
  AxisDim out;
  out.constancy = std::gcd(x.constancy, y.constancy);
  switch (op) {
    case BinaryOp::Add:
      out.contiguity = std::max(std::gcd(x.constancy, y.contiguity), std::gcd(x.contiguity, y.constancy));
      out.divisibility = std::gcd(x.divisibility, Times(y.divisibility, unit));
      out.step = Sum(x.step, y.step, false);
      break;
    case BinaryOp::Sub:
      out.contiguity = std::gcd(x.contiguity, y.constancy);
      out.divisibility = std::gcd(x.divisibility, Times(y.divisibility, unit));
      out.step = Sum(x.step, y.step, true);
      break;
    case BinaryOp::Mul: {
      bool a_one = a.constant == 1, b_one = b.constant == 1;
      out.contiguity = a_one ? y.contiguity : b_one ? x.contiguity : 1;
      out.divisibility = Times(x.contiguity > 1 && !b_one ? 1 : x.divisibility, y.contiguity > 1 && !a_one ? 1 : y.divisibility);
      out.step = y.step.none() ? Product(x.step, b, y.step) : Product(y.step, a, x.step);
      break;
    }
    case BinaryOp::FloorDiv:
      if (b.constant == 1) return x;
      out.divisibility = a.constant == 0 ? x.divisibility : 1;
      if (x.contiguity > 1 && y.constancy > 1) out.constancy = std::max(out.constancy, std::gcd(x.contiguity, std::gcd(x.divisibility, y.divisibility)));
      if (x.step.none() && y.step.none()) out.step = Step::Of(0);
      break;
    case BinaryOp::Mod:
      out.divisibility = std::gcd(x.divisibility, y.divisibility);
      if (x.contiguity > 1 && y.constancy > 1) out.contiguity = std::gcd(x.contiguity, out.divisibility);
      if (x.step.none() && y.step.none()) out.step = Step::Of(0);
      break;
    case BinaryOp::LShift:
    case BinaryOp::RShift:
      if (b.constant == 0) return x;
      if (b.constant && *b.constant > 0 && *b.constant < 32) {
        int64_t power = int64_t{1} << *b.constant, first = x.contiguity > 1 ? 1 : x.divisibility;
        out.divisibility = op == BinaryOp::LShift ? Times(first, power) : std::max<int64_t>(1, first / power);
        if (op == BinaryOp::LShift && x.step.kind == Step::Kind::Known) out.step = Step::Of(x.step.by * power);
      }
      if (x.step.none() && y.step.none()) out.step = Step::Of(0);
      break;
    default:
      if (x.step.none() && y.step.none()) out.step = Step::Of(0);
      break;
  }
  return out;
}

Axis CombineAxes(BinaryOp op, const Axis& a, const Axis& b, int64_t unit) {
  Axis out;
  out.scalar = a.scalar && b.scalar;
  bool sum = op == BinaryOp::Add || op == BinaryOp::Sub;
  // What is added everywhere moves a run and does not break it.
  out.sure = (a.sure || (sum && a.scalar)) && (b.sure || (sum && b.scalar));
  out.constant = Apply(op, a.constant, b.constant);
  out.value = Apply(op, a.constant ? a.constant : a.value, b.constant ? b.constant : b.value);
  bool grows = op == BinaryOp::Add || op == BinaryOp::Mul || op == BinaryOp::LShift;
  if (grows && a.most && b.most && *a.most >= 0 && *b.most >= 0) out.most = Apply(op, a.most, b.most);
  for (unsigned i = 0; i < std::min(a.dims.size(), b.dims.size()); ++i) out.dims.push_back(CombineDim(op, a.dims[i], b.dims[i], a, b, unit));
  return out;
}

Axis CompareAxes(CompareOp op, const Axis& a, const Axis& b) {
  Axis out;
  out.scalar = a.scalar && b.scalar;
  out.sure = a.sure && b.sure;
  for (unsigned i = 0; i < std::min(a.dims.size(), b.dims.size()); ++i) {
    const AxisDim &x = a.dims[i], &y = b.dims[i];
    AxisDim dim;
    dim.constancy = std::gcd(x.constancy, y.constancy);
    bool left = (op == CompareOp::Lt || op == CompareOp::GtE) && x.contiguity > 1 && y.constancy > 1;
    bool right = (op == CompareOp::Gt || op == CompareOp::LtE) && y.contiguity > 1 && x.constancy > 1;
    if (left) dim.constancy = std::max(dim.constancy, std::gcd(x.contiguity, std::gcd(x.divisibility, y.divisibility)));
    if (right) dim.constancy = std::max(dim.constancy, std::gcd(y.contiguity, std::gcd(x.divisibility, y.divisibility)));
    if (x.step.none() && y.step.none()) dim.step = Step::Of(0);
    out.dims.push_back(dim);
  }
  return out;
}

Axis Either(const Axis& a, const Axis& b) {
  Axis out;
  out.scalar = a.scalar && b.scalar;
  out.sure = a.sure && b.sure;
  for (unsigned i = 0; i < std::min(a.dims.size(), b.dims.size()); ++i) {
    const AxisDim &x = a.dims[i], &y = b.dims[i];
    out.dims.push_back({std::min(x.contiguity, y.contiguity), std::min(x.divisibility, y.divisibility), std::min(x.constancy, y.constancy), x.step == y.step ? x.step : Step()});
  }
  return out;
}

Access AccessOf(const Axis& pointer, const Axis* mask, int64_t element_bytes, int64_t elements, int64_t warps) {
  Access out;
  for (unsigned i = 1; i < pointer.dims.size(); ++i) {
    if (pointer.dims[i].contiguity > pointer.dims[out.fastest].contiguity) out.fastest = i;
  }
  if (pointer.dims.empty() || element_bytes == 0) return out;
  const AxisDim& dim = pointer.dims[out.fastest];
  static constexpr int64_t kWidest = 16, kWarp = 32;
  out.elements = std::min({kWidest / element_bytes, dim.contiguity, std::max<int64_t>(1, dim.divisibility / element_bytes), std::max<int64_t>(1, elements / (kWarp * warps))});
  if (mask && out.fastest < mask->dims.size()) out.elements = std::min(out.elements, mask->dims[out.fastest].constancy);
  out.elements = std::max<int64_t>(1, out.elements);
  return out;
}

}  // namespace trident::kernel
