// Arithmetic on constants of a kernel, by Python's own rules.
#include "core/kernel/interp.h"

#include <cmath>

namespace trident::kernel {

using parse::BinaryOp;
using parse::CompareOp;
using parse::NodeId;
using shape::Dim;

namespace {

bool IsNumber(const Value& v) {
  return v.is_constant(Constant::Int) || v.is_constant(Constant::Bool) || v.is_constant(Constant::Float);
}
bool IsIntegral(const Value& v) { return v.is_constant(Constant::Int) || v.is_constant(Constant::Bool); }

std::optional<double> NumberOf(const Value& v) {
  if (v.is_constant(Constant::Float)) return v.number;
  if (std::optional<int64_t> n = v.AsInt()) return static_cast<double>(*n);
  return std::nullopt;
}

Value FoldInts(BinaryOp op, Dim a, Dim b) {
  switch (op) {
    case BinaryOp::Add: return Value::Int(a + b);
    case BinaryOp::Sub: return Value::Int(a - b);
    case BinaryOp::Mul: return Value::Int(a * b);
    case BinaryOp::FloorDiv: return Value::Int(shape::FloorDiv(a, b));
    case BinaryOp::Mod: return Value::Int(shape::Mod(a, b));
    default: break;
  }
  if (!a.is_constant() || !b.is_constant()) return op == BinaryOp::Div ? Value::SomeConstant() : Value::Int(Dim::Unknown());
  int64_t x = a.constant(), y = b.constant();
  switch (op) {
    case BinaryOp::Div: return y == 0 ? Value::SomeConstant() : Value::Float(static_cast<double>(x) / static_cast<double>(y));
    case BinaryOp::LShift: return y >= 0 && y < 40 && std::abs(x) < int64_t{1} << 20 ? Value::Int(x * (int64_t{1} << y)) : Value::Int(Dim::Unknown());
    case BinaryOp::RShift: return y >= 0 && y < 64 ? Value::Int(x >> y) : Value::Int(Dim::Unknown());
    case BinaryOp::BitOr: return Value::Int(x | y);
    case BinaryOp::BitAnd: return Value::Int(x & y);
    case BinaryOp::BitXor: return Value::Int(x ^ y);
    case BinaryOp::Pow: {
      if (y < 0) return Value::Float(std::pow(static_cast<double>(x), static_cast<double>(y)));
      double size = std::pow(std::fabs(static_cast<double>(x)), static_cast<double>(y));
      if (size >= 0x1p60) return Value::SomeConstant();
      int64_t out = 1;
      for (int64_t i = 0; i < y; ++i) out *= x;
      return Value::Int(out);
    }
    default: return Value::SomeConstant();
  }
}

}  // namespace

Value Interp::Fold(NodeId node, BinaryOp op, const Value& a, const Value& b) {
  if (a.constant == Constant::Unknown || b.constant == Constant::Unknown) {
    bool sizes = (a.constant == Constant::Unknown || IsIntegral(a)) && (b.constant == Constant::Unknown || IsIntegral(b));
    if (!sizes || op == BinaryOp::Div || op == BinaryOp::Pow) return Value::SomeConstant();
    Value folded = FoldInts(op, a.integer, b.integer);
    return Value::SomeConstant(folded.integer);
  }
  if (IsIntegral(a) && IsIntegral(b)) {
    bool zero = (op == BinaryOp::Div || op == BinaryOp::FloorDiv || op == BinaryOp::Mod) && b.integer == Dim(0);
    if (zero) return Report("triton-operand-types", node, "a division of constants by zero");
    return FoldInts(op, a.integer, b.integer);
  }
  if (IsNumber(a) && IsNumber(b)) {
    std::optional<double> x = NumberOf(a), y = NumberOf(b);
    if (!x || !y) return Value::SomeConstant();
    switch (op) {
      case BinaryOp::Add: return Value::Float(*x + *y);
      case BinaryOp::Sub: return Value::Float(*x - *y);
      case BinaryOp::Mul: return Value::Float(*x * *y);
      case BinaryOp::Div: return *y == 0 ? Value::SomeConstant() : Value::Float(*x / *y);
      case BinaryOp::FloorDiv: return *y == 0 ? Value::SomeConstant() : Value::Float(std::floor(*x / *y));
      case BinaryOp::Mod: return *y == 0 ? Value::SomeConstant() : Value::Float(*x - *y * std::floor(*x / *y));
      case BinaryOp::Pow: return Value::Float(std::pow(*x, *y));
      default: return Value::SomeConstant();
    }
  }
  bool strings = a.constant == Constant::Str && b.constant == Constant::Str;
  if (strings && op == BinaryOp::Add) return Value::Str((Text(a.symbol) + Text(b.symbol)).str());
  bool clash = (a.none() && IsNumber(b)) || (b.none() && IsNumber(a)) || (a.constant == Constant::Str && IsNumber(b) && op == BinaryOp::Add) ||
               (b.constant == Constant::Str && IsNumber(a) && op == BinaryOp::Add);
  if (clash) return Report("triton-operand-types", node, "the operator is not defined for " + a.ToString() + " and " + b.ToString());
  return Value::SomeConstant();
}

Value Interp::FoldCompare(CompareOp op, const Value& a, const Value& b) {
  bool equality = op == CompareOp::Eq || op == CompareOp::NotEq || op == CompareOp::Is || op == CompareOp::IsNot;
  bool wants = op == CompareOp::Eq || op == CompareOp::Is;
  if (IsNumber(a) && IsNumber(b)) {
    std::optional<double> x = NumberOf(a), y = NumberOf(b);
    if (!x || !y) {
      if (equality && IsIntegral(a) && IsIntegral(b) && !a.integer.is_unknown() && a.integer == b.integer) return Value::Bool(wants);
      return Value::SomeConstant();
    }
    switch (op) {
      case CompareOp::Lt: return Value::Bool(*x < *y);
      case CompareOp::LtE: return Value::Bool(*x <= *y);
      case CompareOp::Gt: return Value::Bool(*x > *y);
      case CompareOp::GtE: return Value::Bool(*x >= *y);
      case CompareOp::Eq: return Value::Bool(*x == *y);
      case CompareOp::NotEq: return Value::Bool(*x != *y);
      case CompareOp::Is: return *x == *y && a.constant == b.constant ? Value::SomeConstant() : Value::Bool(false);
      case CompareOp::IsNot: return *x == *y && a.constant == b.constant ? Value::SomeConstant() : Value::Bool(true);
      default: return Value::SomeConstant();
    }
  }
  if (!equality) return Value::SomeConstant();
  Same same = kernel::Compare(a, b);
  // A runtime value is never None or a dtype.
  if (same == Same::Maybe) return Value::SomeConstant();
  return Value::Bool((same == Same::Yes) == wants);
}

std::optional<bool> Interp::Truth(const Value& v) {
  switch (v.constant) {
    case Constant::None: return false;
    case Constant::Bool:
    case Constant::Int:
      if (v.integer.is_constant()) return v.integer.constant() != 0;
      return std::nullopt;
    case Constant::Float: return v.number != 0;
    case Constant::Str: return !Text(v.symbol).empty();
    case Constant::DType:
    case Constant::Function:
    case Constant::Builtin: return true;
    default: return std::nullopt;
  }
}

}  // namespace trident::kernel
