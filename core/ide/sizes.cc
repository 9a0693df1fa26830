// Names of sizes, and help inside of shape strings.
#include "core/ide/convert.h"
#include "core/ide/place.h"
#include "core/ide/shape_string.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"

#include <set>

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

// Finds the names of one function that hold sizes, in the order of its statements, and all their uses.
class SizeNameFinder {
 public:
  SizeNameFinder(const eval::Unit& unit, std::vector<Range>& out) : unit_(unit), tree_(unit.tree()), out_(out) {}

  void Run(NodeId function) {
    names_.clear();
    Walk(tree_.child(function, 1), [&](NodeId node) { Learn(node); });
    if (names_.empty()) return;
    Walk(tree_.child(function, 1), [&](NodeId node) {
      if (tree_.kind(node) == NodeKind::Name && names_.contains(tree_.symbol(node))) out_.push_back(RangeOf(*unit_.text, tree_.start(node), tree_.end(node)));
    });
  }

 private:
  // In source order, without nested functions and classes, which have names of their own.
  template <typename Visit>
  void Walk(NodeId root, Visit visit) {
    llvm::SmallVector<NodeId, 64> todo = {root};
    while (!todo.empty()) {
      NodeId node = todo.pop_back_val();
      NodeKind kind = tree_.kind(node);
      if (kind == NodeKind::FunctionDef || kind == NodeKind::ClassDef || kind == NodeKind::Lambda) continue;
      visit(node);
      for (NodeId child : llvm::reverse(tree_.children(node))) {
        if (child != kNoNode) todo.push_back(child);
      }
    }
  }

  void Learn(NodeId node) {
    if (tree_.kind(node) != NodeKind::Assign) return;
    NodeId value = tree_.child(node, 0);
    for (NodeId target : tree_.children(node).drop_front()) {
      if (tree_.kind(target) == NodeKind::Name && IsSize(value)) names_.insert(tree_.symbol(target));
      if (tree_.kind(target) != NodeKind::Tuple) continue;
      llvm::ArrayRef<NodeId> targets = tree_.children(target);
      bool is_tuple = tree_.kind(value) == NodeKind::Tuple && tree_.children(value).size() == targets.size();
      for (size_t i = 0; i < targets.size(); ++i) {
        bool is_size = IsSizes(value) || (is_tuple && IsSize(tree_.child(value, i)));
        if (is_size && tree_.kind(targets[i]) == NodeKind::Name && Text(tree_.symbol(targets[i])) != "_") names_.insert(tree_.symbol(targets[i]));
      }
    }
  }

  // `x.shape`, `x.size()`, a slice of either.
  bool IsSizes(NodeId node) const {
    if (tree_.kind(node) == NodeKind::Subscript) return tree_.kind(tree_.child(node, 1)) == NodeKind::Slice && IsSizes(tree_.child(node, 0));
    if (tree_.kind(node) == NodeKind::Call) return tree_.children(node).size() == 1 && IsAttribute(tree_.child(node, 0), "size");
    return IsAttribute(node, "shape");
  }

  // One of them, or arithmetic of sizes and numbers.
  bool IsSize(NodeId node) const {
    switch (tree_.kind(node)) {
      case NodeKind::Subscript: return tree_.kind(tree_.child(node, 1)) != NodeKind::Slice && IsSizes(tree_.child(node, 0));
      case NodeKind::Call: return tree_.children(node).size() == 2 && IsAttribute(tree_.child(node, 0), "size");
      case NodeKind::Name: return names_.contains(tree_.symbol(node));
      case NodeKind::BinOp: {
        NodeId left = tree_.child(node, 0), right = tree_.child(node, 1);
        bool plain = (IsSize(left) || tree_.kind(left) == NodeKind::Int) && (IsSize(right) || tree_.kind(right) == NodeKind::Int);
        return plain && (IsSize(left) || IsSize(right));
      }
      default: return false;
    }
  }

  bool IsAttribute(NodeId node, llvm::StringRef name) const { return tree_.kind(node) == NodeKind::Attribute && Text(tree_.symbol(node)) == name; }

  const eval::Unit& unit_;
  const Tree& tree_;
  std::vector<Range>& out_;
  llvm::DenseSet<Symbol> names_;
};

const ShapeString* Around(const std::vector<ShapeString>& strings, uint32_t offset) {
  auto found = llvm::find_if(strings, [&](const ShapeString& string) { return string.start <= offset && offset <= string.end; });
  return found == strings.end() ? nullptr : &*found;
}

// The type of the tensor that the string describes, where all evaluations agree on its rank.
std::optional<shape::TensorType> Described(const eval::Outcome& outcome, const eval::Unit& script, const ShapeString& string) {
  if (string.tensor == kNoNode) return std::nullopt;
  NodeKind kind = script.tree().kind(string.tensor);
  const eval::Binding* binding = nullptr;
  if (kind == NodeKind::Parameter || kind == NodeKind::Name) {
    binding = BindingAt(outcome, script, string.tensor);
  } else {
    binding = ExpressionBinding(outcome, script, string.tensor);
  }
  if (!binding || binding->types.empty() || binding->types.back().kind != eval::TypeDesc::Kind::Tensor) return std::nullopt;
  const shape::TensorType& type = binding->types.back().tensor;
  return type.shape.rank_known() ? std::optional(type) : std::nullopt;
}

