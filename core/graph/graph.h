// Holds the tensor graph of an evaluation: every operator call in order, with all its arguments, types, source and module.
//
// SSA over value numbers: a node names the values it reads and makes; a number is given once. An operator that works in
// place reads the old number of its tensor and makes a new one for the same storage. Scopes are the module calls that
// nodes belong to and form a tree. An entry is a call of a module from outside any module: what can be costed,
// optimised and generated. Threads: immutable once recorded. Cost: about 250 bytes a node.
#pragma once

#include "core/base/moves.h"
#include "core/base/symbol.h"
#include "core/shape/shape.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace trident::graph {

using ValueNumber = uint32_t;
inline constexpr ValueNumber kNoValue = 0xFFFFFFFFu;
inline constexpr uint32_t kNoUnit = 0xFFFFFFFFu;

struct Use {
  ValueNumber value = kNoValue;
  shape::TensorType type;
};

// A Python value in the flattened form of a call's arguments: the elements of a tuple, list, slice or dict follow it.
struct Argument {
  enum class Kind : uint8_t {
    Unknown,  // Not known, or nothing that source text can say.
    None, Bool, Int, Float, Str, DType, Device, Ellipsis,
    Name,     // A name of torch: "torch.channels_last".
    Tensor,
    Tuple, List, Slice,  // Slice: start, stop, step.
    Dict,     // Values with their keys as keywords.
  };
  Kind kind = Kind::Unknown;
  Symbol keyword;      // Of an argument given by name, or a dict's key.
  uint32_t count = 0;  // Direct elements.
  uint64_t bits = 0;   // Bool, Int (a Dim), Float, DType, Tensor (a value number); the Symbol of Str, Device, Name.

  bool is(Kind k) const { return kind == k; }
  bool truth() const { return bits != 0; }
  shape::Dim dim() const { return shape::Dim::FromRaw(bits); }
  double number() const { return std::bit_cast<double>(bits); }
  shape::DType dtype() const { return static_cast<shape::DType>(bits); }
  Symbol symbol() const { return Symbol(static_cast<uint32_t>(bits)); }
  ValueNumber value() const { return static_cast<ValueNumber>(bits); }

  static Argument Of(Kind kind, uint64_t bits = 0) { return {kind, {}, 0, bits}; }
  static Argument OfInt(shape::Dim dim) { return Of(Kind::Int, dim.raw()); }
  static Argument OfFloat(double number) { return Of(Kind::Float, std::bit_cast<uint64_t>(number)); }
  static Argument OfBool(bool b) { return Of(Kind::Bool, b); }
  static Argument OfTensor(ValueNumber value) { return Of(Kind::Tensor, value); }
  friend bool operator==(const Argument&, const Argument&) = default;
};

// The element after `arguments[at]` and all that it holds.
size_t SkipArgument(llvm::ArrayRef<Argument> arguments, size_t at);

struct Node {
  TRIDENT_MOVES(Node);

  Symbol op;                          // Qualified operator name: "torch.nn.functional.conv2d".
  uint32_t scope = 0;                 // Index into Graph::scopes.
  uint32_t unit = 0;                  // Index into Graph::files.
  uint32_t start = 0, end = 0;        // Byte range of the call.
  llvm::SmallVector<Argument, 6> arguments;  // Flattened; a method's tensor comes first.
  llvm::SmallVector<Use, 3> inputs;   // The tensors among the arguments, in order.
  llvm::SmallVector<Use, 1> outputs;
  bool attribute = false;             // `x.T`, not a call.
  int8_t writes = -1;                 // Works in place: outputs[0] is the storage of inputs[writes].
  enum class Returns : uint8_t { Tensor, Tensors, Other } returns = Returns::Tensor;  // Tensors: a flat sequence of them.
  bool uncertain = false;             // On a path that may not be taken.
  bool stand_in = false;              // A description in the prelude made this to have the right shape, not the values.
};

// One call of a module.
struct Scope {
  TRIDENT_MOVES(Scope);

  uint32_t parent = 0;                // The root scope is its own parent.
  std::string path;                   // "layer1.0.conv1"
  Symbol class_name;
  bool training = true;
  uint32_t unit = kNoUnit;            // Where it is called: an index into Graph::files and a byte range.
  uint32_t start = 0, end = 0;
  uint32_t first_node = 0, end_node = 0;  // What ran inside it, the calls below it included.
  llvm::SmallVector<Use, 1> outputs;  // The tensors it returned.
};

// A tensor that the entry's module holds.
struct State {
  std::string path;                   // "layer1.0.conv1.weight"
  ValueNumber value = kNoValue;
  shape::TensorType type;
  enum class Kind : uint8_t { Parameter, Buffer, TransientBuffer } kind = Kind::Parameter;
};

// A number that no other entry of this process has.
uint64_t NewRun();

struct Entry {
  // Of the evaluation that made it: entries of one run are the same but for where they stand and how their values are numbered.
  uint64_t run = NewRun();
  uint32_t scope = 0;
  uint32_t first_node = 0, end_node = 0;
  std::vector<Argument> inputs;       // Flattened; named as forward names them.
  std::vector<Argument> output;       // Flattened, one value.
  std::vector<State> state;           // Parameters and buffers in state_dict order, each tensor once.
  std::vector<std::string> other_names;  // What state_dict calls tensors of `state` besides.
};

struct Graph {
  std::vector<std::string> files;
  std::vector<Scope> scopes;
  std::vector<Node> nodes;
  std::vector<Entry> entries;
  ValueNumber next_value = 0;         // Above the outputs of every node.

  void Add(Node node) {
    for (const Use& use : node.outputs) next_value = std::max(next_value, use.value + 1);
    nodes.push_back(std::move(node));
  }
};

// What an argument looks like in Python, tensors as "%3".
std::string ToString(llvm::ArrayRef<Argument> arguments, size_t at);

// The top-level argument that is the `position`-th positional one or is called `name`; null when it is not given.
const Argument* FindArgument(const Node& node, unsigned position, llvm::StringRef name);

// "torch.matmul(%36, %48)".
std::string CallText(const Node& node);

}  // namespace trident::graph
