// Holds the types of values inside a Triton kernel, and the rules by which they combine.
//
// A Type is a number, a pointer to numbers or a pointer to a block, as a scalar or a block of a shape. Every part may be
// unknown; sizes may be symbolic (BLOCK_M). Facts and rules: Triton 3.6's own static semantics, restated.
// Threads: pure. Cost: 16 bytes a type, shapes are interned.
#pragma once

#include "core/shape/shape.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace trident::kernel {

enum class Scalar : uint8_t {
  Unknown,
  Int1,
  Int8,
  Int16,
  Int32,
  Int64,
  UInt8,
  UInt16,
  UInt32,
  UInt64,
  Fp8E5,
  Fp8E4NV,
  Fp8E4B15,
  Fp8E4B8,
  Fp8E5B16,
  Fp16,
  Bf16,
  Fp32,
  Fp64,
  Void,
};

unsigned Bits(Scalar scalar);  // 0 for Unknown and Void; 1 for Int1, which takes a byte of memory.
unsigned Bytes(Scalar scalar);
bool IsFloat(Scalar scalar);
bool IsFp8(Scalar scalar);
bool IsInt(Scalar scalar);     // Int1 included.
bool IsSigned(Scalar scalar);  // Of integers; Int1 counts as unsigned.
bool IsUnsignedInt(Scalar scalar);
Scalar IntOf(unsigned bits, bool is_signed);
// "f32", "i32", "bool": the names that the rest of Trident uses.
llvm::StringRef Name(Scalar scalar);
// From "float32", "int1", "float8e4nv": an attribute of triton.language.
std::optional<Scalar> FromLanguageName(llvm::StringRef name);
// From "fp32", "i32", "u1": a name in a signature.
std::optional<Scalar> FromSignatureName(llvm::StringRef name);
// The way back; empty for Unknown.
llvm::StringRef SignatureName(Scalar scalar);
Scalar FromTorch(shape::DType dtype);

enum class Pointer : uint8_t { No, Yes, Block, Maybe };

struct Type {
  Scalar scalar = Scalar::Unknown;  // Of a pointer: what it points to.
  Pointer pointer = Pointer::No;
  bool is_const = false;            // A pointer that cannot be stored through.
  shape::Shape shape = shape::Shape::Scalar();
  shape::Shape block = shape::Shape::Scalar();  // Pointer::Block: the shape it loads.

  static Type Of(Scalar scalar, shape::Shape shape = shape::Shape::Scalar()) { return {scalar, Pointer::No, false, shape, shape::Shape::Scalar()}; }
  static Type PointerTo(Scalar scalar, bool is_const = false) { return {scalar, Pointer::Yes, is_const, shape::Shape::Scalar(), shape::Shape::Scalar()}; }
  bool is_block() const { return shape.rank_known() && shape.rank() > 0; }
  bool is_scalar() const { return shape.rank_known() && shape.rank() == 0; }
  // A number of a known type, whatever its shape.
  bool is_number() const { return pointer == Pointer::No && scalar != Scalar::Unknown; }
  bool is_pointer() const { return pointer == Pointer::Yes || pointer == Pointer::Block; }
  Type With(Scalar other) const { return {other, Pointer::No, false, shape, shape::Shape::Scalar()}; }
  Type With(shape::Shape other) const { return {scalar, pointer, is_const, other, block}; }
  friend bool operator==(const Type&, const Type&) = default;
  std::string ToString() const;  // "f32[BLOCK_M, 64]", "*f16[128]", "i32"
};

enum class Same : uint8_t { Yes, No, Maybe };
// Whether two types are one; Maybe where a part of either is unknown or depends on a symbol.
Same Compare(const Type& a, const Type& b);
// What is known of a value that has one of the two types.
Type Join(const Type& a, const Type& b);

// The type of a literal operand is weak: it gives way to the other operand's when its kind is not above it.
struct Promotion {
  enum class Failure : uint8_t { None, Signedness, Fp8WithInteger };
  Scalar type = Scalar::Unknown;
  Failure failure = Failure::None;
};
Promotion Promote(Scalar a, bool a_literal, Scalar b, bool b_literal, bool division);
// Of two integers, as C promotes them.
Scalar PromoteInts(Scalar a, Scalar b);

// Whether a value of one type may be cast to the other; true when either is unknown.
bool CanCast(const Type& from, const Type& to);

// Combines shapes as binary operators do: scalars splat, the shorter is padded with 1 on the left.
struct Broadcast {
  shape::Shape shape;
  int failed_axis = -1;  // In the padded shape.
  shape::Dim left, right;
};
Broadcast CombineShapes(shape::Shape a, shape::Shape b);
// Sizes that differ whatever the symbols are.
bool Different(shape::Dim a, shape::Dim b);

}  // namespace trident::kernel
