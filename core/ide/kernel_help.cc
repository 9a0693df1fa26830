// Help while a kernel is written: the type under the pointer; names of Triton's modules, and the parameters of its functions.
#include "core/ide/convert.h"
#include "core/ide/kernels.h"
#include "core/ide/place.h"
#include "core/ide/triton_library.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

bool IsWord(char c) { return llvm::isAlnum(c) || c == '_'; }
bool IsDotted(char c) { return IsWord(c) || c == '.'; }

// "tl.load(pointer, mask=None)" and where its parameters stand; `written`: what the call begins with.
Signature SignatureOf(llvm::StringRef written, const LibraryName& function) {
  Signature out;
  out.label = (written + "(").str();
  for (size_t i = 0; i < function.parameters.size(); ++i) {
    if (i > 0) out.label += ", ";
    uint32_t from = out.label.size();
    out.label += function.parameters[i];
    out.sizes.emplace_back(from, out.label.size());
  }
  out.label += ")";
  out.documentation = function.documentation;
  return out;
}

// Where an argument goes that has a keyword, or stands behind so many commas; -1: to no parameter that is known.
int ActiveParameter(llvm::ArrayRef<std::string> parameters, llvm::StringRef keyword, int commas) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    llvm::StringRef parameter = parameters[i], name = parameter.split('=').first.split(':').first.trim();
    if (!keyword.empty()) {
      if (name == keyword) return i;
      continue;
    }
    // A lone `*` takes nothing: what follows goes by keyword.
    if (parameter == "*") return -1;
    if (parameter.starts_with("*") || static_cast<int>(i) == commas) return i;
  }
  return -1;
}

// What `tl.load` is in this file.
std::optional<LibraryName> FindWritten(TritonLibrary& library, const eval::Unit& script, llvm::StringRef written) {
  std::string meaning = MeaningInTriton(script, written);
  auto [module, name] = llvm::StringRef(meaning).rsplit('.');
  return name.empty() ? std::nullopt : library.Find(module, name);
}

std::optional<Hover> LibraryHover(TritonLibrary& library, const eval::Unit& script, NodeId node) {
  const parse::Tree& tree = script.tree();
  llvm::StringRef written = script.content().slice(tree.start(node), tree.end(node));
  if (tree.kind(node) == NodeKind::Parameter || !llvm::all_of(written, IsDotted)) return std::nullopt;
  std::optional<LibraryName> found = FindWritten(library, script, written);
  if (!found || (!found->callable && found->value.empty())) return std::nullopt;
  Hover hover;
  hover.range = RangeOf(*script.text, tree.start(node), tree.end(node));
  hover.markdown = "```python\n" + (found->callable ? SignatureOf(written, *found).label : (written + " = " + found->value).str()) + "\n```\n";
  if (!found->documentation.empty()) hover.markdown += "\n" + found->documentation + "\n";
  if (std::string version = library.InstalledVersion(); !version.empty()) hover.markdown += "\n*Triton " + version + "*\n";
  return hover;
}

}  // namespace

std::optional<Hover> KernelHover(eval::Program& program, const KernelFacts& facts, const eval::Unit& script, Position position) {
  const parse::Tree& tree = script.tree();
  uint32_t offset = OffsetOf(script, position);
  NodeId node = NameAt(tree, offset);
  if (node == kNoNode) return std::nullopt;
  TritonLibrary library(program);
  if (tree.kind(node) == NodeKind::Attribute) return LibraryHover(library, script, node);
  Symbol name = tree.symbol(node);
  NodeId around = EnclosingItem(script, offset, NodeKind::FunctionDef);
  const kernel::Binding* best = nullptr;
  for (const kernel::Binding& binding : facts.report.bindings) {
    if (binding.module != facts.module || binding.name != name) continue;
    uint32_t at = tree.start(binding.statement);
    bool same = at <= offset && EnclosingItem(script, at, NodeKind::FunctionDef) == around;
    if (same && (!best || at >= tree.start(best->statement))) best = &binding;
  }
  if (!best) return LibraryHover(library, script, node);
  Hover hover;
  hover.range = RangeOf(*script.text, tree.start(node), tree.end(node));
  if (tree.kind(node) == NodeKind::Parameter) hover.range = RangeOf(*script.text, tree.start(node), tree.start(node) + Text(name).size());
  hover.markdown = "```python\n" + Text(name).str() + ": " + best->values->texts.back() + "\n```\n";
  if (best->values->all.size() > 1) {
    hover.markdown += "\nCompiled with:\n";
    for (const std::string& text : best->values->texts) hover.markdown += "- `" + text + "`\n";
  }
  return hover;
}

std::vector<Completion> KernelCompletions(eval::Program& program, const eval::Unit& script, Position position) {
  std::vector<Completion> out;
  llvm::StringRef text = script.content();
  uint32_t offset = OffsetOf(script, position), from = offset;
  if (!kernel::MayHoldKernels(text)) return out;
  while (from > 0 && IsWord(text[from - 1])) --from;
  if (from == 0 || text[from - 1] != '.') return out;
  uint32_t start = from - 1;
  while (start > 0 && IsDotted(text[start - 1])) --start;
  std::string module = MeaningInTriton(script, text.slice(start, from - 1));
  if (module.empty()) return out;
  Range replaced = RangeOf(*script.text, from, offset);
  TritonLibrary library(program);
  for (const LibraryName& each : library.NamesIn(module)) {
    if (!llvm::StringRef(each.name).starts_with(text.slice(from, offset))) continue;
    out.push_back({each.name, each.callable ? SignatureOf(text.slice(start, from).str() + each.name, each).label : each.value, replaced});
  }
  return out;
}

std::optional<Signature> KernelSignature(eval::Program& program, const eval::Unit& script, Position position) {
  llvm::StringRef text = script.content();
  if (!kernel::MayHoldKernels(text)) return std::nullopt;
  uint32_t offset = OffsetOf(script, position);
  // Back to the bracket that is open here; a call longer than this has other troubles.
  static constexpr uint32_t kReach = 2000;
  int depth = 0, commas = 0;
  uint32_t at = offset;
  std::string keyword;
  for (; at > 0 && offset - at < kReach; --at) {
    char c = text[at - 1];
    if (c == ')' || c == ']' || c == '}') ++depth;
    if (c == '(' || c == '[' || c == '{') {
      if (depth == 0) break;
      --depth;
    }
    if (c == ',' && depth == 0) ++commas;
    if (c == '=' && depth == 0 && commas == 0 && keyword.empty()) {
      uint32_t word = at - 1;
      while (word > 0 && IsWord(text[word - 1])) --word;
      keyword = text.slice(word, at - 1).str();
    }
  }
  if (at == 0 || text[at - 1] != '(') return std::nullopt;
  uint32_t end = at - 1, start = end;
  while (start > 0 && IsDotted(text[start - 1])) --start;
  TritonLibrary library(program);
  std::optional<LibraryName> function = FindWritten(library, script, text.slice(start, end));
  if (!function || !function->callable) return std::nullopt;
  Signature signature = SignatureOf(text.slice(start, end), *function);
  signature.active = ActiveParameter(function->parameters, keyword, commas);
  return signature;
}

}  // namespace trident::ide
