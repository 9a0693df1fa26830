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
constexpr int kMaxRuns = 6;
// Each builds a model; a file with more model functions than this repeats the same classes.
constexpr int kMaxFactories = 8;

// Steps of one entry. Models take up to a few ten thousand; a recursion on sizes that are not known takes millions and
// tells nothing.
constexpr uint64_t kEntryBudget = 400'000;

// Objects of one entry, for the same reason: an entry that is spent leaves most of the run's to the others.
constexpr uint64_t kEntryObjects = 75'000;

// Steps of one function: decoding loops without an end known are left soon.
constexpr uint64_t kFunctionBudget = 20'000;

}  // namespace

// Whether a call's arguments are known well enough for its types to be worth showing.
bool Interp::IsInformed(const Args& args) {
  return llvm::none_of(args.positional, [](const Value& value) {
    return value.unknown() || (value.is(Kind::Tensor) && !As<TensorObj>(value)->type.shape.rank_known());
  });
}

void Interp::NoteEntered(NodeId function) {
  if (entered_.insert(function).second) entered_order_.push_back(function);
}

void Interp::SetEntered(NodeId function) {
  // What a call on a path that may not be taken finds is not published: it leaves that to an entry.
  if (!entering_) {
    if (!uncertain()) doubtful_.erase(function);
    else if (!entered_.contains(function)) doubtful_.insert(function);
  }
  NoteEntered(function);
  if (piece_ && !llvm::is_contained(piece_->entered, function)) piece_->entered.push_back(function);
  if (open_calls_.empty()) return;
  CallNotes& call = open_calls_.back();
  if (!llvm::is_contained(call.entered, function)) call.entered.push_back(function);
  if (!entering_ && !uncertain() && !llvm::is_contained(call.entered_surely, function)) call.entered_surely.push_back(function);
}

// A function counts as entered also when its arguments' types were learnt after its call began.
void Interp::NoteEntered(FunctionObj* function, const Args& args) {
  if (IsInformed(args)) return SetEntered(function->node);
  llvm::SmallVector<TensorObj*, 2> tensors;
  for (const Value& value : args.positional) {
    if (value.unknown()) return;
    if (value.is(Kind::Tensor) && !As<TensorObj>(value)->type.shape.rank_known()) tensors.push_back(As<TensorObj>(value));
  }
  awaited_.emplace_back(function->node, std::move(tensors));
}

// Of the functions entered, only the first `count` are.
void Interp::DropEntered(size_t count) {
  for (NodeId function : llvm::ArrayRef(entered_order_).drop_front(count)) entered_.erase(function);
  entered_order_.resize(count);
}

void Interp::OpenCheckpoint(Checkpoint& checkpoint) {
  checkpoint.bindings = outcome_.bindings.size();
  checkpoint.problems = Problems().size();
  checkpoint.models = outcome_.models.size();
  checkpoint.entries = outcome_.graph.entries.size();
  checkpoint.nodes = outcome_.graph.nodes.size();
  checkpoint.scopes = outcome_.graph.scopes.size();
  checkpoint.calls = calls_.size();
  checkpoint.answers = answers_.size();
  checkpoint.types = typed_.size();
  checkpoint.entered = entered_order_.size();
  if (piece_) {
    checkpoint.piece_types = piece_->types.size();
    checkpoint.piece_losses = piece_->lost.size();
    checkpoint.piece_entered = piece_->entered.size();
  }
  heap_.Open(checkpoint.journal);
}

// Undoes what was recorded and written since the checkpoint.
void Interp::RollBack(Checkpoint& checkpoint, bool with_problems, bool recallable) {
  heap_.Swap(checkpoint.journal);
  for (size_t i = checkpoint.bindings; i < outcome_.bindings.size(); ++i) {
    const Binding& binding = outcome_.bindings[i];
    binding_index_.erase({{binding.unit, binding.statement}, binding.name});
    type_places_.Forget(i);
  }
  outcome_.bindings.resize(checkpoint.bindings);
  SetAside({checkpoint.piece_types, checkpoint.piece_losses, checkpoint.nodes, checkpoint.scopes, checkpoint.calls, checkpoint.answers}, /*keep_types=*/false, recallable);
  if (piece_) {
    piece_->types.resize(checkpoint.piece_types);
    piece_->entered.resize(checkpoint.piece_entered);
    ++piece_stamp_;
  }
  for (uint32_t at : llvm::ArrayRef(typed_).drop_front(checkpoint.types)) {
    if (at >= checkpoint.bindings) continue;
    Binding& binding = outcome_.bindings[at];
    binding.types.pop_back();
    binding.fresh.pop_back();
    binding.callers.pop_back();
  }
  typed_.resize(checkpoint.types);
  if (with_problems) Problems().resize(checkpoint.problems);
  outcome_.models.resize(checkpoint.models);
  outcome_.graph.entries.resize(checkpoint.entries);
  outcome_.graph.nodes.resize(checkpoint.nodes);
  outcome_.graph.scopes.resize(checkpoint.scopes);
  DropEntered(checkpoint.entered);
  // Summaries of the run stand for bindings that are gone.
  ++run_;
}

