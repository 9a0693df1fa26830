#include "core/ide/redundant.h"

#include "core/cost/cost.h"
#include "core/graph/facts.h"
#include "core/ide/convert.h"
#include "core/ide/statements.h"
#include "core/optimize/rewriter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::ide {

using graph::Node;
using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using Kind = graph::Argument::Kind;

namespace {

// How far back in the graph the operand of a nested call may have been made: its own arguments come between.
constexpr uint32_t kReach = 16;

enum class Effect : uint8_t { Other, Idempotent, Permutes, Swaps, Sizes, SizesOf, Casts };

Effect EffectOf(llvm::StringRef name) {
  return llvm::StringSwitch<Effect>(name)
      .Cases("relu", "relu6", "abs", "contiguous", "flatten", Effect::Idempotent)
      .Cases("float", "half", "double", "bfloat16", "long", "int", "bool", Effect::Idempotent)
      .Case("permute", Effect::Permutes)
      .Cases("transpose", "t", Effect::Swaps)
      .Cases("view", "reshape", Effect::Sizes)
      // Not view_as: a view of the tensor itself is a new tensor for autograd, and written for that.
      .Cases("reshape_as", "expand_as", Effect::SizesOf)
      .Case("to", Effect::Casts)
      .Default(Effect::Other);
}

// A call as it is written: `operand.name(arguments)` or `torch.name(operand, arguments)`.
struct Call {
  NodeId operand = kNoNode;
  std::vector<NodeId> arguments;
  bool method = false;
};

class Finder {
 public:
  Finder(const graph::Graph& graph, const eval::Unit& script) : graph_(graph), script_(script), tree_(script.tree()) {}

  // What is redundant about the node; nothing when its text does not say so.
  std::optional<Redundant> At(uint32_t index) const {
    const Node& node = graph_.nodes[index];
    if (!MayBeRedundant(node, index)) return std::nullopt;
    std::optional<Call> call = CallOf(node);
    if (!call) return std::nullopt;
    llvm::StringRef name = graph::ShortName(node.op);
    std::string quoted = "`" + name.str() + "`";
    graph::ValueNumber operand = node.arguments[0].value();
    if (std::string why = WhyNothing(node, *call); !why.empty()) return Leave(node, *call, call->operand, operand, quoted + " " + why, "Remove " + quoted);
    if (EffectOf(name) == Effect::Permutes) return std::nullopt;
    const Node* before = MakerOf(operand, index);
    std::optional<Call> inner = before && graph::ShortName(before->op) == name ? CallOf(*before) : std::nullopt;
    if (!inner || tree_.start(call->operand) != before->start || tree_.end(call->operand) != before->end) return std::nullopt;
    if (EffectOf(name) == Effect::Swaps) {
      if (!SwapsTheSame(node, *before)) return std::nullopt;
      return Leave(node, *call, inner->operand, before->arguments[0].value(), "a transpose undoes the one before it", "Remove both transposes");
    }
    if (!SameText(call->arguments, inner->arguments)) return std::nullopt;
    return Leave(node, *call, call->operand, operand, quoted + " is applied twice", "Remove the second " + quoted);
  }

 private:
  llvm::StringRef TextOf(NodeId node) const { return script_.content().slice(tree_.start(node), tree_.end(node)); }

  bool IsPlainNode(const Node& node) const {
    return node.writes < 0 && !node.attribute && node.outputs.size() == 1 && !node.arguments.empty() && node.arguments[0].is(Kind::Tensor);
  }

  // What the graph alone rules out, for most nodes: the text is looked at for the rest only.
  bool MayBeRedundant(const Node& node, uint32_t index) const {
    if (!IsPlainNode(node)) return false;
    const shape::TensorType &from = node.inputs[0].type, &to = node.outputs[0].type;
    switch (EffectOf(graph::ShortName(node.op))) {
      case Effect::Other: return false;
      case Effect::Permutes: return KeepsOrder(node);
      case Effect::Swaps:
        if (SwapsWithItself(node)) return true;
        break;
      case Effect::Sizes:
      case Effect::SizesOf:
        if (from.shape == to.shape) return true;
        break;
      case Effect::Casts:
        if (from.dtype == to.dtype) return true;
        break;
      case Effect::Idempotent: break;
    }
    const Node* before = MakerOf(node.arguments[0].value(), index);
    return before && graph::ShortName(before->op) == graph::ShortName(node.op);
  }

