// Modules: imports and the execution of module statements on demand.
#include "core/eval/interp.h"

#include "core/prelude/prelude.h"
#include "core/profile/profile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

static bool IsNativeModule(llvm::StringRef name) { return name == "_trident" || name == "math" || name == "builtins"; }

void Interp::DependOnImport(llvm::StringRef name) {
  ModuleObj* importer = importer_ ? importer_ : frame_ ? frame_->module : nullptr;
  if (!importer) return;
  Symbol symbol = Intern(name);
  importer->imports.insert(symbol);
  if (!piece_ || importer != script_) return;
  ++unsummarised_;
  if (!llvm::is_contained(piece_->imports, symbol)) piece_->imports.push_back(symbol);
}

ModuleObj* Interp::ImportModule(llvm::StringRef name) {
  DependOnImport(name);
  auto found = modules_.find(name);
  if (found != modules_.end()) {
    import_saw_script_ |= found->second == script_ && heap_.permanent();
    return found->second;
  }
  resolve::Module where = program_.resolver().Find(name);
  std::shared_ptr<const Unit> unit;
  if (!IsNativeModule(name)) {
    switch (where.kind) {
      case resolve::Module::Kind::Missing: {
        // A name under torch that the prelude does not describe is still a namespace of operators.
        if (!ops::IsTorchName(name) && !name.starts_with("torch.")) return modules_[name] = nullptr;
        break;
      }
      case resolve::Module::Kind::Prelude: unit = program_.LoadPrelude(where.path); break;
      case resolve::Module::Kind::Namespace: break;
      case resolve::Module::Kind::File:
      case resolve::Module::Kind::Package: {
        llvm::Expected<std::shared_ptr<const Unit>> loaded = program_.Load(where.path);
        if (!loaded) {
          llvm::consumeError(loaded.takeError());
          return modules_[name] = nullptr;
        }
        unit = *loaded;
        break;
      }
    }
  }
  ModuleObj* module = NewModule(name, where, std::move(unit));
  // Importing a.b.c imports a and a.b and binds each in its parent.
  auto [parent_name, last] = name.rsplit('.');
  if (!last.empty()) {
    Importer on_behalf(*this, module);
    ImportModule(parent_name);
  }
  return module;
}

ModuleObj* Interp::NewModule(llvm::StringRef name, const resolve::Module& where, std::shared_ptr<const Unit> unit) {
  Heap::Permanent permanent(heap_, true, IsNativeModule(name) || where.kind == resolve::Module::Kind::Prelude);
  auto* module = heap_.New<ModuleObj>();
  modules_[name] = module;
  module_order_.push_back(module);
  module->name = Intern(name);
  module->unit = unit;
  module->path = where.path;
  module->prelude = IsNativeModule(name) || where.kind == resolve::Module::Kind::Prelude;
  module->torch = name == "torch" || name.starts_with("torch.");
  module->package = where.is_package();
  module->env = heap_.New<EnvObj>();
  module->env->module = module;
  module->env->variables.Set(N().name, Value::Str(name));
  if (unit) {
    module->statements.assign(unit->tree().children(unit->tree().root()).size(), ModuleObj::State::Waiting);
    module->unknown = unit->outline.bindings.count(N().unknown_marker);
    module->env->variables.Set(N().file, Value::Str(unit->path));
  }
  return module;
}

