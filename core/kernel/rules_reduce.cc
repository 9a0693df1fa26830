// Rules: reductions, scans, sorting, histograms.
#include "core/kernel/rules.h"

namespace trident::kernel {

using shape::Dim;
using shape::Shape;

namespace {

using Dims = llvm::SmallVector<Dim, 4>;

struct ReducedAxis {
  bool failed = false;
  bool open = false;            // Not known.
  std::optional<unsigned> at;   // None: all dims.
};

ReducedAxis ReadAxis(Site& site, unsigned index, const Value& input, const Value& given) {
  ReducedAxis axis;
  bool failed = false;
  if (given.none()) {
    bool scalar = !input.vague && input.type.is_scalar() && input.type.pointer != Pointer::Maybe;
    if (scalar) {
      site.FailAt(0, "triton-reduce-axis", NameOf(site) + " cannot reduce a scalar (" + input.ToString() + ")");
      axis.failed = true;
    }
    return axis;
  }
  std::optional<int64_t> number = ConstantOf(site, index, "the axis", failed);
  axis.failed = failed;
  axis.open = !number || input.vague || !input.type.shape.rank_known();
  if (axis.failed || axis.open) return axis;
  int64_t rank = input.type.shape.rank();
  if (*number < -rank || *number >= rank) {
    site.FailAt(index, "triton-reduce-axis", rank == 0 ? NameOf(site) + " cannot reduce a scalar (" + input.ToString() + ")"
                                                       : "axis " + std::to_string(*number) + " is outside the " + std::to_string(rank) + (rank == 1 ? " dim of " : " dims of ") + input.ToString());
    axis.failed = true;
    return axis;
  }
  axis.at = *number < 0 ? *number + rank : *number;
  return axis;
}

Shape Reduced(Shape shape, const ReducedAxis& axis, std::optional<bool> keep) {
  if (!shape.rank_known() || axis.open || !keep) return Shape();
  Dims dims;
  for (unsigned i = 0; i < shape.rank(); ++i) {
    bool gone = !axis.at || *axis.at == i;
    if (!gone) {
      dims.push_back(shape.dims()[i]);
    } else if (*keep) {
      dims.push_back(1);
    }
  }
  return Shape::Of(dims);
}

std::optional<bool> Flag(Site& site, unsigned index, bool missing) {
  if (!site.given(index)) return missing;
  return site.at(index).is(Kind::Constant) ? site.interp.Truth(site.at(index)) : std::nullopt;
}

Scalar SumType(Scalar s) {
  if (s == Scalar::Unknown || !IsInt(s) || Bits(s) >= 32) return s;
  return IsSigned(s) ? Scalar::Int32 : Scalar::UInt32;
}

Scalar ExtremeType(Scalar s) {
  if (s == Scalar::Unknown || Bits(s) >= 32) return s;
  return IsFloat(s) ? Scalar::Fp32 : Scalar::Int32;
}

bool IsNumbers(Site& site, const Value& input) {
  bool pointer = !input.vague && input.type.is_pointer();
  if (pointer) site.FailAt(0, "triton-function-dtype", NameOf(site) + " takes numbers, not " + input.ToString());
  return !pointer;
}

}  // namespace

Value Sum(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input || !IsNumbers(site, *input)) return Value::Unknown();
  ReducedAxis axis = ReadAxis(site, 1, *input, site.at(1));
  if (axis.failed) return Value::Unknown();
  Scalar scalar = SumType(input->type.scalar);
  if (site.given(3) && !site.at(3).none()) {
    std::optional<Type> dtype = ReadDType(site, 3);
    if (!dtype) return Value::Unknown();
    scalar = dtype->scalar;
  }
  return site.interp.Fresh(Type::Of(scalar, Reduced(input->type.shape, axis, Flag(site, 2, false))));
}

Value MaxMin(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input || !IsNumbers(site, *input)) return Value::Unknown();
  ReducedAxis axis = ReadAxis(site, 1, *input, site.at(1));
  if (axis.failed) return Value::Unknown();
  std::optional<bool> indices = Flag(site, 2, false);
  if (!indices) return Value::Unknown();
  Shape shape = Reduced(input->type.shape, axis, Flag(site, 4, false));
  if (!*indices) return site.interp.Fresh(Type::Of(ExtremeType(input->type.scalar), shape));
  Scalar values = input->type.scalar == Scalar::Bf16 ? Scalar::Fp32 : input->type.scalar;
  return Value::Tuple({site.interp.Fresh(Type::Of(values, shape)), site.interp.Fresh(Type::Of(Scalar::Int32, shape))});
}

