#include "core/graph/graph.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace trident::graph {

size_t SkipArgument(llvm::ArrayRef<Argument> arguments, size_t at) {
  size_t pending = 1;
  while (pending > 0 && at < arguments.size()) pending += arguments[at++].count, --pending;
  return at;
}

const Argument* FindArgument(const Node& node, unsigned position, llvm::StringRef name) {
  unsigned index = 0;
  for (size_t i = 0; i < node.arguments.size(); i = SkipArgument(node.arguments, i)) {
    const Argument& argument = node.arguments[i];
    if (argument.keyword.valid() ? Text(argument.keyword) == name : index++ == position) return &argument;
  }
  return nullptr;
}

std::string ToString(llvm::ArrayRef<Argument> arguments, size_t at) {
  const Argument& argument = arguments[at];
  auto elements = [&](llvm::StringRef open, llvm::StringRef close, bool keys) {
    std::string text = open.str();
    size_t next = at + 1;
    for (uint32_t i = 0; i < argument.count; ++i, next = SkipArgument(arguments, next)) {
      text += (i ? ", " : "") + (keys ? Text(arguments[next].keyword).str() + ": " : "") + ToString(arguments, next);
    }
    return text + close.str();
  };
  switch (argument.kind) {
    case Argument::Kind::Unknown: return "?";
    case Argument::Kind::None: return "None";
    case Argument::Kind::Bool: return argument.truth() ? "True" : "False";
    case Argument::Kind::Int: return argument.dim().ToString();
    case Argument::Kind::Float: {
      std::string text;
      llvm::raw_string_ostream(text) << argument.number();
      return text;
    }
    case Argument::Kind::Str: return "'" + Text(argument.symbol()).str() + "'";
    case Argument::Kind::DType: return shape::MachineName(argument.dtype()).str();
    case Argument::Kind::Device: return "device " + Text(argument.symbol()).str();
    case Argument::Kind::Ellipsis: return "...";
    case Argument::Kind::Name: return Text(argument.symbol()).str();
    case Argument::Kind::Tensor: return "%" + std::to_string(argument.value());
    case Argument::Kind::Tuple: return elements("(", argument.count == 1 ? ",)" : ")", false);
    case Argument::Kind::List: return elements("[", "]", false);
    case Argument::Kind::Slice: return elements("slice(", ")", false);
    case Argument::Kind::Dict: return elements("{", "}", true);
  }
  return "?";
}

static std::string CallText(const Node& node) {
  std::string text = Text(node.op).str() + "(";
  for (size_t i = 0; i < node.arguments.size(); i = SkipArgument(node.arguments, i)) {
    if (i > 0) text += ", ";
    if (node.arguments[i].keyword.valid()) text += Text(node.arguments[i].keyword).str() + "=";
    text += ToString(node.arguments, i);
  }
  return text + ")";
}

std::string Graph::ToString() const {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (const Node& node : nodes) {
    std::string left;
    for (const Use& use : node.outputs) {
      left += (left.empty() ? "%" : ", %") + std::to_string(use.value) + ": " + use.type.ToString();
    }
    out << left << " = " << CallText(node);
    const Scope& scope = scopes[node.scope];
    if (scope.class_name.valid()) out << "  # " << (scope.path.empty() ? Text(scope.class_name) : llvm::StringRef(scope.path));
    if (node.uncertain) out << "  (may not be taken)";
    out << '\n';
  }
  return text;
}

static std::string Quoted(llvm::StringRef text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

std::string ToDot(const Graph& graph) {
  std::string text = "digraph tensors {\n  node [shape=box, fontname=monospace];\n";
  llvm::raw_string_ostream out(text);
  llvm::SmallVector<uint32_t, 0> producer;
  auto produced_by = [&](ValueNumber value) -> uint32_t& {
    if (value >= producer.size()) producer.resize(value + 1, kNoValue);
    return producer[value];
  };
  // One cluster a module call; Graphviz wants a cluster's nodes together, so they are written scope by scope.
  for (uint32_t scope = 0; scope < graph.scopes.size(); ++scope) {
    bool open = false;
    for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
      if (graph.nodes[i].scope != scope) continue;
      const Scope& owner = graph.scopes[scope];
      if (!open) out << "  subgraph cluster_" << scope << " { label=" << Quoted(owner.path.empty() && owner.class_name.valid() ? Text(owner.class_name) : llvm::StringRef(owner.path)) << ";\n";
      open = true;
      std::string label = Text(graph.nodes[i].op).rsplit('.').second.str();
      for (const Use& use : graph.nodes[i].outputs) label += " " + use.type.ToString();
      out << "    n" << i << " [label=" << Quoted(label) << "];\n";
    }
    if (open) out << "  }\n";
  }
  for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
    for (const Use& use : graph.nodes[i].inputs) {
      if (use.value == kNoValue) continue;
      if (uint32_t from = produced_by(use.value); from != kNoValue) out << "  n" << from << " -> n" << i << ";\n";
    }
    for (const Use& use : graph.nodes[i].outputs) produced_by(use.value) = i;
  }
  return text + "}\n";
}

std::string ToJson(const Graph& graph) {
  std::string text = "{\"scopes\": [";
  llvm::raw_string_ostream out(text);
  auto uses = [&](llvm::ArrayRef<Use> list) {
    out << '[';
    for (size_t i = 0; i < list.size(); ++i) {
      out << (i ? ", " : "") << "{\"value\": " << static_cast<int64_t>(list[i].value == kNoValue ? -1 : static_cast<int64_t>(list[i].value)) << ", \"type\": " << Quoted(list[i].type.ToString()) << '}';
    }
    out << ']';
  };
  for (size_t i = 0; i < graph.scopes.size(); ++i) {
    const Scope& scope = graph.scopes[i];
    out << (i ? ",\n  " : "\n  ") << "{\"parent\": " << scope.parent << ", \"path\": " << Quoted(scope.path)
        << ", \"class\": " << Quoted(scope.class_name.valid() ? Text(scope.class_name) : "") << ", \"training\": " << (scope.training ? "true" : "false") << '}';
  }
  out << "],\n \"files\": [";
  for (size_t i = 0; i < graph.files.size(); ++i) out << (i ? ", " : "") << Quoted(graph.files[i]);
  out << "],\n \"nodes\": [";
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    out << (i ? ",\n  " : "\n  ") << "{\"op\": " << Quoted(Text(node.op)) << ", \"scope\": " << node.scope << ", \"file\": " << node.unit
        << ", \"start\": " << node.start << ", \"end\": " << node.end << ", \"text\": " << Quoted(CallText(node)) << ", \"inputs\": ";
    uses(node.inputs);
    out << ", \"outputs\": ";
    uses(node.outputs);
    out << '}';
  }
  out << "]}\n";
  return text;
}

}  // namespace trident::graph
