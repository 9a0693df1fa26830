// Entry points that the file does not call: its models, built and called with symbolic sizes.
//
// In falling order of trust: functions of the file that build a model from their defaults (`def resnet18(weights=None)`),
// models that another model of the file made, and classes built from the defaults and annotations of their constructor;
// an argument without either is a size named after it that may turn out to be something else (Value::kGuess).
// A tensor argument of forward has an unknown shape until its uses say what it is (refine.cc): the entry is run again
// with what they said until nothing more is learnt, at last with what is only likely, then without publishing problems.
#include "core/eval/interp.h"

#include "core/profile/profile.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::ParameterKind;

namespace {

// More runs than this teach nothing new in practice.
constexpr int kMaxRuns = 4;
// Each builds a model; a file with more model functions than this repeats the same classes.
constexpr int kMaxFactories = 8;

std::string Annotation(const Unit& unit, const ParameterInfo& parameter) {
  if (parameter.annotation == kNoNode) return "";
  llvm::StringRef text = unit.content().slice(unit.tree().start(parameter.annotation), unit.tree().end(parameter.annotation));
  return text.trim("'\"").str();
}

// Steps of one entry. Models take up to a few ten thousand; a recursion on sizes that are not known takes millions and
// tells nothing.
constexpr uint64_t kEntryBudget = 400'000;

}  // namespace

// An argument of the entry, with what the runs before taught of it.
Value Interp::NewRoot(Symbol name) {
  if (next_root_ == roots_.size()) roots_.push_back({name, nullptr, {}, {}, false});
  Root& root = roots_[next_root_++];
  Value value = NewTensor(guessing_ ? root.likely.Type(/*likely=*/true) : root.sure.Type(/*likely=*/false));
  root.object = As<TensorObj>(value);
  root.leaked = false;
  root.object->refinable = true;
  root.object->lineage = {static_cast<uint16_t>(next_root_), 0, true, true, true};
  return value;
}

Value Interp::SymbolicArgument(const Unit& unit, const ParameterInfo& parameter, bool is_tensor) {
  std::string annotation = Annotation(unit, parameter);
  if (annotation == "int") return Value::Int(shape::Dim::Named(parameter.name));
  if (annotation == "float") return Value::SomeFloat();
  if (annotation == "bool") return Value::SomeBool();
  if (annotation == "str") return Value::SomeStr();
  llvm::StringRef plain = llvm::StringRef(annotation).rsplit('.').second.empty() ? llvm::StringRef(annotation) : llvm::StringRef(annotation).rsplit('.').second;
  if (is_tensor ? annotation.empty() || plain.contains("Tensor") : plain == "Tensor") return NewRoot(parameter.name);
  if (!annotation.empty()) return Lost("an argument of an entry point");
  Value guess = Value::Int(shape::Dim::Named(parameter.name));
  guess.flags |= Value::kGuess;
  return guess;
}

// Arguments for a call of `function` with the first parameter (self) left out.
Args Interp::SymbolicArguments(FunctionObj* function, bool tensors) {
  Args args;
  for (size_t i = 1; i < function->info->parameters.size(); ++i) {
    const ParameterInfo& parameter = function->info->parameters[i];
    // What a class passes on to its bases is theirs to know.
    args.open |= parameter.kind == ParameterKind::VarArgs || parameter.kind == ParameterKind::KwArgs;
    if (parameter.kind == ParameterKind::VarArgs || parameter.kind == ParameterKind::KwArgs || function->defaults[i].defined()) continue;
    Value value = SymbolicArgument(*function->module->unit, parameter, tensors);
    if (parameter.kind == ParameterKind::KeywordOnly) args.keywords.emplace_back(parameter.name, value);
    else args.positional.push_back(value);
  }
  return args;
}

// Whether a call's arguments are known well enough for its types to be worth showing.
bool Interp::IsInformed(const Args& args) {
  return llvm::none_of(args.positional, [](const Value& value) {
    return value.unknown() || (value.is(Kind::Tensor) && !As<TensorObj>(value)->type.shape.rank_known());
  });
}

