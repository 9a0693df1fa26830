// Operators on tensors: promotion, broadcasting, pointer arithmetic, comparisons, booleans.
#include "core/kernel/interp.h"

#include "llvm/ADT/StringSwitch.h"

#include <limits>

namespace trident::kernel {

using parse::BinaryOp;
using parse::CompareOp;
using parse::NodeId;
using shape::Shape;

namespace {

const char* SignOf(BinaryOp op) {
  static constexpr const char* kSigns[] = {"+", "-", "*", "@", "/", "%", "**", "<<", ">>", "|", "^", "&", "//"};
  return kSigns[static_cast<unsigned>(op)];
}

const char* SignOf(CompareOp op) {
  static constexpr const char* kSigns[] = {"==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"};
  return kSigns[static_cast<unsigned>(op)];
}

bool Fits(int64_t value, Scalar type) {
  if (type == Scalar::Int1) return value >= -1 && value <= 1;
  unsigned bits = Bits(type);
  if (bits >= 62) return IsSigned(type) || value >= 0;
  int64_t high = IsSigned(type) ? (int64_t{1} << (bits - 1)) - 1 : (int64_t{1} << bits) - 1;
  int64_t low = IsSigned(type) ? -(int64_t{1} << (bits - 1)) : 0;
  return value >= low && value <= high;
}

std::string Operands(const Value& a, const Value& b) { return a.ToString() + " and " + b.ToString(); }

}  // namespace

Value Interp::ToTensor(NodeId node, const Value& value) {
  if (value.is(Kind::Tensor) || value.is(Kind::Poison)) return value;
  if (!value.is(Kind::Constant)) return Value::Unknown();
  switch (value.constant) {
    case Constant::Unknown: return Fresh(Value::Argument());
    case Constant::None: return Report("triton-none", node, "None is used as a value");
    case Constant::Str: return Report("triton-string-value", node, "a string is used as a tensor");
    case Constant::Bool:
    case Constant::Int:
    case Constant::Float: return Fresh(Type::Of(ScalarOf(value)));
    default: return Value::Unknown();
  }
}

std::optional<Shape> Interp::BroadcastOrReport(NodeId node, Shape a, Shape b, llvm::StringRef op, const char* slug) {
  Broadcast broadcast = CombineShapes(a, b);
  if (broadcast.failed_axis < 0) return broadcast.shape;
  std::string hint;
  // [M] beside [M, N]: what is missing is the axis.
  if (a.rank() != b.rank()) {
    Shape shorter = a.rank() < b.rank() ? a : b, longer = a.rank() < b.rank() ? b : a;
    if (shorter.rank() == 1 && longer.rank() == 2 && shorter.dims()[0] == longer.dims()[0]) hint = ": did you mean `[:, None]`?";
  } else if (a.rank() == 1) {
    hint = ": for all pairs, write `[:, None]` and `[None, :]`";
  }
  Report(slug, node, op.str() + " cannot combine shapes " + a.ToString() + " and " + b.ToString() + ": axis " + std::to_string(broadcast.failed_axis) + " has " +
                         broadcast.left.ToString() + " and " + broadcast.right.ToString() + hint);
  return std::nullopt;
}

Value Interp::Shaped(NodeId node, Type type, Shape a, Shape b, llvm::StringRef op) {
  std::optional<Shape> shape = BroadcastOrReport(node, a, b, op);
  if (!shape) return Value::Unknown();
  type.shape = *shape;
  return Fresh(type);
}

// The general rule behind + - * / // % and the functions that promote like them.
Value Interp::Combine(NodeId node, llvm::StringRef op, const Value& a0, const Value& b0, bool division, bool literals, bool pointers) {
  Value a = ToTensor(node, a0), b = ToTensor(node, b0);
  if (!a.is(Kind::Tensor) || !b.is(Kind::Tensor)) return Value::Unknown();
  const Type &x = a.type, &y = b.type;
  std::string sign = ("`" + op + "`").str();
  if (x.is_pointer() || y.is_pointer()) {
    const Type &p = x.is_pointer() ? x : y, &offset = x.is_pointer() ? y : x;
    bool both = x.is_pointer() && y.is_pointer();
    bool allowed = pointers && !both && (op == "+" || x.is_pointer());
    if (!allowed || (offset.is_number() && IsFloat(offset.scalar))) {
      std::string why = both ? op == "==" || op == "!=" ? "pointers cannot be compared: use `is None`, or cast them to tl.int64" : "an offset must be an integer"
                             : allowed ? "an offset must be an integer" : "only an integer can be added to or subtracted from a pointer";
      return Report("triton-operand-types", node, sign + " is not defined for " + Operands(a, b) + ": " + why);
    }
    return Shaped(node, p, p.shape, offset.shape, sign);
  }
  if (x.pointer == Pointer::Maybe || y.pointer == Pointer::Maybe) {
    bool stays = pointers;
    Type type = {Scalar::Unknown, stays ? Pointer::Maybe : Pointer::No, false, Shape::Scalar(), Shape::Scalar()};
    Value out = Shaped(node, type, x.shape, y.shape, sign);
    bool constant = (a.vague || a0.is(Kind::Constant)) && (b.vague || b0.is(Kind::Constant));
    if (out.is(Kind::Tensor)) out.vague = constant;
    // Once one operand is a tensor of numbers of a floating type, a weak operand gives way to it.
    const Type& known = x.pointer == Pointer::Maybe ? y : x;
    bool weak = literals && (x.pointer == Pointer::Maybe ? a0 : b0).is_constant(Constant::Unknown);
    if (out.is(Kind::Tensor) && weak && known.is_number() && IsFloat(known.scalar)) {
      out.type.scalar = division && Bits(known.scalar) == 16 ? Scalar::Fp32 : known.scalar;
      out.type.pointer = Pointer::No;
      out.vague = false;
    }
    return out;
  }
  bool a_literal = literals && a0.is(Kind::Constant), b_literal = literals && b0.is(Kind::Constant);
  Promotion promotion = Promote(x.scalar, a_literal, y.scalar, b_literal, division);
  if (promotion.failure == Promotion::Failure::Signedness) {
    return Report("triton-signedness", node, sign + " of " + Operands(a, b) + ": they differ in signedness; cast one of them");
  }
  if (promotion.failure == Promotion::Failure::Fp8WithInteger) {
    return Report("triton-operand-types", node, sign + " is not defined for " + Operands(a, b) + ": cast the 8-bit float first");
  }
  for (const Value* literal : {a_literal ? &a0 : nullptr, b_literal ? &b0 : nullptr}) {
    bool zero = literal && (literal->AsInt() == 0 || (literal->is_constant(Constant::Float) && literal->number == 0));
    if (literal && !zero && a_literal != b_literal && IsFp8(promotion.type)) {
      return Report("triton-operand-types", node, sign + " of " + Operands(a, b) + ": there are no literals of 8-bit floats; cast the tensor to f32 or f16 first");
    }
  }
  for (const Value* literal : {a_literal ? &a0 : nullptr, b_literal ? &b0 : nullptr}) {
    if (!literal || !IsInt(promotion.type) || a_literal == b_literal) continue;
    std::optional<int64_t> number = literal->AsInt();
    if (number && !Fits(*number, promotion.type)) {
      return Report("triton-literal-range", node, std::to_string(*number) + " does not fit " + Name(promotion.type).str() + ", the type of the other operand of " + sign + ": cast that operand");
    }
  }
  return Shaped(node, Type::Of(promotion.type), x.shape, y.shape, sign);
}

Value Interp::Binary(NodeId node, BinaryOp op, const Value& a, const Value& b) {
  if (a.is(Kind::Constant) && b.is(Kind::Constant)) {
    if (op == BinaryOp::MatMul) return Unsupported(node, "`@`", "use tl.dot");
    return Fold(node, op, a, b);
  }
  if (a.is(Kind::Tuple) || b.is(Kind::Tuple)) {
    if (op == BinaryOp::Add && a.is(Kind::Tuple) && b.is(Kind::Tuple)) {
      std::vector<Value> items = a.elements().vec();
      items.insert(items.end(), b.elements().begin(), b.elements().end());
      return Value::Tuple(std::move(items));
    }
    const Value &tuple = a.is(Kind::Tuple) ? a : b, &count = a.is(Kind::Tuple) ? b : a;
    std::optional<int64_t> times = count.AsInt();
    if (op != BinaryOp::Mul || !times || *times > 64) return Value::Unknown();
    std::vector<Value> items;
    for (int64_t i = 0; i < *times; ++i) items.insert(items.end(), tuple.elements().begin(), tuple.elements().end());
    return Value::Tuple(std::move(items));
  }
  bool tensor = a.is(Kind::Tensor) || b.is(Kind::Tensor);
  if (!tensor || a.unknown() || b.unknown()) return Value::Unknown();
  if (op == BinaryOp::MatMul) return Unsupported(node, "`@`", "use tl.dot");
  if (op == BinaryOp::Pow) {
    if (a.vague || b.vague) return Value::Unknown();
    return Report("triton-operand-types", node, "`**` is not defined for tensors: multiply, or use tl.exp2(tl.log2(x) * y) or libdevice.pow");
  }
  for (const Value* side : {&a, &b}) {
    const Value& other = side == &a ? b : a;
    if (other.vague) continue;
    if (side->none()) return Report("triton-none", node, std::string("`") + SignOf(op) + "` of " + Operands(a, b));
    if (side->is_constant(Constant::Str)) return Report("triton-operand-types", node, std::string("`") + SignOf(op) + "` is not defined for " + Operands(a, b));
  }
  switch (op) {
    case BinaryOp::Add:
    case BinaryOp::Sub: return Combine(node, SignOf(op), a, b, false, true, true);
    case BinaryOp::Mul: return Combine(node, SignOf(op), a, b, false, true);
    case BinaryOp::Mod: return Combine(node, SignOf(op), a, b, true, true);
    case BinaryOp::Div: {
      Value out = Combine(node, SignOf(op), a, b, true, true);
      if (out.is(Kind::Tensor) && out.type.is_number() && IsInt(out.type.scalar)) out.type.scalar = Scalar::Fp32;
      return out;
    }
    case BinaryOp::FloorDiv: {
      Value out = Combine(node, SignOf(op), a, b, true, true);
      if (out.is(Kind::Tensor) && out.type.is_number() && IsFloat(out.type.scalar)) {
        return Report("triton-operand-types", node, "`//` is not defined for floats (" + Operands(a, b) + "): use tl.floor(a / b)");
      }
      return out;
    }
    case BinaryOp::BitAnd:
    case BinaryOp::BitOr:
    case BinaryOp::BitXor:
    case BinaryOp::LShift:
    case BinaryOp::RShift: {
      Value out = Combine(node, SignOf(op), a, b, false, true);
      if (out.is(Kind::Tensor) && out.type.is_number() && IsFloat(out.type.scalar)) {
        return Report("triton-operand-types", node, std::string("`") + SignOf(op) + "` is not defined for " + Operands(a, b) + ": it takes integers and booleans");
      }
      return out;
    }
    default: return Value::Unknown();
  }
}

Value Interp::CompareValues(NodeId node, CompareOp op, const Value& a, const Value& b) {
  bool identity = op == CompareOp::Is || op == CompareOp::IsNot;
  if (identity) {
    bool none = a.none() || b.none();
    const Value& other = a.none() ? b : a;
    if (none && !other.open() && !other.undefined()) return Value::Bool(other.none() == (op == CompareOp::Is));
    if (a.is(Kind::Constant) && b.is(Kind::Constant)) return FoldCompare(op, a, b);
    return Value::SomeConstant();
  }
  if (op == CompareOp::In || op == CompareOp::NotIn) {
    return Unsupported(node, std::string("`") + SignOf(op) + "`", "compare with `==` and join with `or`");
  }
  if (a.is(Kind::Constant) && b.is(Kind::Constant)) return FoldCompare(op, a, b);
  if (a.is(Kind::Tuple) || b.is(Kind::Tuple)) {
    const Value& other = a.is(Kind::Tuple) ? b : a;
    if (!other.is(Kind::Tensor) || other.vague) return Value::SomeConstant();
    return Report("triton-operand-types", node, std::string("`") + SignOf(op) + "` is not defined for " + Operands(a, b));
  }
  if (a.unknown() || b.unknown() || !(a.is(Kind::Tensor) || b.is(Kind::Tensor))) return Value::Unknown();
  if (a.vague || b.vague) {
    // A scalar that may be a constant beside another: the result may be one as well.
    bool scalars = (a.is(Kind::Constant) || a.vague) && (b.is(Kind::Constant) || b.vague);
    if (scalars) return Fresh(Value::Argument());
  }
  if (a.none() || b.none()) return Report("triton-none", node, std::string("`") + SignOf(op) + "` of " + Operands(a, b) + ": use `is None`");
  if (a.is_constant(Constant::Str) || b.is_constant(Constant::Str)) {
    return Report("triton-operand-types", node, std::string("`") + SignOf(op) + "` is not defined for " + Operands(a, b));
  }
  Value out = Combine(node, SignOf(op), a, b, false, false);
  if (!out.is(Kind::Tensor)) return out;
  return Fresh(Type::Of(Scalar::Int1, out.type.shape));
}

bool Interp::BooleanOperand(NodeId node, const Value& value, llvm::StringRef word) {
  if (!value.is(Kind::Tensor) || value.vague) return true;
  // A pointer is true where it is not null.
  bool wrong = value.type.pointer == Pointer::Block || (value.type.is_number() && value.type.scalar != Scalar::Int1);
  if (wrong) Report("triton-logical-operand", node, ("`" + word + "` needs booleans, not " + value.ToString() + ": compare with 0").str());
  return !wrong;
}

Value Interp::Logical(NodeId node, const Value& a, const Value& b, llvm::StringRef word) {
  bool good = BooleanOperand(node, a, word) && BooleanOperand(node, b, word);
  if (!good) return Value::Unknown();
  return Shaped(node, Type::Of(Scalar::Int1), a.type.shape, b.type.shape, ("`" + word + "`").str());
}

Value Interp::Negate(NodeId node, const Value& value) {
  if (value.type.is_pointer()) return Report("triton-operand-types", node, "unary `-` is not defined for " + value.ToString());
  return Fresh(value.type);
}

}  // namespace trident::kernel
