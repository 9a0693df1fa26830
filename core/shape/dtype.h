// Names the element types of tensors and the facts about each that rules need.
//
// Source: torch documentation, "Tensor Attributes" (torch.dtype) and "Type promotion". Threads: pure.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace trident::shape {

enum class DType : uint8_t {
  Unknown,
  Bool,
  U8,
  I8,
  I16,
  I32,
  I64,
  U16,
  U32,
  U64,
  F16,
  BF16,
  F32,
  F64,
  F8E4M3FN,
  F8E5M2,
  F8E4M3FNUZ,
  F8E5M2FNUZ,
  F8E8M0FNU,
  C32,
  C64,
  C128,
  QI8,
  QU8,
  QI32,
};

// The name in Trident's output: "f32", "bf16", "i64", "bool", "c64"; "?" for Unknown. (facts/README.md)
llvm::StringRef ShortName(DType dtype);
// The name in machine-readable output: ShortName, but "torch.uint16", "torch.uint32", "torch.uint64" (facts/README.md).
llvm::StringRef MachineName(DType dtype);
// The name in torch: "float32", "bfloat16", ... (canonical, without "torch.").
llvm::StringRef TorchName(DType dtype);
// From an attribute of torch, aliases included: "float", "half", "long", "float32". nullopt when it is no dtype.
std::optional<DType> FromTorchName(llvm::StringRef name);

bool IsFloating(DType dtype);
bool IsComplex(DType dtype);
bool IsIntegral(DType dtype);    // bool not included
unsigned ItemSize(DType dtype);  // Bytes; 0 for Unknown.
DType RealOf(DType complex);     // C64 -> F32
DType ComplexOf(DType real);     // F32 -> C64

// torch.promote_types. Unknown if either is Unknown, or when torch defines no promotion (8-bit floats, wide unsigned
// integers with signed ones).
DType Promote(DType a, DType b);

// 0 bool, 1 integral, 2 floating, 3 complex; the order in which categories promote. -1 for Unknown and quantised types.
int Category(DType dtype);
// torch.can_cast: whether a value of `from` may be written into an existing tensor of `to`. True if either is Unknown.
bool CanCast(DType from, DType to);

}  // namespace trident::shape
