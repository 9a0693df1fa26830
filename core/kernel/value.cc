#include "core/kernel/value.h"

#include <cmath>

namespace trident::kernel {

using shape::Dim;

std::string Value::ToString() const {
  switch (kind) {
    case Kind::Undefined: return "undefined";
    case Kind::Unknown: return "?";
    case Kind::Poison:
    case Kind::Tensor: return vague ? "?" : type.ToString();
    case Kind::Descriptor: return "descriptor of " + type.ToString();
    case Kind::Slice: return "slice";
    case Kind::Range: return "range";
    case Kind::Tuple: {
      std::string out = "(";
      for (size_t i = 0; i < elements().size(); ++i) out += (i ? ", " : "") + elements()[i].ToString();
      return out + (elements().size() == 1 ? ",)" : ")");
    }
    case Kind::Constant: break;
  }
  switch (constant) {
    case Constant::None: return "None";
    case Constant::Bool: return integer.is_constant() ? integer.constant() ? "constexpr True" : "constexpr False" : "constexpr bool";
    case Constant::Int: return "constexpr " + integer.ToString();
    case Constant::Float: {
      char text[32];
      std::snprintf(text, sizeof text, "constexpr %g", number);
      return text;
    }
    case Constant::Str: return "constexpr '" + Text(symbol).str() + "'";
    case Constant::DType: return "dtype " + type.ToString();
    case Constant::Unknown: return integer.is_unknown() ? "constexpr" : "constexpr " + integer.ToString();
    case Constant::Function: return "function";
    case Constant::Builtin: return "tl." + Text(symbol).str();
    case Constant::Module: return "module " + Text(symbol).str();
    case Constant::Method: return "method " + Text(symbol).str();
    case Constant::Ellipsis: return "...";
  }
  return "?";
}

bool RefersToModule(const Value& value) {
  if (value.module) return true;
  for (const Value& each : value.elements()) {
    if (RefersToModule(each)) return true;
  }
  return false;
}

Scalar ScalarOf(const Value& value) {
  if (value.kind != Kind::Constant) return Scalar::Unknown;
  if (value.constant == Constant::Bool) return Scalar::Int1;
  if (value.constant == Constant::Float) {
    double size = std::fabs(value.number);
    bool single = size == 0 || std::isinf(size) || std::isnan(size) || (size >= 0x1p-126 && size <= 0x1.fffffep127);
    return single ? Scalar::Fp32 : Scalar::Fp64;
  }
  if (value.constant != Constant::Int) return Scalar::Unknown;
  if (!value.integer.is_constant()) return Scalar::Int32;  // A symbolic size: small by any account.
  int64_t v = value.integer.constant();
  if (v >= -(int64_t{1} << 31) && v < int64_t{1} << 31) return Scalar::Int32;
  return v >= 0 && v < int64_t{1} << 32 ? Scalar::UInt32 : Scalar::Int64;
}

static Same CompareElements(const Value& a, const Value& b) {
  if (a.elements().size() != b.elements().size()) return Same::No;
  Same same = Same::Yes;
  for (size_t i = 0; i < a.elements().size(); ++i) {
    Same one = Compare(a.elements()[i], b.elements()[i]);
    if (one == Same::No) return one;
    if (one == Same::Maybe) same = one;
  }
  return same;
}

static Same CompareConstants(const Value& a, const Value& b) {
  if (a.constant == Constant::Unknown || b.constant == Constant::Unknown) {
    return a.constant == b.constant && !a.integer.is_unknown() && a.integer == b.integer ? Same::Yes : Same::Maybe;
  }
  if (a.constant != b.constant) return Same::No;
  switch (a.constant) {
    case Constant::None:
    case Constant::Ellipsis: return Same::Yes;
    case Constant::Bool:
    case Constant::Int:
      if (a.integer.is_unknown() || b.integer.is_unknown()) return Same::Maybe;
      if (a.integer == b.integer) return Same::Yes;
      return a.integer.is_constant() && b.integer.is_constant() ? Same::No : Same::Maybe;
    case Constant::Float: return a.number == b.number || (std::isnan(a.number) && std::isnan(b.number)) ? Same::Yes : Same::No;
    case Constant::Str:
    case Constant::Builtin: return a.symbol == b.symbol ? Same::Yes : Same::No;
    case Constant::DType: return Compare(a.type, b.type);
    case Constant::Function: return a.module == b.module && a.node == b.node ? Same::Yes : Same::No;
    case Constant::Module: return a.symbol == b.symbol && a.module == b.module ? Same::Yes : Same::No;
    default: return Same::Maybe;
  }
}

Same Compare(const Value& a, const Value& b) {
  if (a.unknown() || b.unknown() || a.vague || b.vague) return Same::Maybe;
  if (a.kind != b.kind) return a.open() || b.open() ? Same::Maybe : Same::No;
  switch (a.kind) {
    case Kind::Tensor:
    case Kind::Poison:
    case Kind::Descriptor: return Compare(a.type, b.type);
    case Kind::Tuple: return CompareElements(a, b);
    case Kind::Constant: return CompareConstants(a, b);
    default: return Same::Maybe;
  }
}

Value Join(const Value& a, const Value& b) {
  if (a.undefined() && b.undefined()) return a;
  if (a.kind != b.kind) return Value::Unknown();
  switch (a.kind) {
    case Kind::Tensor: {
      Value out = a;
      out.type = Join(a.type, b.type);
      out.vague = a.vague || b.vague;
      if (a.id != b.id) out.id = 0;
      return out;
    }
    case Kind::Tuple: {
      if (a.elements().size() != b.elements().size()) return Value::Unknown();
      std::vector<Value> items;
      for (size_t i = 0; i < a.elements().size(); ++i) items.push_back(Join(a.elements()[i], b.elements()[i]));
      return Value::Tuple(std::move(items));
    }
    case Kind::Constant: {
      if (CompareConstants(a, b) == Same::Yes) return a;
      bool ints = a.constant == Constant::Int && b.constant == Constant::Int;
      if (ints) return Value::Int(Dim::Unknown());
      if (a.constant == Constant::DType && b.constant == Constant::DType) return Value::DType(Join(a.type, b.type));
      return Value::SomeConstant();
    }
    case Kind::Descriptor: return a.type == b.type ? a : Value::Unknown();
    default: return Value::Unknown();
  }
}

bool Unchanged(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.id != 0 && a.id == b.id) return true;
  if (a.kind == Kind::Tensor || a.kind == Kind::Descriptor || a.kind == Kind::Poison) return false;
  if (a.kind == Kind::Tuple) {
    if (a.elements().size() != b.elements().size()) return false;
    for (size_t i = 0; i < a.elements().size(); ++i) {
      if (!Unchanged(a.elements()[i], b.elements()[i])) return false;
    }
    return true;
  }
  return a.kind != Kind::Unknown && CompareConstants(a, b) == Same::Yes;
}

}  // namespace trident::kernel
