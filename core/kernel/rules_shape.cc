// Rules: reshaping, transposing, joining, splitting, gathering.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using shape::Dim;
using shape::Shape;

namespace {

using Dims = llvm::SmallVector<Dim, 4>;

// `f(x, (a, b))` and `f(x, a, b)` mean the same.
Value RestTuple(const Site& site) {
  if (site.rest.size() == 1 && !site.rest[0].is(Kind::Constant) && !site.rest[0].is(Kind::Tensor)) return site.rest[0];
  return Value::Tuple(site.rest);
}

bool KnownRank(const Value& value) { return !value.vague && value.type.shape.rank_known(); }

}  // namespace

Value BroadcastRule(Site& site) {
  std::optional<Value> a = TensorOf(site, 0), b = TensorOf(site, 1);
  if (!a || !b) return Value::Unknown();
  std::optional<Shape> shape = site.interp.BroadcastOrReport(site.node, a->type.shape, b->type.shape, "tl.broadcast");
  if (!shape) return Value::Unknown();
  return Value::Tuple({site.interp.Fresh(a->type.With(*shape)), site.interp.Fresh(b->type.With(*shape))});
}

Value BroadcastTo(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  ShapeArgument wanted = ReadShape(site, RestTuple(site), 0);
  if (wanted.failed) return Value::Unknown();
  if (!wanted.known) return site.interp.Fresh(input->type.With(Shape()));
  Shape from = input->type.shape, to = wanted.shape;
  if (KnownRank(*input) && from.rank() > 0) {
    if (from.rank() != to.rank()) {
      return site.Fail("triton-rank", "tl.broadcast_to needs as many dims as the input has: " + from.ToString() + " cannot become " + to.ToString() + "; add axes with `[:, None]`");
    }
    for (unsigned i = 0; i < to.rank(); ++i) {
      Dim a = from.dims()[i], b = to.dims()[i];
      if (a != Dim(1) && a.is_constant() && Different(a, b)) {
        return site.Fail("triton-broadcast", "tl.broadcast_to cannot expand " + from.ToString() + " to " + to.ToString() + ": axis " + std::to_string(i) + " is " + a.ToString() + ", not 1");
      }
    }
  }
  return site.interp.Fresh(input->type.With(to));
}

static Value ReshapeTo(Site& site, const Value& input, Shape to) {
  Dim before = input.type.shape.numel(), after = to.numel();
  if (!input.vague && Different(before, after)) {
    return site.Fail("triton-reshape", before.ToString() + " elements (" + input.ToString() + ") cannot become " + to.ToString());
  }
  return site.interp.Fresh(input.type.With(to));
}

Value Reshape(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  ShapeArgument wanted = ReadShape(site, RestTuple(site), 0);
  if (wanted.failed) return Value::Unknown();
  // A scalar stays one: reshape(x, x.shape).
  if (wanted.known && wanted.shape.rank() > 0 && !IsBlock(site, *input)) return Value::Unknown();
  if (!wanted.known) return site.interp.Fresh(input->type.With(Shape()));
  return ReshapeTo(site, *input, wanted.shape);
}

Value Ravel(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  if (!IsBlock(site, *input)) return Value::Unknown();
  return site.interp.Fresh(input->type.With(Shape::Of({input->type.shape.numel()})));
}

static Value Permuted(Site& site, const Value& input, const Value& order) {
  if (!KnownRank(input)) return site.interp.Fresh(input.type.With(Shape()));
  unsigned rank = input.type.shape.rank();
  std::optional<llvm::SmallVector<int64_t, 4>> dims = order.is(Kind::Tuple) ? ConstantList(order.elements()) : std::nullopt;
  if (!dims) return site.interp.Fresh(input.type.With(Shape::Of(Dims(rank, Dim::Unknown()))));
  std::vector<bool> seen(rank);
  bool good = dims->size() == rank;
  Dims out;
  for (int64_t d : *dims) {
    good = good && d >= 0 && d < static_cast<int64_t>(rank) && !seen[d];
    if (!good) break;
    seen[d] = true;
    out.push_back(input.type.shape.dims()[d]);
  }
  if (good) {
    Value permuted = site.interp.Fresh(input.type.With(Shape::Of(out)));
    site.interp.NoteSame(input, permuted);
    return permuted;
  }
  return site.Fail("triton-permute", NameOf(site) + " needs each of the " + std::to_string(rank) + " dims of " + input.ToString() + " once");
}