ModuleObj* Interp::RunScript(std::shared_ptr<const Unit> unit) {
  std::string name = program_.resolver().ModuleNameOf(unit->path);
  auto* module = heap_.New<ModuleObj>();
  modules_[name] = module;
  modules_["__main__"] = module;
  module_order_.push_back(module);
  script_ = module;
  left_ = false;
  module->name = Intern(name);
  module->unit = unit;
  module->package = llvm::StringRef(unit->path).ends_with("/__init__.py");
  module->env = heap_.New<EnvObj>();
  module->env->module = module;
  module->env->variables.Set(N().name, Value::Str("__main__"));
  module->env->variables.Set(N().file, Value::Str(unit->path));
  llvm::ArrayRef<NodeId> body = unit->tree().children(unit->tree().root());
  module->statements.assign(body.size(), ModuleObj::State::Waiting);
  BeginScriptCalls();
  for (size_t i = 0; i < body.size() && !out_of_budget_; ++i) {
    RunModuleStatement(module, i);
    if (!out_of_budget_ || outcome_.cancelled || i + 1 == body.size()) continue;
    Problem end;
    end.slug = "analysis-ended";
    end.message = "the analysis of the file ends here, after " + std::to_string(steps_) + " steps and " + std::to_string(ObjectsUsed()) + " objects: what follows is not looked at";
    end.unit = unit.get();
    end.node = body[i];
    outcome_.problems.push_back(std::move(end));
  }
  return module;
}

// Executes one statement of a module's body, once.
void Interp::RunModuleStatement(ModuleObj* module, size_t index) {
  if (module->statements[index] != ModuleObj::State::Waiting) {
    return;
  }
  module->statements[index] = ModuleObj::State::Running;
  bool imported = module != script_;
  Heap::Permanent permanent(heap_, imported, module->prelude);
  Frame frame;
  frame.module = module;
  frame.env = module->env;
  frame.unit = module->unit.get();
  FrameScope scope(*this, frame);
  // What a module does when it is imported does not depend on who asked.
  if (imported) frame.parent = nullptr;
  Importer nobody(*this, nullptr);
  // What is pending in the code that asked for a name does not concern the module; nor do its branches and handlers.
  Value pending = exception_;
  ClearException();
  int uncertain = uncertain_;
  // What follows the end of the script shows types only.
  uncertain_ = left_ && module == script_;
  uint32_t graph_scope = scope_;
  scope_ = 0;
  auto handlers = std::move(handlers_);
  handlers_.clear();
  std::vector<Journal*> journals = heap_.SuspendJournals();
  uint64_t step_limit = step_limit_, object_limit = object_limit_, steps = steps_;
  uint32_t oldest_write = heap_.oldest_write();
  if (imported) {
    step_limit_ = object_limit_ = UINT64_MAX;
    // Neither who imports nor what is imported already changes what a budget allows.
    if (importing_ == 0) steps_ = 0;
  }
  importing_ += imported;
  Flow flow;
  {
    std::optional<profile::ScopedCall> measured;
    if (!module->prelude) measured.emplace(profile::FunctionKey(frame.unit, parse::kNoNode), [&] { return profile::Function{frame.unit->path, "<module>", 0}; });
    flow = Exec(module->unit->tree().children(module->unit->tree().root())[index]);
  }
  importing_ -= imported;
  step_limit_ = step_limit;
  object_limit_ = object_limit;
  if (imported) {
    if (importing_ == 0) steps_ = steps;
    heap_.set_oldest_write(oldest_write);
  }
  heap_.ResumeJournals(std::move(journals));
  if (flow == Flow::Raise) {
    // Only the file being checked is run for its own sake.
    if (module == script_) ReportException();
    else ClearException();
    BindFailed(module, module->unit->tree().children(module->unit->tree().root())[index]);
  }
  handlers_ = std::move(handlers);
  scope_ = graph_scope;
  uncertain_ = uncertain;
  exception_ = pending;
  module->statements[index] = ModuleObj::State::Done;
}

