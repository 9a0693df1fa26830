#include "core/optimize/program.h"

#include "core/base/check.h"
#include "core/graph/facts.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace trident::optimize {

using graph::Argument;
using graph::Node;

namespace {

constexpr uint32_t kNoNode = 0xFFFFFFFFu;

// Whether a node can be written as source text.
const char* WhyNot(const Node& node) {
  if (node.uncertain) return "it runs only on a path that data decide";
  if (Text(node.op) == graph::kDecision) return "what follows it was decided by what the tensor holds";
  if (node.stand_in) return "Trident knows the shape of what happens here, not how it is computed";
  if (node.returns == Node::Returns::Other) return "its result holds something that is not a tensor";
  for (const Argument& argument : node.arguments) {
    if (argument.is(Argument::Kind::Unknown)) return "an argument of it is not known";
    if (argument.is(Argument::Kind::Dict)) return "an argument of it is a dictionary";
  }
  return nullptr;
}

class Lowering {
 public:
  Lowering(const graph::Graph& graph, const graph::Entry& entry, Obstacle& obstacle) : graph_(graph), entry_(entry), obstacle_(obstacle) {}

  std::optional<Program> Run() {
    Index();
    LeaveOut();
    for (const Argument& argument : output_) {
      if (argument.is(Argument::Kind::Unknown)) return Refuse("what the model returns is not known");
      if (argument.is(Argument::Kind::Tensor) && !Need(argument.value())) return std::nullopt;
    }
    if (!AddWriters(entry_.first_node, entry_.end_node)) return std::nullopt;
    for (const graph::State& state : entry_.state) {
      if (state.kind == graph::State::Kind::TransientBuffer && used_.contains(state.value) && !NeedConstant(state.value, state.path)) return std::nullopt;
    }
    if (!AddConstantWriters() || !FixedDecisions()) return std::nullopt;
    return Collect();
  }

 private:
  // A model may return objects beside tensors, caches of keys and values for one: the names of the others still hold.
  void LeaveOut() {
    output_ = entry_.output;
    if (output_.empty() || !output_[0].is(Argument::Kind::Dict)) return;
    std::vector<Argument> kept = {output_[0]};
    std::vector<std::string> names;
    for (size_t i = 1, next = 0; i < output_.size(); i = next) {
      next = graph::SkipArgument(output_, i);
      llvm::ArrayRef<Argument> element = llvm::ArrayRef(output_).slice(i, next - i);
      bool known = llvm::none_of(element, [](const Argument& argument) { return argument.is(Argument::Kind::Unknown); });
      if (known) kept.insert(kept.end(), element.begin(), element.end());
      else names.push_back(Text(element[0].keyword).str());
    }
    bool any = llvm::any_of(kept, [](const Argument& argument) { return argument.is(Argument::Kind::Tensor); });
    if (!any) return;
    kept[0].count -= names.size();
    output_ = std::move(kept);
    left_out_ = std::move(names);
  }

  std::optional<Program> Refuse(std::string reason, const Node* node = nullptr) {
    obstacle_.reason = std::move(reason);
    if (node) {
      obstacle_.unit = node->unit;
      obstacle_.start = node->start;
      obstacle_.end = node->end;
    }
    return std::nullopt;
  }
  bool Fail(const std::string& reason, const Node& node) {
    Refuse("`" + graph::ShortName(node.op).str() + "` cannot be generated: " + reason, &node);
    return false;
  }

  void Index() {
    ValueNumber highest = 0;
    for (uint32_t i = 0; i < entry_.end_node; ++i) {
      for (const graph::Use& use : graph_.nodes[i].outputs) highest = std::max(highest, use.value);
    }
    producer_.assign(highest + 1, kNoNode);
    for (uint32_t i = 0; i < entry_.end_node; ++i) {
      for (const graph::Use& use : graph_.nodes[i].outputs) producer_[use.value] = i;
    }
    for (const Argument& argument : entry_.inputs) {
      if (argument.is(Argument::Kind::Tensor)) leaves_.insert(argument.value());
    }
    for (const graph::State& state : entry_.state) leaves_.insert(state.value);
    live_.assign(graph_.nodes.size(), false);
  }

  uint32_t ProducerOf(ValueNumber value) const { return value < producer_.size() ? producer_[value] : kNoNode; }

