// Help while a kernel is written: the type under the pointer, functions of triton.language and their parameters.
#include "core/ide/convert.h"
#include "core/ide/kernels.h"
#include "core/ide/place.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

bool IsWord(char c) { return llvm::isAlnum(c) || c == '_'; }

// "tl.load(pointer, mask=None, other=None)" and where its parameters stand.
Signature SignatureOf(const kernel::LanguageFunction& function) {
  Signature out;
  out.label = "tl." + function.name + "(";
  for (size_t i = 0; i < function.parameters.size(); ++i) {
    if (i > 0) out.label += ", ";
    uint32_t from = out.label.size();
    out.label += function.parameters[i];
    out.sizes.emplace_back(from, out.label.size());
  }
  out.label += ")";
  return out;
}

const kernel::LanguageFunction* FindFunction(llvm::StringRef name) {
  static const std::vector<kernel::LanguageFunction> kAll = kernel::LanguageFunctions();
  auto found = llvm::find_if(kAll, [&](const kernel::LanguageFunction& f) { return f.name == name; });
  return found == kAll.end() ? nullptr : &*found;
}

// Whether the word in front of `end` is a name of triton.language in this file: `tl`, as nearly everyone calls it, or as imported.
bool IsLanguage(const eval::Unit& unit, llvm::StringRef word) {
  return word == "tl" || unit.content().contains(("import triton.language as " + word + "\n").str());
}

}  // namespace

std::optional<Hover> KernelHover(const KernelFacts& facts, const eval::Unit& script, Position position) {
  const parse::Tree& tree = script.tree();
  uint32_t offset = OffsetOf(script, position);
  NodeId node = NameAt(tree, offset);
  if (node == kNoNode) return std::nullopt;
  Hover hover;
  hover.range = RangeOf(*script.text, tree.start(node), tree.end(node));
  if (tree.kind(node) == NodeKind::Attribute) {
    NodeId object = tree.child(node, 0);
    const kernel::LanguageFunction* function = FindFunction(Text(tree.symbol(node)));
    if (!function || tree.kind(object) != NodeKind::Name || !IsLanguage(script, Text(tree.symbol(object)))) return std::nullopt;
    hover.markdown = "```python\n" + SignatureOf(*function).label + "\n```\n";
    return hover;
  }
  Symbol name = tree.symbol(node);
  NodeId around = EnclosingItem(script, offset, NodeKind::FunctionDef);
  const kernel::Binding* best = nullptr;
  for (const kernel::Binding& binding : facts.report.bindings) {
    if (binding.module != facts.module || binding.name != name || binding.values.empty()) continue;
    uint32_t at = tree.start(binding.statement);
    bool same = at <= offset && EnclosingItem(script, at, NodeKind::FunctionDef) == around;
    if (same && (!best || at >= tree.start(best->statement))) best = &binding;
  }
  if (!best) return std::nullopt;
  if (tree.kind(node) == NodeKind::Parameter) hover.range = RangeOf(*script.text, tree.start(node), tree.start(node) + Text(name).size());
  hover.markdown = "```python\n" + Text(name).str() + ": " + best->values.back().ToString() + "\n```\n";
  if (best->values.size() > 1) {
    hover.markdown += "\nCompiled with:\n";
    for (const kernel::Value& value : best->values) hover.markdown += "- `" + value.ToString() + "`\n";
  }
  return hover;
}

std::vector<Completion> KernelCompletions(const eval::Unit& script, Position position) {
  std::vector<Completion> out;
  llvm::StringRef text = script.content();
  uint32_t offset = OffsetOf(script, position), from = offset;
  if (!kernel::MayHoldKernels(text)) return out;
  while (from > 0 && IsWord(text[from - 1])) --from;
  if (from == 0 || text[from - 1] != '.') return out;
  uint32_t object = from - 1;
  while (object > 0 && IsWord(text[object - 1])) --object;
  if (!IsLanguage(script, text.slice(object, from - 1))) return out;
  Range replaced = RangeOf(*script.text, from, offset);
  for (const kernel::LanguageFunction& function : kernel::LanguageFunctions()) {
    if (llvm::StringRef(function.name).starts_with(text.slice(from, offset))) out.push_back({function.name, SignatureOf(function).label, replaced});
  }
  llvm::sort(out, [](const Completion& a, const Completion& b) { return a.label < b.label; });
  return out;
}

std::optional<Signature> KernelSignature(const eval::Unit& script, Position position) {
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
  while (start > 0 && (IsWord(text[start - 1]) || text[start - 1] == '.')) --start;
  auto [object, name] = text.slice(start, end).rsplit('.');
  const kernel::LanguageFunction* function = IsLanguage(script, object) ? FindFunction(name) : nullptr;
  if (!function) return std::nullopt;
  Signature signature = SignatureOf(*function);
  signature.active = commas < static_cast<int>(function->parameters.size()) ? commas : -1;
  for (size_t i = 0; i < function->parameters.size(); ++i) {
    if (!keyword.empty() && llvm::StringRef(function->parameters[i]).split('=').first == keyword) signature.active = i;
  }
  return signature;
}

}  // namespace trident::ide
