// Turns the text of an operator's parameters into a form that arguments can be bound to.
//
// The text follows PyTorch's documented signatures: "Tensor self, int dim=0, *, bool keepdim=False". Types:
//   Tensor, Scalar, Operand (tensor or Python number), int, float, bool, str, dtype, any
//   T?       None is accepted
//   T[]      a list or tuple;  int[2]: of two, and one int stands for all of them
//   T...     a list or tuple, or the elements themselves as positional arguments
// Overloads are separated by " | ". Threads: pure.
#pragma once

#include "core/ops/ops.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace trident::ops {

enum class ParamType : uint8_t { Tensor, Scalar, Operand, Int, Float, Bool, Str, DType, Any };

struct Param {
  llvm::StringRef name;
  ParamType type = ParamType::Any;
  bool optional = false;  // None is accepted.
  bool list = false;
  bool variadic = false;  // Elements may be given as positional arguments.
  int size = 0;           // int[2]: 2. 0: any length, and an int alone is no list.
  bool keyword_only = false;
  bool has_default = false;
  Value default_value;
};

using Overload = llvm::SmallVector<Param, 6>;

// CHECKs that the text is well formed: it is part of Trident. `text` must outlive the result.
llvm::SmallVector<Overload, 1> ParseSchema(llvm::StringRef text);

// "an int", "a tensor", "a list of ints": for messages.
std::string Describe(const Param& param);
// "a tensor", "the str 'mean'", "None".
std::string Describe(const Value& value);

enum class Match : uint8_t { No, Maybe, Yes };

// Whether `value` may be passed for `param`. Maybe: only if the value, not fully known, turns out so.
// `strict`: the operator is built in and checks types itself; else any Python value passes for non-tensors.
Match Accepts(const Param& param, const Value& value, bool strict);

}  // namespace trident::ops
