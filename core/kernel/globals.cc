// What the names of a module are to a kernel: functions, modules, constexpr globals, and values it may not read.
#include "core/kernel/interp.h"

#include "core/parse/literal.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

constexpr int kMaxDepth = 12;  // Of imports of imports and names of names.

Value HostFunction(const Module& module, NodeId node) {
  Value v = Value::ConstantOf(Constant::Function);
  v.module = &module;
  v.node = node;
  return v;
}

bool IsTritonModule(llvm::StringRef name) { return name == "triton" || name.starts_with("triton."); }

// A name of a module that Trident describes itself, or whose content does not matter.
Value LibraryAttribute(llvm::StringRef module, llvm::StringRef name) {
  if (module == "triton") {
    if (name == "language") return Value::ModuleNamed("triton.language");
    static constexpr llvm::StringRef kKnown[] = {"cdiv", "next_power_of_2", "jit", "autotune", "heuristics", "Config", "constexpr_function"};
    return llvm::is_contained(kKnown, name) ? Value::Builtin(("triton." + name).str()) : Value::Unknown();
  }
  if (module == "triton.language") {
    if (std::optional<Scalar> scalar = FromLanguageName(name)) return Value::DType(Type::Of(*scalar));
    if (name == "constexpr" || name == "range" || name == "static_range" || name == "tensor" || name == "dtype") return Value::Builtin(name);
    if (name == "math" || name == "extra" || name == "core" || name == "standard" || name == "random" || name == "target_info") {
      return Value::ModuleNamed(("triton.language." + name).str());
    }
    if (FindRule(name)) return Value::Builtin(name);
    return IsOtherLanguageName(name) ? Value::Unknown() : Value();
  }
  if (module == "triton.language.math") {
    static constexpr llvm::StringRef kMath[] = {"abs", "ceil", "cos", "div_rn", "erf", "exp", "exp2", "fdiv", "floor", "fma",
                                                "log", "log2", "rsqrt", "sin", "sqrt", "sqrt_rn", "umulhi", "clamp"};
    return llvm::is_contained(kMath, name) ? Value::Builtin(name) : Value();
  }
  if (module == "triton.language.core" || module == "triton.language.standard" || module == "triton.language.random") {
    Value value = LibraryAttribute("triton.language", name);
    return value.undefined() ? Value::Unknown() : value;
  }
  if (module == "triton.language.extra" || module == "triton.language.extra.cuda") {
    if (name == "libdevice") return Value::ModuleNamed("triton.language.extra.libdevice");
    return name == "cuda" ? Value::ModuleNamed("triton.language.extra.cuda") : Value::Unknown();
  }
  if (module == "triton.language.extra.libdevice" || module == "triton.language.extra.cuda.libdevice") return Value::Builtin(("libdevice." + name).str());
  if (module == "math") {
    double number = llvm::StringSwitch<double>(name).Case("pi", 3.141592653589793).Case("e", 2.718281828459045).Case("tau", 6.283185307179586).Default(0);
    if (name == "inf") return Value::Float(std::numeric_limits<double>::infinity());
    return number != 0 ? Value::Float(number) : Value::Builtin(("math." + name).str());
  }
  return Value::Unknown();
}

bool IsLibrary(llvm::StringRef dotted) { return IsTritonModule(dotted) || dotted == "math"; }

