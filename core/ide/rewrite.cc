// Changes that are offered at a place: ignoring a diagnostic there, writing a type down as a jaxtyping annotation.
#include "core/ide/convert.h"
#include "core/ide/place.h"

#include "llvm/ADT/StringExtras.h"

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

constexpr llvm::StringLiteral kMark = "# trident: ignore[";

std::optional<TextEdit> IgnoreEdit(const eval::Unit& unit, uint32_t line_number, const std::string& slug) {
  llvm::StringRef line = unit.text->lines.Line(unit.content(), line_number);
  uint32_t line_start = unit.text->lines.LineStart(line_number);
  TextEdit edit;
  edit.location.path = unit.path;
  size_t mark = line.find(kMark);
  if (mark != llvm::StringRef::npos) {
    size_t close = line.find(']', mark);
    if (close == llvm::StringRef::npos) return std::nullopt;
    edit.location.range = RangeOf(*unit.text, line_start + close, line_start + close);
    edit.new_text = ", " + slug;
    return edit;
  }
  llvm::StringRef code = line.rtrim();
  if (code.ends_with("\\") || IsInString(unit, line_start + code.size())) return std::nullopt;
  edit.location.range = RangeOf(*unit.text, line_start + code.size(), line_start + line.size());
  edit.new_text = "  " + kMark.str() + slug + "]";
  return edit;
}

// "b 64 h//2 w": a shape in jaxtyping's words; an unknown size is "_".
std::string AnnotationShape(const shape::Shape& shape) {
  std::string out;
  for (unsigned i = 0; i < shape.rank(); ++i) {
    std::string size = shape.dims()[i].is_unknown() ? "_" : shape.dims()[i].ToString();
    llvm::erase(size, ' ');
    out += (i ? " " : "") + size;
  }
  return out;
}

// The annotation's name; empty for a dtype that has none.
llvm::StringRef AnnotationName(shape::DType dtype) {
  llvm::StringRef name = ShortName(dtype);
  if (name == "bool") return "Bool";
  if (name.starts_with("f") || name.starts_with("bf")) return "Float";
  if (name.starts_with("i")) return "Int";
  if (name.starts_with("u")) return "UInt";
  if (name.starts_with("c")) return "Complex";
  return "";
}

bool Binds(const eval::Unit& unit, llvm::StringRef name) { return unit.outline.bindings.contains(Intern(name)); }

// Where an import belongs: behind the imports that the file begins with, else behind its docstring.
uint32_t ImportOffset(const eval::Unit& unit) {
  const parse::Tree& tree = unit.tree();
  uint32_t end = 0;
  bool is_first = true;
  for (NodeId statement : tree.children(tree.root())) {
    NodeKind kind = tree.kind(statement);
    bool is_docstring = is_first && kind == NodeKind::ExprStmt && tree.kind(tree.child(statement, 0)) == NodeKind::Str;
    if (kind != NodeKind::Import && kind != NodeKind::ImportFrom && !is_docstring) break;
    end = tree.end(statement);
    is_first = false;
  }
  llvm::StringRef rest = unit.content().substr(end);
  size_t line_end = rest.find('\n');
  return end == 0 ? 0 : line_end == llvm::StringRef::npos ? unit.content().size() : end + line_end + 1;
}

// Writes the type of a parameter or of a simple assignment down.
std::optional<Action> AnnotateAction(const eval::Unit& unit, const eval::Binding& binding) {
  const parse::Tree& tree = unit.tree();
  if (binding.types.size() != 1 || binding.types[0].kind != eval::TypeDesc::Kind::Tensor || !binding.types[0].tensor.shape.rank_known()) return std::nullopt;
  NodeKind kind = tree.kind(binding.statement);
  uint32_t name_end = 0;
  if (kind == NodeKind::Parameter && tree.child(binding.statement, 0) == kNoNode) {
    name_end = tree.start(binding.statement) + Text(binding.name).size();
    // `*args` begins with its star.
    if (unit.content().slice(tree.start(binding.statement), name_end) != Text(binding.name)) return std::nullopt;
  } else if (kind == NodeKind::Assign && tree.children(binding.statement).size() == 2 && tree.kind(tree.child(binding.statement, 1)) == NodeKind::Name) {
    name_end = tree.end(tree.child(binding.statement, 1));
  } else {
    return std::nullopt;
  }
  const shape::TensorType& type = binding.types[0].tensor;
  llvm::StringRef name = AnnotationName(type.dtype);
  if (name.empty()) return std::nullopt;
  std::string tensor = Binds(unit, "Tensor") ? "Tensor" : Binds(unit, "torch") ? "torch.Tensor" : "Tensor";
  std::string annotation = name.str() + "[" + tensor + ", \"" + AnnotationShape(type.shape) + "\"]";
  Action action;
  action.fix.title = "Annotate `" + Text(binding.name).str() + "` as `" + annotation + "`";
  std::string imports;
  if (!Binds(unit, name)) imports += "from jaxtyping import " + name.str() + "\n";
  if (tensor == "Tensor" && !Binds(unit, "Tensor")) imports += "from torch import Tensor\n";
  if (!imports.empty()) {
    uint32_t at = ImportOffset(unit);
    if (at > 0 && unit.content()[at - 1] != '\n') imports.insert(0, "\n");
    action.fix.edits.push_back({{unit.path, RangeOf(*unit.text, at, at)}, imports});
  }
  // `x=1` without spaces becomes `x: T = 1`, as style guides want beside an annotation.
  std::string after = kind == NodeKind::Parameter && unit.content().substr(name_end).starts_with("=") ? " = " : "";
  action.fix.edits.push_back({{unit.path, RangeOf(*unit.text, name_end, name_end + (after.empty() ? 0 : 1))}, ": " + annotation + after});
  return action;
}

}  // namespace

std::vector<Action> RewritesIn(const eval::Outcome& outcome, const eval::Unit& script, const FileReport& report, const Range& range) {
  std::vector<Action> actions;
  for (size_t i = 0; i < report.diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = report.diagnostics[i];
    bool touches = diagnostic.location.range.start <= range.end && range.start <= diagnostic.location.range.end;
    // What does not parse cannot be ignored.
    if (!touches || diagnostic.code == "syntax") continue;
    if (std::optional<TextEdit> edit = IgnoreEdit(script, diagnostic.location.range.start.line, diagnostic.code)) {
      Action action;
      action.fix = {"Ignore `" + diagnostic.code + "` here", {std::move(*edit)}};
      action.kind = ActionKind::QuickFix;
      action.diagnostic = static_cast<int>(i);
      actions.push_back(std::move(action));
    }
  }
  // Types are offered for the name under the cursor, not for all of a selection.
  uint32_t offset = OffsetOf(script, range.start);
  NodeId node = NameAt(script.tree(), offset);
  if (node == kNoNode || script.tree().kind(node) == NodeKind::Attribute || OffsetOf(script, range.end) > script.tree().end(node)) return actions;
  const eval::Binding* binding = BindingAt(outcome, script, node);
  bool is_target = binding && TargetOf(script.tree(), binding->statement, binding->name) == node;
  if (!is_target || !script.parsed.errors.empty()) return actions;
  if (std::optional<Action> action = AnnotateAction(script, *binding)) actions.push_back(std::move(*action));
  return actions;
}

}  // namespace trident::ide
