#include "core/ide/shape_string.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <optional>

namespace trident::ide {

using eval::Unit;
using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

// The names of jaxtyping's annotations that take a shape.
bool IsShapedType(llvm::StringRef name) {
  static constexpr llvm::StringRef kNames[] = {"Float",   "Float16", "Float32", "Float64", "BFloat16", "Int",  "Int8", "Int16",   "Int32",  "Int64",   "UInt",
                                               "UInt8",   "UInt16",  "UInt32",  "UInt64",  "Bool",     "Num",  "Real", "Inexact", "Shaped", "Complex", "Integer",
                                               "Complex64", "Complex128", "Key"};
  return llvm::is_contained(kNames, name);
}

// Which argument holds the pattern; -1: the function takes none, -2: the last string.
int PatternArgument(llvm::StringRef name) {
  return llvm::StringSwitch<int>(name)
      .Cases("rearrange", "reduce", "repeat", "parse_shape", "pack", "unpack", 1)
      .Cases("Rearrange", "Reduce", "EinMix", 0)
      .Case("einsum", -2)
      .Default(-1);
}

llvm::StringRef NameOf(const Tree& tree, NodeId node) {
  bool named = tree.kind(node) == NodeKind::Name || tree.kind(node) == NodeKind::Attribute;
  return named ? Text(tree.symbol(node)) : llvm::StringRef();
}

// Sets start and end to the text between the quotes; false where it is not the string's value as it stands.
bool FindText(const Unit& unit, ShapeString& string) {
  uint32_t start = unit.tree().start(string.node), end = unit.tree().end(string.node);
  llvm::StringRef source = unit.content().slice(start, end);
  size_t quote = source.find_first_of("'\"");
  if (quote > 1 || source.contains('\\')) return false;
  llvm::StringRef body = source.drop_front(quote);
  size_t width = body.size() >= 6 && body[1] == body[0] && body[2] == body[0] ? 3 : 1;
  if (body.size() < 2 * width || body.back() != body[0]) return false;
  llvm::StringRef text = body.drop_front(width).drop_back(width);
  if (text.contains(body[0]) || text.contains('\n')) return false;
  string.start = start + quote + width;
  string.end = end - width;
  return true;
}

class Finder {
 public:
  explicit Finder(const Unit& unit) : unit_(unit), tree_(unit.tree()) {}

  std::vector<ShapeString> Find() {
    llvm::SmallVector<NodeId, 128> todo = {tree_.root()};
    while (!todo.empty()) {
      NodeId node = todo.pop_back_val();
      if (tree_.kind(node) == NodeKind::Call) AddPattern(node);
      // The annotations of parameters and assignments say what they describe; a return type describes no name.
      if (tree_.kind(node) == NodeKind::Parameter) AddAnnotation(tree_.child(node, 0), node);
      if (tree_.kind(node) == NodeKind::AnnAssign) AddAnnotation(tree_.child(node, 1), tree_.child(node, 0));
      if (tree_.kind(node) == NodeKind::FunctionDef) AddAnnotation(tree_.child(node, 2), kNoNode);
      for (NodeId child : tree_.children(node)) {
        if (child != kNoNode) todo.push_back(child);
      }
    }
    llvm::sort(found_, [](const ShapeString& a, const ShapeString& b) { return a.start < b.start; });
    return std::move(found_);
  }

 private:
  // Also inside `tuple[Float[Tensor, "b c"], …]` and `Float[Tensor, "b"] | None`; then only alone it describes the name.
  void AddAnnotation(NodeId annotation, NodeId target) {
    if (annotation == kNoNode) return;
    llvm::SmallVector<NodeId, 16> todo = {annotation};
    while (!todo.empty()) {
      NodeId node = todo.pop_back_val();
      if (tree_.kind(node) == NodeKind::Subscript && IsShapedType(NameOf(tree_, tree_.child(node, 0)))) {
        NodeId index = tree_.child(node, 1);
        bool shaped = tree_.kind(index) == NodeKind::Tuple && tree_.children(index).size() == 2 && tree_.kind(tree_.child(index, 1)) == NodeKind::Str;
        if (shaped) Add(ShapeStringKind::Annotation, tree_.child(index, 1), node == annotation ? target : kNoNode);
        continue;
      }
      for (NodeId child : tree_.children(node)) {
        if (child != kNoNode) todo.push_back(child);
      }
    }
  }

  void AddPattern(NodeId call) {
    llvm::StringRef name = NameOf(tree_, tree_.child(call, 0));
    int wanted = PatternArgument(name);
    if (wanted == -1) return;
    llvm::ArrayRef<NodeId> arguments = tree_.children(call).drop_front();
    if (wanted == -2) {
      // torch.einsum has its equation first, einops.einsum last.
      for (size_t i = 0; i < arguments.size(); ++i) {
        if (tree_.kind(arguments[i]) == NodeKind::Str && i == 0) Add(ShapeStringKind::Equation, arguments[0], arguments.size() > 1 ? arguments[1] : kNoNode);
        else if (tree_.kind(arguments[i]) == NodeKind::Str) Add(ShapeStringKind::Pattern, arguments[i], arguments[0]);
      }
      return;
    }
    if (static_cast<size_t>(wanted) >= arguments.size() || tree_.kind(arguments[wanted]) != NodeKind::Str) return;
    // A layer describes what it will be called with, which is not here.
    Add(ShapeStringKind::Pattern, arguments[wanted], wanted == 1 ? arguments[0] : kNoNode);
  }

  void Add(ShapeStringKind kind, NodeId node, NodeId tensor) {
    ShapeString string;
    string.kind = kind;
    string.node = node;
    string.tensor = tensor;
    if (FindText(unit_, string)) found_.push_back(string);
  }

  const Unit& unit_;
  const Tree& tree_;
  std::vector<ShapeString> found_;
};

}  // namespace

std::vector<ShapeString> ShapeStrings(const Unit& unit) { return Finder(unit).Find(); }

std::vector<Axis> AxesOf(const Unit& unit, const ShapeString& string) {
  std::vector<Axis> axes;
  llvm::StringRef text = unit.content();
  uint32_t index = 0;
  int depth = 0;
  bool is_output = false;
  auto is_name = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (uint32_t at = string.start; at < string.end;) {
    char c = text[at];
    if (text.substr(at, string.end - at).starts_with("->")) {
      is_output = true;
      index = 0;
      at += 2;
    } else if (is_name(c) || c == '.') {
      uint32_t from = at;
      // In an equation each letter is an axis.
      do {
        ++at;
      } while (at < string.end && string.kind != ShapeStringKind::Equation && (c == '.' ? text[at] == '.' : is_name(text[at])));
      bool named = llvm::isAlpha(c) || (c == '_' && at - from > 1);
      if (named) axes.push_back({from, at, is_output, index});
      index += depth == 0 ? 1 : 0;
    } else {
      if (c == '(') ++depth;
      if (c == ')' && depth > 0 && --depth == 0) ++index;
      if (c == ',') index = 0;
      ++at;
    }
  }
  return axes;
}

}  // namespace trident::ide
