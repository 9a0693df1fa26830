#include "core/cost/memory.h"

#include "core/graph/facts.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::cost {

using graph::Node;
using graph::Use;
using graph::ValueNumber;

namespace {

enum class Keeps : uint8_t { Inputs, Nothing, Output, Input, Factors, Condition, Quotient, Mask, Indices, All };

Keeps KeptBy(llvm::StringRef name) {
  return llvm::StringSwitch<Keeps>(name)
      .Cases("add", "sub", "rsub", "neg", "cat", "stack", "sum", "mean", "pad", Keeps::Nothing)
      .Cases("interpolate", "repeat", "repeat_interleave", "roll", "flip", "clone", "upsample", "pixel_shuffle", "pixel_unshuffle", Keeps::Nothing)
      .Cases("add_", "sub_", "copy_", "contiguous", "reshape", "flatten", "ravel", "reshape_as", "__getitem__", Keeps::Nothing)
      .Cases("to", "type_as", "float", "half", "bfloat16", "double", "unfold", "index_select", "detach", Keeps::Nothing)
      .Cases("relu", "relu_", "sigmoid", "sigmoid_", "tanh", "tanh_", "exp", "softmax", "log_softmax", Keeps::Output)
      .Cases("sqrt", "rsqrt", "reciprocal", "_softmax", "threshold", Keeps::Output)
      .Cases("gelu", "silu", "silu_", "hardswish", "hardswish_", "mish", "hardsigmoid", "leaky_relu", "leaky_relu_", Keeps::Input)
      .Cases("pow", "square", "log", "sin", "cos", "abs", "clamp", "relu6", "relu6_", Keeps::Input)
      .Cases("hardtanh", "hardtanh_", "elu", "softplus", "erf", "avg_pool2d", "adaptive_avg_pool2d", "avg_pool1d", "var", Keeps::Input)
      .Cases("batch_norm", "layer_norm", "group_norm", "rms_norm", "instance_norm", "std", Keeps::Input)
      .Cases("mul", "mul_", "matmul", "bmm", "mm", "linear", "conv1d", "conv2d", "conv3d", Keeps::Factors)
      .Cases("conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "__matmul__", "einsum", "dot", "mv", Keeps::Factors)
      .Cases("div", "div_", "true_divide", Keeps::Quotient)
      .Cases("where", "masked_fill", "masked_fill_", Keeps::Condition)
      .Cases("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", Keeps::Mask)
      .Cases("max_pool1d", "max_pool2d", "max_pool3d", "adaptive_max_pool2d", Keeps::Indices)
      .Case("scaled_dot_product_attention", Keeps::All)
      .Default(Keeps::Inputs);
}

double BytesOf(const shape::TensorType& type) {
  std::optional<int64_t> count = type.shape.numel().value();
  return count ? static_cast<double>(*count) * shape::ItemSize(type.dtype) : 0;
}

double CountOf(const Node& node) { return node.outputs.empty() ? 0 : static_cast<double>(node.outputs[0].type.shape.numel().value().value_or(0)); }

constexpr unsigned kMaxInputs = 32;
uint32_t FirstBits(size_t count) { return count >= kMaxInputs ? ~0u : (1u << count) - 1; }

// Storages, and which values lie in them. A parameter's or an input's storage is `outside`.
class Storages {
 public:
  static constexpr uint32_t kOutside = 0xFFFFFFFFu;

  uint32_t Of(ValueNumber value) const {
    auto found = of_.find(value);
    return value == graph::kNoValue || found == of_.end() ? kOutside : found->second;
  }
  size_t size() const { return bytes_.size(); }
  double bytes(uint32_t storage) const { return bytes_[storage]; }

  // Operators that make a view or change their input in place give the memory of their input on.
  void Add(const Node& node) {
    bool shares = !node.inputs.empty() && (graph::RunsNothing(node) || node.writes >= 0);
    for (const Use& use : node.outputs) {
      if (use.value == graph::kNoValue) continue;
      if (shares) {
        uint32_t source = Of(node.inputs[std::max<int>(node.writes, 0)].value);
        if (source != kOutside) of_[use.value] = source;
        continue;
      }
      of_[use.value] = bytes_.size();
      bytes_.push_back(BytesOf(use.type));
    }
  }

 private:
  llvm::DenseMap<ValueNumber, uint32_t> of_;
  std::vector<double> bytes_;
};

// Walks the nodes forwards and back, with what is held at each step.
class Walk {
 public:
  Walk(const graph::Graph& graph, const graph::Entry& entry) : nodes_(llvm::ArrayRef(graph.nodes).slice(entry.first_node, entry.end_node - entry.first_node)) {
    for (const graph::State& state : entry.state) {
      if (state.kind == graph::State::Kind::Parameter) tracked_.insert(state.value);
    }
    for (const Node& node : nodes_) storages_.Add(node);
    last_use_.assign(storages_.size(), 0);
    maker_.assign(storages_.size(), ~0u);
    for (uint32_t i = 0; i < nodes_.size(); ++i) {
      for (const Use& use : nodes_[i].inputs) Note(use, i);
      for (const Use& use : nodes_[i].outputs) Note(use, i);
    }
    // What the model returns stays.
    for (const graph::Argument& argument : entry.output) {
      uint32_t storage = argument.is(graph::Argument::Kind::Tensor) ? storages_.Of(argument.value()) : Storages::kOutside;
      if (storage != Storages::kOutside) last_use_[storage] = nodes_.size();
    }
  }

  Memory Run() {
    Forward();
    Backward();
    return std::move(memory_);
  }

 private:
  void Note(const Use& use, uint32_t node) {
    uint32_t storage = storages_.Of(use.value);
    if (storage == Storages::kOutside) return;
    last_use_[storage] = std::max(last_use_[storage], node);
    maker_[storage] = std::min(maker_[storage], node);
  }

  // Bits of the inputs that gradients flow to; notes that they flow through the results.
  uint32_t Track(const Node& node) {
    uint32_t bits = 0;
    for (size_t i = 0; i < node.inputs.size() && i < kMaxInputs; ++i) {
      if (tracked_.contains(node.inputs[i].value)) bits |= 1u << i;
    }
    if (bits == 0 || graph::ShortName(node.op) == "detach") return 0;
    for (const Use& use : node.outputs) {
      if (use.value != graph::kNoValue && shape::IsFloating(use.type.dtype)) tracked_.insert(use.value);
    }
    return bits;
  }

  void Keep(ValueNumber value, uint32_t node) {
    uint32_t storage = storages_.Of(value);
    if (storage == Storages::kOutside) return;
    // Freed when the way back passes the first node that saved it.
    if (saved_by_[storage] == ~0u) saved_by_[storage] = node;
  }

  void Forward() {
    saved_by_.assign(storages_.size(), ~0u);
    more_.assign(nodes_.size(), 0);
    flows_.resize(nodes_.size());
    for (uint32_t i = 0; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      flows_[i] = Track(node);
      if (!flows_[i] || graph::RunsNothing(node)) continue;
      Saved saved = SavedForBackward(node, flows_[i]);
      for (size_t k = 0; k < node.inputs.size() && k < kMaxInputs; ++k) {
        if (saved.inputs >> k & 1) Keep(node.inputs[k].value, i);
      }
      for (const Use& use : node.outputs) {
        if (saved.outputs) Keep(use.value, i);
      }
      more_[i] = saved.more;
    }
    std::vector<std::vector<uint32_t>> ends(nodes_.size() + 1);
    for (uint32_t s = 0; s < storages_.size(); ++s) ends[last_use_[s]].push_back(s);
    llvm::BitVector made(storages_.size());
    double held = 0, kept = 0;
    for (uint32_t i = 0; i < nodes_.size(); ++i) {
      for (const Use& use : nodes_[i].outputs) {
        uint32_t storage = storages_.Of(use.value);
        if (storage == Storages::kOutside || made.test(storage)) continue;
        made.set(storage);
        held += storages_.bytes(storage);
        memory_.made += storages_.bytes(storage);
      }
      memory_.held.push_back(held);
      kept += more_[i];
      memory_.training = std::max(memory_.training, held + kept);
      for (uint32_t storage : ends[i]) {
        held -= storages_.bytes(storage);
        if (saved_by_[storage] != ~0u) kept += storages_.bytes(storage);
      }
    }
    memory_.saved = kept;
    for (uint32_t s = 0; s < storages_.size(); ++s) {
      if (last_use_[s] == nodes_.size() && saved_by_[s] != ~0u) memory_.saved += storages_.bytes(s);
    }
  }

  // A gradient of a tensor is there from its last reader's turn, the first on the way back, to its maker's.
  void Backward() {
    std::vector<std::vector<uint32_t>> freed(nodes_.size());
    for (uint32_t s = 0; s < storages_.size(); ++s) {
      if (saved_by_[s] != ~0u) freed[saved_by_[s]].push_back(s);
    }
    llvm::BitVector has_gradient(storages_.size());
    double kept = memory_.saved, gradients = 0;
    for (uint32_t i = nodes_.size(); i-- > 0;) {
      const Node& node = nodes_[i];
      if (!flows_[i]) continue;
      auto take = [&](const Use& use) {
        uint32_t storage = storages_.Of(use.value);
        if (storage == Storages::kOutside || has_gradient.test(storage) || !tracked_.contains(use.value)) return;
        has_gradient.set(storage);
        gradients += storages_.bytes(storage);
      };
      for (const Use& use : node.outputs) take(use);
      for (const Use& use : node.inputs) take(use);
      memory_.training = std::max(memory_.training, kept + gradients);
      for (const Use& use : node.outputs) {
        uint32_t storage = storages_.Of(use.value);
        if (storage != Storages::kOutside && maker_[storage] == i && has_gradient.test(storage)) gradients -= storages_.bytes(storage);
      }
      kept -= more_[i];
      for (uint32_t storage : freed[i]) kept -= storages_.bytes(storage);
    }
  }

  llvm::ArrayRef<Node> nodes_;
  Storages storages_;
  llvm::DenseSet<ValueNumber> tracked_;    // Values that gradients flow through.
  std::vector<uint32_t> flows_;            // Of each node, the bits of Track().
  std::vector<uint32_t> last_use_, maker_, saved_by_;  // Of each storage, a node.
  std::vector<double> more_;
  Memory memory_;
};

}  // namespace

Saved SavedForBackward(const Node& node, uint32_t tracked) {
  uint32_t first = node.inputs.empty() ? 0 : 1, all = FirstBits(node.inputs.size());
  llvm::StringRef name = graph::ShortName(node.op);
  switch (KeptBy(name)) {
    case Keeps::Nothing: return {};
    case Keeps::Output: return {0, true, 0};
    // What works in place overwrites what the way back needs: autograd keeps a copy.
    case Keeps::Input: return node.writes < 0 ? Saved{first, false, 0} : Saved{0, false, node.inputs.empty() ? 0 : BytesOf(node.inputs[0].type)};
    case Keeps::Inputs: return {all, false, 0};
    case Keeps::All: return {all, true, 0};
    case Keeps::Condition: {
      uint32_t bits = 0;
      for (size_t i = 0; i < node.inputs.size() && i < kMaxInputs; ++i) bits |= node.inputs[i].type.dtype == shape::DType::Bool ? 1u << i : 0;
      return {bits, false, 0};
    }
    case Keeps::Mask: return {0, false, graph::IsRandom(node) ? CountOf(node) : 0};
    case Keeps::Indices: return {first, false, CountOf(node) * 8};
    case Keeps::Quotient: return {(tracked & 2 ? 3u : 2u) & all, false, 0};
    case Keeps::Factors: {
      // The gradient of one factor needs the other.
      uint32_t bits = 0;
      for (size_t i = 0; i < node.inputs.size() && i < 2; ++i) bits |= tracked & (3u & ~(1u << i)) ? 1u << i : 0;
      return {bits, false, 0};
    }
  }
  return {};
}

Memory MemoryOf(const graph::Graph& graph, const graph::Entry& entry) { return Walk(graph, entry).Run(); }

}  // namespace trident::cost
