// Shapes that annotations declare (`Float[Tensor, "batch seq dim"]`) beside the tensors that arrive: parameters at the
// call, results at the return, variables where they are bound. A name stands for one size within one call.
#include "core/eval/interp.h"

#include "core/parse/literal.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using shape::Dim;
using shape::DType;

namespace {

struct Declaration {
  llvm::StringRef dtype;  // "Float", "Int32"
  std::string shape;
};

llvm::StringRef WrittenName(const parse::Tree& tree, NodeId node) {
  return tree.kind(node) == NodeKind::Name || tree.kind(node) == NodeKind::Attribute ? Text(tree.symbol(node)) : llvm::StringRef();
}

bool IsShapedClass(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("Float", "Float16", "Float32", "Float64", "BFloat16", "Int", "Int8", "Int16", "Int32", "Int64", true)
      .Cases("Integer", "UInt8", "Bool", "Shaped", "Num", "Inexact", "Real", "Complex", true)
      .Default(false);
}

std::optional<Declaration> DeclarationOf(const Unit& unit, NodeId annotation) {
  const parse::Tree& tree = unit.tree();
  if (annotation == kNoNode || tree.kind(annotation) != NodeKind::Subscript) return std::nullopt;
  NodeId index = tree.child(annotation, 1);
  llvm::StringRef dtype = WrittenName(tree, tree.child(annotation, 0));
  if (!IsShapedClass(dtype) || tree.kind(index) != NodeKind::Tuple || tree.children(index).size() != 2) return std::nullopt;
  NodeId of = tree.child(index, 0), text = tree.child(index, 1);
  bool tensor = llvm::StringSwitch<bool>(WrittenName(tree, of)).Cases("Tensor", "Parameter", true).Default(false);
  if (!tensor || tree.kind(text) != NodeKind::Str) return std::nullopt;
  return Declaration{dtype, parse::DecodeString(unit.content(), tree, text)};
}

bool DTypeFits(llvm::StringRef declared, DType dtype) {
  if (dtype == DType::Unknown) return true;
  bool integer = !shape::IsFloating(dtype) && !shape::IsComplex(dtype) && dtype != DType::Bool;
  return llvm::StringSwitch<bool>(declared)
      .Case("Float", shape::IsFloating(dtype))
      .Case("Float16", dtype == DType::F16)
      .Case("BFloat16", dtype == DType::BF16)
      .Case("Float32", dtype == DType::F32)
      .Case("Float64", dtype == DType::F64)
      .Cases("Int", "Integer", integer)
      .Case("Int64", dtype == DType::I64)
      .Case("Int32", dtype == DType::I32)
      .Case("UInt8", dtype == DType::U8)
      .Case("Bool", dtype == DType::Bool)
      .Default(true);
}

bool IsWord(llvm::StringRef text) {
  return !text.empty() && !llvm::isDigit(text[0]) && llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

// What contradicts in one axis: `size` where `part` is declared. Empty when nothing does.
std::string AxisContradiction(llvm::StringRef part, Dim size, DeclaredSizes& known) {
  int64_t number = 0;
  if (!part.getAsInteger(10, number)) return shape::ProvablyDifferent(size, Dim(number)) ? "is declared " + part.str() : "";
  if (!IsWord(part) || part == "_" || size.is_unknown()) return "";
  Symbol name = Intern(part);
  for (const auto& [other, other_size] : known) {
    if (other == name) {
      bool differs = shape::ProvablyDifferent(size, other_size);
      // Of sizes that are not numbers: another one of those declared here.
      for (const auto& [third, third_size] : known) differs |= third != name && third_size == size && size.is_symbolic() && size != other_size;
      return differs ? "is declared `" + part.str() + "`, which is " + other_size.ToString() + " here" : "";
    }
  }
  known.emplace_back(name, size);
  return "";
}

std::string Contradiction(const Declaration& declared, const shape::TensorType& type, DeclaredSizes& known) {
  llvm::SmallVector<llvm::StringRef, 6> parts;
  llvm::StringRef(declared.shape).split(parts, ' ', -1, /*KeepEmpty=*/false);
  std::string quoted = "\"" + declared.shape + "\"";
  if (!DTypeFits(declared.dtype, type.dtype)) return "the annotation declares " + declared.dtype.str() + ", this is " + type.ToString();
  if (!type.shape.rank_known()) return "";
  auto open = [](llvm::StringRef part) { return part.starts_with("*") || part.starts_with("..."); };
  size_t before = llvm::find_if(parts, open) - parts.begin(), rank = type.shape.rank();
  bool whole = before == parts.size();
  if (whole ? rank != parts.size() : rank + 1 < parts.size()) {
    size_t axes = whole ? parts.size() : parts.size() - 1;
    return "the annotation " + quoted + " declares " + (whole ? "" : "at least ") + std::to_string(axes) + (axes == 1 ? " dim, " : " dims, ") + type.ToString() + " has " +
           std::to_string(rank);
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    if (open(parts[i])) continue;
    size_t axis = i < before ? i : rank - (parts.size() - i);
    Dim size = type.shape.dims()[axis];
    llvm::StringRef part = parts[i].rsplit('=').second.empty() ? parts[i] : parts[i].rsplit('=').second;
    std::string said = AxisContradiction(part, size, known);
    if (!said.empty()) return "dim " + std::to_string(axis) + " of " + type.ToString() + " is " + size.ToString() + "; in " + quoted + " it " + said;
  }
  return "";
}

}  // namespace

// Reports where `value` is not what `annotation` of `unit` declares; `at` is the place of the value.
void Interp::CheckDeclared(const Unit& unit, NodeId annotation, const Value& value, DeclaredSizes& known, Place at) {
  if (!value.is(Kind::Tensor) || !at.unit) return;
  std::optional<Declaration> declared = DeclarationOf(unit, annotation);
  if (!declared) return;
  std::string message = Contradiction(*declared, As<TensorObj>(value)->type, known);
  if (message.empty() || uncertain()) return;
  Problem problem;
  problem.slug = "declared-shape";
  problem.message = std::move(message);
  problem.unit = at.unit;
  problem.node = at.node;
  std::vector<Place> stack = Stack();
  for (size_t i = 1; i < stack.size(); ++i) problem.stack.emplace_back(stack[i].unit, stack[i].node);
  if (at.unit != &unit || at.node != annotation) problem.notes.push_back({&unit, annotation, "declared here"});
  Report(std::move(problem));
}

// The parameters of a call that is about to run; the caller's frame is still the present one.
void Interp::CheckDeclaredParameters(Frame& frame, FunctionObj* function) {
  if (frame.unit->prelude) return;
  for (const ParameterInfo& parameter : function->info->parameters) {
    if (parameter.annotation == kNoNode) continue;
    if (const Value* value = frame.env->variables.Find(parameter.name)) CheckDeclared(*frame.unit, parameter.annotation, *value, frame.declared, Here());
  }
}

void Interp::CheckDeclaredResult(Frame& frame, FunctionObj* function, const Value& result) {
  const parse::Tree& tree = frame.unit->tree();
  if (frame.unit->prelude || tree.kind(function->node) != NodeKind::FunctionDef) return;
  NodeId at = frame.statement;
  if (at != kNoNode && tree.kind(at) == NodeKind::Return && tree.child(at, 0) != kNoNode) at = tree.child(at, 0);
  CheckDeclared(*frame.unit, tree.child(function->node, 2), result, frame.declared, {frame.unit, at});
}

}  // namespace trident::eval
