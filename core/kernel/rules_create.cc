// Rules: programs, ranges, constants, casts, compile-time checks and hints.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using shape::Dim;
using shape::Shape;

Value ProgramId(Site& site) {
  bool failed = false;
  std::optional<int64_t> axis = ConstantOf(site, 0, "the axis", failed);
  if (failed) return site.interp.Fresh(Type::Of(Scalar::Int32));
  if (axis && (*axis < 0 || *axis > 2)) return site.FailAt(0, "triton-axis", "a grid has the axes 0, 1 and 2, not " + std::to_string(*axis));
  return site.interp.Fresh(Type::Of(Scalar::Int32));
}

Value Arange(Site& site) {
  for (unsigned i : {0u, 1u}) {
    const Value& bound = site.at(i);
    bool runtime = (bound.is(Kind::Tensor) && !bound.vague) || bound.is_constant(Constant::Float);
    if (!runtime) continue;
    return site.FailAt(i, "triton-constexpr-needed",
                       "tl.arange needs compile-time integers, and `" + site.interp.SourceOf(site.node_of(i)) + "` is " + bound.ToString() + ": annotate it with tl.constexpr");
  }
  const Value &start = site.at(0), &end = site.at(1);
  bool constants = start.is(Kind::Constant) && end.is(Kind::Constant);
  Dim size = constants ? end.integer - start.integer : Dim::Unknown();
  if (std::optional<int64_t> first = start.AsInt(), last = end.AsInt(); first && last) {
    constexpr int64_t kMax = int64_t{1} << 32;
    if (*first < 0 || *first >= kMax || *last >= kMax) return site.Fail("triton-block-size", "the bounds of tl.arange must fit 32 bits");
    if (*last <= *first) return site.Fail("triton-empty-range", "tl.arange(" + std::to_string(*first) + ", " + std::to_string(*last) + ") is empty");
    int64_t count = *last - *first;
    if ((count & (count - 1)) != 0) {
      return site.Fail("triton-power-of-two", "tl.arange makes a block of " + std::to_string(count) + " elements, not a power of two: round up with triton.next_power_of_2 and mask");
    }
  }
  Shape shape = Shape::Of({size});
  if (!CheckBlock(site, shape, 1)) return Value::Unknown();
  return site.interp.Fresh(Type::Of(Scalar::Int32, shape));
}

static bool CheckTarget(Site& site, Scalar scalar, unsigned index) {
  llvm::StringRef target = site.interp.target();
  if (!IsFp8(scalar) || target.empty()) return true;
  bool nvidia = target.consume_front("cuda:");
  unsigned capability = 0;
  if (nvidia && target.getAsInteger(10, capability)) return true;
  bool supported = scalar == Scalar::Fp8E5 || (nvidia ? scalar == Scalar::Fp8E4B15 || (scalar == Scalar::Fp8E4NV && capability >= 89) : scalar != Scalar::Fp8E4B15);
  if (!supported) site.FailAt(index, "triton-dtype-target", Name(scalar).str() + " is not available on " + site.interp.target());
  return supported;
}

static Value Filled(Site& site, unsigned dtype_index) {
  std::optional<Type> dtype = ReadDType(site, dtype_index);
  ShapeArgument shape = ReadShape(site, site.at(0), 0);
  if (!dtype || shape.failed || !CheckTarget(site, dtype->scalar, dtype_index)) return Value::Unknown();
  return site.interp.Fresh(dtype->With(shape.known ? shape.shape : Shape()));
}

Value Full(Site& site) {
  const Value& value = site.at(1);
  if (value.is(Kind::Tensor) && !value.vague && value.type.is_block()) {
    bool many = llvm::any_of(value.type.shape.dims(), [](Dim d) { return !d.is_unknown() && d != Dim(1); });
    if (many) return site.FailAt(1, "triton-operand-types", "tl.full takes one number, not a block (" + value.ToString() + ")");
  }
  if (value.is_constant(Constant::Float) && value.number != 0 && site.at(2).is_constant(Constant::DType) && !site.at(2).type.is_pointer() && IsInt(site.at(2).type.scalar)) {
    return site.FailAt(1, "triton-cast", "tl.full cannot make " + Name(site.at(2).type.scalar).str() + " from the float " + value.ToString());
  }
  return Filled(site, 2);
}

Value Zeros(Site& site) { return Filled(site, 1); }

Value ZerosLike(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  return input ? site.interp.Fresh(input->type) : Value::Unknown();
}

static Value CastTo(Site& site, const Value& input, const Type& dtype, bool bitcast) {
  Interp& interp = site.interp;
  Type out = {dtype.scalar, dtype.pointer == Pointer::Maybe ? Pointer::Maybe : dtype.pointer, dtype.is_const, input.type.shape, Shape::Scalar()};
  if (bitcast) {
    bool known = input.type.pointer != Pointer::Maybe && dtype.pointer != Pointer::Maybe;
    unsigned from = input.type.is_pointer() ? 64 : Bits(input.type.scalar), to = dtype.is_pointer() ? 64 : Bits(dtype.scalar);
    if (known && from != 0 && to != 0 && from != to) {
      return site.Fail("triton-cast", "a bitcast keeps the width: " + input.ToString() + " has " + std::to_string(from) + " bits, " + Name(dtype.scalar).str() + " has " + std::to_string(to));
    }
    return interp.Fresh(out);
  }
  if (!input.vague && !CanCast(input.type, dtype)) {
    return site.Fail("triton-cast", "cannot cast " + input.ToString() + " to " + dtype.ToString() + (IsFp8(input.type.scalar) || IsFp8(dtype.scalar) ? ": go through f32" : ""));
  }
  if (input.type == out) return input;
  Value cast = interp.Fresh(out);
  interp.NoteSame(input, cast);
  return cast;
}

