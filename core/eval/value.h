// Holds one abstract Python value in 16 bytes: a constant, a symbolic number, an object of the heap, or unknown.
//
// "Some" marks a value of known kind and unknown content (some bool, some float, some str); an unknown int is an Int
// whose Dim is unknown. Unknown carries the reason where knowledge was lost. Objects live in the Heap of one
// evaluation (object.h); values are only meaningful inside it.
#pragma once

#include "core/base/symbol.h"
#include "core/shape/shape.h"

#include <cstdint>
#include <cstring>

namespace trident::eval {

struct Object;

enum class Kind : uint8_t {
  // Not values a program can see.
  Raised,     // An exception is on its way: Interp::exception().
  Undefined,  // Unbound.
  // Plain values.
  Unknown,    // aux: Symbol of the reason; bits: the gap it came from (gaps.cc).
  None,
  NotImplemented,
  Ellipsis,
  Bool,       // bits: 0 or 1.
  Int,        // bits: Dim.
  Float,      // number.
  Complex,
  Str,        // aux: Symbol.
  Bytes,
  DType,      // bits: shape::DType.
  Device,     // aux: Symbol of the text.
  // Heap objects.
  Tensor,
  List,
  Tuple,
  Dict,
  Set,
  Slice,
  Range,
  Instance,
  Class,
  Function,
  Method,
  Builtin,
  Operator,   // A torch operator or an unbound tensor method.
  Module,
  Partial,
  Property,
  StaticMethod,
  ClassMethod,
  Super,
  Iterator,
  Alias,      // list[int], Optional[Tensor]: typing constructs.
  Env,        // Variables of a frame or module; never a value itself.
};

struct Value {
  static constexpr uint8_t kSome = 1;
  static constexpr uint8_t kGuess = 2;  // An Int that stands for an argument of unknown kind until it is used as a number.

  Kind kind = Kind::Undefined;
  uint8_t flags = 0;
  uint32_t aux = 0;
  union {
    uint64_t bits = 0;
    double number;
    Object* object;
  };

  bool is(Kind k) const { return kind == k; }
  bool raised() const { return kind == Kind::Raised; }
  bool defined() const { return kind != Kind::Undefined; }
  bool unknown() const { return kind == Kind::Unknown; }
  bool some() const { return flags & kSome; }
  bool guess() const { return flags & kGuess; }
  bool is_object() const { return kind >= Kind::Tensor; }
  bool truth_bit() const { return bits != 0; }
  shape::Dim dim() const { return shape::Dim::FromRaw(bits); }
  Symbol symbol() const { return Symbol(aux); }
  llvm::StringRef text() const { return Text(Symbol(aux)); }
  shape::DType dtype() const { return static_cast<shape::DType>(bits); }

  static Value Of(Kind kind) { Value v; v.kind = kind; return v; }
  static Value Raised() { return Of(Kind::Raised); }
  static Value None() { return Of(Kind::None); }
  static Value Bool(bool b) { Value v = Of(Kind::Bool); v.bits = b; return v; }
  static Value SomeBool() { Value v = Of(Kind::Bool); v.flags = kSome; return v; }
  static Value Int(shape::Dim dim) { Value v = Of(Kind::Int); v.bits = dim.raw(); return v; }
  static Value SomeInt() { return Int(shape::Dim::Unknown()); }
  static Value Float(double d) { Value v = Of(Kind::Float); v.number = d; return v; }
  static Value SomeFloat() { Value v = Of(Kind::Float); v.flags = kSome; return v; }
  static Value Str(Symbol symbol) { Value v = Of(Kind::Str); v.aux = symbol.index; return v; }
  static Value Str(llvm::StringRef text) { return Str(Intern(text)); }
  static Value SomeStr() { Value v = Of(Kind::Str); v.flags = kSome; return v; }
  static Value DType(shape::DType dtype) { Value v = Of(Kind::DType); v.bits = static_cast<uint64_t>(dtype); return v; }
  static Value Device(llvm::StringRef text) { Value v = Of(Kind::Device); v.aux = Intern(text).index; return v; }
  static Value Unknown(Symbol reason) { Value v = Of(Kind::Unknown); v.aux = reason.index; return v; }
  static Value Unknown(llvm::StringRef reason) { return Unknown(Intern(reason)); }
  static Value Obj(Kind kind, Object* object) { Value v = Of(kind); v.object = object; return v; }
  static Value Obj(Object* object);

  // The int of an Int or Bool constant.
  std::optional<int64_t> AsInt() const {
    if (kind == Kind::Bool && !some()) return bits;
    if (kind == Kind::Int) return dim().value();
    return std::nullopt;
  }
  // Identity of content for plain values, of the object for others.
  friend bool operator==(const Value& a, const Value& b) {
    return a.kind == b.kind && a.flags == b.flags && a.aux == b.aux && a.bits == b.bits;
  }
};
static_assert(sizeof(Value) == 16);

enum class Tri : uint8_t { False, True, Unknown };

inline Tri ToTri(bool b) { return b ? Tri::True : Tri::False; }
inline Tri Not(Tri t) { return t == Tri::Unknown ? t : ToTri(t == Tri::False); }

// Evaluates to a value or passes a pending exception on.
#define TRIDENT_TRY(var, expression) \
  Value var = (expression);          \
  if (var.raised()) return Value::Raised()

}  // namespace trident::eval