void CollectBound(const Tree& tree, NodeId node, std::set<Symbol>& names) {
  switch (tree.kind(node)) {
    case NodeKind::Name:
    case NodeKind::Parameter: names.insert(tree.symbol(node)); break;
    case NodeKind::FunctionDef:
    case NodeKind::ClassDef: names.insert(tree.symbol(node)); break;
    case NodeKind::Alias: {
      Symbol as = tree.symbol(node, 1);
      names.insert(as.valid() ? as : Intern(Text(tree.symbol(node)).split('.').first));
      break;
    }
    default: break;
  }
  for (NodeId child : tree.children(node)) {
    if (child == kNoNode) continue;
    // Reads of a name are no bindings; what is written lies on the left of statements.
    NodeKind kind = tree.kind(node);
    if (kind == NodeKind::Assign && child == tree.child(node, 0)) continue;
    bool statement = kind == NodeKind::FunctionDef || kind == NodeKind::Block || kind == NodeKind::Parameters || kind == NodeKind::Assign ||
                     kind == NodeKind::If || kind == NodeKind::For || kind == NodeKind::While || kind == NodeKind::With || kind == NodeKind::WithItem ||
                     kind == NodeKind::Try || kind == NodeKind::Tuple || kind == NodeKind::List || kind == NodeKind::AnnAssign ||
                     kind == NodeKind::Import || kind == NodeKind::ImportFrom || kind == NodeKind::AugAssign;
    if (statement) CollectBound(tree, child, names);
  }
}

void CollectFunctions(const Tree& tree, NodeId node, std::vector<NodeId>& out) {
  for (NodeId child : tree.children(node)) {
    if (child == kNoNode) continue;
    switch (tree.kind(child)) {
      case NodeKind::FunctionDef:
        if (tree.children(child).size() > 4) out.push_back(child);
        CollectFunctions(tree, child, out);
        break;
      case NodeKind::ClassDef:
      case NodeKind::Block:
      case NodeKind::If:
      case NodeKind::Try:
      case NodeKind::With:
      case NodeKind::For:
      case NodeKind::While:
      case NodeKind::ExceptHandler: CollectFunctions(tree, child, out); break;
      default: break;
    }
  }
}

}  // namespace

Value Globals::Resolve(const Module& module, Symbol name, int depth) {
  std::pair<const Module*, Symbol> key = {&module, name};
  // What a name is made of does not matter beside its value.
  if (reads_ && resolving_.empty()) reads_->names.insert(key);
  if (auto found = resolved_.find(key); found != resolved_.end()) return found->second;
  if (depth > kMaxDepth || !resolving_.insert(key).second) return Value::Unknown();
  Value result;
  auto bound = module.outline->bindings.find(name);
  if (bound != module.outline->bindings.end()) {
    unsigned sites = 0;
    for (outline::StatementIndex index : bound->second) {
      Value value = FromStatement(module, module.tree->children(module.tree->root())[index], name, depth, sites);
      if (!value.undefined()) result = value;
    }
    if (sites != 1) result = Value::Unknown();
  } else if (!module.outline->star_imports.empty()) {
    result = Value::Unknown();
  }
  resolving_.erase(key);
  return resolved_[key] = result;
}