void Interp::OpenCheckpoint(Checkpoint& checkpoint) {
  checkpoint.bindings = outcome_.bindings.size();
  checkpoint.problems = outcome_.problems.size();
  checkpoint.models = outcome_.models.size();
  checkpoint.nodes = outcome_.graph.nodes.size();
  checkpoint.scopes = outcome_.graph.scopes.size();
  checkpoint.types.clear();
  for (const Binding& binding : outcome_.bindings) checkpoint.types.push_back(binding.types.size());
  checkpoint.entered = entered_;
  heap_.Open(checkpoint.journal);
}

// Undoes what was recorded and written since the checkpoint.
void Interp::RollBack(Checkpoint& checkpoint, bool with_problems) {
  heap_.Swap(checkpoint.journal);
  for (size_t i = checkpoint.bindings; i < outcome_.bindings.size(); ++i) {
    const Binding& binding = outcome_.bindings[i];
    binding_index_.erase({{binding.unit, binding.statement}, binding.name});
  }
  outcome_.bindings.resize(checkpoint.bindings);
  for (size_t i = 0; i < checkpoint.bindings; ++i) {
    outcome_.bindings[i].types.resize(checkpoint.types[i]);
    outcome_.bindings[i].fresh.resize(checkpoint.types[i]);
  }
  if (with_problems) outcome_.problems.resize(checkpoint.problems);
  outcome_.models.resize(checkpoint.models);
  outcome_.graph.nodes.resize(checkpoint.nodes);
  outcome_.graph.scopes.resize(checkpoint.scopes);
  entered_ = std::move(checkpoint.entered);
  // Summaries of the run stand for bindings that are gone.
  ++run_;
}

// Runs an entry until its arguments' types are as good as they get. `run` makes the arguments with NewRoot.
void Interp::Enter(llvm::function_ref<void()> run) {
  roots_.clear();
  guessing_ = false;
  for (int runs = 1;; ++runs) {
    std::vector<Root> before = roots_;
    next_root_ = 0;
    Checkpoint checkpoint;
    OpenCheckpoint(checkpoint);
    if (guessing_) {
      Uncertain scope(*this);
      run();
    } else {
      run();
    }
    heap_.Close(checkpoint.journal);
    auto settled = [&](bool likely) {
      for (size_t i = 0; i < roots_.size(); ++i) {
        const Root& root = roots_[i];
        shape::TensorType now = likely ? root.likely.Type(true) : root.sure.Type(false);
        shape::TensorType then = i < before.size() ? (likely ? before[i].likely.Type(true) : before[i].sure.Type(false)) : shape::TensorType();
        bool in_time = !root.leaked && root.object && root.object->type.shape == now.shape && root.object->type.dtype == now.dtype;
        if (!(now == then) && !in_time) return false;
      }
      return true;
    };
    auto unsure = [](const Root& root) { return !(root.likely.Type(true) == root.sure.Type(false)); };
    bool last = runs >= kMaxRuns || out_of_budget_;
    if (settled(guessing_) || (last && guessing_) || out_of_budget_) {
      if (guessing_ || out_of_budget_ || !llvm::any_of(roots_, unsure)) break;
      guessing_ = true;
      runs = 1;
      RollBack(checkpoint, /*with_problems=*/false);
    } else {
      guessing_ |= last;
      RollBack(checkpoint, /*with_problems=*/!guessing_);
    }
  }
  ShowParameterTypes();
  guessing_ = false;
  roots_.clear();
}

// Parameters whose type was learnt after the call began show it.
void Interp::ShowParameterTypes() {
  for (const Root& root : roots_) {
    if (!root.object || !root.object->type.shape.rank_known()) continue;
    for (Binding& binding : outcome_.bindings) {
      if (binding.name != root.name || binding.unit != script_->unit.get() || script_->unit->tree().kind(binding.statement) != NodeKind::Parameter) continue;
      for (TypeDesc& type : binding.types) {
        if (type.kind != TypeDesc::Kind::Tensor || type.tensor.shape.rank_known()) continue;
        type.tensor.shape = root.object->type.shape;
        type.tensor.dtype = root.object->type.dtype;
      }
    }
  }
}

