// Says what every torch operator returns, or why it would fail, from the types of its arguments.
//
// Input: a qualified operator name ("torch.cat", "torch.Tensor.view", "torch.nn.functional.conv2d") and abstract
// arguments. Output: a value, an error in PyTorch's conditions but better words, or "unknown" with a reason.
// Rules come from PyTorch's documented schemas and observed behaviour; one file per family, each of which fills the
// table through Register. Threads: pure after static registration. Cost: one hash lookup, then the rule.
// An error is returned only when the call fails for every value of the symbols and unknowns in its arguments.
#pragma once

#include "core/shape/shape.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trident::ops {

// An abstract value as operators see it. Small, copyable; lists own their elements.
struct Value {
  enum class Kind : uint8_t {
    Unknown,   // Anything at all. Never a reason for an error.
    None,
    Bool,      // known ? integer != 0 : some bool
    Int,       // dim: constant, symbolic or unknown
    Float,     // known ? number : some float
    Complex,   // some complex
    Str,       // text
    DType,     // dtype (Unknown: some dtype)
    Device,    // text ("cpu", "cuda:0"; empty: some device)
    Tensor,    // tensor
    Tuple,     // elements; names when it is one of torch's named results
    List,      // elements
    Slice,     // elements: start, stop, step (None where absent)
    Ellipsis,
    Opaque,    // A Python object that is surely none of the above (a module, a function); text says what.
  };

  Kind kind = Kind::Unknown;
  bool known = true;              // Bool, Float.
  bool some_text = false;         // Unknown: it is a string, only not which.
  bool length_known = true;       // Tuple, List: false when more elements than given may exist (elements then holds one
                                  // that stands for all, or nothing).
  bool is_array = false;          // List: a row of numpy, whose floats are of 64 bits.
  shape::DType dtype = shape::DType::Unknown;
  shape::Dim dim;                 // Int; Bool as 0/1.
  double number = 0;              // Float.
  shape::TensorType tensor;
  std::string text;
  std::vector<Value> elements;
  llvm::ArrayRef<const char*> names;  // Field names of a named tuple ("values", "indices"); static storage.
  // Tensor: small integer contents when they are known (a size list put into a tensor); empty otherwise.
  std::vector<int64_t> contents;

  static Value MakeTensor(shape::TensorType type);
  static Value MakeInt(shape::Dim dim);
  static Value MakeFloat(double number);
  static Value MakeSomeFloat();
  static Value MakeBool(bool value);
  static Value MakeSomeBool();
  static Value MakeStr(llvm::StringRef text);
  static Value MakeNone();
  static Value MakeUnknown();
  static Value MakeSomeStr();
  static Value MakeDType(shape::DType dtype);
  static Value MakeTuple(std::vector<Value> elements, llvm::ArrayRef<const char*> names = {});
  static Value MakeList(std::vector<Value> elements);

  bool is_tensor() const { return kind == Kind::Tensor; }
  bool is_none() const { return kind == Kind::None; }
};

struct Argument {
  llvm::StringRef keyword;  // Empty for a positional argument.
  Value value;
};

// What a call that must fail says. `blame` tells the caller which argument to underline.
struct Error {
  const char* slug;         // "matmul-sizes": the public name; declared in core/ops/diagnostics.def.
  std::string message;      // One line, lower case, both sizes: "linear expects 512 features, its input has 25088".
  int blame = -1;           // Index into the call's arguments, or -1 for the whole call.
  // Sizes in the message whose origin is worth a related note, in the order of importance.
  llvm::SmallVector<shape::Dim, 2> sizes;
};

// What the result took for true of sizes that are not known.
struct Assumption {
  enum class Kind : uint8_t { Divides, Equals, Differs } kind;
  shape::Dim left, right;

  std::string ToString() const {
    const char* verb = kind == Kind::Divides ? " divides " : kind == Kind::Equals ? " equals " : " is not ";
    return left.ToString() + verb + right.ToString();
  }
};

struct Result {
  enum class Status : uint8_t { Ok, Error, Unknown };
  Status status = Status::Unknown;
  Value value;
  Error error;
  std::string reason;            // Unknown: why, for --show-gaps.
  // Facts the result relies on that the reader should see: "n_head divides n_embd".
  std::vector<Assumption> assumptions;
  // Ok, for methods with a trailing underscore and out=: the type that argument `writes` has afterwards (== value.tensor).
  int writes = -1;
};

using OpId = uint32_t;
inline constexpr OpId kNoOp = 0xFFFFFFFFu;

// "torch.cat" -> id. Aliases resolve to one canonical operator. kNoOp when Trident has no rule.
OpId Find(llvm::StringRef qualified_name);
// The canonical qualified name.
llvm::StringRef Name(OpId op);

// For a method the receiver is arguments[0].
Result Call(OpId op, llvm::ArrayRef<Argument> arguments);

// Attributes of a tensor that are not methods: "shape", "T", "ndim", "dtype", "device", "is_cuda", "real", ...
Result TensorAttribute(const Value& tensor, llvm::StringRef name);
// Whether torch.Tensor has such a method or attribute at all (also ones without a rule): else AttributeError at run time.
bool TensorHasAttribute(llvm::StringRef name);
// Python operators: "+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>", "==", "<", ...; at least one
// operand is a tensor. Unary: "-", "~", "+", "abs".
Result BinaryOperator(llvm::StringRef op, const Value& left, const Value& right);
Result UnaryOperator(llvm::StringRef op, const Value& operand);
// x[index]; index is an Int, Slice, Ellipsis, None, Tensor, List, Bool or a Tuple of these.
Result GetItem(const Value& tensor, const Value& index);
// x[index] = value: Error when it must fail.
Result SetItem(const Value& tensor, const Value& index, const Value& value);

// Whether `qualified_name` names something public in torch ("torch.float32", "torch.nn.functional.relu"), rule or not.
bool IsTorchName(llvm::StringRef qualified_name);

}  // namespace trident::ops
