// Rules: elementwise functions and random numbers.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using shape::Dim;
using shape::Shape;

namespace {

// A function of floats of given types only; false: it was reported.
bool Takes(Site& site, unsigned index, const Value& value, llvm::ArrayRef<Scalar> allowed) {
  if (value.vague || value.type.pointer == Pointer::Maybe) return true;
  bool good = value.type.pointer == Pointer::No && (value.type.scalar == Scalar::Unknown || llvm::is_contained(allowed, value.type.scalar));
  if (good) return true;
  std::string list;
  for (Scalar each : allowed) list += (list.empty() ? "" : list.find(',') == std::string::npos && each == allowed.back() ? " and " : ", ") + Name(each).str();
  bool number = value.type.pointer == Pointer::No;
  site.FailAt(index, "triton-function-dtype", NameOf(site) + " takes " + list + ", not " + value.ToString() + (number ? ": cast with .to(tl.float32)" : ""));
  return false;
}

Value Failed() { return Value::Unknown(); }

}  // namespace

Value FloatUnary(Site& site) {
  std::optional<Value> x = TensorOf(site, 0);
  if (!x || !Takes(site, 0, *x, {Scalar::Fp32, Scalar::Fp64})) return Failed();
  if (x->vague) return site.interp.Fresh(Type::Of(Scalar::Unknown));
  return site.interp.Fresh(x->type);
}

Value RoundedUnary(Site& site) {
  std::optional<Value> x = TensorOf(site, 0);
  if (!x || !Takes(site, 0, *x, {Scalar::Fp32})) return Failed();
  return site.interp.Fresh(x->type);
}

Value DivRn(Site& site) {
  std::optional<Value> x = TensorOf(site, 0), y = TensorOf(site, 1);
  if (!x || !y || !Takes(site, 0, *x, {Scalar::Fp32}) || !Takes(site, 1, *y, {Scalar::Fp32})) return Failed();
  return site.interp.Shaped(site.node, Type::Of(Scalar::Fp32), x->type.shape, y->type.shape, "tl.div_rn");
}

Value Softmax(Site& site) {
  std::optional<Value> x = TensorOf(site, 0);
  if (!x) return Failed();
  Type type = x->type;
  // The maximum of a narrow float is f32, and so is all that follows.
  if (IsFloat(type.scalar) && Bits(type.scalar) < 32) type.scalar = Scalar::Fp32;
  if (type.is_number() && IsInt(type.scalar)) return site.FailAt(0, "triton-function-dtype", "tl.softmax takes floats, not " + x->ToString());
  return site.interp.Fresh(type);
}

Value Abs(Site& site) {
  std::optional<Value> x = TensorOf(site, 0);
  if (!x) return Failed();
  if (x->type.is_pointer()) return site.FailAt(0, "triton-function-dtype", "tl.abs takes numbers, not " + x->ToString());
  return site.interp.Fresh(*x);
}

Value Umulhi(Site& site) {
  static constexpr Scalar kTypes[] = {Scalar::Int32, Scalar::Int64, Scalar::UInt32, Scalar::UInt64};
  std::optional<Value> x = TensorOf(site, 0), y = TensorOf(site, 1);
  if (!x || !y || !Takes(site, 0, *x, kTypes) || !Takes(site, 1, *y, kTypes)) return Failed();
  return site.interp.Combine(site.node, "tl.umulhi", *x, *y, false, false);
}

Value Fdiv(Site& site) {
  std::optional<Value> x = TensorOf(site, 0), y = TensorOf(site, 1);
  if (!x || !y) return Failed();
  for (const auto& [value, index] : {std::pair(&*x, 0u), std::pair(&*y, 1u)}) {
    bool wrong = !value->vague && value->type.is_number() && !IsFloat(value->type.scalar);
    if (wrong) return site.FailAt(index, "triton-function-dtype", "tl.fdiv takes floats, not " + value->ToString() + ": use `/`");
  }
  Scalar scalar = x->type.scalar == y->type.scalar ? x->type.scalar : Scalar::Unknown;
  if (scalar == Scalar::Unknown && x->type.is_number() && y->type.is_number() && !x->vague && !y->vague) {
    return site.Fail("triton-function-dtype", "tl.fdiv promotes nothing: the operands are " + x->ToString() + " and " + y->ToString());
  }
  return site.interp.Shaped(site.node, Type::Of(scalar), x->type.shape, y->type.shape, "tl.fdiv");
}