// What is known of the entry's arguments for this pass: where it guesses, what is likely.
shape::TensorType Interp::KnownType(const Root& root) const { return mode_.guessing ? root.likely.Type(true) : root.sure.Type(false); }

bool Interp::CameTooLate(size_t index) const {
  const Root& root = roots_[index];
  shape::TensorType now = KnownType(root);
  bool in_time = !root.leaked && root.object && root.object->type.shape == now.shape && root.object->type.dtype == now.dtype;
  return !in_time && !(now == (index < pass_.before.size() ? pass_.before[index] : shape::TensorType()));
}

bool Interp::PassIsSpent() {
  if (!pass_.may_end || pass_.spent || pass_.looked_at == pass_.taught) return pass_.may_end && pass_.spent;
  pass_.looked_at = pass_.taught;
  for (size_t i = 0; i < roots_.size() && !pass_.spent; ++i) {
    const Root& root = roots_[i];
    // Of what is entered unsurely nothing stays but what is only likely.
    if (mode_.entered_unsure && !mode_.guessing) pass_.spent = root.likely.Type(true).shape.rank_known() && IsUnsure(root);
    // The tensor may yet get its type, unless something was made of it without.
    else pass_.spent = (root.leaked || (root.object && root.object->type.shape.rank_known())) && KnownType(root).shape.rank_known() && CameTooLate(i);
  }
  return pass_.spent;
}

// Runs an entry until its arguments' types are as good as they get. `run` makes the arguments with NewRoot.
void Interp::Enter(llvm::function_ref<void()> run, bool only_types) {
  roots_.clear();
  mode_.guessing = only_types;
  mode_.entered_unsure = uncertain();
  mode_.lacks_arguments = mode_.leaves_out = false;
  mode_.entry_extra = EntryMode::kNoTensor;
  mode_.entry_evaluates = false;
  size_t first = Problems().size();
  std::optional<Checkpoint> last_run;
  std::vector<Root> settled_roots;  // Of sure types; none when more is open than a rank.
  for (int runs = 1;; ++runs) {
    next_root_ = 0;
    ForgetItems();
    awaited_.clear();
    bool last = runs >= kMaxRuns;
    pass_ = {};
    for (const Root& root : roots_) pass_.before.push_back(KnownType(root));
    pass_.may_end = !last;
    Checkpoint& checkpoint = last_run.emplace();
    OpenCheckpoint(checkpoint);
    if (mode_.guessing) {
      Uncertain scope(*this);
      mode_.guess_level = uncertain_;
      mode_.hidden_errors = 0;
      run();
    } else {
      run();
    }
    heap_.Close(checkpoint.journal);
    pass_.may_end = false;
    last |= out_of_budget_;
    bool settled = !pass_.left_out || (mode_.entered_unsure && !mode_.guessing);
    for (size_t i = 0; i < roots_.size() && !pass_.left_out; ++i) settled &= !CameTooLate(i);
    if (settled || (last && mode_.guessing) || out_of_budget_) {
      if (mode_.guessing || out_of_budget_ || (!mode_.lacks_arguments && !llvm::any_of(roots_, IsUnsure))) break;
      if (OnlyRankIsOpen()) settled_roots = roots_;
      mode_.guessing = true;
      runs = 1;
      RollBack(checkpoint, /*with_problems=*/false);
    } else {
      mode_.guessing |= last;
      RollBack(checkpoint, /*with_problems=*/!mode_.guessing);
    }
  }
  for (const auto& [function, tensors] : awaited_) {
    if (llvm::all_of(tensors, [](TensorObj* tensor) { return tensor->type.shape.rank_known(); })) SetEntered(function);
  }
  awaited_.clear();
  mode_.guessing = false;
  if (!mode_.names_apart && roots_.size() > 1 && Problems().size() > first && !StandsApart(run, first)) {
    RollBack(*last_run, /*with_problems=*/true);
    Problems().resize(first);
    mode_.names_apart = true;
    Enter(run, only_types);
    mode_.names_apart = false;
    return;
  }
  if (!settled_roots.empty() && mode_.hidden_errors > 0 && !out_of_budget_) ReportAtAllRanks(run, settled_roots);
  if (!mode_.confirming && Problems().size() > first) {
    bool batched = llvm::any_of(roots_, [](const Root& root) { return root.batched; });
    if (mode_.leaves_out) KeepConfirmed(run, first, mode_.gives_all, /*may_refuse=*/false);
    if (batched) KeepConfirmed(run, first, mode_.single_samples, /*may_refuse=*/true);
  }
  if (!mode_.confirming) ShowParameterTypes();
  roots_.clear();
}

