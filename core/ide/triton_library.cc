#include "core/ide/triton_library.h"

#include "core/ide/place.h"
#include "core/kernel/kernel.h"
#include "core/parse/literal.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

constexpr llvm::StringLiteral kLanguage = "triton.language";
constexpr int kMostImports = 8;  // From one file to the next, to where a name is defined.

// The text of a node on one line.
std::string OneLine(const eval::Unit& unit, NodeId node) {
  llvm::SmallVector<llvm::StringRef, 8> words;
  llvm::SplitString(unit.content().slice(unit.tree().start(node), unit.tree().end(node)), words);
  return llvm::join(words, " ");
}

// The first paragraph of a function's or class's docstring.
std::string Paragraph(const eval::Unit& unit, NodeId definition) {
  const Tree& tree = unit.tree();
  llvm::ArrayRef<NodeId> body = tree.children(tree.child(definition, 1));
  if (body.empty() || tree.kind(body[0]) != NodeKind::ExprStmt || tree.kind(tree.child(body[0], 0)) != NodeKind::Str) return "";
  std::string text = parse::DecodeString(unit.content(), tree, tree.child(body[0], 0));
  std::string out;
  llvm::StringRef rest = text;
  while (!rest.empty()) {
    auto [line, after] = rest.split('\n');
    rest = after;
    line = line.trim();
    if (line.empty() && out.empty()) continue;
    if (line.empty() || line.starts_with(":param") || line.starts_with(".. ")) break;
    out += (out.empty() ? "" : " ") + line.str();
  }
  return out;
}

// "mask: tensor = None"; those that begin with `_` are the compiler's.
std::vector<std::string> ParametersOf(const eval::Unit& unit, NodeId function, bool method) {
  std::vector<std::string> out;
  bool keywords_only = false;
  for (const eval::ParameterInfo& parameter : unit.Function(function)->parameters) {
    if (std::exchange(method, false)) continue;
    std::string text = Text(parameter.name).str();
    if (llvm::StringRef(text).starts_with("_")) continue;
    if (parameter.kind == parse::ParameterKind::KeywordOnly && !std::exchange(keywords_only, true)) out.push_back("*");
    if (parameter.kind == parse::ParameterKind::VarArgs) text = "*" + text, keywords_only = true;
    if (parameter.kind == parse::ParameterKind::KwArgs) text = "**" + text;
    bool annotated = parameter.annotation != kNoNode;
    if (annotated) text += ": " + OneLine(unit, parameter.annotation);
    if (parameter.default_value != kNoNode) text += (annotated ? " = " : "=") + OneLine(unit, parameter.default_value);
    out.push_back(std::move(text));
  }
  return out;
}

NodeId Initialiser(const Tree& tree, NodeId definition) {
  for (NodeId statement : tree.children(tree.child(definition, 1))) {
    if (tree.kind(statement) == NodeKind::FunctionDef && Text(tree.symbol(statement)) == "__init__") return statement;
  }
  return kNoNode;
}

// The alias of an import statement that binds `name`.
NodeId AliasOf(const Tree& tree, NodeId statement, llvm::StringRef name) {
  for (NodeId alias : tree.children(statement)) {
    Symbol as = tree.symbol(alias, 1);
    llvm::StringRef bound = as.valid() ? Text(as) : Text(tree.symbol(alias)).split('.').first;
    if (bound == name) return alias;
  }
  return kNoNode;
}

// The module that an import names; `package`: that of the file the import stands in.
std::string ImportedModule(const Tree& tree, NodeId statement, llvm::StringRef package) {
  unsigned level = tree.flags(statement);
  std::string module = tree.symbol(statement).valid() ? Text(tree.symbol(statement)).str() : "";
  if (level == 0) return module;
  for (; level > 1; --level) package = package.rsplit('.').first;
  return module.empty() ? package.str() : (package + "." + module).str();
}

NodeId LastBinding(const eval::Unit& unit, llvm::StringRef name) {
  auto found = unit.outline.bindings.find(Intern(name));
  return found == unit.outline.bindings.end() || found->second.empty() ? kNoNode : unit.tree().child(unit.tree().root(), found->second.back());
}

bool IsImport(NodeKind kind) { return kind == NodeKind::Import || kind == NodeKind::ImportFrom; }

// Strings of `__all__ = [...]`.
std::vector<std::string> Exported(const eval::Unit& unit) {
  const Tree& tree = unit.tree();
  NodeId statement = LastBinding(unit, "__all__");
  std::vector<std::string> out;
  if (statement == kNoNode || tree.kind(statement) != NodeKind::Assign || tree.kind(tree.child(statement, 0)) != NodeKind::List) return out;
  for (NodeId each : tree.children(tree.child(statement, 0))) {
    if (tree.kind(each) == NodeKind::Str) out.push_back(parse::DecodeString(unit.content(), tree, each));
  }
  return out;
}

std::optional<LibraryName> OfRules(llvm::StringRef name) {
  static const std::vector<kernel::LanguageFunction> kAll = kernel::LanguageFunctions();
  auto found = llvm::find_if(kAll, [&](const kernel::LanguageFunction& f) { return f.name == name; });
  if (found == kAll.end()) return std::nullopt;
  return LibraryName{found->name, true, found->parameters, "", ""};
}

}  // namespace

