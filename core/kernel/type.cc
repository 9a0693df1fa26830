#include "core/kernel/type.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace trident::kernel {

using shape::Dim;
using shape::Shape;

namespace {

enum class Family : uint8_t { None, Bool, Signed, Unsigned, Fp8, Float };

struct Facts {
  const char* name;
  const char* language;
  const char* signature;
  unsigned bits;
  Family family;
};

constexpr Facts kFacts[] = {
    {"?", "", "", 0, Family::None},
    {"bool", "int1", "i1", 1, Family::Bool},
    {"i8", "int8", "i8", 8, Family::Signed},
    {"i16", "int16", "i16", 16, Family::Signed},
    {"i32", "int32", "i32", 32, Family::Signed},
    {"i64", "int64", "i64", 64, Family::Signed},
    {"u8", "uint8", "u8", 8, Family::Unsigned},
    {"u16", "uint16", "u16", 16, Family::Unsigned},
    {"u32", "uint32", "u32", 32, Family::Unsigned},
    {"u64", "uint64", "u64", 64, Family::Unsigned},
    {"f8e5", "float8e5", "fp8e5", 8, Family::Fp8},
    {"f8e4nv", "float8e4nv", "fp8e4nv", 8, Family::Fp8},
    {"f8e4b15", "float8e4b15", "fp8e4b15", 8, Family::Fp8},
    {"f8e4b8", "float8e4b8", "fp8e4b8", 8, Family::Fp8},
    {"f8e5b16", "float8e5b16", "fp8e5b16", 8, Family::Fp8},
    {"f16", "float16", "fp16", 16, Family::Float},
    {"bf16", "bfloat16", "bf16", 16, Family::Float},
    {"f32", "float32", "fp32", 32, Family::Float},
    {"f64", "float64", "fp64", 64, Family::Float},
    {"void", "void", "", 0, Family::None},
};

const Facts& FactsOf(Scalar scalar) { return kFacts[static_cast<unsigned>(scalar)]; }
Family FamilyOf(Scalar scalar) { return FactsOf(scalar).family; }

// bool < integers < floats: a literal of a lower or equal kind takes no part in promotion.
int KindOf(Scalar scalar) {
  switch (FamilyOf(scalar)) {
    case Family::Bool: return 0;
    case Family::Signed:
    case Family::Unsigned: return 1;
    default: return 2;
  }
}

}  // namespace

unsigned Bits(Scalar scalar) { return FactsOf(scalar).bits; }
unsigned Bytes(Scalar scalar) { return (Bits(scalar) + 7) / 8; }
bool IsFp8(Scalar scalar) { return FamilyOf(scalar) == Family::Fp8; }
bool IsFloat(Scalar scalar) { return FamilyOf(scalar) == Family::Float || IsFp8(scalar); }
bool IsSigned(Scalar scalar) { return FamilyOf(scalar) == Family::Signed; }
bool IsUnsignedInt(Scalar scalar) { return FamilyOf(scalar) == Family::Unsigned || FamilyOf(scalar) == Family::Bool; }
bool IsInt(Scalar scalar) { return IsSigned(scalar) || IsUnsignedInt(scalar); }
llvm::StringRef Name(Scalar scalar) { return FactsOf(scalar).name; }

Scalar IntOf(unsigned bits, bool is_signed) {
  for (unsigned i = 0; i < std::size(kFacts); ++i) {
    if (kFacts[i].bits == bits && kFacts[i].family == (is_signed ? Family::Signed : Family::Unsigned)) return static_cast<Scalar>(i);
  }
  return Scalar::Unknown;
}

std::optional<Scalar> FromLanguageName(llvm::StringRef name) {
  for (unsigned i = 1; i < std::size(kFacts); ++i) {
    if (name == kFacts[i].language) return static_cast<Scalar>(i);
  }
  return std::nullopt;
}

std::optional<Scalar> FromSignatureName(llvm::StringRef name) {
  if (name == "u1" || name == "B") return Scalar::Int1;
  if (name == "f32") return Scalar::Fp32;
  if (name == "f64") return Scalar::Fp64;
  if (name == "f16") return Scalar::Fp16;
  if (name.empty()) return std::nullopt;
  for (unsigned i = 1; i < std::size(kFacts); ++i) {
    if (name == kFacts[i].signature) return static_cast<Scalar>(i);
  }
  return std::nullopt;
}

