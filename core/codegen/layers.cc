#include "core/codegen/layers.h"

#include "core/codegen/expression.h"
#include "core/graph/facts.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::codegen {

using graph::Argument;
using graph::FindArgument;
using graph::Node;
using graph::State;
using Kind = Argument::Kind;

namespace {

class Layer {
 public:
  Layer(const Node& node, llvm::ArrayRef<Held> held) : node_(node), held_(held) {}

  const State* Find(llvm::StringRef name) {
    for (const Held& each : held_) {
      if (each.name == name) {
        ++found_;
        return each.state;
      }
    }
    return nullptr;
  }

  // The argument is the held tensor `name`, or neither exists.
  bool Is(unsigned position, llvm::StringRef parameter, const State* state) const {
    const Argument* argument = FindArgument(node_, position, parameter);
    bool given = argument && argument->is(Kind::Tensor);
    return state ? given && argument->value() == state->value : !argument || argument->is(Kind::None);
  }

  bool UsesAll() const { return found_ == held_.size(); }

  // The text of a constant argument; empty when it is not given.
  std::string Constant(unsigned position, llvm::StringRef parameter) const {
    const Argument* argument = FindArgument(node_, position, parameter);
    if (!argument) return "";
    auto no_tensor = [](graph::ValueNumber) { return std::string("?"); };
    auto no_size = [](shape::Dim) { return std::string("?"); };
    Names names{no_tensor, no_size, "None"};
    std::string text = Express(node_.arguments, argument - node_.arguments.data(), names);
    constant_ &= text.find('?') == std::string::npos;
    return text;
  }

  bool constant() const { return constant_; }