Value Globals::FromStatement(const Module& module, NodeId node, Symbol name, int depth, unsigned& sites) {
  const Tree& tree = *module.tree;
  Value result;
  auto inside = [&] {
    for (NodeId child : tree.children(node)) {
      if (child == kNoNode) continue;
      Value value = FromStatement(module, child, name, depth, sites);
      if (!value.undefined()) result = value;
    }
  };
  switch (tree.kind(node)) {
    case NodeKind::FunctionDef:
      if (tree.symbol(node) != name) break;
      ++sites;
      return HostFunction(module, node);
    case NodeKind::ClassDef:
      if (tree.symbol(node) != name) break;
      ++sites;
      return Value::Unknown();
    case NodeKind::Assign:
    case NodeKind::AnnAssign: {
      bool plain = tree.kind(node) == NodeKind::AnnAssign;
      NodeId value = plain ? tree.child(node, 2) : tree.child(node, 0);
      llvm::ArrayRef<NodeId> targets = plain ? tree.children(node).take_front() : tree.children(node).drop_front();
      for (NodeId target : targets) {
        if (tree.kind(target) == NodeKind::Name && tree.symbol(target) == name && value != kNoNode) {
          ++sites;
          // A module that starts with None fills the name later.
          Value found = Evaluate(module, value, depth + 1);
          return found.none() ? Value::Unknown() : found;
        }
        std::set<Symbol> names;
        if (tree.kind(target) != NodeKind::Attribute && tree.kind(target) != NodeKind::Subscript) CollectBound(tree, target, names);
        if (names.count(name)) {
          ++sites;
          result = Value::Unknown();
        }
      }
      break;
    }
    case NodeKind::AugAssign: sites += 2; break;
    case NodeKind::Import:
      for (NodeId alias : tree.children(node)) {
        Symbol as = tree.symbol(alias, 1);
        llvm::StringRef dotted = Text(tree.symbol(alias));
        llvm::StringRef bound = as.valid() ? Text(as) : dotted.split('.').first;
        if (bound != Text(name)) continue;
        ++sites;
        llvm::StringRef target = as.valid() ? dotted : bound;
        if (IsLibrary(target)) {
          result = Value::ModuleNamed(target);
        } else {
          result = Value::ModuleNamed(target);
          result.module = host_.Import(module, target, 0);
        }
      }
      break;
    case NodeKind::ImportFrom:
      for (NodeId alias : tree.children(node)) {
        Symbol as = tree.symbol(alias, 1);
        if ((as.valid() ? as : tree.symbol(alias)) != name) continue;
        ++sites;
        Symbol from = tree.symbol(node);
        result = Imported(module, from.valid() ? Text(from) : "", tree.flags(node), tree.symbol(alias), depth);
      }
      break;
    case NodeKind::Block:
    case NodeKind::If:
    case NodeKind::Try:
    case NodeKind::ExceptHandler: inside(); break;
    case NodeKind::For:
    case NodeKind::While:
    case NodeKind::With: {
      sites += 2;
      return Value::Unknown();
    }
    default: break;
  }
  return result;
}

Value Globals::Imported(const Module& module, llvm::StringRef dotted, unsigned level, Symbol name, int depth) {
  if (level == 0 && IsLibrary(dotted)) {
    Value value = LibraryAttribute(dotted, Text(name));
    return value.undefined() ? Value::Unknown() : value;
  }
  const Module* from = host_.Import(module, dotted, level);
  if (from) {
    Value value = Resolve(*from, name, depth + 1);
    if (!value.undefined()) return value;
  }
  // A submodule: `from . import utils`.
  if (const Module* sub = host_.Import(module, dotted.empty() ? Text(name).str() : (dotted + "." + Text(name)).str(), level)) {
    Value value = Value::ModuleNamed(Text(name));
    value.module = sub;
    return value;
  }
  return Value::Unknown();
}

Value Globals::Attribute(const Value& object, Symbol name, int depth) {
  if (!object.is_constant(Constant::Module)) return Value::Unknown();
  if (object.module) {
    Value value = Resolve(*object.module, name, depth + 1);
    return value.undefined() ? Value::Unknown() : value;
  }
  return LibraryAttribute(Text(object.symbol), Text(name));
}