Value Cast(Site& site) {
  std::optional<Type> dtype = ReadDType(site, 1);
  std::optional<Value> input = TensorOf(site, 0);
  if (!dtype || !input) return Value::Unknown();
  if (!CheckTarget(site, dtype->scalar, 1)) return Value::Unknown();
  const Value& rounding = site.at(2);
  if (rounding.is_constant(Constant::Str)) {
    llvm::StringRef word = Text(rounding.symbol);
    if (word != "rtne" && word != "rtz") return site.FailAt(2, "triton-modifier", "rounding '" + word.str() + "' does not exist: use rtne or rtz");
    bool known = input->type.is_number() && dtype->is_number();
    bool narrows = IsFloat(input->type.scalar) && IsFloat(dtype->scalar) && Bits(input->type.scalar) > Bits(dtype->scalar);
    bool same = input->type.scalar == dtype->scalar;
    if (known && !narrows && !same) return site.FailAt(2, "triton-cast", "fp_downcast_rounding is for casts to a narrower float, not from " + input->ToString() + " to " + dtype->ToString());
  }
  const Value& bitcast = site.at(3);
  std::optional<bool> bits = bitcast.none() ? std::optional<bool>(false) : site.interp.Truth(bitcast);
  if (!bits) return site.interp.Fresh(dtype->With(input->type.shape));
  return CastTo(site, *input, *dtype, *bits);
}

Value ToTensorRule(Site& site) {
  std::optional<Value> value = TensorOf(site, 0);
  return value ? *value : Value::Unknown();
}

Value PointerType(Site& site) {
  const Value& element = site.at(0);
  if (!element.is_constant(Constant::DType)) return Value::DType({Scalar::Unknown, Pointer::Yes, false, Shape::Scalar(), Shape::Scalar()});
  if (element.type.is_pointer()) return Value::DType({Scalar::Unknown, Pointer::Yes, false, Shape::Scalar(), Shape::Scalar()});
  return Value::DType(Type::PointerTo(element.type.scalar));
}

Value TupleRule(Site& site) { return site.at(0).is(Kind::Tuple) ? site.at(0) : Value::Unknown(); }

Value RangeRule(Site& site) {
  std::vector<Value> items;
  if (site.given(1) && !(site.at(1).none() && !site.open)) {
    items = {site.at(0), site.at(1)};
  } else {
    items = {Value::Int(0), site.at(0)};
  }
  items.push_back(site.given(2) && !site.at(2).none() ? site.at(2) : Value::Int(1));
  Value out = Value::Tuple(std::move(items));
  out.kind = Kind::Range;
  out.symbol = Intern(llvm::StringRef(site.rule.name) == "static_range" ? "static_range" : "range");
  return out;
}

Value ConditionRule(Site& site) { return site.at(0); }

Value StaticAssert(Site& site) {
  const Value& condition = site.at(0);
  if (condition.is(Kind::Tensor) && !condition.vague) {
    return site.FailAt(0, "triton-static-assert", "tl.static_assert needs a compile-time condition, not a runtime value (" + condition.ToString() + "): use tl.device_assert");
  }
  if (!condition.is(Kind::Constant)) return Value::None();
  std::optional<bool> truth = site.interp.Truth(condition);
  // Behind a condition that is not known an assertion is the way to refuse what no caller passes.
  if (truth && !*truth && !site.interp.doubtful()) {
    std::string message = site.at(1).is_constant(Constant::Str) ? Text(site.at(1).symbol).str() : "the condition is false";
    return site.Fail("triton-static-assert", "tl.static_assert fails: " + message);
  }
  return Value::None();
}

Value Nothing(Site&) { return Value::None(); }

Value DevicePrint(Site& site) {
  const Value& prefix = site.at(0);
  bool wrong = (prefix.is(Kind::Tensor) && !prefix.vague) || prefix.is_constant(Constant::Int) || prefix.is_constant(Constant::Float);
  if (wrong) return site.FailAt(0, "triton-string-value", "tl.device_print needs a string constant first, not " + prefix.ToString());
  return Value::None();
}

Value Hint(Site& site) {
  std::optional<Value> input = TensorOf(site, 0);
  if (!input) return Value::Unknown();
  const Value& values = site.at(1);
  llvm::SmallVector<Value, 2> list;
  if (values.is(Kind::Tuple)) {
    list.append(values.elements().begin(), values.elements().end());
  } else {
    list.push_back(values);
  }
  for (const Value& value : list) {
    if (value.is(Kind::Tensor) && !value.vague) {
      return site.FailAt(1, "triton-constexpr-needed", NameOf(site) + " needs compile-time constants, not a runtime value (" + value.ToString() + ")");
    }
  }
  if (!input->vague && input->type.shape.rank_known() && !values.unknown() && !values.vague) {
    unsigned want = input->type.shape.rank();
    // Scalars have divisibility only.
    if (want == 0 && llvm::StringRef(site.rule.name) == "multiple_of") want = 1;
    if (want != list.size()) {
      return site.Fail("triton-hint-values", NameOf(site) + " needs " + std::to_string(want) + (want == 1 ? " value" : " values") + " for " + input->ToString() + ", not " + std::to_string(list.size()));
    }
  }
  return *input;
}

}  // namespace trident::kernel