void Interp::DropPoorTypes(llvm::ArrayRef<uint32_t> counts) {
  auto known = [](const TypeDesc& type) { return type.kind == TypeDesc::Kind::Tensor && type.tensor.shape.rank_known(); };
  auto poor = [](const TypeDesc& type) {
    return type.kind == TypeDesc::Kind::Unknown || (type.kind == TypeDesc::Kind::Tensor && !type.tensor.shape.rank_known());
  };
  for (size_t i = 0; i < outcome_.bindings.size(); ++i) {
    Binding& binding = outcome_.bindings[i];
    if (binding.types.size() < 2 || !llvm::any_of(binding.types, known)) continue;
    for (size_t k = binding.types.size(); k-- > (i < counts.size() ? counts[i] : 0);) {
      bool repeated = std::find(binding.types.begin(), binding.types.begin() + k, binding.types[k]) != binding.types.begin() + k;
      if (!poor(binding.types[k]) && !repeated) continue;
      binding.types.erase(binding.types.begin() + k);
      binding.fresh.erase(binding.fresh.begin() + k);
    }
  }
}

// Whether the class's forward has run on arguments of known type.
bool Interp::Covered(ClassObj* cls) {
  Value forward = FindInClass(cls, N().forward);
  if (!forward.is(Kind::Function)) return true;
  auto* function = As<FunctionObj>(forward);
  return function->module != script_ || entered_.contains(function->node);
}

// The frame from which an entry is called: it stands at the definition of a class or function of the file.
Frame Interp::EntryFrame(NodeId definition) {
  Frame frame;
  frame.module = script_;
  frame.env = script_->env;
  frame.unit = script_->unit.get();
  frame.statement = definition;
  return frame;
}

void Interp::EnterInstance(InstanceObj* model, FunctionObj* forward, NodeId definition) {
  Enter([&] {
    Frame frame = EntryFrame(definition);
    FrameScope scope(*this, frame);
    profile::ScopedCall measured({frame.unit, definition}, [&] {
      return profile::Function{frame.unit->path, "<entry " + Text(model->cls->name).str() + ">", frame.unit->LineOf(definition)};
    });
    Value result = Call(Value::Obj(model), SymbolicArguments(forward, /*tensors=*/true));
    if (result.raised()) ClearException();
  });
}

void Interp::EnterModel(ClassObj* cls) {
  Value forward = FindInClass(cls, N().forward);
  if (!forward.is(Kind::Function) || As<FunctionObj>(forward)->module->prelude || Covered(cls)) return;
  Value model;
  if (InstanceObj* made = made_.lookup(cls)) {
    model = Value::Obj(made);
  } else {
    Frame frame = EntryFrame(cls->definition);
    FrameScope scope(*this, frame);
    Value init = FindInClass(cls, N().init);
    Args arguments;
    if (init.is(Kind::Function)) arguments = SymbolicArguments(As<FunctionObj>(init), /*tensors=*/false);
    model = Instantiate(cls, arguments);
  }
  if (model.raised()) {
    // Nobody said that the class can be made this way.
    ClearException();
    return;
  }
  if (model.is(Kind::Instance)) EnterInstance(As<InstanceObj>(model), As<FunctionObj>(forward), cls->definition);
}

namespace {

// The names in a function's body, and in those of the module's functions it uses.
void NamesUsed(const parse::Tree& tree, const llvm::DenseMap<Symbol, NodeId>& functions, NodeId node, llvm::DenseSet<Symbol>& names) {
  llvm::SmallVector<NodeId, 64> todo = {node};
  while (!todo.empty()) {
    NodeId each = todo.pop_back_val();
    if (tree.kind(each) == NodeKind::Name && names.insert(tree.symbol(each)).second) {
      if (auto found = functions.find(tree.symbol(each)); found != functions.end()) todo.push_back(tree.child(found->second, 1));
    }
    for (NodeId child : tree.children(each)) {
      if (child != kNoNode) todo.push_back(child);
    }
  }
}

}  // namespace

