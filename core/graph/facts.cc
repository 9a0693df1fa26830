#include "core/graph/facts.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::graph {

namespace {

// When an operator runs a kernel for its result.
enum class Copies : uint8_t { Always, IfLaidOut, IfCast, IfGathered, IfDropped };

// What an operator's name tells of the memory of its result.
struct Memory {
  bool view = false, may_alias = false;
  Copies copies = Copies::Always;
};

bool IsView(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("view", "permute", "transpose", "unsqueeze", "squeeze", "expand", "chunk", "split", "unbind", true)
      .Cases("t", "T", "mT", "H", "mH", "select", "narrow", "detach", "view_as", true)
      .Cases("unflatten", "swapaxes", "swapdims", "movedim", "moveaxis", "expand_as", "unfold_view", "diagonal", "as_strided", true)
      .Cases("tensor_split", "split_with_sizes", "hsplit", "vsplit", "dsplit", "real", "imag", "view_as_real", "view_as_complex", true)
      .Cases("data", "adjoint", "unsafe_chunk", "unsafe_split", "broadcast_to", "positive", true)
      .Default(false);
}

bool MayBeView(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("reshape", "flatten", "contiguous", "to", "type", "type_as", "float", "half", true)
      .Cases("bfloat16", "double", "long", "int", "bool", "__getitem__", "ravel", "reshape_as", "unfold", true)
      .Cases("cpu", "cuda", "requires_grad_", "meshgrid", "broadcast_tensors", "atleast_1d", "atleast_2d", "atleast_3d", true)
      .Cases("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "as_tensor", "identity", true)
      .Default(false);
}

Copies WhenCopied(llvm::StringRef name) {
  return llvm::StringSwitch<Copies>(name)
      .Cases("reshape", "flatten", "contiguous", "ravel", "reshape_as", Copies::IfLaidOut)
      .Cases("to", "type_as", "float", "half", "bfloat16", "double", "long", "int", "bool", Copies::IfCast)
      .Case("__getitem__", Copies::IfGathered)
      .Cases("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", Copies::IfDropped)
      .Default(Copies::Always);
}

// Graphs of thousands of nodes name some dozens of operators, and each is asked for many times.
Memory MemoryOf(Symbol op) {
  static thread_local llvm::DenseMap<Symbol, Memory> known;
  auto [slot, added] = known.try_emplace(op);
  if (added) {
    llvm::StringRef name = ShortName(op);
    bool view = IsView(name);
    slot->second = {view, view || MayBeView(name), WhenCopied(name)};
  }
  return slot->second;
}

}  // namespace

bool MayAlias(Symbol op) { return MemoryOf(op).may_alias; }

// Numbers, slices and None select a view; tensors and lists of numbers gather.
static bool IsBasicIndex(const Node& node) {
  return node.inputs.size() == 1 && llvm::all_of(llvm::ArrayRef(node.arguments).drop_front(), [](const Argument& argument) {
    using Kind = Argument::Kind;
    return argument.is(Kind::Int) || argument.is(Kind::Slice) || argument.is(Kind::None) || argument.is(Kind::Ellipsis) || argument.is(Kind::Tuple);
  });
}

bool RunsNothing(const Node& node) {
  Memory memory = MemoryOf(node.op);
  if (memory.view) return true;
  if (node.inputs.empty() || node.outputs.size() != 1) return false;
  const shape::TensorType &from = node.inputs[0].type, &to = node.outputs[0].type;
  switch (memory.copies) {
    case Copies::IfLaidOut: return from.contiguity == shape::Contiguity::Yes;
    case Copies::IfCast: return from.dtype == to.dtype;
    case Copies::IfGathered: return IsBasicIndex(node);
    case Copies::IfDropped: return !IsRandom(node);
    default: return false;
  }
}

bool IsRandom(const Node& node) {
  llvm::StringRef name = ShortName(node.op);
  if (name.starts_with("dropout") || name.ends_with("alpha_dropout")) {
    const Argument *rate = FindArgument(node, 1, "p"), *training = FindArgument(node, 2, "training");
    if (rate && ((rate->is(Argument::Kind::Float) && rate->number() == 0) || (rate->is(Argument::Kind::Int) && rate->dim() == shape::Dim(0)))) return false;
    return !training || !training->is(Argument::Kind::Bool) || training->truth();
  }
  return llvm::StringSwitch<bool>(name)
      .Cases("rand", "randn", "randint", "randperm", "rand_like", "randn_like", "randint_like", "bernoulli", "bernoulli_", true)
      .Cases("normal", "normal_", "uniform_", "multinomial", "poisson", "exponential_", "rrelu", "gumbel_softmax", "random_", true)
      .Cases("empty", "empty_like", "new_empty", "empty_strided", true)
      .Default(false);
}

bool IsElementwise(llvm::StringRef op) {
  op.consume_back("_");
  return llvm::StringSwitch<bool>(op)
      .Cases("add", "sub", "mul", "div", "neg", "abs", "pow", "sqrt", "rsqrt", true)
      .Cases("exp", "log", "sin", "cos", "tanh", "sigmoid", "relu", "relu6", "gelu", true)
      .Cases("silu", "mish", "hardswish", "hardsigmoid", "hardtanh", "leaky_relu", "elu", "selu", "softplus", true)
      .Cases("clamp", "where", "masked_fill", "maximum", "minimum", "square", "reciprocal", "erf", "logical_and", true)
      .Cases("eq", "ne", "lt", "le", "gt", "ge", "logical_not", "bitwise_and", "bitwise_or", true)
      .Cases("clamp_min", "clamp_max", "floor", "ceil", "round", "sign", "addcmul", "addcdiv", "lerp", true)
      .Cases("rsub", "true_divide", "multiply", "subtract", "divide", "negative", "celu", "logsigmoid", "softsign", true)
      .Default(false);
}

}  // namespace trident::graph