const TritonLibrary::File& TritonLibrary::FileOf(llvm::StringRef module) {
  auto [it, added] = files_.try_emplace(module.str());
  File& file = it->second;
  if (!added) return file;
  std::string relative = module.str();
  std::replace(relative.begin(), relative.end(), '.', '/');
  for (const std::string& root : program_.resolver().roots()) {
    for (bool package : {true, false}) {
      llvm::Expected<std::shared_ptr<const eval::Unit>> unit = program_.Load(root + "/" + relative + (package ? "/__init__.py" : ".py"));
      if (unit) return file = {*unit, package, true};
      llvm::consumeError(unit.takeError());
    }
  }
  // A part of Trident's description beside an installed Triton would be of another version.
  if (module != "triton" && FileOf("triton").installed) return file;
  resolve::Module found = program_.resolver().Find(module);
  if (found.kind == resolve::Module::Kind::Prelude) file = {program_.LoadPrelude(found.path), found.is_package(), false};
  return file;
}

std::optional<LibraryName> TritonLibrary::Describe(llvm::StringRef module, const File& file, NodeId statement, llvm::StringRef name, int depth) {
  const Tree& tree = file.unit->tree();
  LibraryName out{name.str(), false, {}, "", ""};
  switch (tree.kind(statement)) {
    case NodeKind::FunctionDef:
      out.callable = true;
      out.parameters = ParametersOf(*file.unit, statement, false);
      out.documentation = Paragraph(*file.unit, statement);
      return out;
    case NodeKind::ClassDef: {
      NodeId init = Initialiser(tree, statement);
      out.callable = true;
      if (init != kNoNode) out.parameters = ParametersOf(*file.unit, init, true);
      out.documentation = Paragraph(*file.unit, statement);
      return out;
    }
    case NodeKind::Assign: out.value = OneLine(*file.unit, tree.child(statement, 0)); return out;
    case NodeKind::ImportFrom: {
      NodeId alias = AliasOf(tree, statement, name);
      if (alias == kNoNode || depth > kMostImports) return out;
      std::string from = ImportedModule(tree, statement, file.package ? module : module.rsplit('.').first);
      std::optional<LibraryName> found = Find(from, Text(tree.symbol(alias)), depth + 1);
      if (found) found->name = name.str();
      return found ? found : out;
    }
    default: return out;
  }
}

std::optional<LibraryName> TritonLibrary::Find(llvm::StringRef module, llvm::StringRef name, int depth) {
  const File& file = FileOf(module);
  NodeId statement = file.unit ? LastBinding(*file.unit, name) : kNoNode;
  std::optional<LibraryName> found = statement != kNoNode ? Describe(module, file, statement, name, depth) : std::nullopt;
  bool described = found && (found->callable || !found->value.empty());
  if (!described && module == kLanguage && !file.installed) {
    if (std::optional<LibraryName> rule = OfRules(name)) return rule;
  }
  return found;
}

std::vector<LibraryName> TritonLibrary::NamesIn(llvm::StringRef module) {
  const File& file = FileOf(module);
  std::vector<std::string> names;
  if (file.unit) {
    names = Exported(*file.unit);
    if (names.empty()) {
      for (const auto& [symbol, statements] : file.unit->outline.bindings) {
        // What a module imports for itself is not what it offers; a package offers its parts.
        if (!file.package && IsImport(file.unit->tree().kind(LastBinding(*file.unit, Text(symbol))))) continue;
        names.push_back(Text(symbol).str());
      }
    }
  }
  if (module == kLanguage && !file.installed) {
    for (const kernel::LanguageFunction& function : kernel::LanguageFunctions()) names.push_back(function.name);
  }
  llvm::erase_if(names, [](llvm::StringRef name) { return name.starts_with("_"); });
  llvm::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<LibraryName> out;
  for (const std::string& name : names) out.push_back(Find(module, name).value_or(LibraryName{name, false, {}, "", ""}));
  return out;
}

std::string TritonLibrary::InstalledVersion() {
  const File& file = FileOf("triton");
  NodeId statement = file.installed ? LastBinding(*file.unit, "__version__") : kNoNode;
  const Tree* tree = statement != kNoNode ? &file.unit->tree() : nullptr;
  bool written = tree && tree->kind(statement) == NodeKind::Assign && tree->kind(tree->child(statement, 0)) == NodeKind::Str;
  return written ? parse::DecodeString(file.unit->content(), *tree, tree->child(statement, 0)) : "";
}

std::string MeaningInTriton(const eval::Unit& script, llvm::StringRef dotted) {
  auto [first, rest] = dotted.split('.');
  const Tree& tree = script.tree();
  NodeId statement = LastBinding(script, first), alias = kNoNode;
  if (statement != kNoNode && IsImport(tree.kind(statement))) alias = AliasOf(tree, statement, first);
  std::string meaning;
  if (alias != kNoNode) {
    bool renamed = tree.symbol(alias, 1).valid();
    llvm::StringRef name = Text(tree.symbol(alias));
    if (tree.kind(statement) == NodeKind::ImportFrom) {
      meaning = ImportedModule(tree, statement, "") + "." + name.str();
    } else {
      meaning = renamed ? name.str() : first.str();
    }
  } else if (statement == kNoNode && first == "tl") {
    // As nearly everyone calls it; the import may not have been written yet.
    meaning = kLanguage.str();
  }
  llvm::StringRef of = meaning;
  if (of != "triton" && !of.starts_with("triton.")) return "";
  return rest.empty() ? meaning : meaning + "." + rest.str();
}

}  // namespace trident::ide