 private:
  const Node& node_;
  llvm::ArrayRef<Held> held_;
  size_t found_ = 0;
  mutable bool constant_ = true;
};

std::optional<std::string> Done(const Layer& layer, std::string text) {
  return layer.UsesAll() && layer.constant() ? std::optional(std::move(text)) : std::nullopt;
}

// ", name=value", unless it is what the layer does by default.
std::string Keyword(llvm::StringRef name, const std::string& value, std::initializer_list<llvm::StringRef> defaults) {
  if (value.empty() || llvm::is_contained(defaults, value)) return "";
  return ", " + name.str() + "=" + value;
}

std::optional<std::string> Convolution(const Node& node, llvm::ArrayRef<Held> held, unsigned spatial) {
  Layer layer(node, held);
  const State *weight = layer.Find("weight"), *bias = layer.Find("bias");
  if (!weight || !layer.Is(1, "weight", weight) || !layer.Is(2, "bias", bias) || !weight->type.shape.is_constant()) return std::nullopt;
  llvm::ArrayRef<shape::Dim> dims = weight->type.shape.dims();
  const Argument* groups = FindArgument(node, 6, "groups");
  if (dims.size() != spatial + 2 || (groups && (!groups->is(Kind::Int) || !groups->dim().is_constant()))) return std::nullopt;
  int64_t group_count = groups ? groups->dim().constant() : 1;
  std::string kernel;
  for (shape::Dim dim : dims.drop_front(2)) kernel += (kernel.empty() ? "" : ", ") + dim.ToString();
  std::string ones, zeros;
  for (unsigned i = 0; i < spatial; ++i) ones += i ? ", 1" : "1", zeros += i ? ", 0" : "0";
  std::string close = spatial == 1 ? ",)" : ")";
  std::string text = "nn.Conv" + std::to_string(spatial) + "d(" + (dims[1] * shape::Dim(group_count)).ToString() + ", " + dims[0].ToString() + ", (" + kernel + close;
  text += Keyword("stride", layer.Constant(3, "stride"), {"1", "(" + ones + close});
  text += Keyword("padding", layer.Constant(4, "padding"), {"0", "(" + zeros + close, "'valid'"});
  text += Keyword("dilation", layer.Constant(5, "dilation"), {"1", "(" + ones + close});
  if (group_count != 1) text += ", groups=" + std::to_string(group_count);
  if (!bias) text += ", bias=False";
  return Done(layer, text + ")");
}

std::optional<std::string> Linear(const Node& node, llvm::ArrayRef<Held> held) {
  Layer layer(node, held);
  const State *weight = layer.Find("weight"), *bias = layer.Find("bias");
  if (!weight || !layer.Is(1, "weight", weight) || !layer.Is(2, "bias", bias) || weight->type.shape.rank() != 2 || !weight->type.shape.is_constant()) return std::nullopt;
  llvm::ArrayRef<shape::Dim> dims = weight->type.shape.dims();
  return Done(layer, "nn.Linear(" + dims[1].ToString() + ", " + dims[0].ToString() + (bias ? ")" : ", bias=False)"));
}

std::optional<std::string> BatchNorm(const Node& node, llvm::ArrayRef<Held> held) {
  Layer layer(node, held);
  const State *mean = layer.Find("running_mean"), *variance = layer.Find("running_var"), *weight = layer.Find("weight"), *bias = layer.Find("bias");
  layer.Find("num_batches_tracked");
  if (!mean || !variance || !layer.Is(1, "running_mean", mean) || !layer.Is(2, "running_var", variance) || !layer.Is(3, "weight", weight) || !layer.Is(4, "bias", bias)) return std::nullopt;
  const Argument* training = FindArgument(node, 5, "training");
  // Modules are in evaluation mode when the batch's own statistics are not used; then nn.BatchNorm does the same.
  if ((training && (!training->is(Kind::Bool) || training->truth())) || !weight != !bias) return std::nullopt;
  unsigned rank = node.inputs[0].type.shape.rank();
  if (rank < 2 || rank > 5 || !mean->type.shape.is_constant()) return std::nullopt;
  std::string text = "nn.BatchNorm" + std::string(rank <= 3 ? "1" : rank == 4 ? "2" : "3") + "d(" + mean->type.shape.dims()[0].ToString();
  text += Keyword("eps", layer.Constant(7, "eps"), {"1e-05"});
  text += Keyword("momentum", layer.Constant(6, "momentum"), {"0.1"});
  if (!weight) text += ", affine=False";
  return Done(layer, text + ")");
}

std::optional<std::string> LayerNorm(const Node& node, llvm::ArrayRef<Held> held) {
  Layer layer(node, held);
  const State *weight = layer.Find("weight"), *bias = layer.Find("bias");
  if (!weight || !bias || !layer.Is(2, "weight", weight) || !layer.Is(3, "bias", bias)) return std::nullopt;
  std::string text = "nn.LayerNorm(" + layer.Constant(1, "normalized_shape") + Keyword("eps", layer.Constant(4, "eps"), {"1e-05"});
  return Done(layer, text + ")");
}

std::optional<std::string> GroupNorm(const Node& node, llvm::ArrayRef<Held> held) {
  Layer layer(node, held);
  const State *weight = layer.Find("weight"), *bias = layer.Find("bias");
  if (!weight || !bias || !layer.Is(2, "weight", weight) || !layer.Is(3, "bias", bias)) return std::nullopt;
  std::string text = "nn.GroupNorm(" + layer.Constant(1, "num_groups") + ", " + weight->type.shape.dims()[0].ToString();
  return Done(layer, text + Keyword("eps", layer.Constant(4, "eps"), {"1e-05"}) + ")");
}

std::optional<std::string> Embedding(const Node& node, llvm::ArrayRef<Held> held) {
  Layer layer(node, held);
  const State* weight = layer.Find("weight");
  if (!weight || !layer.Is(1, "weight", weight) || weight->type.shape.rank() != 2) return std::nullopt;
  std::string norm = layer.Constant(3, "max_norm"), sparse = layer.Constant(6, "sparse");
  if ((!norm.empty() && norm != "None") || sparse == "True") return std::nullopt;
  std::string text = "nn.Embedding(" + weight->type.shape.dims()[0].ToString() + ", " + weight->type.shape.dims()[1].ToString();
  return Done(layer, text + Keyword("padding_idx", layer.Constant(2, "padding_idx"), {"None"}) + ")");
}

}  // namespace