// Parameters whose type was learnt after the call began show it.
void Interp::ShowParameterTypes() {
  for (const Root& root : roots_) {
    if (!root.object || !root.object->type.shape.rank_known()) continue;
    Piece::Parameter parameter = {root.name, root.object->type};
    if (piece_) piece_->parameters.push_back(parameter);
    ShowParameter(parameter);
  }
}

void Interp::ShowParameter(const Piece::Parameter& parameter) {
  for (Binding& binding : outcome_.bindings) {
    if (binding.name != parameter.name || binding.unit != script_->unit.get() || script_->unit->tree().kind(binding.statement) != NodeKind::Parameter) continue;
    for (TypeDesc& type : binding.types) {
      if (type.kind != TypeDesc::Kind::Tensor || type.tensor.shape.rank_known()) continue;
      type.tensor.shape = parameter.type.shape;
      type.tensor.dtype = parameter.type.dtype;
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
      binding.callers.erase(binding.callers.begin() + k);
    }
  }
}

// The class's forward as the text has it, without its decorators; null when there is none.
FunctionObj* Interp::ForwardOf(ClassObj* cls) {
  Value forward = FindInClass(cls, N().forward);
  while (forward.is(Kind::Function)) {
    const Value* wrapped = As<FunctionObj>(forward)->attributes.Find(N().wrapped);
    if (!wrapped || !wrapped->is(Kind::Function)) return As<FunctionObj>(forward);
    forward = *wrapped;
  }
  return nullptr;
}

