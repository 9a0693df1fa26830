// The tensor graph as text, for Graphviz and as JSON: docs/guide/cli.md describes the three.
#include "core/cost/cost.h"
#include "core/ide/convert.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace trident::ide {
namespace {

using graph::kNoValue;
using graph::Node;
using graph::Scope;
using graph::Use;

std::string Quoted(llvm::StringRef text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

// A count as JSON: a number, a formula of symbols, or null.
std::string Count(shape::Dim count) {
  if (std::optional<int64_t> number = count.value()) return std::to_string(*number);
  return count.is_unknown() ? "null" : Quoted(count.ToString());
}

class Dump {
 public:
  explicit Dump(const eval::Outcome& outcome) : graph_(outcome.graph), out_(text_) {
    for (const std::shared_ptr<const eval::Unit>& unit : outcome.units) units_[unit->path] = unit.get();
    for (uint32_t i = 1; i < graph_.scopes.size(); ++i) children_[graph_.scopes[i].parent].push_back(i);
    for (uint32_t i = 0; i < graph_.nodes.size(); ++i) nodes_[graph_.nodes[i].scope].push_back(i);
  }

  std::string AsText() {
    for (const Node& node : graph_.nodes) {
      std::string left;
      for (const Use& use : node.outputs) left += (left.empty() ? "%" : ", %") + std::to_string(use.value) + ": " + use.type.ToString();
      out_ << left << " = " << graph::CallText(node) << "  # ";
      if (std::string module = ModuleOf(graph_.scopes[node.scope]); !module.empty()) out_ << module << ", ";
      source::LineColumn at = PlaceOf(node);
      if (node.unit < graph_.files.size()) out_ << llvm::sys::path::filename(graph_.files[node.unit]) << ':' << at.line + 1 << ':' << at.column + 1;
      if (node.uncertain) out_ << "  (may not be taken)";
      out_ << '\n';
    }
    return std::move(text_);
  }

  // One cluster a module call, inside that of its caller.
  std::string AsDot() {
    out_ << "digraph tensors {\n  node [shape=box, fontname=monospace];\n";
    if (!graph_.scopes.empty()) WriteCluster(0, "  ");
    llvm::DenseMap<graph::ValueNumber, uint32_t> producers;
    for (uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      for (const Use& use : graph_.nodes[i].inputs) {
        auto from = use.value == kNoValue ? producers.end() : producers.find(use.value);
        if (from != producers.end()) out_ << "  n" << from->second << " -> n" << i << ";\n";
      }
      for (const Use& use : graph_.nodes[i].outputs) {
        if (use.value != kNoValue) producers[use.value] = i;
      }
    }
    out_ << "}\n";
    return std::move(text_);
  }

  std::string AsJson() {
    out_ << "{\"scopes\": [";
    for (size_t i = 0; i < graph_.scopes.size(); ++i) {
      const Scope& scope = graph_.scopes[i];
      out_ << (i ? ",\n  " : "\n  ") << "{\"parent\": " << scope.parent << ", \"path\": " << Quoted(scope.path)
           << ", \"class\": " << Quoted(scope.class_name.valid() ? Text(scope.class_name) : "") << ", \"training\": " << (scope.training ? "true" : "false") << '}';
    }
    out_ << "],\n \"files\": [";
    for (size_t i = 0; i < graph_.files.size(); ++i) out_ << (i ? ", " : "") << Quoted(graph_.files[i]);
    out_ << "],\n \"entries\": [";
    for (size_t i = 0; i < graph_.entries.size(); ++i) WriteEntry(graph_.entries[i], i == 0);
    out_ << "],\n \"nodes\": [";
    for (size_t i = 0; i < graph_.nodes.size(); ++i) WriteNode(graph_.nodes[i], i == 0);
    out_ << "]}\n";
    return std::move(text_);
  }

 private:
  static std::string ModuleOf(const Scope& scope) {
    if (!scope.class_name.valid()) return "";
    return scope.path.empty() ? Text(scope.class_name).str() : scope.path;
  }

  source::LineColumn PlaceOf(const Node& node) const {
    auto found = node.unit < graph_.files.size() ? units_.find(graph_.files[node.unit]) : units_.end();
    return found == units_.end() ? source::LineColumn() : found->second->text->lines.ToLineColumn(found->second->content(), node.start);
  }

  void WriteCluster(uint32_t scope, const std::string& indentation) {
    const Scope& owner = graph_.scopes[scope];
    bool drawn = scope != 0 && owner.first_node < owner.end_node;
    std::string inner = drawn ? indentation + "  " : indentation;
    if (drawn) out_ << indentation << "subgraph cluster_" << scope << " {\n" << inner << "label=" << Quoted(ModuleOf(owner)) << ";\n";
    for (uint32_t i : nodes_[scope]) {
      const Node& node = graph_.nodes[i];
      std::string label = Text(node.op).rsplit('.').second.str();
      for (const Use& use : node.outputs) label += " " + use.type.ToString();
      out_ << inner << "n" << i << " [label=" << Quoted(label) << "];\n";
    }
    for (uint32_t child : children_[scope]) WriteCluster(child, inner);
    if (drawn) out_ << indentation << "}\n";
  }

  void WriteUses(llvm::ArrayRef<Use> uses) {
    out_ << '[';
    for (size_t i = 0; i < uses.size(); ++i) {
      out_ << (i ? ", " : "") << "{\"value\": " << (uses[i].value == kNoValue ? -1 : static_cast<int64_t>(uses[i].value)) << ", \"type\": " << Quoted(uses[i].type.ToString()) << '}';
    }
    out_ << ']';
  }

  void WriteEntry(const graph::Entry& entry, bool first) {
    static constexpr const char* kKinds[] = {"parameter", "buffer", "transient buffer"};
    out_ << (first ? "\n  " : ",\n  ") << "{\"scope\": " << entry.scope << ", \"first_node\": " << entry.first_node << ", \"end_node\": " << entry.end_node << ", \"state\": [";
    for (size_t i = 0; i < entry.state.size(); ++i) {
      const graph::State& state = entry.state[i];
      out_ << (i ? ", " : "") << "{\"path\": " << Quoted(state.path) << ", \"value\": " << (state.value == kNoValue ? -1 : static_cast<int64_t>(state.value))
           << ", \"type\": " << Quoted(state.type.ToString()) << ", \"kind\": \"" << kKinds[static_cast<size_t>(state.kind)] << "\"}";
    }
    out_ << "]}";
  }

  void WriteNode(const Node& node, bool first) {
    source::LineColumn at = PlaceOf(node);
    cost::Cost cost = cost::NodeCost(node);
    out_ << (first ? "\n  " : ",\n  ") << "{\"op\": " << Quoted(Text(node.op)) << ", \"scope\": " << node.scope << ", \"file\": " << node.unit << ", \"line\": " << at.line + 1
         << ", \"start\": " << node.start << ", \"end\": " << node.end << ", \"text\": " << Quoted(graph::CallText(node)) << ", \"inputs\": ";
    WriteUses(node.inputs);
    out_ << ", \"outputs\": ";
    WriteUses(node.outputs);
    out_ << ", \"flops\": " << Count(cost.flops) << ", \"bytes_read\": " << Count(cost.bytes_read) << ", \"bytes_written\": " << Count(cost.bytes_written) << '}';
  }

  const graph::Graph& graph_;
  std::map<std::string, const eval::Unit*> units_;
  llvm::DenseMap<uint32_t, std::vector<uint32_t>> children_, nodes_;  // Of each scope.
  std::string text_;
  llvm::raw_string_ostream out_;
};

}  // namespace

std::string GraphText(const eval::Outcome& outcome, llvm::StringRef stage) {
  Dump dump(outcome);
  if (stage == "graphviz") return dump.AsDot();
  return stage == "graph-json" ? dump.AsJson() : dump.AsText();
}

}  // namespace trident::ide