Value ArgMaxMin(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input || !IsNumbers(site, *input)) return Value::Unknown();
  ReducedAxis axis = ReadAxis(site, 1, *input, site.at(1));
  if (axis.failed) return Value::Unknown();
  return site.interp.Fresh(Type::Of(Scalar::Int32, Reduced(input->type.shape, axis, Flag(site, 3, false))));
}

Value IntReduce(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  bool wrong = !input->vague && (input->type.is_pointer() || (input->type.is_number() && !IsInt(input->type.scalar)));
  if (wrong) return site.FailAt(0, "triton-function-dtype", NameOf(site) + " takes integers, not " + input->ToString());
  ReducedAxis axis = ReadAxis(site, 1, *input, site.at(1));
  if (axis.failed) return Value::Unknown();
  return site.interp.Fresh(Type::Of(input->type.scalar, Reduced(input->type.shape, axis, Flag(site, 2, false))));
}

Value Cumulative(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input || !IsNumbers(site, *input)) return Value::Unknown();
  Value zero = Value::Int(0);
  ReducedAxis axis = ReadAxis(site, 1, *input, site.given(1) ? site.at(1) : zero);
  if (!site.given(1)) {
    bool scalar = !input->vague && input->type.is_scalar() && input->type.pointer == Pointer::No;
    if (scalar) return site.FailAt(0, "triton-reduce-axis", NameOf(site) + " cannot scan a scalar (" + input->ToString() + ")");
    axis.failed = false;
  }
  if (axis.failed) return Value::Unknown();
  bool sum = llvm::StringRef(site.rule.name) == "cumsum";
  Scalar scalar = input->type.scalar == Scalar::Bf16 ? Scalar::Fp32 : input->type.scalar;
  if (sum) {
    scalar = SumType(scalar);
    if (site.given(3) && !site.at(3).none()) {
      std::optional<Type> dtype = ReadDType(site, 3);
      if (!dtype) return Value::Unknown();
      scalar = dtype->scalar;
    }
  }
  return site.interp.Fresh(Type::Of(scalar, input->type.shape));
}

// The inputs of a reduction or scan: one tensor or several of one shape.
static std::optional<std::vector<Value>> Inputs(Site& site, bool& tuple) {
  const Value& input = site.at(0);
  tuple = input.is(Kind::Tuple);
  std::vector<Value> out;
  for (const Value& each : tuple ? input.elements() : llvm::ArrayRef<Value>(input)) {
    if (!each.is(Kind::Tensor) || each.vague) return std::nullopt;
    out.push_back(each);
  }
  if (out.empty()) return std::nullopt;
  for (const Value& each : out) {
    if (Compare(Type::Of(Scalar::Int1, each.type.shape), Type::Of(Scalar::Int1, out[0].type.shape)) == Same::No) {
      site.FailAt(0, "triton-combine", "the inputs need one shape: " + out[0].ToString() + " and " + each.ToString());
      return std::nullopt;
    }
  }
  return out;
}

// Calls the combining function on scalars; false: what it takes or gives does not fit.
static bool CheckCombine(Site& site, const std::vector<Value>& inputs, unsigned index) {
  const Value& combine = site.at(index);
  if (!combine.is_constant(Constant::Function)) return true;
  const Function& function = site.interp.globals().FunctionAt(*combine.module, combine.node);
  if (!function.jit) return true;
  std::vector<Value> arguments;
  for (int side = 0; side < 2; ++side) {
    for (const Value& each : inputs) arguments.push_back(site.interp.Fresh(each.type.With(Shape::Scalar())));
  }
  if (function.parameters.size() != arguments.size()) {
    site.FailAt(index, "triton-combine", "the combining function must take " + std::to_string(arguments.size()) + " scalars, and takes " + std::to_string(function.parameters.size()));
    return false;
  }
  Value result = site.interp.Invoke(site.node, function, arguments);
  llvm::ArrayRef<Value> parts = result.is(Kind::Tuple) ? result.elements() : llvm::ArrayRef<Value>(result);
  if (result.unknown()) return true;
  bool good = parts.size() == inputs.size();
  for (unsigned i = 0; good && i < parts.size(); ++i) good = Compare(parts[i], arguments[i]) != Same::No;
  if (good) return true;
  std::string wanted;
  for (unsigned i = 0; i < inputs.size(); ++i) wanted += (i ? ", " : "") + arguments[i].ToString();
  site.FailAt(index, "triton-combine", "the combining function must return what it combines (" + wanted + "), and returns " + result.ToString());
  return false;
}