// Whether the class's forward has run on arguments of known type.
bool Interp::Covered(ClassObj* cls) {
  FunctionObj* forward = ForwardOf(cls);
  return !forward || forward->module != script_ || HasEntered(forward->node);
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

// Calls an entry with the likely arguments of `function`, `self` first where it is given. Who calls gives no more of them
// than he must; where that fails, he gives one more of the tensors that have defaults, at last all of them and others.
void Interp::CallEntry(const Value& callee, FunctionObj* function, bool tensors, const Value& self) {
  constexpr int kMaxExtra = 6;
  if (mode_.guessing && mode_.entry_evaluates && CallMethod(callee, "eval").raised()) ClearException();
  for (int extra = mode_.guessing ? mode_.entry_extra : EntryMode::kNoTensor;; extra = extra + 1 < static_cast<int>(mode_.optional_tensors) && extra < kMaxExtra ? extra + 1 : EntryMode::kAllTensors) {
    mode_.extra = extra;
    mode_.optional_tensors = 0;
    next_root_ = 0;
    Args args = SymbolicArguments(function, tensors);
    mode_.extra = EntryMode::kNoTensor;
    // What takes no tensor is no function over tensors: it is left alone.
    if (!tensors && next_root_ == 0) return;
    if (self.defined()) args.positional.insert(args.positional.begin(), self);
    mode_.lacks_arguments |= args.open;
    args.open &= !mode_.guessing || extra == EntryMode::kAllTensors;
    // An operator that gets None where a tensor belongs lacks it as well.
    uint32_t misused = misused_;
    bool done = !Call(callee, args).raised() && misused_ == misused;
    ClearException();
    mode_.lacks_arguments |= !done;
    if (mode_.guessing && done) mode_.entry_extra = extra;
    if (!mode_.guessing || done) return;
    if (extra == EntryMode::kAllTensors) break;
  }
  // A model that refuses all calls while it is trained wants targets then: the other mode is meant.
  if (!tensors || mode_.entry_evaluates) return;
  mode_.entry_evaluates = true;
  mode_.entry_extra = EntryMode::kNoTensor;
  CallEntry(callee, function, tensors, self);
}

void Interp::EnterInstance(InstanceObj* model, FunctionObj* forward, NodeId definition) {
  // Decorators pass on what they are given: with more arguments than are known, forward would know none.
  bool wrapped = !(FindInClass(model->cls, N().forward) == Value::Obj(forward));
  Enter([&] {
    Frame frame = EntryFrame(definition);
    FrameScope scope(*this, frame);
    profile::ScopedCall measured({frame.unit, definition}, [&] {
      return profile::Function{frame.unit->path, "<entry " + Text(model->cls->name).str() + ">", frame.unit->LineOf(definition)};
    });
    CallEntry(Value::Obj(model), forward, /*tensors=*/true, Value());
  }, wrapped);
}

// A model of the class, of arguments that are likely by its constructor's text.
Value Interp::MakeModel(ClassObj* cls) {
  Frame frame = EntryFrame(cls->definition);
  FrameScope scope(*this, frame);
  Value init = FindInClass(cls, N().init);
  Args arguments;
  // What the constructor takes outlives the entry whose roots these would be, so it has none.
  roots_.clear();
  next_root_ = 0;
  mode_.made_up = false;
  if (init.is(Kind::Function)) arguments = SymbolicArguments(As<FunctionObj>(init), /*tensors=*/false);
  auto uproot = [](const Value& value) {
    if (value.is(Kind::Tensor)) As<TensorObj>(value)->lineage = {};
  };
  llvm::for_each(arguments.positional, uproot);
  for (const auto& [name, value] : arguments.keywords) uproot(value);
  roots_.clear();
  next_root_ = 0;
  if (std::exchange(arguments.open, false)) {
    // With no more than it must be given; what it passes on to its bases may need more.
    Uncertain uncertain(*this);
    Value model = Instantiate(cls, arguments);
    if (!model.raised()) return model;
    ClearException();
    arguments.open = true;
  }
  std::optional<Uncertain> uncertain;
  if (mode_.made_up) uncertain.emplace(*this);
  return Instantiate(cls, arguments);
}

void Interp::EnterModel(ClassObj* cls) {
  FunctionObj* forward = ForwardOf(cls);
  bool doubtful = forward && doubtful_.contains(forward->node);
  if (!forward || (Covered(cls) && !doubtful)) return;
  InstanceObj* model = ModelMade(cls);
  if (model) mode_.made_up = mode_.made_up_before;
  if (model && piece_) piece_->as_made_up = mode_.made_up_before;
  else model = Construct([&] { return MakeModel(cls); });
  if (!model) return;
  mode_.made_up_before |= mode_.made_up;
  if (piece_) piece_->made_up = mode_.made_up;
  std::optional<Uncertain> uncertain;
  if (mode_.made_up) uncertain.emplace(*this);
  if (!doubtful) return EnterInstance(model, forward, cls->definition);
  for (Problem& problem : ProblemsOf([&] { EnterInstance(model, forward, cls->definition); })) Report(std::move(problem));
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
  // The file's models that no factory was entered for.
  llvm::SmallVector<std::pair<Symbol, ClassObj*>, 16> left;
  for (const auto& [name, value] : script_->env->variables.entries()) {
    if (value.is(Kind::Class) && As<ClassObj>(value)->is_nn_module && As<ClassObj>(value)->module == script_) left.emplace_back(name, As<ClassObj>(value));
  }
  int entered = 0;
  for (NodeId node : tree.children(tree.root())) {
    if (tree.kind(node) != NodeKind::FunctionDef || !needs_nothing(node)) continue;
    llvm::erase_if(left, [&](const auto& model) { return Covered(model.second); });
    if (left.empty() || entered >= kMaxFactories || out_of_budget_) return;
    const Value* function = script_->env->variables.Find(tree.symbol(node));
    if (!function || (!function->is(Kind::Function) && !function->is(Kind::Instance) && !function->is(Kind::Partial))) continue;
    llvm::DenseSet<Symbol> names;
    NamesUsed(tree, functions, tree.child(node, 1), names);
    size_t known = left.size();
    llvm::erase_if(left, [&](const auto& model) { return names.contains(model.first); });
    if (left.size() == known) continue;
    ++entered;
    WithinBudget({Piece::Kind::Factory, node}, tree.symbol(node), [&] { EnterFactory(*function, node); });
  }
}

void Interp::EnterFactory(const Value& function, NodeId node) {
  size_t entered = entered_order_.size(), piece_entered = piece_ ? piece_->entered.size() : 0;
  bool gives_nothing = false;
  InstanceObj* model = Construct([&] {
    Frame frame = EntryFrame(node);
    FrameScope scope(*this, frame);
    // What a registry or a download would add to the defaults is not known: a failure proves nothing.
    Uncertain uncertain(*this);
    Value made = Call(function, {});
    gives_nothing = made.is(Kind::None);
    return made;
  });
  if (model && model->cls->is_nn_module) {
    if (FunctionObj* forward = ForwardOf(model->cls)) EnterInstance(model, forward, node);
  }
  if (!gives_nothing) return;
  // `def main()` uses models and gives none: nothing of what it found is published, so they are entered as well.
  DropEntered(entered);
  if (piece_) piece_->entered.resize(piece_entered);
}

// Runs one entry within a budget of its own: what one spends is not missing to the others.
void Interp::WithinBudget(Piece::Label label, Symbol name, llvm::function_ref<void()> entry) {
  step_limit_ = steps_ + kEntryBudget;
  object_limit_ = ObjectsUsed() + kEntryObjects;
  EnterPiece(label, name, entry);
  step_limit_ = object_limit_ = UINT64_MAX;
  if (!out_of_budget_ || outcome_.cancelled || steps_ > options_.step_budget) return;
  out_of_budget_ = false;
  ClearException();
}

// A function or method of the file that nothing has called with known arguments, with likely ones.
void Interp::EnterFunction(FunctionObj* function, ClassObj* cls) {
  llvm::StringRef name = Text(function->name);
  if (HasEntered(function->node) || (name.starts_with("__") && name != "__call__")) return;
  Value self;
  if (cls) {
    InstanceObj* made = ModelMade(cls);
    if (!made) return;
    self = Value::Obj(made);
  }
  step_limit_ = std::min(step_limit_, steps_ + kFunctionBudget);
  graph::Graph& graph = outcome_.graph;
  Mark mark = {piece_ ? piece_->types.size() : 0, piece_ ? piece_->lost.size() : 0, graph.nodes.size(), graph.scopes.size(), calls_.size(), answers_.size()};
  mode_.of_function = true;
  Enter([&] {
    Frame frame = EntryFrame(function->node);
    FrameScope scope(*this, frame);
    Uncertain uncertain(*this);
    CallEntry(Value::Obj(function), function, /*tensors=*/false, self);
  }, /*only_types=*/true);
  mode_.of_function = false;
  // It shows types, and nothing is counted or optimised in it.
  SetAside(mark, /*keep_types=*/true, /*recallable=*/true);
  graph.nodes.resize(mark.nodes);
  graph.scopes.resize(mark.scopes);
  ++run_;
}

void Interp::EnterFunctions() {
  const parse::Tree& tree = script_->unit->tree();
  for (NodeId node : tree.children(tree.root())) {
    const Value* value = script_->env->variables.Find(tree.kind(node) == NodeKind::FunctionDef || tree.kind(node) == NodeKind::ClassDef ? tree.symbol(node) : Symbol());
    if (!value || out_of_budget_) continue;
    if (value->is(Kind::Function) && As<FunctionObj>(*value)->module == script_) {
      WithinBudget({Piece::Kind::Function, node}, tree.symbol(node), [&] { EnterFunction(As<FunctionObj>(*value), nullptr); });
    } else if (value->is(Kind::Class) && As<ClassObj>(*value)->module == script_) {
      auto* cls = As<ClassObj>(*value);
      // The body may change while methods run: their objects stay.
      llvm::SmallVector<FunctionObj*, 16> methods;
      for (const auto& [name, attribute] : cls->attributes.entries()) {
        if (attribute.is(Kind::Function)) methods.push_back(As<FunctionObj>(attribute));
      }
      for (FunctionObj* method : methods) {
        if (method->module == script_ && method->owner == cls) {
          WithinBudget({Piece::Kind::Function, method->node}, tree.symbol(node), [&] { EnterFunction(method, cls); });
        }
      }
    }
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
    if (cls->is_nn_module && cls->module == script_) {
      WithinBudget({Piece::Kind::Model, body[i]}, tree.symbol(body[i]), [&] { EnterModel(cls); });
    }
  }
  EnterFunctions();
  DropPoorTypes(counts);
}

}  // namespace trident::eval