llvm::StringRef SignatureName(Scalar scalar) { return scalar == Scalar::Unknown ? llvm::StringRef() : llvm::StringRef(kFacts[static_cast<unsigned>(scalar)].signature); }

Scalar FromTorch(shape::DType dtype) {
  using shape::DType;
  switch (dtype) {
    case DType::Bool: return Scalar::Int1;
    case DType::U8: return Scalar::UInt8;
    case DType::I8: return Scalar::Int8;
    case DType::I16: return Scalar::Int16;
    case DType::I32: return Scalar::Int32;
    case DType::I64: return Scalar::Int64;
    case DType::U16: return Scalar::UInt16;
    case DType::U32: return Scalar::UInt32;
    case DType::U64: return Scalar::UInt64;
    case DType::F16: return Scalar::Fp16;
    case DType::BF16: return Scalar::Bf16;
    case DType::F32: return Scalar::Fp32;
    case DType::F64: return Scalar::Fp64;
    case DType::F8E4M3FN: return Scalar::Fp8E4NV;
    case DType::F8E5M2: return Scalar::Fp8E5;
    case DType::F8E4M3FNUZ: return Scalar::Fp8E4B8;
    case DType::F8E5M2FNUZ: return Scalar::Fp8E5B16;
    default: return Scalar::Unknown;
  }
}

std::string Type::ToString() const {
  auto sizes = [](Shape s) { return s.rank_known() && s.rank() == 0 ? std::string() : s.ToString(); };
  std::string name = kernel::Name(scalar).str();
  if (pointer == Pointer::Block) return "*block " + name + sizes(block) + sizes(shape);
  return (pointer == Pointer::Yes ? is_const ? "*const " : "*" : "") + name + sizes(shape);
}

bool Different(Dim a, Dim b) {
  if (a.is_constant() && b.is_constant()) return a.constant() != b.constant();
  return !a.is_unknown() && !b.is_unknown() && shape::ProvablyDifferent(a, b);
}

static Same CompareShapes(Shape a, Shape b) {
  if (!a.rank_known() || !b.rank_known()) return Same::Maybe;
  if (a.rank() != b.rank()) return Same::No;
  Same same = Same::Yes;
  for (unsigned i = 0; i < a.rank(); ++i) {
    Dim x = a.dims()[i], y = b.dims()[i];
    if (x.is_constant() && y.is_constant() ? x.constant() != y.constant() : Different(x, y)) return Same::No;
    if (x.is_unknown() || y.is_unknown() || !(x == y)) same = Same::Maybe;
  }
  return same;
}

Same Compare(const Type& a, const Type& b) {
  Same same = Same::Yes;
  if (a.pointer == Pointer::Maybe || b.pointer == Pointer::Maybe) {
    same = Same::Maybe;
  } else if (a.pointer != b.pointer) {
    return Same::No;
  }
  if (a.scalar == Scalar::Unknown || b.scalar == Scalar::Unknown) {
    same = Same::Maybe;
  } else if (a.scalar != b.scalar && same == Same::Yes) {
    return Same::No;
  }
  if (same == Same::Yes && a.is_pointer() && a.is_const != b.is_const) return Same::No;
  for (Same part : {CompareShapes(a.shape, b.shape), CompareShapes(a.block, b.block)}) {
    if (part == Same::No) return part;
    if (part == Same::Maybe) same = part;
  }
  return same;
}

static Shape JoinShapes(Shape a, Shape b) {
  if (!a.rank_known() || !b.rank_known() || a.rank() != b.rank()) return Shape();
  llvm::SmallVector<Dim, 4> dims;
  for (unsigned i = 0; i < a.rank(); ++i) dims.push_back(a.dims()[i] == b.dims()[i] ? a.dims()[i] : Dim::Unknown());
  return Shape::Of(dims);
}

