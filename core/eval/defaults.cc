#include "core/eval/defaults.h"

#include "core/eval/object.h"
#include "core/parse/literal.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::eval {

using parse::NodeId;
using parse::NodeKind;

std::optional<WrittenDefault> DefaultOn(const Unit& unit, llvm::ArrayRef<NodeId> path) {
  const parse::Tree& tree = unit.tree();
  for (size_t i = 0; i + 3 < path.size(); ++i) {
    if (tree.kind(path[i]) != NodeKind::FunctionDef || path[i + 1] != tree.child(path[i], 0)) continue;
    for (const ParameterInfo& parameter : unit.Function(path[i])->parameters) {
      if (parameter.default_value == path[i + 3] && parameter.written_out) return WrittenDefault{i, path[i + 3]};
    }
    return std::nullopt;
  }
  return std::nullopt;
}

Value* HeldDefault(const Unit& unit, llvm::ArrayRef<NodeId> path, const WrittenDefault& written, const Definitions& definitions) {
  Object* object = definitions.lookup(path[written.function]);
  if (!object || object->kind != Kind::Function) return nullptr;
  auto* function = static_cast<FunctionObj*>(object);
  const std::vector<ParameterInfo>& parameters = function->info->parameters;
  size_t index = llvm::find_if(parameters, [&](const ParameterInfo& parameter) { return parameter.default_value == written.value; }) - parameters.begin();
  if (index >= function->defaults.size()) return nullptr;
  Value* held = &function->defaults[index];
  const parse::Tree& tree = unit.tree();
  for (size_t i = written.function + 3; i + 1 < path.size(); ++i) {
    llvm::ArrayRef<NodeId> elements = tree.children(path[i]);
    Kind kind = tree.kind(path[i]) == NodeKind::Tuple ? Kind::Tuple : Kind::List;
    if (!held->is(kind) || As<ListObj>(*held)->items.size() != elements.size()) return nullptr;
    held = &As<ListObj>(*held)->items[llvm::find(elements, path[i + 1]) - elements.begin()];
  }
  return held;
}

Value LiteralValue(const Unit& unit, NodeId node) {
  const parse::Tree& tree = unit.tree();
  switch (tree.kind(node)) {
    case NodeKind::TrueLiteral: return Value::Bool(true);
    case NodeKind::FalseLiteral: return Value::Bool(false);
    case NodeKind::Int:
      if (std::optional<int64_t> n = parse::DecodeInt(unit.content(), tree, node); n && *n < (int64_t(1) << 60)) return Value::Int(*n);
      return Value::SomeInt();
    case NodeKind::Float: return Value::Float(parse::DecodeFloat(unit.content(), tree, node));
    case NodeKind::Imaginary: return Value::Of(Kind::Complex);
    case NodeKind::Bytes: return Value::Of(Kind::Bytes);
    default: return Value::Str(parse::DecodeString(unit.content(), tree, node));
  }
}

}  // namespace trident::eval