  // Marks what `value` is made of.
  bool Need(ValueNumber value) {
    llvm::SmallVector<ValueNumber, 64> todo = {value};
    while (!todo.empty()) {
      ValueNumber each = todo.pop_back_val();
      if (!used_.insert(each).second || leaves_.contains(each)) continue;
      uint32_t at = ProducerOf(each);
      if (at == kNoNode) return Refuse("a value that differs on two paths is returned or used").has_value();
      if (at < entry_.first_node) {
        if (!NeedConstant(each, "")) return false;
        continue;
      }
      if (live_[at]) continue;
      const Node& node = graph_.nodes[at];
      if (const char* reason = WhyNot(node)) return Fail(reason, node);
      live_[at] = true;
      for (const graph::Use& use : node.inputs) todo.push_back(use.value);
    }
    return true;
  }

  // Marks what computes a value that existed before the call.
  bool NeedConstant(ValueNumber value, const std::string& path) {
    llvm::SmallVector<ValueNumber, 64> todo = {value};
    bool first = true;
    while (!todo.empty()) {
      ValueNumber each = todo.pop_back_val();
      bool leaf = !first && leaves_.contains(each);
      first = false;
      if (leaf) {
        auto state = llvm::find_if(entry_.state, [&](const graph::State& s) { return s.value == each; });
        if (state != entry_.state.end() && state->kind != graph::State::Kind::TransientBuffer) {
          return Refuse("a constant is computed from `" + state->path + "` when the model is built").has_value();
        }
      }
      uint32_t at = ProducerOf(each);
      if (at == kNoNode || at >= entry_.first_node) {
        return Refuse(path.empty() ? "a constant is not known" : "the buffer `" + path + "`, which state_dict leaves out, is not known").has_value();
      }
      if (live_[at]) continue;
      const Node& node = graph_.nodes[at];
      if (const char* reason = WhyNot(node)) return Fail(reason, node);
      if (graph::IsRandom(node) && !graph::ShortName(node.op).contains("empty")) return Fail("its numbers were drawn when the model was built", node);
      live_[at] = true;
      for (const graph::Use& use : node.inputs) todo.push_back(use.value);
    }
    return true;
  }

  // What writes into memory that a needed value shares is needed too.
  bool AddWriters(uint32_t first, uint32_t end) {
    Aliases aliases(llvm::ArrayRef(graph_.nodes).slice(first, end - first));
    for (bool changed = true; changed;) {
      changed = false;
      llvm::DenseSet<ValueNumber> roots;
      for (ValueNumber leaf : leaves_) roots.insert(aliases.RootOf(leaf));
      for (uint32_t i = first; i < end; ++i) {
        if (!live_[i]) continue;
        for (const graph::Use& use : graph_.nodes[i].inputs) roots.insert(aliases.RootOf(use.value));
        for (const graph::Use& use : graph_.nodes[i].outputs) roots.insert(aliases.RootOf(use.value));
      }
      for (uint32_t i = first; i < end; ++i) {
        const Node& node = graph_.nodes[i];
        if (live_[i] || node.writes < 0 || static_cast<size_t>(node.writes) >= node.inputs.size()) continue;
        if (!roots.contains(aliases.RootOf(node.inputs[node.writes].value))) continue;
        if (const char* reason = WhyNot(node)) return Fail(reason, node);
        live_[i] = changed = true;
        for (const graph::Use& use : node.inputs) {
          if (!Need(use.value)) return false;
        }
      }
    }
    return true;
  }

  bool AddConstantWriters() {
    if (std::none_of(live_.begin(), live_.begin() + entry_.first_node, [](char live) { return live; })) return true;
    Aliases aliases(llvm::ArrayRef(graph_.nodes).take_front(entry_.first_node));
    for (bool changed = true; changed;) {
      changed = false;
      llvm::DenseSet<ValueNumber> roots;
      for (uint32_t i = 0; i < entry_.first_node; ++i) {
        if (!live_[i]) continue;
        for (const graph::Use& use : graph_.nodes[i].outputs) roots.insert(aliases.RootOf(use.value));
      }
      for (uint32_t i = 0; i < entry_.first_node; ++i) {
        const Node& node = graph_.nodes[i];
        if (live_[i] || node.writes < 0 || static_cast<size_t>(node.writes) >= node.inputs.size()) continue;
        if (!roots.contains(aliases.RootOf(node.inputs[node.writes].value))) continue;
        if (const char* reason = WhyNot(node)) return Fail(reason, node);
        if (graph::IsRandom(node)) return Fail("its numbers were drawn when the model was built", node);
        live_[i] = changed = true;
        for (const graph::Use& use : node.inputs) {
          if (!NeedConstant(use.value, "")) return false;
        }
      }
    }
    return true;
  }

  bool IsTransient(ValueNumber value) const {
    return llvm::any_of(entry_.state, [&](const graph::State& state) { return state.value == value && state.kind == graph::State::Kind::TransientBuffer; });
  }