// Names that a statement which failed would have bound are unknown, not undefined.
void Interp::BindFailed(ModuleObj* module, NodeId statement) {
  const parse::Tree& tree = module->unit->tree();
  if (tree.kind(statement) != NodeKind::Assign && tree.kind(statement) != NodeKind::AnnAssign && tree.kind(statement) != NodeKind::ClassDef) return;
  llvm::SmallVector<NodeId, 8> todo;
  if (tree.kind(statement) == NodeKind::Assign) todo.append(tree.children(statement).begin() + 1, tree.children(statement).end());
  else if (tree.kind(statement) == NodeKind::AnnAssign) todo.push_back(tree.child(statement, 0));
  else if (!module->env->variables.Find(tree.symbol(statement))) module->env->variables.Set(tree.symbol(statement), Lost("a class whose body fails"));
  while (!todo.empty()) {
    NodeId target = todo.pop_back_val();
    NodeKind kind = tree.kind(target);
    if (kind == NodeKind::Tuple || kind == NodeKind::List || kind == NodeKind::Starred) todo.append(tree.children(target).begin(), tree.children(target).end());
    else if (kind == NodeKind::Name) module->env->variables.Set(tree.symbol(target), Lost("bound by a statement that fails"));
  }
}

// The module that a `from` import names: dots count from `module`'s package.
static std::string AbsoluteName(const ModuleObj* module, unsigned dots, llvm::StringRef name) {
  if (dots == 0) return name.str();
  llvm::StringRef base = Text(module->name);
  if (!module->package) base = base.contains('.') ? base.rsplit('.').first : "";
  for (unsigned i = 1; i < dots; ++i) base = base.contains('.') ? base.rsplit('.').first : "";
  if (name.empty()) return base.str();
  return base.empty() ? name.str() : (base + "." + name).str();
}

// Whether `name` is exported by `from module import *`.
bool Interp::Exports(ModuleObj* module, Symbol name) {
  if (!module->unit) return false;
  if (module->unit->outline.bindings.count(N().all) && !module->prelude) {
    bool found = false;
    Value all = ModuleAttribute(module, N().all, &found);
    if (found && (all.is(Kind::List) || all.is(Kind::Tuple))) {
      auto* list = As<ListObj>(all);
      for (const Value& item : list->items) {
        if (item.is(Kind::Str) && item.aux == name.index) return true;
      }
      return list->open;
    }
  }
  return !Text(name).starts_with("_");
}

Value Interp::ModuleAttribute(ModuleObj* module, Symbol name, bool* found, bool inside) {
  *found = true;
  NoteName(module, name);
  if (const Value* value = module->env->variables.Find(name)) return *value;
  if (module->unknown) return Lost("a name of a module Trident does not describe");
  if (Value value = OwnAttribute(module, name); value.defined()) return value;
  if (!inside) {
    if (Value value = Submodule(module, name); value.defined()) return value;
  }
  // What is bound for type checkers only may take reading a whole package: it comes last.
  bool lazily = module->unit && !(inside && builtins_.count(name));
  if (Value value = lazily ? FromTypeChecking(module, name) : Value(); value.defined()) return value;
  if (inside) {
    *found = false;
    return Value();
  }
  if (module->unit && name != N().getattr && module->unit->outline.bindings.count(N().getattr)) {
    bool has = false;
    Value getattr = ModuleAttribute(module, N().getattr, &has);
    if (getattr.is(Kind::Function)) {
      Importer nobody(*this, nullptr);
      Args args;
      args.positional.push_back(Value::Str(name));
      Value value = Call(getattr, args);
      if (!value.raised()) return value;
      ClearException();
    }
  }
  if (name == N().dict) {
    DictObj* dict = NewDict();
    NoteAllNames(module);
    for (const auto& [key, value] : module->env->variables.entries()) DictSet(dict, Value::Str(key), value);
    dict->open = true;
    return Value::Obj(dict);
  }
  llvm::StringRef module_name = Text(module->name);
  if (name == N().package) return Value::Str(module->package ? module_name : module_name.rsplit('.').first);
  if (name == N().doc || name == N().spec || name == N().path) return Lost("a special attribute of a module");
  *found = false;
  return Value();
}