Value Fma(Site& site) {
  Value out = site.interp.Combine(site.node, "tl.fma", site.at(0), site.at(1), false, false);
  if (out.is(Kind::Tensor)) out = site.interp.Combine(site.node, "tl.fma", out, site.at(2), false, false);
  if (out.is(Kind::Tensor) && out.type.is_number() && IsInt(out.type.scalar)) return site.Fail("triton-function-dtype", "tl.fma takes floats, not " + out.ToString());
  return out;
}

// minimum, maximum and clamp work on f32 in place of bf16.
static Value Widened(Value value) {
  if (value.is(Kind::Tensor) && value.type.is_number() && value.type.scalar == Scalar::Bf16) value.type.scalar = Scalar::Fp32;
  return value;
}

Value MinMax(Site& site) { return site.interp.Combine(site.node, NameOf(site), Widened(site.at(0)), Widened(site.at(1)), false, false); }

Value Clamp(Site& site) {
  std::string name = NameOf(site);
  Value bounds = site.interp.Combine(site.node, name, Widened(site.at(1)), Widened(site.at(2)), false, false);
  if (!bounds.is(Kind::Tensor)) return Failed();
  Value out = site.interp.Combine(site.node, name, Widened(site.at(0)), bounds, false, false);
  if (out.is(Kind::Tensor) && out.type.is_number() && IsInt(out.type.scalar)) {
    return site.Fail("triton-function-dtype", "tl.clamp takes floats, not " + out.ToString() + ": use tl.minimum and tl.maximum");
  }
  return out;
}

Value Where(Site& site) {
  std::optional<Value> condition = TensorOf(site, 0);
  const Value &x = site.at(1), &y = site.at(2);
  if (!condition || (!x.is(Kind::Tensor) && !x.is(Kind::Constant)) || (!y.is(Kind::Tensor) && !y.is(Kind::Constant))) return Failed();
  if (condition->type.is_number() && condition->type.scalar != Scalar::Int1 && !condition->vague && site.at(0).is(Kind::Tensor)) {
    site.FailAt(0, "triton-where-condition", "the condition of tl.where should be boolean, not " + condition->ToString() + ": compare with 0");
  }
  Value values;
  bool pointers = x.is(Kind::Tensor) && y.is(Kind::Tensor) && x.type.is_pointer() && y.type.is_pointer();
  if (pointers) {
    if (x.type.scalar != y.type.scalar && x.type.scalar != Scalar::Unknown && y.type.scalar != Scalar::Unknown) {
      return site.Fail("triton-operand-types", "tl.where cannot choose between " + x.ToString() + " and " + y.ToString());
    }
    values = site.interp.Shaped(site.node, x.type, x.type.shape, y.type.shape, "tl.where");
  } else if ((x.is(Kind::Tensor) && x.type.pointer == Pointer::Maybe) || (y.is(Kind::Tensor) && y.type.pointer == Pointer::Maybe)) {
    Type either = x.is(Kind::Tensor) && x.type.pointer == Pointer::Yes ? x.type : y.is(Kind::Tensor) && y.type.pointer == Pointer::Yes ? y.type
                                                                        : Type{Scalar::Unknown, Pointer::Maybe, false, Shape::Scalar(), Shape::Scalar()};
    Shape none = Shape::Scalar();
    values = site.interp.Shaped(site.node, either, x.is(Kind::Tensor) ? x.type.shape : none, y.is(Kind::Tensor) ? y.type.shape : none, "tl.where");
  } else {
    // Two literals count as weak operands, as they do in arithmetic.
    values = site.interp.Combine(site.node, "tl.where", x, y, false, true);
  }
  if (!values.is(Kind::Tensor)) return values;
  if (condition->vague || condition->type.is_scalar()) return values;
  Value out = site.interp.Shaped(site.node, values.type, condition->type.shape, values.type.shape, "tl.where");
  return out;
}

