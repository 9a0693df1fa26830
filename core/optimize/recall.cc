#include "core/optimize/recall.h"

#include "llvm/ADT/DenseMap.h"

namespace trident::optimize {
namespace {

// Collects numbers and hashes them at once. Symbols and types are interned for the life of the process, as is a Recall.
class Content {
 public:
  void Add(uint64_t number) { words_.push_back(number); }
  void Add(const std::string& text) {
    Fingerprint fingerprint = FingerprintOf(text);
    Add(fingerprint.low);
    Add(fingerprint.high);
  }
  void Add(const shape::TensorType& type) {
    Add(static_cast<uint64_t>(type.shape.raw()) << 32 | type.strides.raw());
    Add(static_cast<uint64_t>(type.dtype) | static_cast<uint64_t>(type.contiguity) << 8 | static_cast<uint64_t>(type.zero_dim_scalar) << 16);
  }
  void Add(llvm::ArrayRef<graph::Use> uses) {
    Add(uses.size());
    for (const graph::Use& use : uses) {
      Add(use.value);
      Add(use.type);
    }
  }
  void Add(llvm::ArrayRef<graph::Argument> arguments) {
    Add(arguments.size());
    for (const graph::Argument& argument : arguments) {
      Add(static_cast<uint64_t>(argument.kind) | static_cast<uint64_t>(argument.keyword.index) << 8 | static_cast<uint64_t>(argument.count) << 40);
      Add(argument.bits);
    }
  }
  Fingerprint Take() const {
    return FingerprintOf(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(words_.data()), words_.size() * sizeof(uint64_t)));
  }

 private:
  std::vector<uint64_t> words_;
};

Fingerprint ContentOf(const graph::Graph& graph, const graph::Entry& entry) {
  Content content;
  uint32_t last_scope = entry.scope;
  for (uint32_t i = entry.first_node; i < entry.end_node; ++i) {
    const graph::Node& node = graph.nodes[i];
    last_scope = std::max(last_scope, node.scope);
    content.Add(static_cast<uint64_t>(node.op.index) << 32 | (node.scope - entry.scope));
    content.Add(static_cast<uint64_t>(node.unit) | static_cast<uint64_t>(node.attribute) << 32 | static_cast<uint64_t>(node.uncertain) << 33 |
                static_cast<uint64_t>(node.stand_in) << 34 | static_cast<uint64_t>(node.returns) << 35 | static_cast<uint64_t>(static_cast<uint8_t>(node.writes)) << 40);
    content.Add(node.arguments);
    content.Add(node.inputs);
    content.Add(node.outputs);
  }
  for (uint32_t i = entry.scope; i <= last_scope; ++i) {
    const graph::Scope& scope = graph.scopes[i];
    content.Add(scope.path);
    content.Add(static_cast<uint64_t>(scope.class_name.index) << 1 | scope.training);
    content.Add(scope.parent - entry.scope);
    content.Add(static_cast<uint64_t>(scope.first_node - entry.first_node) << 32 | (scope.end_node - entry.first_node));
  }
  content.Add(entry.inputs);
  content.Add(entry.output);
  for (const graph::State& state : entry.state) {
    content.Add(state.path);
    content.Add(static_cast<uint64_t>(state.value) << 8 | static_cast<uint64_t>(state.kind));
    content.Add(state.type);
  }
  return content.Take();
}

// The first node at each place of the source. A loop of a thousand steps has as many nodes at one place.
class NodesByPlace {
 public:
  NodesByPlace(const graph::Graph& graph, const graph::Entry& entry) {
    for (uint32_t i = entry.first_node; i < entry.end_node; ++i) {
      const graph::Node& node = graph.nodes[i];
      first_.try_emplace({node.unit, {node.start, node.end}}, i - entry.first_node);
    }
  }

  uint32_t At(uint32_t unit, uint32_t start, uint32_t end) const {
    auto found = first_.find({unit, {start, end}});
    return found == first_.end() ? graph::kNoUnit : found->second;
  }

 private:
  llvm::DenseMap<std::pair<uint32_t, std::pair<uint32_t, uint32_t>>, uint32_t> first_;
};

}  // namespace

std::shared_ptr<const Findings> Recall::Find(const graph::Graph& graph, const graph::Entry& entry) {
  Fingerprint content = ContentOf(graph, entry);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (auto known = known_.find(content); known != known_.end()) return known->second;
  }
  auto findings = std::make_shared<Findings>();
  findings->log = optimize::Find(graph, entry);
  findings->log.rejected.clear();
  NodesByPlace nodes(graph, entry);
  for (Rewrite& rewrite : findings->log.applied) {
    rewrite.replaced = rewrite.inserted = {};
    rewrite.result = {};
    findings->nodes.push_back({nodes.At(rewrite.unit, rewrite.start, rewrite.end), nodes.At(rewrite.other_unit, rewrite.other_start, rewrite.other_end)});
  }
  std::lock_guard<std::mutex> lock(mutex_);
  if (known_.emplace(content, findings).second) order_.push_back(content);
  if (order_.size() > kMaxEntries) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return findings;
}

}  // namespace trident::optimize