// A name that the module's own statements bind.
Value Interp::OwnAttribute(ModuleObj* module, Symbol name) {
  // What is found out of an imported module is kept with it.
  Heap::Permanent permanent(heap_, module != script_);
  Importer on_behalf(*this, module);
  if (module->unit) {
    const outline::Outline& outline = module->unit->outline;
    auto bound = outline.bindings.find(name);
    if (bound != outline.bindings.end()) {
      for (outline::StatementIndex index : bound->second) {
        // Of an import only the name that is asked for is resolved: the others may never be needed.
        if (module->statements[index] == ModuleObj::State::Waiting && BindImported(module, index, name)) continue;
        RunModuleStatement(module, index);
      }
      if (module->unit->fills_globals && module != script_) {
        // With the one that was asked for, a statement may have bound others.
        for (auto& [bound_name, each] : module->env->variables.entries()) {
          bool special = Text(bound_name).starts_with("__") || each.is(Kind::Function) || each.is(Kind::Class) || each.is(Kind::Module);
          if (!special) each = Lost("a name that its module fills at run time");
        }
      }
      if (const Value* value = module->env->variables.Find(name)) return *value;
    }
    for (size_t i = outline.star_imports.size(); i-- > 0;) {
      Value value = StarImported(module, outline.star_imports[i], name);
      if (value.defined()) {
        module->env->variables.Set(name, value);
        return value;
      }
    }
  }
  if (!IsNativeModule(Text(module->name))) return Value();
  Value value = NativeModuleAttribute(Text(module->name), name);
  if (value.defined()) module->env->variables.Set(name, value);
  return value;
}

// A module below this one, or an operator that a module of torch gives without a description.
Value Interp::Submodule(ModuleObj* module, Symbol name) {
  if (auto known = module->submodules.find(name); known != module->submodules.end()) return known->second;
  Heap::Permanent permanent(heap_, module != script_);
  Importer on_behalf(*this, module);
  llvm::StringRef module_name = Text(module->name);
  Value value;
  if (module->package || !module->unit || module->torch) {
    std::string submodule = (module_name + "." + Text(name)).str();
    resolve::Module where = program_.resolver().Find(submodule);
    if (where.kind != resolve::Module::Kind::Missing && (!module->torch || where.kind == resolve::Module::Kind::Prelude)) {
      if (ModuleObj* child = ImportModule(submodule)) value = Value::Obj(child);
    } else {
      module->imports.insert(Intern(submodule));
    }
  }
  if (value.defined()) return module->submodules[name] = value;
  if (module->torch) value = TorchAttribute(module_name, name);
  if (value.defined()) module->env->variables.Set(name, value);
  return value;
}

// Calls `visit` with each `from X import *` of statement `index` and the full name of X until it returns true; whether it did.
// Compound statements (try, if) may hold several.
bool Interp::VisitStars(ModuleObj* module, outline::StatementIndex index, llvm::function_ref<bool(NodeId, llvm::StringRef)> visit) {
  const parse::Tree& tree = module->unit->tree();
  llvm::SmallVector<NodeId, 8> todo = {tree.children(tree.root())[index]};
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    if (node == kNoNode) continue;
    switch (tree.kind(node)) {
      case NodeKind::ImportFrom: {
        if (Text(tree.symbol(tree.child(node, 0))) != "*") break;
        Symbol target = tree.symbol(node);
        if (visit(node, AbsoluteName(module, tree.flags(node), target.valid() ? Text(target) : ""))) return true;
        break;
      }
      case NodeKind::If:
      case NodeKind::Try:
      case NodeKind::Block:
      case NodeKind::With:
      case NodeKind::ExceptHandler: todo.append(tree.children(node).begin(), tree.children(node).end()); break;
      default: break;
    }
  }
  return false;
}

// A name that `from X import *` of statement `index` brings; undefined when it does not.
Value Interp::StarImported(ModuleObj* module, outline::StatementIndex index, Symbol name) {
  Value value;
  VisitStars(module, index, [&](NodeId node, llvm::StringRef target) {
    auto key = std::make_pair(module, name);
    if (!star_guard_.insert({key, node}).second) return false;
    value = FromStar(target, name);
    star_guard_.erase({key, node});
    return value.defined();
  });
  return value;
}