Value Trans(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  if (!site.rest.empty()) return Permuted(site, *input, RestTuple(site));
  if (!KnownRank(*input)) return site.interp.Fresh(input->type.With(Shape()));
  Dims dims(input->type.shape.dims());
  if (dims.size() < 2) return site.Fail("triton-rank", "tl.trans needs two dims at least, not " + input->ToString());
  std::swap(dims[dims.size() - 1], dims[dims.size() - 2]);
  Value out = site.interp.Fresh(input->type.With(Shape::Of(dims)));
  site.interp.NoteSame(*input, out);
  return out;
}

Value Permute(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  return input ? Permuted(site, *input, RestTuple(site)) : Value::Unknown();
}

Value ExpandDims(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  const Value& axis = site.at(1);
  std::optional<llvm::SmallVector<int64_t, 4>> axes = ConstantList(axis.is(Kind::Tuple) ? axis.elements() : llvm::ArrayRef<Value>(axis));
  if (!axes || !KnownRank(*input)) return site.interp.Fresh(input->type.With(Shape()));
  int64_t rank = input->type.shape.rank() + axes->size();
  for (int64_t& each : *axes) {
    if (each < -rank || each >= rank) {
      return site.FailAt(1, "triton-axis", "axis " + std::to_string(each) + " is outside the " + std::to_string(rank) + " dims of the result");
    }
    if (each < 0) each += rank;
  }
  llvm::sort(*axes);
  if (std::adjacent_find(axes->begin(), axes->end()) != axes->end()) return site.FailAt(1, "triton-axis", "an axis is named twice");
  Dims dims(input->type.shape.dims());
  for (int64_t each : *axes) dims.insert(dims.begin() + each, Dim(1));
  return site.interp.Fresh(input->type.With(Shape::Of(dims)));
}

// a and b beside each other along a new last axis; the sizes broadcast, the dtypes must be one.
static std::optional<Type> Joined(Site& site, const Value& a, const Value& b) {
  std::optional<Shape> shape = site.interp.BroadcastOrReport(site.node, a.type.shape, b.type.shape, NameOf(site));
  if (!shape) return std::nullopt;
  if (a.type.is_number() && b.type.is_number() && a.type.scalar != b.type.scalar) {
    site.Fail("triton-join-dtype", NameOf(site) + " needs one dtype, not " + a.ToString() + " and " + b.ToString());
    return std::nullopt;
  }
  return a.type.With(*shape);
}

Value JoinRule(Site& site) {
  std::optional<Value> a = TensorOf(site, 0), b = TensorOf(site, 1);
  if (!a || !b) return Value::Unknown();
  std::optional<Type> type = Joined(site, *a, *b);
  if (!type) return Value::Unknown();
  if (!type->shape.rank_known()) return site.interp.Fresh(*type);
  Dims dims(type->shape.dims());
  dims.push_back(2);
  return site.interp.Fresh(type->With(Shape::Of(dims)));
}

Value Interleave(Site& site) {
  std::optional<Value> a = TensorOf(site, 0), b = TensorOf(site, 1);
  if (!a || !b) return Value::Unknown();
  std::optional<Type> type = Joined(site, *a, *b);
  if (!type) return Value::Unknown();
  if (!type->shape.rank_known()) return site.interp.Fresh(*type);
  Dims dims(type->shape.dims());
  if (dims.empty()) {
    dims.push_back(2);
  } else {
    dims.back() = dims.back() * Dim(2);
  }
  return site.interp.Fresh(type->With(Shape::Of(dims)));
}

Value Split(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  if (!KnownRank(*input)) {
    Value half = site.interp.Fresh(input->type.With(Shape()));
    return Value::Tuple({half, half});
  }
  Dims dims(input->type.shape.dims());
  bool wrong = dims.empty() || Different(dims.back(), Dim(2));
  if (wrong) return site.Fail("triton-split", "tl.split needs a last axis of size 2, not " + input->ToString() + ": reshape first");
  dims.pop_back();
  Type half = input->type.With(Shape::Of(dims));
  return Value::Tuple({site.interp.Fresh(half), site.interp.Fresh(half)});
}

