// Holds one value inside a kernel: a compile-time constant, a tensor, a tuple, a function, or unknown.
//
// "Constant" is what Triton calls constexpr: it exists while the kernel is compiled. A constant may be unknown (a
// parameter annotated tl.constexpr that no launch binds) and then, if it is an integer, has a symbolic size.
// Values are copied freely; containers share their elements. Threads: immutable parts only.
#pragma once

#include "core/kernel/type.h"
#include "core/parse/tree.h"

#include "core/base/symbol.h"

#include <memory>
#include <vector>

namespace trident::kernel {

struct Module;

enum class Kind : uint8_t {
  Undefined,
  Unknown,
  Constant,
  Tensor,
  Tuple,
  Descriptor,  // A tensor descriptor; type.shape is its block shape.
  Slice,
  Range,       // What range(), tl.range() and tl.static_range() make; items: start, end, step.
  Poison,      // A loop variable after its loop.
};

enum class Constant : uint8_t {
  Unknown,
  None,
  Bool,
  Int,        // integer; symbolic when it depends on an unknown constant.
  Float,
  Str,
  DType,      // type
  Function,   // A jit function: module and node.
  Builtin,    // symbol: "load", a name of triton.language; "triton.cdiv"; "math.sqrt"
  Module,     // symbol: dotted name; module when it is a file that was read
  Method,     // symbol; items[0] is the object
  Ellipsis,
};

struct Value {
  Kind kind = Kind::Undefined;
  Constant constant = Constant::Unknown;
  bool vague = false;       // Tensor: an argument that may as well be a constant, None or a tuple.
  bool divisible = false;   // Tensor: an argument of which the launch says that 16 divides it. Descriptor: all strides but the last.
  bool plain = false;       // Constant: a global that is no constexpr, which a kernel may not read.
  Type type;
  shape::Dim integer;       // Constant: of an Int or Bool; of an unknown constant, its symbol.
  double number = 0;
  Symbol symbol;
  uint32_t id = 0;          // Which computation made it; a copy has the same. 0: constants that speak for themselves.
  const Module* module = nullptr;
  parse::NodeId node = parse::kNoNode;
  std::shared_ptr<const std::vector<Value>> items;

  bool is(Kind k) const { return kind == k; }
  bool is_constant(Constant c) const { return kind == Kind::Constant && constant == c; }
  bool unknown() const { return kind == Kind::Unknown; }
  bool undefined() const { return kind == Kind::Undefined; }
  bool none() const { return is_constant(Constant::None); }
  // A constant of which nothing is known, or a value that may be one.
  bool open() const { return kind == Kind::Unknown || is_constant(Constant::Unknown) || (kind == Kind::Tensor && vague); }
  std::optional<int64_t> AsInt() const {
    return kind == Kind::Constant && (constant == Constant::Int || constant == Constant::Bool) ? integer.value() : std::nullopt;
  }
  llvm::ArrayRef<Value> elements() const { return items ? llvm::ArrayRef<Value>(*items) : llvm::ArrayRef<Value>(); }

  static Value Of(Kind kind) { Value v; v.kind = kind; return v; }
  static Value Unknown() { return Of(Kind::Unknown); }
  static Value ConstantOf(Constant c) { Value v = Of(Kind::Constant); v.constant = c; return v; }
  static Value None() { return ConstantOf(Constant::None); }
  static Value Bool(bool b) { Value v = ConstantOf(Constant::Bool); v.integer = shape::Dim(b); return v; }
  static Value Int(shape::Dim dim) { Value v = ConstantOf(Constant::Int); v.integer = dim; return v; }
  static Value Float(double d) { Value v = ConstantOf(Constant::Float); v.number = d; return v; }
  static Value Str(llvm::StringRef text) { Value v = ConstantOf(Constant::Str); v.symbol = Intern(text); return v; }
  static Value DType(Type type) { Value v = ConstantOf(Constant::DType); v.type = type; return v; }
  static Value Builtin(llvm::StringRef name) { Value v = ConstantOf(Constant::Builtin); v.symbol = Intern(name); return v; }
  static Value ModuleNamed(llvm::StringRef name) { Value v = ConstantOf(Constant::Module); v.symbol = Intern(name); return v; }
  static Value SomeConstant(shape::Dim dim = {}) { Value v = ConstantOf(Constant::Unknown); v.integer = dim; return v; }
  static Value Tensor(Type type) { Value v = Of(Kind::Tensor); v.type = type; return v; }
  static Value Tuple(std::vector<Value> values) {
    Value v = Of(Kind::Tuple);
    v.items = std::make_shared<const std::vector<Value>>(std::move(values));
    return v;
  }
  // An argument of unknown kind: a number, a pointer or a constant; no block.
  static Value Argument() {
    Value v = Tensor({Scalar::Unknown, Pointer::Maybe, false, shape::Shape::Scalar(), shape::Shape::Scalar()});
    v.vague = true;
    return v;
  }
  static Value Descriptor(Scalar scalar, shape::Shape block) {
    Value v = Of(Kind::Descriptor);
    v.type = Type::Of(scalar, block);
    return v;
  }

  std::string ToString() const;  // "f32[BLOCK]", "constexpr 64", "(i32, *f16)", "?"
};

// Whether it, or something in it, is of some module.
bool RefersToModule(const Value& value);
// The type of a number without one: bool, i32, u32 from 2^31, i64 from 2^32; f32, or f64 outside its normal range.
Scalar ScalarOf(const Value& constant);
Same Compare(const Value& a, const Value& b);
Value Join(const Value& a, const Value& b);
// Whether the two are the same computation: what Triton compares to find what a branch or loop changed.
bool Unchanged(const Value& a, const Value& b);

}  // namespace trident::kernel