Type Join(const Type& a, const Type& b) {
  Type out = a;
  if (a.scalar != b.scalar) out.scalar = Scalar::Unknown;
  if (a.pointer != b.pointer) out.pointer = Pointer::Maybe;
  out.is_const = a.is_const && b.is_const;
  out.shape = JoinShapes(a.shape, b.shape);
  out.block = JoinShapes(a.block, b.block);
  return out;
}

Scalar PromoteInts(Scalar a, Scalar b) {
  if (a == Scalar::Unknown || b == Scalar::Unknown) return Scalar::Unknown;
  if (IsSigned(a) == IsSigned(b)) return Bits(a) > Bits(b) ? a : b;
  Scalar without_sign = IsSigned(a) ? b : a, with_sign = IsSigned(a) ? a : b;
  return Bits(without_sign) >= Bits(with_sign) ? without_sign : with_sign;
}

Promotion Promote(Scalar a, bool a_literal, Scalar b, bool b_literal, bool division) {
  using enum Scalar;
  if (a == Unknown || b == Unknown) {
    // A literal beside a tensor of unknown type: only a float beside nothing known decides nothing.
    return {};
  }
  if (a_literal != b_literal) {
    Scalar literal = a_literal ? a : b, tensor = a_literal ? b : a;
    if (KindOf(literal) <= KindOf(tensor)) return {division && (tensor == Fp16 || tensor == Bf16) ? Fp32 : tensor, {}};
  }
  auto either = [&](Scalar s) { return a == s || b == s; };
  if (either(Fp64)) return {Fp64, {}};
  if (either(Fp32)) return {Fp32, {}};
  if (either(Fp16)) return {division ? Fp32 : Fp16, {}};
  if (a == Bf16 && b == Bf16) return {division ? Fp32 : Bf16, {}};
  if (either(Bf16)) return {Fp32, {}};
  if (IsFp8(a) && IsFp8(b)) return {a == b ? a : Fp16, {}};
  if (!IsInt(a) || !IsInt(b)) return {Unknown, Promotion::Failure::Fp8WithInteger};
  if (division && IsSigned(a) != IsSigned(b)) return {Unknown, Promotion::Failure::Signedness};
  return {PromoteInts(a, b), {}};
}

bool CanCast(const Type& from, const Type& to) {
  if (from.scalar == Scalar::Unknown || to.scalar == Scalar::Unknown || from.pointer == Pointer::Maybe || to.pointer == Pointer::Maybe) return true;
  if (from.is_pointer() && to.is_pointer()) return true;
  if (from.is_pointer()) return to.scalar == Scalar::Int64 || to.scalar == Scalar::UInt64 || to.scalar == Scalar::Int1;
  if (to.is_pointer()) return IsInt(from.scalar);
  if (from.scalar == to.scalar) return true;
  if (from.scalar == Scalar::Void || to.scalar == Scalar::Void) return false;
  if (IsFp8(from.scalar) || IsFp8(to.scalar)) return IsFloat(from.scalar) && IsFloat(to.scalar);
  return true;
}

Broadcast CombineShapes(Shape a, Shape b) {
  if (!a.rank_known() || !b.rank_known()) return {Shape(), -1, {}, {}};
  if (a.rank() == 0) return {b, -1, {}, {}};
  if (b.rank() == 0) return {a, -1, {}, {}};
  unsigned rank = std::max(a.rank(), b.rank());
  llvm::SmallVector<Dim, 4> dims;
  for (unsigned i = 0; i < rank; ++i) {
    Dim x = i + a.rank() < rank ? Dim(1) : a.dims()[i + a.rank() - rank];
    Dim y = i + b.rank() < rank ? Dim(1) : b.dims()[i + b.rank() - rank];
    if (x == Dim(1)) {
      dims.push_back(y);
    } else if (y == Dim(1) || (x == y && !x.is_unknown())) {
      dims.push_back(x);
    } else if (x.is_constant() && y.is_constant()) {
      return {Shape(), static_cast<int>(i), x, y};
    } else {
      // One of them may be 1: the constant is the answer in any case, two symbols leave it open.
      dims.push_back(x.is_constant() ? x : y.is_constant() ? y : Dim::Unknown());
    }
  }
  return {Shape::Of(dims), -1, {}, {}};
}

}  // namespace trident::kernel
