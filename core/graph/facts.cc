#include "core/graph/facts.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::graph {

bool IsView(llvm::StringRef op) {
  return llvm::StringSwitch<bool>(op)
      .Cases("view", "permute", "transpose", "unsqueeze", "squeeze", "expand", "chunk", "split", "unbind", true)
      .Cases("t", "T", "mT", "H", "mH", "select", "narrow", "detach", "view_as", true)
      .Cases("unflatten", "swapaxes", "swapdims", "movedim", "moveaxis", "expand_as", "unfold_view", "diagonal", "as_strided", true)
      .Cases("tensor_split", "split_with_sizes", "hsplit", "vsplit", "dsplit", "real", "imag", "view_as_real", "view_as_complex", true)
      .Cases("data", "adjoint", "unsafe_chunk", "unsafe_split", "broadcast_to", "positive", true)
      .Default(false);
}

bool MayAlias(llvm::StringRef op) {
  return IsView(op) || llvm::StringSwitch<bool>(op)
                           .Cases("reshape", "flatten", "contiguous", "to", "type", "type_as", "float", "half", true)
                           .Cases("bfloat16", "double", "long", "int", "bool", "__getitem__", "ravel", "reshape_as", "unfold", true)
                           .Cases("cpu", "cuda", "requires_grad_", "meshgrid", "broadcast_tensors", "atleast_1d", "atleast_2d", "atleast_3d", true)
                           .Cases("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "as_tensor", "identity", true)
                           .Default(false);
}

bool IsRandom(const Node& node) {
  llvm::StringRef name = ShortName(node.op);
  if (name.starts_with("dropout") || name.ends_with("alpha_dropout")) {
    const Argument* training = FindArgument(node, 2, "training");
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