// "b c h w": what people call the axes of a tensor of this rank; sizes with a name of their own keep it.
std::string UsualAxes(const shape::TensorType& type) {
  static constexpr llvm::StringRef kUsual[][5] = {{}, {"n"}, {"b", "n"}, {"b", "n", "c"}, {"b", "c", "h", "w"}, {"b", "c", "t", "h", "w"}};
  unsigned rank = type.shape.rank();
  std::string out;
  std::set<std::string> used;
  for (unsigned i = 0; i < rank; ++i) {
    std::string size = type.shape.dims()[i].ToString();
    bool is_name = type.shape.dims()[i].is_symbolic() && llvm::all_of(size, [](char c) { return llvm::isAlnum(c) || c == '_'; });
    std::string name = is_name ? llvm::StringRef(size).lower() : rank < std::size(kUsual) ? kUsual[rank][i].str() : "d" + std::to_string(i);
    while (!used.insert(name).second) name += std::to_string(i);
    out += (i ? " " : "") + name;
  }
  return out;
}

}  // namespace

std::vector<Range> SizeNamesIn(const eval::Unit& script) {
  std::vector<Range> out;
  SizeNameFinder finder(script, out);
  const Tree& tree = script.tree();
  llvm::SmallVector<NodeId, 64> todo = {tree.root()};
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    if (tree.kind(node) == NodeKind::FunctionDef) finder.Run(node);
    for (NodeId child : tree.children(node)) {
      if (child != kNoNode) todo.push_back(child);
    }
  }
  for (const ShapeString& string : ShapeStrings(script)) {
    for (const Axis& axis : AxesOf(script, string)) out.push_back(RangeOf(*script.text, axis.start, axis.end));
  }
  llvm::sort(out, [](const Range& a, const Range& b) { return a.start < b.start; });
  return out;
}

std::vector<Completion> CompletionsIn(const eval::Outcome& outcome, const eval::Unit& script, Position position) {
  std::vector<Completion> out;
  uint32_t offset = OffsetOf(script, position);
  std::vector<ShapeString> strings = ShapeStrings(script);
  const ShapeString* here = Around(strings, offset);
  if (!here || here->kind == ShapeStringKind::Equation) return out;
  llvm::StringRef text = script.content();
  uint32_t from = offset;
  while (from > here->start && (llvm::isAlnum(text[from - 1]) || text[from - 1] == '_')) --from;
  Range replaced = RangeOf(*script.text, from, offset);
  std::set<std::string> known;
  auto add = [&](std::string label, const std::string& detail) {
    if (known.insert(label).second) out.push_back({std::move(label), detail, replaced});
  };
  bool is_empty = text.slice(here->start, here->end).trim().empty();
  std::optional<shape::TensorType> type = Described(outcome, script, *here);
  if (is_empty && type && type->shape.rank() > 0) {
    std::string axes = UsualAxes(*type);
    add(here->kind == ShapeStringKind::Pattern ? axes + " -> " : axes, type->ToString());
  }
  // After the arrow the axes of the left side come first, those that are missing there.
  bool after_arrow = text.slice(here->start, offset).contains("->");
  std::set<std::string> given;
  for (const Axis& axis : AxesOf(script, *here)) {
    if (axis.is_output && axis.end != offset) given.insert(text.slice(axis.start, axis.end).str());
  }
  for (const Axis& axis : AxesOf(script, *here)) {
    std::string name = text.slice(axis.start, axis.end).str();
    if (after_arrow && !axis.is_output && !given.contains(name)) add(name, "an axis of the left side");
  }
  for (const ShapeString& string : strings) {
    for (const Axis& axis : AxesOf(script, string)) {
      if (!after_arrow && axis.end != offset && string.kind != ShapeStringKind::Equation) add(text.slice(axis.start, axis.end).str(), "an axis in this file");
    }
  }
  return out;
}

std::optional<Signature> SignatureIn(const eval::Outcome& outcome, const eval::Unit& script, Position position) {
  uint32_t offset = OffsetOf(script, position);
  std::vector<ShapeString> strings = ShapeStrings(script);
  const ShapeString* here = Around(strings, offset);
  std::optional<shape::TensorType> type = here ? Described(outcome, script, *here) : std::nullopt;
  if (!type) return std::nullopt;
  Signature signature;
  NodeKind kind = script.tree().kind(here->tensor);
  std::string name = kind == NodeKind::Parameter || kind == NodeKind::Name ? Text(script.tree().symbol(here->tensor)).str() : SourceOf(script, here->tensor);
  signature.label = name + ": " + ShortName(type->dtype).str() + "[";
  for (unsigned i = 0; i < type->shape.rank(); ++i) {
    if (i > 0) signature.label += ", ";
    uint32_t from = signature.label.size();
    signature.label += type->shape.dims()[i].ToString();
    signature.sizes.emplace_back(from, signature.label.size());
  }
  signature.label += "]";
  // The axis that the cursor is on or behind; after the arrow the axes are another tensor's.
  bool after_arrow = script.content().slice(here->start, offset).contains("->");
  uint32_t names = 0;
  for (const Axis& axis : AxesOf(script, *here)) {
    // An equation describes one operand after the other; the tensor is the first.
    if (here->kind == ShapeStringKind::Equation && script.content().slice(here->start, axis.start).contains(',')) break;
    if (!axis.is_output && axis.start <= offset) signature.active = static_cast<int>(axis.index);
    if (!axis.is_output) names = std::max(names, axis.index + 1);
  }
  if (after_arrow || signature.active >= static_cast<int>(signature.sizes.size())) signature.active = -1;
  bool has_rest = script.content().slice(here->start, here->end).contains("...") || script.content().slice(here->start, here->end).contains("*");
  if (names > signature.sizes.size() && !has_rest) {
    signature.documentation = std::to_string(names) + " axes are written, the tensor has " + std::to_string(signature.sizes.size());
  }
  return signature;
}

}  // namespace trident::ide
