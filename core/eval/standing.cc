// What outlives a run: the state that the script's own statements left, and the models that its entries constructed.
#include "core/eval/standing.h"

#include "core/eval/defaults.h"
#include "core/eval/interp.h"
#include "core/eval/repeat.h"
#include "core/eval/script_calls.h"

namespace trident::eval {

using parse::NodeId;
using parse::NodeKind;

// Standing objects that no run needs any more, models of constructors that were edited, go when there are as many.
static constexpr size_t kMaxStale = 100'000;

// Whether all that changed is in the bodies of functions that the script's statements did not run, or in defaults that are
// written out and that they were not given.
bool Interp::OnlyBodiesChanged(const Unit& unit) const {
  const parse::Tree& tree = unit.tree();
  std::vector<Unit::Change> changed = unit.ChangedSince(standing_->changes);
  // Of a change that no node shows it is not known where it is.
  if (changed.empty()) return unit.structure == standing_->structure;
  return llvm::all_of(changed, [&](const Unit::Change& change) {
    llvm::SmallVector<NodeId, 16> path = PathTo(tree, change.node);
    if (IsForReaders(tree, path)) return true;
    auto is_function = [&](NodeId each) { return tree.kind(each) == NodeKind::FunctionDef || tree.kind(each) == NodeKind::Lambda; };
    auto function = llvm::find_if(path, is_function);
    if (function == path.end() || function + 1 == path.end()) return false;
    if (std::optional<WrittenDefault> written = change.value ? DefaultOn(unit, path) : std::nullopt; written && path[written->function] == *function) {
      return !standing_->executed.contains(written->value) && HeldDefault(unit, path, *written, script_calls_->definitions);
    }
    // Other defaults, decorators and annotations belong to the statement.
    if (function[1] != tree.child(*function, 1)) return false;
    return llvm::none_of(llvm::make_range(function, path.end()), [&](NodeId each) { return standing_->executed.contains(each); });
  });
}

// The script's functions take the defaults that were changed.
void Interp::TakeDefaults(const Unit& unit) {
  for (const Unit::Change& change : unit.ChangedSince(standing_->changes)) {
    llvm::SmallVector<NodeId, 16> path = PathTo(unit.tree(), change.node);
    std::optional<WrittenDefault> written = DefaultOn(unit, path);
    Value* held = written ? HeldDefault(unit, path, *written, script_calls_->definitions) : nullptr;
    if (!held) continue;
    *held = LiteralValue(unit, change.node);
    heap_.ForgetStructures();
  }
}

bool Interp::Resume(const std::shared_ptr<const Unit>& script, const Options& options) {
  if (!standing_) return false;
  bool stands = options.incremental && !options.all_bindings && standing_->unit.lock() == script && OnlyBodiesChanged(*script);
  if (!stands) {
    EndRunOfScript(script, options);
    return false;
  }
  std::optional<llvm::DenseSet<NodeId>> changed = ChangedFunctions(standing_->changes);
  TakeDefaults(*script);
  size_t since = std::exchange(standing_->changes, script->changed.size());
  standing_->structure = script->structure;
  BeginRun(options);
  resumed_ = true;
  outcome_ = standing_->outcome;
  outcome_.graph.nodes.reserve(last_.nodes + last_.nodes / 8);
  binding_index_ = standing_->binding_index;
  graph_files_ = standing_->graph_files;
  graph_units_ = standing_->graph_units;
  // Values of imported modules keep the numbers of the gaps behind these.
  llvm::copy(standing_->gaps, gaps_.begin());
  entered_ = standing_->entered;
  doubtful_ = standing_->doubtful;
  made_ = standing_->made;
  script_->imports = standing_->imports;
  script_->skimmed = standing_->skimmed;
  steps_ = standing_->steps;
  next_tensor_node_ = standing_->next_tensor_node;
  effects_asked_ = standing_->effects_asked;
  if (changed) changed_functions_ = std::move(*changed);
  if (changed && ScriptHoldsAgain()) return true;
  standing_->changes = since;
  EndRunOfScript(script, options);
  return false;
}

void Interp::Stand() {
  if (out_of_budget_ || outcome_.cancelled) return;
  const std::shared_ptr<const Unit>& script = script_->unit;
  auto standing = std::make_unique<Standing>();
  standing->unit = script;
  standing->changes = script->changed.size();
  standing->structure = script->structure;
  standing->executed = std::move(run_by_script_);
  ScriptCalls& calls = *script_calls_;
  if (CallsStand()) standing->executed.insert(calls.ran.begin(), calls.ran.end());
  else standing->executed.insert(calls.saw.executed.begin(), calls.saw.executed.end());
  calls.calls = std::exchange(calls_, {});
  calls.answers = std::exchange(answers_, {});
  calls.steps = steps_;
  summaries_.clear();
  gap_pieces_.clear();
  standing->seen = next_;
  standing->outcome = outcome_;
  standing->outcome.calls = standing->outcome.memo_hits = 0;
  standing->binding_index = binding_index_;
  standing->graph_files = graph_files_;
  standing->graph_units = graph_units_;
  standing->gaps = gaps_;
  standing->entered = entered_;
  standing->doubtful = doubtful_;
  standing->made = made_;
  standing->imports = script_->imports;
  standing->skimmed = script_->skimmed;
  standing->steps = steps_;
  standing->next_tensor_node = next_tensor_node_;
  standing->effects_asked = effects_asked_;
  standing->changed = heap_.changed_count();
  standing->prelude_writes = heap_.prelude_writes();
  standing->first_count = heap_.standing_count();
  standing_ = std::move(standing);
}

void Interp::NoteWrites() {
  if (!standing_) return;
  undo_.push_back(std::make_unique<Journal>());
  heap_.Open(*undo_.back());
}

void Interp::EndWrites() {
  if (standing_) heap_.Close(*undo_.back());
}

void Interp::EndEntries() {
  for (const std::unique_ptr<Journal>& journal : llvm::reverse(undo_)) heap_.Swap(*journal);
  undo_.clear();
  ForgetEntries();
  heap_.EndEntries(standing_->changed, standing_->prelude_writes);
  if (heap_.standing_count() > 2 * standing_->first_count + kMaxStale) EndRun();
}

// --- models

InstanceObj* Interp::Construct(llvm::function_ref<Value()> make) {
  if (InstanceObj* model = ConstructedBefore()) return model;
  Construction construction;
  construction.first_object = heap_.standing_count();
  construction.asked = piece_ ? piece_->asked.size() : 0;
  uint64_t steps = steps_;
  Value model;
  {
    Heap::Standing standing(heap_, standing_ != nullptr);
    constructing_ = &construction;
    model = make();
    constructing_ = nullptr;
  }
  if (model.raised()) {
    // Nobody said that it can be made this way.
    ClearException();
    return nullptr;
  }
  if (!model.is(Kind::Instance)) return nullptr;
  construction.steps = steps_ - steps;
  if (standing_) KeepConstruction(construction, As<InstanceObj>(model));
  return As<InstanceObj>(model);
}

void Interp::KeepConstruction(Construction& construction, InstanceObj* model) {
  EndWrites();
  NoteWrites();
  NoteRegistry(nullptr);
  const graph::Graph& graph = outcome_.graph;
  bool plain = piece_->problems.empty() && piece_->models_of.empty() && !piece_->ran_effects && !out_of_budget_ &&
               llvm::all_of(calls_, [](const CallSummary& call) { return call.model != nullptr; }) &&
               graph.scopes.size() == piece_->first_scope && graph.entries.size() == piece_->first_entry && outcome_.models.size() == piece_->first_model &&
               construction.asked == piece_->asked.size() && heap_.oldest_write() >= piece_mark_;
  if (!plain) return;
  construction.model = model;
  construction.saw = piece_->saw;
  construction.types = piece_->types.size();
  construction.nodes = graph.nodes.size() - piece_->first_node;
  construction.losses = piece_->losses.size();
  construction.entered = piece_->entered.size();
  construction.imports = piece_->imports.size();
  construction.skimmed = piece_->skimmed.size();
  construction.end_object = heap_.standing_count();
  construction.calls = llvm::all_of(calls_, [](const CallSummary& call) { return call.losses.size() == 0; }) ? calls_.size() : 0;
  construction.values = next_tensor_node_ - piece_->first_value;
  construction.made_up = mode_.made_up;
  piece_->construction = std::move(construction);
}

// The model of the last run, as if it were made now, if what made it is as it was.
InstanceObj* Interp::ConstructedBefore() {
  if (!resumed_ || !past_ || !piece_) return nullptr;
  const Construction& before = past_->construction;
  bool may = before.model && past_->first_value == piece_->first_value && StillHolds(before.saw) && steps_ + before.steps < std::min(step_limit_, options_.step_budget);
  if (!may) return nullptr;
  graph::Graph& graph = outcome_.graph;
  for (const graph::Node& old : llvm::ArrayRef(past_->nodes).take_front(before.nodes)) {
    graph::Node node = old;
    node.unit = GraphFile(past_->files[node.unit]);
    graph.nodes.push_back(std::move(node));
  }
  heap_.MakeAnew(before.first_object, before.end_object);
  for (const RecordedType& type : llvm::ArrayRef(past_->types).take_front(before.types)) RecordType(script_->unit.get(), type);
  for (const Loss& loss : llvm::ArrayRef(past_->losses).take_front(before.losses)) PutLoss(loss);
  for (NodeId function : llvm::ArrayRef(past_->entered).take_front(before.entered)) SetEntered(function);
  for (Symbol name : llvm::ArrayRef(past_->imports).take_front(before.imports)) script_->imports.insert(name);
  piece_->imports.assign(past_->imports.begin(), past_->imports.begin() + before.imports);
  for (const std::string& path : llvm::ArrayRef(past_->skimmed).take_front(before.skimmed)) script_->skimmed.insert(path);
  piece_->skimmed.assign(past_->skimmed.begin(), past_->skimmed.begin() + before.skimmed);
  for (auto [cls, instance] : before.made) NoteMade(cls, instance);
  // The constructors that it called, for when it has to be made anew.
  bool same_types = piece_->types.size() == before.types && piece_->lost.empty();
  for (const CallSummary& call : llvm::ArrayRef(past_->calls).take_front(same_types ? before.calls : 0)) AddSummary(call);
  piece_->saw.Add(before.saw);
  next_tensor_node_ += before.values;
  steps_ += before.steps;
  replayed_objects_ += before.end_object - before.first_object;
  mode_.made_up = before.made_up;
  piece_->construction = before;
  piece_->construction.calls = calls_.size();
  piece_->construction.types = piece_->types.size();
  piece_->construction.losses = piece_->losses.size();
  piece_->construction.entered = piece_->entered.size();
  EndWrites();
  NoteWrites();
  return before.model;
}

}  // namespace trident::eval