  // What constants decided is decided for every call; what inputs or weights hold may be different in the next one.
  bool FixedDecisions() {
    for (uint32_t i = entry_.first_node; i < entry_.end_node; ++i) {
      const Node& node = graph_.nodes[i];
      if (Text(node.op) != graph::kDecision) continue;
      llvm::SmallVector<ValueNumber, 16> todo = {node.inputs[0].value};
      llvm::DenseSet<ValueNumber> seen;
      while (!todo.empty()) {
        ValueNumber each = todo.pop_back_val();
        if (!seen.insert(each).second) continue;
        if (leaves_.contains(each) && !IsTransient(each)) return Fail(WhyNot(node), node);
        uint32_t at = ProducerOf(each);
        if (at == kNoNode) continue;
        for (const graph::Use& use : graph_.nodes[at].inputs) todo.push_back(use.value);
      }
    }
    return true;
  }

  std::optional<Program> Collect() {
    Program program;
    program.graph = &graph_;
    program.entry = entry_;
    program.entry.output = output_;
    program.left_out = left_out_;
    for (const std::string& name : entry_.other_names) program.conversions.push_back({Conversion::Kind::Drop, name, "", {}});
    for (uint32_t i = 0; i < entry_.first_node; ++i) {
      if (live_[i]) program.constants.push_back(graph_.nodes[i]);
    }
    for (uint32_t i = entry_.first_node; i < entry_.end_node; ++i) {
      // Level 0 keeps what is not needed as well, where it can be written: it is what the source does.
      const Node& node = graph_.nodes[i];
      bool known = llvm::all_of(node.inputs, [&](const graph::Use& use) { return Known(use.value); });
      if (live_[i] || (!WhyNot(node) && known && node.writes < 0)) {
        program.nodes.push_back(node);
        for (const graph::Use& use : node.outputs) kept_.insert(use.value);
      }
    }
    program.next_value = producer_.size();
    for (ValueNumber leaf : leaves_) program.next_value = std::max(program.next_value, leaf + 1);
    return program;
  }

  bool Known(ValueNumber value) const {
    if (leaves_.contains(value) || kept_.contains(value)) return true;
    uint32_t at = ProducerOf(value);
    return at != kNoNode && live_[at];
  }

  const graph::Graph& graph_;
  const graph::Entry& entry_;
  Obstacle& obstacle_;
  std::vector<Argument> output_;       // Of the entry, less what is left out.
  std::vector<std::string> left_out_;
  std::vector<uint32_t> producer_;
  llvm::DenseSet<ValueNumber> leaves_, used_, kept_;
  std::vector<char> live_;
};

}  // namespace

Aliases::Aliases(llvm::ArrayRef<Node> nodes) {
  for (const Node& node : nodes) {
    if (node.inputs.empty() || node.outputs.empty()) continue;
    if (node.writes >= 0 && static_cast<size_t>(node.writes) < node.inputs.size()) {
      Union(node.inputs[node.writes].value, node.outputs[0].value);
    } else if (graph::MayAlias(node.op)) {
      for (const graph::Use& use : node.outputs) Union(node.inputs[0].value, use.value);
    }
  }
  for (const Node& node : nodes) {
    if (node.writes >= 0 && !node.outputs.empty()) written_[RootOf(node.outputs[0].value)] = true;
  }
}

ValueNumber Aliases::RootOf(ValueNumber value) const {
  auto found = parent_.find(value);
  if (found == parent_.end()) return value;
  ValueNumber root = found->second;
  while (true) {
    auto next = parent_.find(root);
    if (next == parent_.end() || next->second == root) break;
    root = next->second;
  }
  parent_[value] = root;
  return root;
}

void Aliases::Union(ValueNumber a, ValueNumber b) {
  ValueNumber x = RootOf(a), y = RootOf(b);
  if (x != y) parent_[y] = x;
}

bool Aliases::Written(ValueNumber value) const { return written_.contains(RootOf(value)); }

Program Recorded(const graph::Graph& graph, const graph::Entry& entry) {
  CHECK(entry.end_node <= graph.nodes.size());
  Program program;
  program.graph = &graph;
  program.entry = entry;
  program.nodes.assign(graph.nodes.begin() + entry.first_node, graph.nodes.begin() + entry.end_node);
  program.next_value = graph.next_value;
  return program;
}

std::optional<Program> Lower(const graph::Graph& graph, const graph::Entry& entry, Obstacle& obstacle) { return Lowering(graph, entry, obstacle).Run(); }

}  // namespace trident::optimize