// What `combine` makes of each input along the axis: a reduction drops it, a scan keeps the shape.
static Value Combined(Site& site, bool reduces) {
  bool tuple = false;
  std::optional<std::vector<Value>> inputs = Inputs(site, tuple);
  if (!inputs) return Value::Unknown();
  ReducedAxis axis = ReadAxis(site, 1, (*inputs)[0], site.at(1));
  if (axis.failed || !CheckCombine(site, *inputs, 2)) return Value::Unknown();
  std::vector<Value> out;
  for (const Value& each : *inputs) {
    out.push_back(site.interp.Fresh(reduces ? each.type.With(Reduced(each.type.shape, axis, Flag(site, 3, false))) : each.type));
  }
  return tuple ? Value::Tuple(std::move(out)) : out[0];
}

Value Reduce(Site& site) { return Combined(site, /*reduces=*/true); }
Value Scan(Site& site) { return Combined(site, /*reduces=*/false); }

static bool CheckLastDim(Site& site, unsigned index, const Value& input) {
  if (input.vague || !input.type.shape.rank_known()) return true;
  std::optional<int64_t> dim = site.at(index).AsInt();
  if (!site.given(index) || !dim || *dim == static_cast<int64_t>(input.type.shape.rank()) - 1) return true;
  site.FailAt(index, "triton-reduce-axis", NameOf(site) + " works along the last dim only: transpose first");
  return false;
}

Value Sort(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input || !IsBlock(site, *input) || !CheckLastDim(site, 1, *input)) return Value::Unknown();
  return site.interp.Fresh(input->type);
}

Value Topk(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input || !IsBlock(site, *input) || !CheckLastDim(site, 2, *input)) return Value::Unknown();
  bool failed = false;
  std::optional<int64_t> k = ConstantOf(site, 1, "k", failed);
  if (failed || !input->type.shape.rank_known() || input->type.shape.rank() == 0) return Value::Unknown();
  if (k && (*k <= 0 || (*k & (*k - 1)) != 0)) return site.FailAt(1, "triton-power-of-two", "k is " + std::to_string(*k) + ", not a power of two");
  Dims dims(input->type.shape.dims());
  Dim before = dims.back();
  dims.back() = site.at(1).is(Kind::Constant) ? site.at(1).integer : Dim::Unknown();
  // What is dropped is dropped by tl.max, which widens; nothing is dropped when k is the whole dim.
  Type type = input->type.With(Shape::Of(dims));
  Scalar widened = ExtremeType(type.scalar);
  if (widened != type.scalar && !(before == dims.back() && before.is_constant())) type.scalar = before.is_constant() && dims.back().is_constant() ? widened : Scalar::Unknown;
  return site.interp.Fresh(type);
}

Value Histogram(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  bool failed = false;
  ConstantOf(site, 1, "the number of bins", failed);
  if (failed) return Value::Unknown();
  bool known = !input->vague && input->type.shape.rank_known();
  if (known && input->type.shape.rank() != 1) return site.FailAt(0, "triton-rank", "tl.histogram counts a 1-d block, not " + input->ToString());
  if (input->type.is_number() && !IsInt(input->type.scalar)) return site.FailAt(0, "triton-function-dtype", "tl.histogram counts integers, not " + input->ToString());
  Dim bins = site.at(1).is(Kind::Constant) ? site.at(1).integer : Dim::Unknown();
  Shape shape = Shape::Of({bins});
  if (!CheckBlock(site, shape, 1)) return Value::Unknown();
  return site.interp.Fresh(Type::Of(Scalar::Int32, shape));
}

Value MapElementwise(Site&) { return Value::Unknown(); }

}  // namespace trident::kernel