Value AddSubMul(Site& site) {
  llvm::StringRef name = site.rule.name;
  return site.interp.Combine(site.node, name == "add" ? "+" : name == "sub" ? "-" : "*", site.at(0), site.at(1), false, true, name != "mul");
}

Value Cdiv(Site& site) {
  const Value &x = site.at(0), &y = site.at(1);
  bool unknown = !(x.is(Kind::Tensor) || x.is(Kind::Constant)) || !(y.is(Kind::Tensor) || y.is(Kind::Constant));
  if (unknown) return Failed();
  Interp& interp = site.interp;
  Value less = interp.Binary(site.node, parse::BinaryOp::Sub, y, Value::Int(1));
  Value out = interp.Binary(site.node, parse::BinaryOp::FloorDiv, interp.Binary(site.node, parse::BinaryOp::Add, x, less), y);
  if (out.is(Kind::Constant)) {
    // Constants become runtime numbers when a jit function returns them.
    bool number = out.constant == Constant::Int || out.constant == Constant::Bool || out.constant == Constant::Float;
    return number ? interp.ToTensor(site.node, out) : interp.Fresh(Type::Of(Scalar::Unknown));
  }
  if (!out.is(Kind::Tensor)) return out;
  out.vague = false;
  if (out.type.pointer == Pointer::Maybe) out.type.pointer = Pointer::No;
  return out;
}

Value InlineAsm(Site& site) {
  const Value &args = site.at(2), &dtype = site.at(3);
  Shape shape = Shape::Scalar();
  if (!args.is(Kind::Tuple)) return Failed();
  for (const Value& each : args.elements()) {
    if (!each.is(Kind::Tensor) && !each.is(Kind::Constant)) return Failed();
    if (!each.is(Kind::Tensor)) continue;
    std::optional<Shape> both = site.interp.BroadcastOrReport(site.node, shape, each.type.shape, NameOf(site));
    if (!both) return Failed();
    shape = *both;
  }
  if (dtype.is(Kind::Tuple)) {
    std::vector<Value> out;
    for (const Value& each : dtype.elements()) out.push_back(each.is_constant(Constant::DType) ? site.interp.Fresh(each.type.With(shape)) : Value::Unknown());
    return Value::Tuple(std::move(out));
  }
  return dtype.is_constant(Constant::DType) ? site.interp.Fresh(dtype.type.With(shape)) : Failed();
}

Value Philox(Site& site) {
  Type type = Type::Of(Scalar::Unknown);
  for (unsigned i = 1; i < 5; ++i) {
    std::optional<Value> counter = TensorOf(site, i);
    if (!counter) return Failed();
    std::optional<Shape> shape = site.interp.BroadcastOrReport(site.node, type.shape, counter->type.shape, "tl.philox");
    if (!shape) return Failed();
    type.shape = *shape;
    if (i == 1 && counter->type.is_number()) type.scalar = Bits(counter->type.scalar) == 64 ? Scalar::UInt64 : Scalar::UInt32;
  }
  Value each = site.interp.Fresh(type);
  return Value::Tuple({each, site.interp.Fresh(type), site.interp.Fresh(type), site.interp.Fresh(type)});
}

Value Random(Site& site) {
  std::optional<Value> offset = TensorOf(site, 1);
  if (!offset) return Failed();
  llvm::StringRef name = site.rule.name;
  bool ints = name.starts_with("randint");
  bool wide = offset->type.is_number() && Bits(offset->type.scalar) == 64;
  Scalar scalar = !ints ? Scalar::Fp32 : !offset->type.is_number() ? Scalar::Unknown : wide ? Scalar::UInt64 : Scalar::UInt32;
  Type type = Type::Of(scalar, offset->type.shape);
  if (!name.ends_with("4x")) return site.interp.Fresh(type);
  return Value::Tuple({site.interp.Fresh(type), site.interp.Fresh(type), site.interp.Fresh(type), site.interp.Fresh(type)});
}

Value UniformFloat(Site& site) {
  std::optional<Value> x = TensorOf(site, 0);
  return x ? site.interp.Fresh(Type::Of(Scalar::Fp32, x->type.shape)) : Failed();
}

}  // namespace trident::kernel