  // Only a call that names the operator itself: what a variable or a module's attribute stands for may change.
  std::optional<Call> CallOf(const Node& node) const {
    if (!IsPlainNode(node) || node.unit >= graph_.files.size() || graph_.files[node.unit] != script_.path) return std::nullopt;
    NodeId at = NodeAt(tree_, node.start, node.end);
    if (at == kNoNode || tree_.kind(at) != NodeKind::Call) return std::nullopt;
    NodeId function = tree_.child(at, 0);
    bool named = (tree_.kind(function) == NodeKind::Attribute || tree_.kind(function) == NodeKind::Name) && Text(tree_.symbol(function)) == graph::ShortName(node.op);
    if (!named) return std::nullopt;
    Call call;
    llvm::ArrayRef<NodeId> arguments = tree_.children(at).drop_front();
    call.method = Text(node.op).starts_with("torch.Tensor.");
    if (call.method) {
      if (tree_.kind(function) != NodeKind::Attribute) return std::nullopt;
      call.operand = tree_.child(function, 0);
    } else {
      if (arguments.empty() || tree_.kind(arguments[0]) == NodeKind::Starred || tree_.kind(arguments[0]) == NodeKind::Keyword) return std::nullopt;
      call.operand = arguments[0];
      arguments = arguments.drop_front();
    }
    if (!llvm::all_of(arguments, [&](NodeId argument) { return IsPlain(argument); })) return std::nullopt;
    call.arguments.assign(arguments.begin(), arguments.end());
    return call;
  }

  // What may go unevaluated, and is the same when it is evaluated again.
  bool IsPlain(NodeId node) const {
    switch (tree_.kind(node)) {
      case NodeKind::Name:
      case NodeKind::Int: return true;
      case NodeKind::Call: return tree_.children(node).size() == 1 && tree_.kind(tree_.child(node, 0)) == NodeKind::Attribute && Text(tree_.symbol(tree_.child(node, 0))) == "size" && IsPlain(tree_.child(node, 0));
      case NodeKind::Attribute:
      case NodeKind::UnaryOp:
      case NodeKind::Starred:
      case NodeKind::Tuple: return llvm::all_of(tree_.children(node), [&](NodeId child) { return IsPlain(child); });
      default: return false;
    }
  }

  bool SameText(llvm::ArrayRef<NodeId> a, llvm::ArrayRef<NodeId> b) const {
    return a.size() == b.size() && llvm::all_of(llvm::zip(a, b), [&](const auto& pair) { return TextOf(std::get<0>(pair)) == TextOf(std::get<1>(pair)); });
  }

  const Node* MakerOf(graph::ValueNumber value, uint32_t before) const {
    for (uint32_t i = before, end = before > kReach ? before - kReach : 0; i-- > end;) {
      const Node& node = graph_.nodes[i];
      if (node.outputs.size() == 1 && node.outputs[0].value == value) return &node;
    }
    return nullptr;
  }

  // `x.dtype`, `*x.shape`, `x.size()` of the very operand.
  bool IsOfOperand(const Call& call, llvm::StringRef attribute, llvm::StringRef method) const {
    if (call.arguments.size() != 1 || !IsPlain(call.operand)) return false;
    NodeId argument = call.arguments[0];
    if (tree_.kind(argument) == NodeKind::Starred) argument = tree_.child(argument, 0);
    bool called = tree_.kind(argument) == NodeKind::Call;
    if (called) argument = tree_.child(argument, 0);
    return tree_.kind(argument) == NodeKind::Attribute && Text(tree_.symbol(argument)) == (called ? method : attribute) && TextOf(tree_.child(argument, 0)) == TextOf(call.operand);
  }

  bool AllSizesWritten(llvm::ArrayRef<NodeId> arguments) const {
    return !arguments.empty() && llvm::all_of(arguments, [&](NodeId each) {
      return tree_.kind(each) == NodeKind::Int || (tree_.kind(each) == NodeKind::Tuple && AllSizesWritten(tree_.children(each)));
    });
  }

  std::string WhyNothing(const Node& node, const Call& call) const {
    const shape::TensorType &from = node.inputs[0].type, &to = node.outputs[0].type;
    switch (EffectOf(graph::ShortName(node.op))) {
      case Effect::Permutes: return KeepsOrder(node) ? "keeps the order" : "";
      case Effect::Swaps: return SwapsWithItself(node) ? "swaps a dim with itself" : "";
      case Effect::Sizes: {
        // All sizes are numbers of the text: it is written for tensors of this shape.
        bool fixed = AllSizesWritten(call.arguments) && from.shape.is_constant() && from.shape == to.shape;
        return fixed || IsOfOperand(call, "shape", "size") ? "keeps the shape" : "";
      }
      case Effect::SizesOf: return IsPlain(call.operand) && call.arguments.size() == 1 && TextOf(call.arguments[0]) == TextOf(call.operand) ? "keeps the shape" : "";
      case Effect::Casts: return IsOfOperand(call, "dtype", "") ? "keeps the dtype" : "";
      default: return "";
    }
  }

  static bool KeepsOrder(const Node& node) {
    int64_t next = 0;
    for (size_t i = 1; i < node.arguments.size(); ++i) {
      if (node.arguments[i].is(Kind::Tuple) || node.arguments[i].is(Kind::List)) continue;
      if (optimize::IntOf(&node.arguments[i]) != next++) return false;
    }
    return next > 0;
  }