Value Cat(Site& site) {
  std::optional<Value> a = TensorOf(site, 0), b = TensorOf(site, 1);
  if (!a || !b) return Value::Unknown();
  const Value& reorder = site.at(2);
  std::optional<bool> may = reorder.is(Kind::Constant) ? site.interp.Truth(reorder) : std::nullopt;
  if (may && !*may) return site.Fail("triton-cat", "tl.cat may reorder elements: say can_reorder=True, or use tl.join");
  if (!KnownRank(*a) || !KnownRank(*b)) return site.interp.Fresh(a->type.With(Shape()));
  if (a->type.shape.rank() != 1 || b->type.shape.rank() != 1) return site.Fail("triton-rank", "tl.cat joins 1-d blocks, not " + a->ToString() + " and " + b->ToString());
  if (a->type.is_number() && b->type.is_number() && a->type.scalar != b->type.scalar) {
    return site.Fail("triton-join-dtype", "tl.cat needs one dtype, not " + a->ToString() + " and " + b->ToString());
  }
  Shape shape = Shape::Of({a->type.shape.dims()[0] + b->type.shape.dims()[0]});
  if (!CheckBlock(site, shape, 1)) return Value::Unknown();
  return site.interp.Fresh(a->type.With(shape));
}

Value Flip(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  if (site.at(1).none()) return site.Fail("triton-call-arguments", "tl.flip() needs `dim`");
  if (!IsBlock(site, *input)) return Value::Unknown();
  // It is halved along the dim, and what is left of one lane has no dims.
  bool one = input->type.shape.rank_known() && input->type.shape.rank() == 1 && input->type.shape.dims()[0] == shape::Dim(1);
  if (one) return site.Fail("triton-rank", "tl.flip cannot take a block of one lane, " + input->ToString());
  return site.interp.Fresh(input->type);
}

Value Gather(Site& site) {
  std::optional<Value> source = TensorOf(site, 0), index = TensorOf(site, 1);
  if (!source || !index) return Value::Unknown();
  bool failed = false;
  std::optional<int64_t> axis = ConstantOf(site, 2, "the axis", failed);
  if (failed) return Value::Unknown();
  Value out = site.interp.Fresh(source->type.With(index->type.shape));
  if (index->type.is_number() && !IsInt(index->type.scalar)) return site.FailAt(1, "triton-gather", "the index of tl.gather must be an integer block, not " + index->ToString());
  if (!KnownRank(*source) || !KnownRank(*index)) return out;
  int64_t rank = source->type.shape.rank();
  if (rank != static_cast<int64_t>(index->type.shape.rank())) {
    return site.FailAt(1, "triton-gather", "tl.gather needs source and index of one rank, not " + source->ToString() + " and " + index->ToString());
  }
  if (!axis) return out;
  if (*axis < -rank || *axis >= rank) return site.FailAt(2, "triton-axis", "axis " + std::to_string(*axis) + " is outside the " + std::to_string(rank) + " dims of " + source->ToString());
  for (int64_t i = 0; i < rank; ++i) {
    if (i == (*axis < 0 ? *axis + rank : *axis)) continue;
    if (Different(source->type.shape.dims()[i], index->type.shape.dims()[i])) {
      return site.FailAt(1, "triton-gather", "tl.gather along axis " + std::to_string(*axis) + " needs equal sizes elsewhere: " + source->ToString() + " and " + index->ToString());
    }
  }
  return out;
}

Value Item(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  Dim numel = input->type.shape.numel();
  if (!input->vague && numel.is_constant() && numel != Dim(1)) return site.Fail("triton-reshape", ".item() needs one element, not " + input->ToString());
  return site.interp.Fresh(input->type.With(Shape::Scalar()));
}

Value Swizzle2d(Site& site) {
  std::optional<Value> i = TensorOf(site, 0), j = TensorOf(site, 1);
  if (!i || !j) return Value::Unknown();
  Broadcast both = CombineShapes(i->type.shape, j->type.shape);
  Type type = Type::Of(i->type.scalar == j->type.scalar ? i->type.scalar : Scalar::Unknown, both.shape);
  return Value::Tuple({site.interp.Fresh(type), site.interp.Fresh(type)});
}

}  // namespace trident::kernel