std::optional<std::string> LayerOf(const Node& node, llvm::ArrayRef<Held> held) {
  // All layers keep their weights as float32 unless they are converted afterwards.
  for (const Held& each : held) {
    if (each.state->type.dtype != shape::DType::F32 && each.name != "num_batches_tracked") return std::nullopt;
  }
  if (node.inputs.empty() || node.outputs.size() != 1) return std::nullopt;
  llvm::StringRef name = graph::ShortName(node.op);
  if (name == "conv1d") return Convolution(node, held, 1);
  if (name == "conv2d") return Convolution(node, held, 2);
  if (name == "conv3d") return Convolution(node, held, 3);
  llvm::StringRef op = Text(node.op);
  if (op == "torch.nn.functional.linear") return Linear(node, held);
  if (op == "torch.nn.functional.batch_norm") return BatchNorm(node, held);
  if (op == "torch.nn.functional.layer_norm") return LayerNorm(node, held);
  if (op == "torch.nn.functional.group_norm") return GroupNorm(node, held);
  if (op == "torch.nn.functional.embedding") return Embedding(node, held);
  return std::nullopt;
}

std::optional<std::string> PlainLayerOf(const Node& node) {
  if (node.inputs.size() != 1 || node.outputs.size() != 1 || node.returns != Node::Returns::Tensor) return std::nullopt;
  llvm::StringRef name = llvm::StringSwitch<llvm::StringRef>(Text(node.op))
                             .Case("torch.nn.functional.relu", "ReLU").Case("torch.nn.functional.relu6", "ReLU6").Case("torch.nn.functional.silu", "SiLU")
                             .Case("torch.nn.functional.hardswish", "Hardswish").Case("torch.nn.functional.mish", "Mish")
                             .Case("torch.nn.functional.hardsigmoid", "Hardsigmoid").Default("");
  if (!name.empty()) {
    const Argument* inplace = FindArgument(node, 1, "inplace");
    return "nn." + name.str() + (inplace && inplace->is(Kind::Bool) && inplace->truth() ? "(inplace=True)" : "()");
  }
  Layer layer(node, {});
  auto with = [&](std::string text) { return layer.constant() ? std::optional(text + ")") : std::nullopt; };
  llvm::StringRef op = Text(node.op);
  if (op == "torch.sigmoid") return "nn.Sigmoid()";
  if (op == "torch.tanh") return "nn.Tanh()";
  if (op == "torch.nn.functional.gelu") {
    std::string approximate = layer.Constant(1, "approximate");
    return with(approximate.empty() || approximate == "'none'" ? std::string("nn.GELU(") : "nn.GELU(approximate=" + approximate);
  }
  if (op == "torch.nn.functional.adaptive_avg_pool2d") return with("nn.AdaptiveAvgPool2d(" + layer.Constant(1, "output_size"));
  if (op == "torch.nn.functional.dropout") {
    const Argument* training = FindArgument(node, 2, "training");
    if (!training || !training->is(Kind::Bool) || training->truth()) return std::nullopt;
    return with("nn.Dropout(" + layer.Constant(1, "p"));
  }
  if (op == "torch.nn.functional.max_pool2d") {
    const Argument* indices = FindArgument(node, 6, "return_indices");
    if (indices && (!indices->is(Kind::Bool) || indices->truth())) return std::nullopt;
    std::string text = "nn.MaxPool2d(" + layer.Constant(1, "kernel_size") + Keyword("stride", layer.Constant(2, "stride"), {"None"}) +
                       Keyword("padding", layer.Constant(3, "padding"), {"0"}) + Keyword("dilation", layer.Constant(4, "dilation"), {"1"}) +
                       Keyword("ceil_mode", layer.Constant(5, "ceil_mode"), {"False"});
    return with(text);
  }
  return std::nullopt;
}

}  // namespace trident::codegen