Value Globals::Evaluate(const Module& module, NodeId node, int depth) {
  const Tree& tree = *module.tree;
  auto plain = [](Value value) {
    value.plain = true;
    return value;
  };
  if (depth > kMaxDepth) return Value::Unknown();
  switch (tree.kind(node)) {
    case NodeKind::NoneLiteral: return Value::None();
    case NodeKind::TrueLiteral: return plain(Value::Bool(true));
    case NodeKind::FalseLiteral: return plain(Value::Bool(false));
    case NodeKind::Int: {
      std::optional<int64_t> value = parse::DecodeInt(module.text, tree, node);
      return plain(value && std::abs(*value) < shape::Dim::kMaxConstant ? Value::Int(*value) : Value::SomeConstant());
    }
    case NodeKind::Float: return plain(Value::Float(parse::DecodeFloat(module.text, tree, node)));
    case NodeKind::Str: return plain(Value::Str(parse::DecodeString(module.text, tree, node)));
    case NodeKind::UnaryOp: {
      Value operand = Evaluate(module, tree.child(node, 0), depth + 1);
      if (static_cast<parse::UnaryOp>(tree.flags(node)) != parse::UnaryOp::USub) return Value::Unknown();
      if (operand.is_constant(Constant::Int)) return plain(Value::Int(shape::Dim(0) - operand.integer));
      if (operand.is_constant(Constant::Float)) return plain(Value::Float(-operand.number));
      return Value::Unknown();
    }
    case NodeKind::Name: {
      Value value = Resolve(module, tree.symbol(node), depth + 1);
      return value.undefined() ? Value::Unknown() : value;
    }
    case NodeKind::Attribute: {
      Value value = Attribute(Evaluate(module, tree.child(node, 0), depth + 1), tree.symbol(node), depth + 1);
      return value.undefined() ? Value::Unknown() : value;
    }
    case NodeKind::Call: {
      Value callee = Evaluate(module, tree.child(node, 0), depth + 1);
      if (!callee.is_constant(Constant::Builtin) || Text(callee.symbol) != "constexpr" || tree.children(node).size() != 2) return Value::Unknown();
      Value value = Evaluate(module, tree.child(node, 1), depth + 1);
      value.plain = false;
      return value.unknown() ? Value::SomeConstant() : value;
    }
    default: return Value::Unknown();
  }
}

bool Globals::IsTriton(const Module& module, NodeId node, llvm::StringRef name) {
  if (module.tree->kind(node) == NodeKind::Call) node = module.tree->child(node, 0);
  NodeKind kind = module.tree->kind(node);
  if (kind != NodeKind::Attribute && kind != NodeKind::Name) return false;
  Value value = Evaluate(module, node);
  return value.is_constant(Constant::Builtin) && Text(value.symbol) == name;
}

llvm::ArrayRef<NodeId> Globals::FunctionsOf(const Module& module) {
  auto [it, added] = lists_.try_emplace(&module);
  if (added) {
    std::vector<NodeId> all;
    CollectFunctions(*module.tree, module.tree->root(), all);
    for (NodeId node : all) {
      if (FunctionAt(module, node).jit) it->second.push_back(node);
    }
  }
  return it->second;
}

const Function& Globals::FunctionAt(const Module& module, NodeId node) {
  auto [it, added] = functions_.try_emplace({&module, node});
  Known& known = it->second;
  if (added) {
    Recording recording(*this, known.reads);
    known.function.module = &module;
    known.function.node = node;
    ReadFunction(known.function);
  }
  if (reads_ && reads_->functions.insert(&known.function)) reads_->names.insert(known.reads.names.begin(), known.reads.names.end());
  return known.function;
}

void Globals::ReadFunction(Function& function) {
  ReadDecorators(function);
  if (!function.jit && !function.constexpr_function) return;
  const Tree& tree = *function.module->tree;
  bool conditional = false;
  for (NodeId at = tree.root(); at != function.node;) {
    // Children are stored before their parents: the function is under the first child that is not before it.
    NodeId next = kNoNode;
    for (NodeId child : tree.children(at)) {
      if (child >= function.node) next = std::min(next, child);
    }
    at = next;
    conditional |= tree.kind(at) == NodeKind::If || tree.kind(at) == NodeKind::Try;
    if (at == function.node || tree.kind(at) != NodeKind::FunctionDef) continue;
    function.has_outer = true;
    CollectBound(tree, at, function.outer_names);
  }
  function.alternative = conditional && !function.has_outer && Resolve(*function.module, tree.symbol(function.node)).unknown();
  // A kernel inside a function may be a template, of which the text is changed before it is compiled.
  std::string name = Text(tree.symbol(function.node)).str();
  function.alternative |= function.has_outer && (function.module->text.contains(name + ".src") || function.module->text.contains(name + "._unsafe_update_src"));
  ReadParameters(function);
}

}  // namespace trident::kernel
