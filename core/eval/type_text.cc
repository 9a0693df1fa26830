// Types that are written as text: in quotes, and in comments from before Python had annotations
// (`# type: (Tensor, List[int]) -> Tensor`, `x,  # type: Tensor`).
#include "core/eval/interp.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

constexpr llvm::StringLiteral kMark = "# type:";

// The parts of "int, Tuple[int, int]" between the commas outside brackets.
llvm::SmallVector<llvm::StringRef, 6> Parts(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef, 6> parts;
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[' || text[i] == '(') ++depth;
    if (text[i] == ']' || text[i] == ')') --depth;
    if (text[i] != ',' || depth != 0) continue;
    parts.push_back(text.slice(start, i).trim());
    start = i + 1;
  }
  if (llvm::StringRef last = text.drop_front(start).trim(); !last.empty()) parts.push_back(last);
  return parts;
}

}  // namespace

// What a comment says of the type of a function's parameter, counted with self; empty when there is none.
llvm::StringRef CommentedType(const Unit& unit, NodeId function, size_t index) {
  const parse::Tree& tree = unit.tree();
  if (tree.kind(function) != NodeKind::FunctionDef) return "";
  llvm::ArrayRef<NodeId> parameters = tree.children(tree.child(function, 0));
  NodeId body = tree.child(function, 1);
  if (index >= parameters.size() || tree.children(body).empty()) return "";
  llvm::StringRef after = unit.content().drop_front(tree.end(parameters[index])).split('\n').first.ltrim(" ,");
  if (after.consume_front(kMark)) return after.split('#').first.trim();
  llvm::StringRef head = unit.content().slice(tree.end(tree.child(function, 0)), tree.start(tree.children(body)[0]));
  size_t mark = head.rfind(kMark);
  if (mark == llvm::StringRef::npos) return "";
  llvm::StringRef said = head.drop_front(mark + kMark.size()).split('\n').first.split("->").first.trim();
  if (!said.consume_front("(") || !said.consume_back(")")) return "";
  llvm::SmallVector<llvm::StringRef, 6> types = Parts(said);
  // self has no type as a rule.
  size_t untyped = parameters.size() > types.size() ? parameters.size() - types.size() : 0;
  return untyped <= 1 && index >= untyped && index - untyped < types.size() ? types[index - untyped] : "";
}

// The value that a type written as text describes. Undefined when it says nothing.
Value Interp::FromTypeText(llvm::StringRef text, Symbol name, ModuleObj* module, int depth) {
  auto [head, rest] = text.trim().split('[');
  llvm::StringRef last = head.trim().rsplit('.').second.empty() ? head.trim() : head.trim().rsplit('.').second;
  if (rest.empty()) {
    if (Value plain = FromTypeName(last, name); plain.defined()) return plain;
    bool found = false;
    Value named = last.empty() ? Value() : ModuleAttribute(module, Intern(last), &found, true);
    return found && named.is(Kind::Class) ? MakeAnnotated(As<ClassObj>(named), depth) : Value();
  }
  rest = rest.rtrim();
  if (!rest.consume_back("]")) return Value();
  llvm::SmallVector<llvm::StringRef, 6> parts = Parts(rest);
  bool open = parts.size() == 2 && parts[1] == "...";
  return MakeGeneric(last, parts.size(), open, [&](size_t i) { return FromTypeText(parts[i], name, module, depth + 1); });
}

}  // namespace trident::eval