// Functions of the file that build a model of it without being told anything.
void Interp::EnterFactories() {
  const parse::Tree& tree = script_->unit->tree();
  llvm::DenseMap<Symbol, NodeId> functions;
  for (NodeId node : tree.children(tree.root())) {
    if (tree.kind(node) == NodeKind::FunctionDef) functions[tree.symbol(node)] = node;
  }
  auto needs_nothing = [&](NodeId node) {
    const FunctionInfo* info = script_->unit->Function(node);
    return llvm::all_of(info->parameters, [](const ParameterInfo& parameter) {
      return parameter.default_value != kNoNode || parameter.kind == ParameterKind::VarArgs || parameter.kind == ParameterKind::KwArgs;
    });
  };
  llvm::DenseSet<Symbol> tried;
  int entered = 0;
  for (NodeId node : tree.children(tree.root())) {
    if (tree.kind(node) != NodeKind::FunctionDef || entered >= kMaxFactories || out_of_budget_ || !needs_nothing(node)) continue;
    const Value* function = script_->env->variables.Find(tree.symbol(node));
    if (!function || (!function->is(Kind::Function) && !function->is(Kind::Instance) && !function->is(Kind::Partial))) continue;
    llvm::DenseSet<Symbol> names;
    NamesUsed(tree, functions, tree.child(node, 1), names);
    bool wanted = false;
    for (Symbol name : names) {
      const Value* cls = script_->env->variables.Find(name);
      bool model = cls && cls->is(Kind::Class) && As<ClassObj>(*cls)->is_nn_module && As<ClassObj>(*cls)->module == script_;
      if (model && !Covered(As<ClassObj>(*cls)) && tried.insert(name).second) wanted = true;
    }
    if (!wanted) continue;
    ++entered;
    Value model;
    {
      Frame frame = EntryFrame(node);
      FrameScope scope(*this, frame);
      // What a registry or a download would add to the defaults is not known: a failure proves nothing.
      Uncertain uncertain(*this);
      model = Call(*function, {});
    }
    if (model.raised()) ClearException();
    if (!model.is(Kind::Instance) || !As<InstanceObj>(model)->cls->is_nn_module) continue;
    Value forward = FindInClass(As<InstanceObj>(model)->cls, N().forward);
    if (forward.is(Kind::Function)) EnterInstance(As<InstanceObj>(model), As<FunctionObj>(forward), node);
  }
}

void Interp::EnterModels() {
  std::vector<uint32_t> counts;
  for (const Binding& binding : outcome_.bindings) counts.push_back(binding.types.size());
  EnterFactories();
  const parse::Tree& tree = script_->unit->tree();
  llvm::ArrayRef<NodeId> body = tree.children(tree.root());
  // The last classes of a file are usually the models that use the earlier ones: those then have known arguments.
  for (size_t i = body.size(); i-- > 0 && !out_of_budget_;) {
    if (tree.kind(body[i]) != NodeKind::ClassDef) continue;
    const Value* value = script_->env->variables.Find(tree.symbol(body[i]));
    if (!value || !value->is(Kind::Class)) continue;
    auto* cls = As<ClassObj>(*value);
    if (!cls->is_nn_module || cls->module != script_) continue;
    step_limit_ = std::min(options_.step_budget, steps_ + kEntryBudget);
    EnterModel(cls);
    step_limit_ = UINT64_MAX;
    if (!out_of_budget_ || outcome_.cancelled || steps_ > options_.step_budget) continue;
    out_of_budget_ = false;
    ClearException();
  }
  DropPoorTypes(counts);
}

}  // namespace trident::eval