  static bool SwapsWithItself(const Node& node) {
    if (node.arguments.size() != 3) return false;
    std::optional<int64_t> dim = optimize::IntOf(&node.arguments[1]);
    return dim && dim == optimize::IntOf(&node.arguments[2]);
  }

  // Dims counted from both ends are the same at one rank only.
  static bool SwapsTheSame(const Node& a, const Node& b) {
    if (a.arguments.size() != b.arguments.size()) return false;
    if (a.arguments.size() == 1) return true;
    std::optional<int64_t> a0 = optimize::IntOf(&a.arguments[1]), b0 = optimize::IntOf(&b.arguments[1]);
    if (a.arguments.size() != 3 || !a0 || !b0) return false;
    std::optional<int64_t> a1 = optimize::IntOf(&a.arguments[2]), b1 = optimize::IntOf(&b.arguments[2]);
    return a1 && b1 && ((*a0 == *b0 && *a1 == *b1) || (*a0 == *b1 && *a1 == *b0));
  }

  Redundant Leave(const Node& node, const Call& call, NodeId kept, graph::ValueNumber value, std::string message, std::string title) const {
    Redundant found;
    found.start = node.start;
    found.end = node.end;
    found.kept_start = tree_.start(kept);
    found.kept_end = tree_.end(kept);
    NodeKind kind = tree_.kind(kept);
    bool primary = kind == NodeKind::Name || kind == NodeKind::Attribute || kind == NodeKind::Call || kind == NodeKind::Subscript;
    // A line may break inside the brackets of the call that goes.
    found.brackets = !primary || (!call.method && TextOf(kept).contains('\n'));
    found.message = std::move(message);
    found.title = std::move(title);
    found.same[node.outputs[0].value] = value;
    llvm::StringRef name = graph::ShortName(node.op);
    bool runs = name == "relu" || name == "relu6" || name == "abs";
    found.kernels_saved = runs;
    if (runs) found.bytes_saved = (cost::NodeCost(node).bytes_written + cost::NodeCost(node).bytes_written).value().value_or(0);
    return found;
  }

  const graph::Graph& graph_;
  const eval::Unit& script_;
  const parse::Tree& tree_;
};

}  // namespace

std::vector<Redundant> RedundantIn(const eval::Outcome& outcome, const eval::Unit& script) {
  const graph::Graph& graph = outcome.graph;
  auto file = llvm::find(graph.files, script.path);
  uint32_t unit = static_cast<uint32_t>(file - graph.files.begin());
  using Offsets = std::pair<uint32_t, uint32_t>;
  std::map<Offsets, std::optional<Redundant>> places;
  Finder finder(graph, script);
  llvm::DenseMap<uint32_t, bool> may;  // By operator.
  for (const eval::ModelCall& call : outcome.models) {
    if (call.entry >= graph.entries.size()) continue;
    for (uint32_t i = graph.entries[call.entry].first_node; i < graph.entries[call.entry].end_node; ++i) {
      const Node& node = graph.nodes[i];
      if (node.unit != unit) continue;
      auto [candidate, unseen] = may.try_emplace(node.op.index, false);
      if (unseen) candidate->second = EffectOf(graph::ShortName(node.op)) != Effect::Other;
      if (!candidate->second) continue;
      std::optional<Redundant> found = finder.At(i);
      auto [place, added] = places.try_emplace({node.start, node.end}, found);
      if (added) continue;
      std::optional<Redundant>& known = place->second;
      if (!found || !known || found->message != known->message) {
        known.reset();
      } else if (known->same.try_emplace(found->same.begin()->first, found->same.begin()->second).second) {
        known->kernels_saved += found->kernels_saved;
        known->bytes_saved += found->bytes_saved;
      }
    }
  }
  std::vector<Redundant> redundant;
  for (auto& [place, found] : places) {
    if (found) redundant.push_back(std::move(*found));
  }
  return redundant;
}

std::optional<Fix> WithoutIt(const eval::Unit& script, const Redundant& redundant) {
  Statements statements(script);
  NodeId expression = NodeAt(script.tree(), redundant.start, redundant.end);
  NodeId statement = expression == kNoNode ? kNoNode : statements.StatementOf(expression);
  llvm::StringRef indentation = statement == kNoNode ? "" : statements.IndentationOf(statement);
  std::string comments = statements.CommentsIn(redundant.start, redundant.kept_start, indentation) + statements.CommentsIn(redundant.kept_end, redundant.end, indentation);
  Fix fix;
  fix.title = redundant.title;
  if (!comments.empty()) {
    if (statement == kNoNode) return std::nullopt;
    uint32_t line = script.content().take_front(script.tree().start(statement)).rfind('\n') + 1;
    fix.edits.push_back({{script.path, RangeOf(*script.text, line, line)}, comments});
  }
  std::string kept = script.content().slice(redundant.kept_start, redundant.kept_end).str();
  fix.edits.push_back({{script.path, RangeOf(*script.text, redundant.start, redundant.end)}, redundant.brackets ? "(" + kept + ")" : kept});
  return fix;
}

}  // namespace trident::ide
