#include "core/ide/spelling.h"

#include "core/codegen/expression.h"
#include "core/graph/facts.h"
#include "core/ide/statements.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

namespace trident::ide {

using graph::Node;
using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using Kind = graph::Argument::Kind;

std::optional<std::pair<uint32_t, uint32_t>> PlaceInScript(const graph::Graph& graph, const Node& node, const eval::Unit& script) {
  auto is_script = [&](uint32_t unit) { return unit < graph.files.size() && graph.files[unit] == script.path; };
  if (is_script(node.unit)) return std::pair(node.start, node.end);
  for (uint32_t scope = node.scope; scope < graph.scopes.size(); scope = graph.scopes[scope].parent) {
    const graph::Scope& at = graph.scopes[scope];
    if (is_script(at.unit)) return std::pair(at.start, at.end);
    if (at.parent == scope) break;
  }
  return std::nullopt;
}

Speller::Text Speller::TextOf(NodeId node) const {
  NodeKind kind = tree_.kind(node);
  bool primary = kind == NodeKind::Name || kind == NodeKind::Attribute || kind == NodeKind::Call || kind == NodeKind::Subscript || kind == NodeKind::Int || kind == NodeKind::Float;
  return {script_.content().slice(tree_.start(node), tree_.end(node)).str(), tree_.start(node), tree_.end(node), primary};
}

// Whether the expression is an imported module: `F`, `torch.nn.functional`.
bool Speller::IsModule(NodeId node) const {
  while (tree_.kind(node) == NodeKind::Attribute) node = tree_.child(node, 0);
  if (tree_.kind(node) != NodeKind::Name) return false;
  auto found = script_.outline.bindings.find(tree_.symbol(node));
  if (found == script_.outline.bindings.end()) return false;
  return llvm::all_of(found->second, [&](outline::StatementIndex index) {
    NodeKind kind = tree_.kind(tree_.child(tree_.root(), index));
    return kind == NodeKind::Import || kind == NodeKind::ImportFrom;
  });
}

// The longest name of a module that this file imports, and the rest of the operator's.
std::optional<std::string> Speller::NameOf(llvm::StringRef op) const {
  std::string best;
  size_t longest = 0;
  auto consider = [&](const std::string& module, llvm::StringRef name) {
    if (module.size() > longest && op.starts_with(module) && op.drop_front(module.size()).starts_with(".")) {
      longest = module.size();
      best = name.str() + op.drop_front(module.size()).str();
    }
  };
  for (NodeId statement : tree_.children(tree_.root())) {
    NodeKind kind = tree_.kind(statement);
    if (kind != NodeKind::Import && kind != NodeKind::ImportFrom) continue;
    std::string from = kind == NodeKind::ImportFrom && tree_.symbol(statement).valid() && tree_.flags(statement) == 0 ? trident::Text(tree_.symbol(statement)).str() + "." : "";
    if (kind == NodeKind::ImportFrom && from.empty()) continue;
    for (NodeId alias : tree_.children(statement)) {
      llvm::StringRef name = trident::Text(tree_.symbol(alias));
      Symbol as = tree_.symbol(alias, 1);
      if (as.valid()) consider(from + name.str(), trident::Text(as));
      else if (!from.empty()) consider(from + name.str(), name);
      else consider(name.split('.').first.str(), name.split('.').first);
    }
  }
  if (longest == 0) return std::nullopt;
  return best;
}

// The expression that gave a node its argument; kNoNode when the node is not written in the script.
NodeId Speller::Operand(const Node& node, unsigned position, llvm::StringRef keyword) const {
  if (node.unit >= graph_.files.size() || graph_.files[node.unit] != script_.path) return kNoNode;
  // What runs inside a described module stands at the module's call, whose arguments are the module's.
  const graph::Scope& scope = graph_.scopes[node.scope];
  if (scope.unit == node.unit && scope.start == node.start && scope.end == node.end) return kNoNode;
  NodeId at = NodeAt(tree_, node.start, node.end);
  if (at == kNoNode) return kNoNode;
  llvm::ArrayRef<NodeId> children = tree_.children(at);
  NodeKind kind = tree_.kind(at);
  bool plain = kind == NodeKind::BinOp || kind == NodeKind::Compare || kind == NodeKind::UnaryOp || kind == NodeKind::AugAssign || kind == NodeKind::Attribute;
  if (plain) return keyword.empty() && position < children.size() ? children[position] : kNoNode;
  if (kind != NodeKind::Call) return kNoNode;
  NodeId function = children[0];
  if (tree_.kind(function) == NodeKind::Attribute && !IsModule(tree_.child(function, 0))) {
    if (position == 0 && keyword.empty()) return tree_.child(function, 0);
    if (keyword.empty()) --position;
  }
  for (NodeId argument : children.drop_front()) {
    if (tree_.kind(argument) == NodeKind::Starred) return kNoNode;
    if (tree_.kind(argument) == NodeKind::Keyword) {
      if (!keyword.empty() && tree_.symbol(argument).valid() && trident::Text(tree_.symbol(argument)) == keyword) return tree_.child(argument, 0);
    } else if (keyword.empty() && position-- == 0) {
      return argument;
    }
  }
  return kNoNode;
}

std::vector<Speller::Text> Speller::OperandsThat(llvm::function_ref<bool(const graph::Argument&)> wanted, llvm::function_ref<bool(const Node&)> from) const {
  std::vector<Text> texts;
  for (const Node* node : nodes_) {
    if (!from(*node)) continue;
    unsigned position = 0;
    for (size_t i = 0; i < node->arguments.size(); i = graph::SkipArgument(node->arguments, i)) {
      const graph::Argument& argument = node->arguments[i];
      llvm::StringRef keyword = argument.keyword.valid() ? trident::Text(argument.keyword) : llvm::StringRef();
      NodeId operand = wanted(argument) ? Operand(*node, position, keyword) : kNoNode;
      if (operand != kNoNode) texts.push_back(TextOf(operand));
      position += keyword.empty();
    }
  }
  return texts;
}

// Two names of one value may be two values in another call, and nothing says which one is meant.
std::optional<Speller::Text> Speller::TheOne(const std::vector<Text>& texts) {
  if (texts.empty() || llvm::any_of(texts, [&](const Text& each) { return each.text != texts[0].text; })) return std::nullopt;
  for (const Text& each : texts) repeated_.emplace_back(each.start, each.end);
  return texts[0];
}

std::optional<Speller::Text> Speller::Inserted(const Node& node) {
  llvm::StringRef name = graph::ShortName(node.op);
  std::optional<Text> first = Tensor(optimize::TensorOf(node.arguments.data()));
  if (!first) return std::nullopt;
  std::string primary = first->primary ? first->text : "(" + first->text + ")";
  if (name == "transpose") return Text{primary + ".transpose(-2, -1)"};
  if (name == "bitwise_not") return Text{"~" + primary, 0, 0, false};
  if (name != "add") return std::nullopt;
  std::optional<Text> second = Tensor(optimize::TensorOf(&node.arguments[1]));
  if (!second) return std::nullopt;
  return Text{primary + " + " + (second->primary ? second->text : "(" + second->text + ")"), 0, 0, false};
}

std::optional<Speller::Text> Speller::Tensor(graph::ValueNumber value) {
  for (const Node& node : rewrite_.inserted) {
    if (node.outputs.size() == 1 && node.outputs[0].value == value) return Inserted(node);
  }
  return TheOne(OperandsThat([&](const graph::Argument& argument) { return argument.is(Kind::Tensor) && argument.value() == value; }, [](const Node&) { return true; }));
}

static bool Equal(std::optional<double> a, double b) { return a && std::fabs(*a - b) <= 1e-9 * std::fabs(b); }

std::optional<std::string> Speller::Number(double number) {
  auto any = [](const Node&) { return true; };
  std::vector<Text> same = OperandsThat([&](const graph::Argument& argument) { return Equal(optimize::NumberOf(&argument), number); }, any);
  if (std::optional<Text> text = TheOne(same)) return text->text;
  auto divides = [](const Node& node) { return graph::ShortName(node.op).starts_with("div"); };
  std::vector<Text> inverse;
  if (number != 0) inverse = OperandsThat([&](const graph::Argument& argument) { return Equal(optimize::NumberOf(&argument), 1 / number); }, divides);
  if (std::optional<Text> text = TheOne(inverse)) return "1 / " + (text->primary ? text->text : "(" + text->text + ")");
  if (!same.empty() || !inverse.empty()) return std::nullopt;
  return codegen::Number(number);
}

std::optional<std::string> Speller::Argument(llvm::ArrayRef<graph::Argument> arguments, size_t at) {
  const graph::Argument& argument = arguments[at];
  std::string prefix = argument.keyword.valid() ? trident::Text(argument.keyword).str() + "=" : "";
  std::optional<std::string> text;
  switch (argument.kind) {
    case Kind::Tensor:
      if (std::optional<Text> tensor = Tensor(argument.value())) text = tensor->text;
      break;
    case Kind::Float: text = Number(argument.number()); break;
    case Kind::Int:
      if (argument.dim().is_constant()) text = std::to_string(argument.dim().constant());
      break;
    case Kind::Bool: text = argument.truth() ? "True" : "False"; break;
    case Kind::None: text = "None"; break;
    // The file's own quotes.
    case Kind::Str: text = script_.content().count('"') > script_.content().count('\'') ? "\"" + trident::Text(argument.symbol()).str() + "\"" : codegen::Quote(trident::Text(argument.symbol())); break;
    case Kind::Tuple:
      // normalized_shape: the last size of what is normalised.
      if (argument.count == 1 && !arguments_.empty()) text = (llvm::all_of(arguments_[0], [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; }) ? arguments_[0] : "(" + arguments_[0] + ")") + ".shape[-1:]";
      break;
    default: break;
  }
  if (!text) return std::nullopt;
  return prefix + *text;
}

// A dropout of the weights, whether or not it does anything now: `0.1`, `self.drop.p if self.training else 0.0`.
std::optional<std::string> Speller::Dropout() const {
  for (const Node* node : nodes_) {
    if (graph::ShortName(node->op) != "dropout") continue;
    NodeId rate = Operand(*node, 1, ""), training = Operand(*node, 2, "");
    if (rate == kNoNode) rate = Operand(*node, 0, "p");
    if (training == kNoNode) training = Operand(*node, 0, "training");
    if (rate != kNoNode) {
      if (training == kNoNode || tree_.kind(training) == NodeKind::TrueLiteral) return TextOf(rate).text;
      return tree_.kind(training) == NodeKind::FalseLiteral ? "" : TextOf(rate).text + " if " + TextOf(training).text + " else 0.0";
    }
    std::optional<std::pair<uint32_t, uint32_t>> place = PlaceInScript(graph_, *node, script_);
    NodeId call = place ? NodeAt(tree_, place->first, place->second) : kNoNode;
    if (call == kNoNode || tree_.kind(call) != NodeKind::Call) return std::nullopt;
    NodeId module = tree_.child(call, 0);
    if (tree_.kind(module) != NodeKind::Attribute || tree_.kind(tree_.child(module, 0)) != NodeKind::Name) return std::nullopt;
    return TextOf(module).text + ".p if " + TextOf(tree_.child(module, 0)).text + ".training else 0.0";
  }
  return "";
}

// What attention's arguments say besides tensors. A factor that is not the usual one by its own words is kept, so that
// the source stays right for other sizes.
bool Speller::AddAttention() {
  std::optional<std::string> dropout = Dropout();
  if (!dropout) return false;
  if (!dropout->empty()) arguments_.push_back("dropout_p=" + *dropout);
  const graph::Argument* scale = graph::FindArgument(rewrite_.result, 9, "scale");
  std::vector<std::string> factors;
  for (const Node* node : nodes_) {
    llvm::StringRef name = graph::ShortName(node->op);
    name.consume_back("_");
    bool divides = name == "div";
    if (name != "mul" && !divides) continue;
    std::vector<Text> texts = OperandsThat([](const graph::Argument& argument) { return optimize::NumberOf(&argument).has_value(); }, [&](const Node& each) { return &each == node; });
    if (texts.size() != 1) return false;
    bool usual = llvm::StringRef(texts[0].text).contains("sqrt") || llvm::StringRef(texts[0].text).contains("**");
    if (usual && !scale) continue;
    factors.push_back(divides ? "1 / " + (texts[0].primary ? texts[0].text : "(" + texts[0].text + ")") : texts[0].text);
  }
  if (factors.size() > 1) return false;
  if (factors.size() == 1) arguments_.push_back("scale=" + factors[0]);
  else if (scale) arguments_.push_back("scale=" + codegen::Number(scale->number()));
  return true;
}

std::optional<std::string> Speller::Call() {
  std::optional<std::string> callee = NameOf(trident::Text(rewrite_.result.op));
  if (!callee) return std::nullopt;
  callee_ = *callee;
  bool attention = graph::ShortName(rewrite_.result.op) == "scaled_dot_product_attention";
  const auto& arguments = rewrite_.result.arguments;
  for (size_t i = 0; i < arguments.size(); i = graph::SkipArgument(arguments, i)) {
    llvm::StringRef keyword = arguments[i].keyword.valid() ? trident::Text(arguments[i].keyword) : llvm::StringRef();
    if (attention && (keyword == "scale" || keyword == "dropout_p")) continue;
    std::optional<std::string> text = Argument(arguments, i);
    if (!text) return std::nullopt;
    arguments_.push_back(*text);
  }
  if (attention && !AddAttention()) return std::nullopt;
  return callee_ + "(" + llvm::join(arguments_, ", ") + ")";
}

std::string Speller::Wrapped(llvm::StringRef indentation) const {
  std::string text = callee_ + "(\n";
  for (const std::string& argument : arguments_) text += indentation.str() + "    " + argument + ",\n";
  return text + indentation.str() + ")";
}

}  // namespace trident::ide
