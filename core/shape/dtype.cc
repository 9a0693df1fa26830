#include "core/shape/dtype.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::shape {
namespace {

struct Facts {
  const char* name;  // ShortName
  const char* torch_name;
  uint8_t size;     // bytes
  int8_t category;  // Category()
};

// In the order of the enumeration.
constexpr Facts kFacts[] = {
    {"?", "", 0, -1},
    {"bool", "bool", 1, 0},
    {"u8", "uint8", 1, 1},
    {"i8", "int8", 1, 1},
    {"i16", "int16", 2, 1},
    {"i32", "int32", 4, 1},
    {"i64", "int64", 8, 1},
    {"u16", "uint16", 2, 1},
    {"u32", "uint32", 4, 1},
    {"u64", "uint64", 8, 1},
    {"f16", "float16", 2, 2},
    {"bf16", "bfloat16", 2, 2},
    {"f32", "float32", 4, 2},
    {"f64", "float64", 8, 2},
    {"f8e4m3fn", "float8_e4m3fn", 1, 2},
    {"f8e5m2", "float8_e5m2", 1, 2},
    {"f8e4m3fnuz", "float8_e4m3fnuz", 1, 2},
    {"f8e5m2fnuz", "float8_e5m2fnuz", 1, 2},
    {"f8e8m0fnu", "float8_e8m0fnu", 1, 2},
    {"c32", "complex32", 4, 3},
    {"c64", "complex64", 8, 3},
    {"c128", "complex128", 16, 3},
    {"qi8", "qint8", 1, -1},
    {"qu8", "quint8", 1, -1},
    {"qi32", "qint32", 4, -1},
};
static_assert(sizeof(kFacts) / sizeof(kFacts[0]) == static_cast<unsigned>(DType::QI32) + 1);

const Facts& Of(DType dtype) { return kFacts[static_cast<unsigned>(dtype)]; }

bool IsWideUnsigned(DType dtype) { return dtype == DType::U16 || dtype == DType::U32 || dtype == DType::U64; }
bool IsFloat8(DType dtype) { return IsFloating(dtype) && ItemSize(dtype) == 1; }

DType PromoteIntegral(DType a, DType b) {
  if (IsWideUnsigned(a) || IsWideUnsigned(b)) {
    return DType::Unknown;
  }
  if (a == DType::U8 || b == DType::U8) {
    DType other = a == DType::U8 ? b : a;
    return other == DType::I8 ? DType::I16 : other;
  }
  return ItemSize(a) >= ItemSize(b) ? a : b;
}

DType PromoteFloating(DType a, DType b) {
  if (IsFloat8(a) || IsFloat8(b)) {
    return DType::Unknown;
  }
  if (ItemSize(a) == ItemSize(b)) {
    return DType::F32;  // f16 with bf16: neither holds the other.
  }
  return ItemSize(a) > ItemSize(b) ? a : b;
}

// At least one is complex.
DType PromoteComplex(DType a, DType b) {
  DType complex = IsComplex(a) ? a : b, other = IsComplex(a) ? b : a;
  if (IsComplex(other)) {
    return ItemSize(complex) >= ItemSize(other) ? complex : other;
  }
  if (!IsFloating(other)) {
    return complex;
  }
  if (IsFloat8(other)) {
    return DType::Unknown;
  }
  DType needed = ComplexOf(other);
  return ItemSize(complex) >= ItemSize(needed) ? complex : needed;
}

}  // namespace

llvm::StringRef ShortName(DType dtype) { return Of(dtype).name; }

llvm::StringRef MachineName(DType dtype) {
  switch (dtype) {
    case DType::U16: return "torch.uint16";
    case DType::U32: return "torch.uint32";
    case DType::U64: return "torch.uint64";
    default: return ShortName(dtype);
  }
}

llvm::StringRef TorchName(DType dtype) { return Of(dtype).torch_name; }

std::optional<DType> FromTorchName(llvm::StringRef name) {
  DType alias = llvm::StringSwitch<DType>(name)
                    .Case("float", DType::F32)
                    .Case("double", DType::F64)
                    .Case("half", DType::F16)
                    .Case("int", DType::I32)
                    .Case("long", DType::I64)
                    .Case("short", DType::I16)
                    .Case("cfloat", DType::C64)
                    .Case("cdouble", DType::C128)
                    .Case("chalf", DType::C32)
                    .Default(DType::Unknown);
  if (alias != DType::Unknown) {
    return alias;
  }
  for (unsigned i = 1; i < sizeof(kFacts) / sizeof(kFacts[0]); ++i) {
    if (name == kFacts[i].torch_name) {
      return static_cast<DType>(i);
    }
  }
  return std::nullopt;
}

int Category(DType dtype) { return Of(dtype).category; }
bool IsFloating(DType dtype) { return Category(dtype) == 2; }
bool IsComplex(DType dtype) { return Category(dtype) == 3; }
bool IsIntegral(DType dtype) { return Category(dtype) == 1; }
unsigned ItemSize(DType dtype) { return Of(dtype).size; }

DType RealOf(DType complex) {
  switch (complex) {
    case DType::C32: return DType::F16;
    case DType::C64: return DType::F32;
    case DType::C128: return DType::F64;
    default: return complex;
  }
}

DType ComplexOf(DType real) {
  switch (real) {
    case DType::F16: return DType::C32;
    case DType::BF16:  // No complex type of two bfloat16: torch.complex64 is the smallest that holds it.
    case DType::F32: return DType::C64;
    case DType::F64: return DType::C128;
    default: return real;
  }
}

DType Promote(DType a, DType b) {
  if (a == b) {
    return a;
  }
  int category_a = Category(a), category_b = Category(b);
  if (category_a < 0 || category_b < 0) {
    return DType::Unknown;
  }
  if (category_a == 3 || category_b == 3) {
    return PromoteComplex(a, b);
  }
  if (category_a != category_b) {
    if (IsFloat8(a) || IsFloat8(b)) {
      return DType::Unknown;
    }
    return category_a > category_b ? a : b;
  }
  return category_a == 1 ? PromoteIntegral(a, b) : PromoteFloating(a, b);
}

bool CanCast(DType from, DType to) {
  int category_from = Category(from), category_to = Category(to);
  return category_from < 0 || category_to < 0 || category_from <= category_to;
}

}  // namespace trident::shape