// Whether the module, or one that it takes everything from, takes everything from a module that is not found.
bool Interp::HasUnknownStars(ModuleObj* module, llvm::DenseSet<ModuleObj*>& seen) {
  if (!module || !module->unit || module->unit->prelude || !seen.insert(module).second) return false;
  return llvm::any_of(module->unit->outline.star_imports, [&](outline::StatementIndex index) {
    return VisitStars(module, index, [&](NodeId, llvm::StringRef target) {
      if (program_.resolver().Find(target.str()).kind == resolve::Module::Kind::Missing) return true;
      return HasUnknownStars(ImportModule(target.str()), seen);
    });
  });
}

static uint32_t WordHash(llvm::StringRef word) { return static_cast<uint32_t>(llvm::xxh3_64bits(word)); }

static bool IsInName(char c) { return llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

static bool HasWord(llvm::StringRef text, llvm::StringRef word) {
  if (word.empty()) return false;  // A name that is still to be typed.
  for (size_t at = text.find(word); at != llvm::StringRef::npos; at = text.find(word, at + 1)) {
    size_t end = at + word.size();
    if ((at == 0 || !IsInName(text[at - 1])) && (end == text.size() || !IsInName(text[end]))) return true;
  }
  return false;
}

// The hashes of the words of a text, sorted.
static std::vector<uint32_t> WordsOf(llvm::StringRef text) {
  std::vector<uint32_t> words;
  while (!(text = text.drop_until(IsInName)).empty()) {
    llvm::StringRef word = text.take_while(IsInName);
    words.push_back(WordHash(word));
    text = text.drop_front(word.size());
  }
  llvm::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  words.shrink_to_fit();
  return words;
}

// Whether importing everything from a file could bring `name`: what it exports is written in it, or in a file it exports
// everything of. Reading is far cheaper than parsing, and lazy packages list hundreds of files.
bool Interp::MayExport(llvm::StringRef module_name, Symbol name) {
  if (modules_.count(module_name)) return true;
  resolve::Module where = program_.resolver().Find(module_name);
  if (where.kind != resolve::Module::Kind::File && where.kind != resolve::Module::Kind::Package) return true;
  SkimmedWords& skimmed = skimmed_words_[where.path];
  if (!skimmed.hashes.empty()) {
    if (llvm::binary_search(skimmed.hashes, WordHash(Text(name)))) return true;
  } else {
    llvm::Expected<std::shared_ptr<const source::Text>> text = program_.Read(where.path);
    if (!text) {
      llvm::consumeError(text.takeError());
      return false;
    }
    llvm::StringRef content = (*text)->content;
    // Words, as below: what is read must not depend on whether it was asked before.
    if (HasWord(content, Text(name)) || content.contains("import *") || content.contains("__getattr__")) return true;
    // Who asks for one name that a package lacks may ask for hundreds: from the second on, the file is not read again.
    if (std::exchange(skimmed.read, true)) skimmed.hashes = WordsOf(content);
  }
  DependOnImport(module_name);
  if (ModuleObj* importer = importer_ ? importer_ : frame_ ? frame_->module : nullptr) {
    importer->skimmed.insert(where.path);
    if (piece_ && importer == script_) piece_->skimmed.push_back(where.path);
  }
  return false;
}

Value Interp::FromStar(llvm::StringRef target_name, Symbol name) {
  if (!MayExport(target_name, name)) return Value();
  // A package that takes everything from its modules asks each of them, the script too, for a module beside it.
  if (script_ && heap_.permanent() && modules_.lookup(target_name) == script_ && script_->unit->LacksForStars(name)) {
    DependOnImport(target_name);
    unexported_.insert({Intern(script_->unit->path), name});
    return Value();
  }
  ModuleObj* target = ImportModule(target_name);
  if (!target || target->unknown || !Exports(target, name)) return Value();
  if (const Value* value = target->env->variables.Find(name)) return *value;
  const outline::Outline* outline = target->unit ? &target->unit->outline : nullptr;
  if (!(outline && outline->MayBind(name)) && !target->torch) return Value();
  bool found = false;
  Value value = ModuleAttribute(target, name, &found);
  return found && !value.raised() ? value : Value();
}

// Whether a class or function of this name would be looked for in the module first: `bert` holds `BertModel`.
static bool SuggestedBy(llvm::StringRef module_name, llvm::StringRef name) {
  std::string stem;
  for (char c : module_name.rsplit('.').second) {
    if (c != '_') stem += llvm::toLower(c);
  }
  return !stem.empty() && llvm::StringRef(name.lower()).contains(stem);
}

// Packages that fill themselves lazily say what they hold under `if TYPE_CHECKING:`.
Value Interp::FromTypeChecking(ModuleObj* module, Symbol name) {
  if (module->lacks.contains(name)) return Value();
  Heap::Permanent permanent(heap_, module != script_);
  Importer on_behalf(*this, module);
  const outline::Outline& outline = module->unit->outline;
  const parse::Tree& tree = module->unit->tree();
  auto lazy = outline.type_checking.find(name);
  if (lazy != outline.type_checking.end() && module != script_) {
    Frame frame;
    frame.module = module;
    frame.env = module->env;
    frame.unit = module->unit.get();
    FrameScope scope(*this, frame);
    Exec(lazy->second);
    ClearException();
    if (const Value* value = module->env->variables.Find(name)) return *value;
  }
  for (bool suggested : {true, false}) {
    for (NodeId star : outline.type_checking_stars) {
      Symbol target_name = tree.symbol(star);
      std::string target = AbsoluteName(module, tree.flags(star), target_name.valid() ? Text(target_name) : "");
      if (SuggestedBy(target, Text(name)) != suggested) continue;
      auto key = std::make_pair(module, name);
      if (!star_guard_.insert({key, star}).second) continue;
      Value value = FromStar(target, name);
      star_guard_.erase({key, star});
      if (value.defined()) {
        module->env->variables.Set(name, value);
        return value;
      }
    }
  }
  // While stars are being followed, one that leads back here was left out.
  bool searched = module != script_ && star_guard_.empty() && !outline.type_checking_stars.empty();
  if (searched) module->lacks.insert(name);
  return Value();
}

Flow Interp::ExecImport(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  for (NodeId alias : tree.children(node)) {
    Symbol name = tree.symbol(alias, 0), asname = tree.symbol(alias, 1);
    llvm::StringRef text = Text(name);
    ModuleObj* module = ImportModule(text);
    if (!module && FailsToImport(text)) return Flow::Raise;
    if (asname.valid()) {
      SetName(asname, module ? Value::Obj(module) : Lost(("module '" + text + "' is not found").str()));
      continue;
    }
    llvm::StringRef first = text.split('.').first;
    ModuleObj* top = ImportModule(first);
    SetName(Intern(first), top ? Value::Obj(top) : Lost(("module '" + first + "' is not found").str()));
  }
  return Flow::Normal;
}

// What `from target import name` gives; an unknown value when it is not found.
Value Interp::ImportedValue(const std::string& target, Symbol name) {
  Value value;
  if (ModuleObj* module = ImportModule(target)) {
    bool found = false;
    value = ModuleAttribute(module, name, &found);
    if (value.raised()) return value;
    if (!found) {
      ModuleObj* submodule = ImportModule(target + "." + Text(name).str());
      if (submodule && (submodule->unit || !submodule->torch)) value = Value::Obj(submodule);
    }
  }
  return value.defined() ? value : Lost(("'" + Text(name) + "' of module '" + target + "' is not found").str());
}

static std::string ImportTarget(const ModuleObj* module, NodeId import) {
  const parse::Tree& tree = module->unit->tree();
  Symbol name = tree.symbol(import);
  return AbsoluteName(module, tree.flags(import), name.valid() ? Text(name) : "");
}

Flow Interp::ExecImportFrom(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  std::string target = ImportTarget(frame_->module, node);
  if (tree.flags(node) == 0 && !ImportModule(target) && FailsToImport(target)) return Flow::Raise;
  for (NodeId alias : tree.children(node)) {
    Symbol name = tree.symbol(alias, 0), asname = tree.symbol(alias, 1);
    if (name == N().star) continue;  // Looked up when a name is missing.
    Value value = ImportedValue(target, name);
    if (value.raised()) return Flow::Raise;
    SetName(asname.valid() ? asname : name, value);
  }
  return Flow::Normal;
}

// If statement `index` is a `from` import that binds `name`, resolves that name alone.
bool Interp::BindImported(ModuleObj* module, outline::StatementIndex index, Symbol name) {
  const parse::Tree& tree = module->unit->tree();
  NodeId statement = tree.children(tree.root())[index];
  if (tree.kind(statement) != NodeKind::ImportFrom) return false;
  for (NodeId alias : tree.children(statement)) {
    Symbol imported = tree.symbol(alias, 0), asname = tree.symbol(alias, 1);
    if ((asname.valid() ? asname : imported) != name) continue;
    auto key = std::make_pair(std::make_pair(module, name), statement);
    if (!star_guard_.insert(key).second) return true;  // A cycle of imports: not bound yet.
    Value value = ImportedValue(ImportTarget(module, statement), imported);
    star_guard_.erase(key);
    if (value.raised()) {
      ClearException();
      value = Lost("an import that fails");
    }
    module->env->variables.Set(name, value);
    return true;
  }
  return false;
}

// From here on the run has let modules fill registries, which the next one may not see.
void Interp::BeginEffects(const ModuleObj* module) {
  running_effects_ = true;
  effects_ran_.insert(module);
  NoteUnsummarised();
  if (piece_) piece_->ran_effects = true;
}

void Interp::NoteEffectsAsked(const ModuleObj* module) {
  if (MayRunEffects()) (piece_ ? Saw().effects : effects_asked_).insert(module);
}

// Executes the statements of loaded modules that may register something elsewhere: what Python does at import.
void Interp::RunEffects() {
  if (!MayRunEffects()) return;
  NoteEffectsAsked(kAllModules);
  if (llvm::all_of(module_order_, [&](const ModuleObj* module) { return !module->unit || module->effects_done || module == script_; })) return;
  BeginEffects(kAllModules);
  for (size_t i = 0; i < module_order_.size(); ++i) {
    ModuleObj* module = module_order_[i];
    if (!module->unit || module->effects_done || module == script_) continue;
    module->effects_done = true;
    // The script, imported by what it imports: its statements run as the script's.
    if (script_ && module->path == script_->path) continue;
    const parse::Tree& tree = module->unit->tree();
    // Imports first: they load the modules whose effects count.
    for (NodeId statement : tree.children(tree.root())) {
      bool whole = tree.kind(statement) == NodeKind::Import;
      if ((!whole && tree.kind(statement) != NodeKind::ImportFrom) || module->prelude) continue;
      auto load = [&](llvm::StringRef target) {
        if (target.split('.').first == Text(module->name).split('.').first) ImportModule(target);
      };
      for (NodeId alias : whole ? tree.children(statement) : llvm::ArrayRef<NodeId>()) load(Text(tree.symbol(alias, 0)));
      Symbol name = whole ? Symbol() : tree.symbol(statement);
      if (!whole) load(AbsoluteName(module, tree.flags(statement), name.valid() ? Text(name) : ""));
    }
    for (outline::StatementIndex index : module->unit->outline.effects) RunModuleStatement(module, index);
  }
  running_effects_ = false;
}

}  // namespace trident::eval
