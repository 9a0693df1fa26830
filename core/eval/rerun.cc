// The script's statements run again after an edit that concerns them. What they call and construct is taken from their last
// run where it saw nothing new.
//
// Between two such runs all objects of the script are made anew. They are told by their views (view.h), taken when the call
// is made; what a constructor made is copied from where it was kept (kept_model.h).
#include "core/eval/interp.h"
#include "core/eval/repeat.h"
#include "core/eval/script_calls.h"

namespace trident::eval {

using parse::NodeId;

// --- between runs

// What stands of the last run goes, but for what its calls gave.
void Interp::EndRunOfScript(const std::shared_ptr<const Unit>& script, const Options& options) {
  std::unique_ptr<ScriptCalls> past;
  bool edited = options.incremental && !options.all_bindings && standing_->unit.lock() == script && script->changed.size() > standing_->changes;
  if (std::optional<llvm::DenseSet<NodeId>> changed = edited ? ChangedFunctions(standing_->changes) : std::nullopt) {
    past = std::move(script_calls_);
    past->changed = std::move(*changed);
    past->nodes = std::move(standing_->outcome.graph.nodes);
    past->scopes = std::move(standing_->outcome.graph.scopes);
    past->files = standing_->graph_units;
    past->views.reset();
    for (CallSummary& call : past->calls) call.lasting &= !call.by_serial;
    past->CopyModelsApart(generation_);
  }
  if (past) stood_.Retire(heap_, std::move(past->definitions));
  EndRun();
  if (!past) return;
  script_calls_ = std::make_unique<ScriptCalls>(heap_);
  script_calls_->never_kept = past->never_kept;
  script_calls_->past = std::move(past);
}

void Interp::BeginScriptCalls() {
  piece_mark_ = 0;
  oldest_open_write_ = 0xFFFFFFFF;
  if (!script_calls_) return;
  script_calls_->script = script_;
  if (!script_calls_->past) return;
  ScriptCalls& past = *script_calls_->past;
  changed_functions_ = std::move(past.changed);
  MakeRecallable(past, recallable_);
  // Calls of changed functions that were tried by themselves.
  for (const CallLog& log : past.set_aside) MakeRecallable(log, recorded_);
}

void Interp::EndScriptCalls() {
  if (!script_calls_ || !script_calls_->past) return;
  changed_functions_.clear();
  recallable_.clear();
  recorded_.clear();
  recalled_.clear();
  script_calls_->moved.clear();
  script_calls_->past.reset();
}

// --- calls

// A class or function was defined.
void Interp::NoteDefinition(NodeId node, Object* object) {
  if (script_calls_ && !entering_ && frame_->module == script_) script_calls_->NoteDefinition(node, object);
}

// What a statement of the script calls is noted as what an entry calls is.
Value Interp::AsScriptCall(llvm::function_ref<Value()> call) {
  piece_ = script_calls_.get();
  of_script_ = true;
  ++piece_stamp_;
  Value result = call();
  effects_asked_.insert(piece_->saw.effects.begin(), piece_->saw.effects.end());
  piece_ = nullptr;
  of_script_ = false;
  for (Problem& problem : std::exchange(script_calls_->problems, {})) Report(std::move(problem));
  return result;
}

// Whether equal calls of the class may get copies of what this one makes: what the script makes, and what entries construct
// before they call it, but for what is made while a module is called. What Trident describes has templates.
bool Interp::MayKeepModel(const ClassObj* cls) const {
  if (!script_calls_ || cls->prelude || !cls->is_nn_module || importing_ > 0) return false;
  bool in_no_module = of_script_ && scope_ == 0;
  return open_calls_.empty() ? OfScriptItself() || (piece_ && constructing_) : open_calls_.back().constructs || in_no_module;
}

Value Interp::InstantiateKept(ClassObj* cls, const Args& args) {
  if (!piece_) return AsScriptCall([&] { return InstantiateKept(cls, args); });
  Value callee = Value::Obj(cls);
  Visible visible = VisibleTensors(callee, args);
  CallKeys keys = KeysOf(callee, args, visible);
  if (std::optional<Value> known = ReplayModel(keys, args, visible)) return *known;
  if (std::optional<Value> known = Recall(keys, callee, args, visible, "")) return *known;
  OpenCall call = BeginCall();
  open_calls_.back().constructs = true;
  call.time = heap_.Tick();
  Value result = InstantiateNow(cls, args);
  FinishCall(keys, result, args, visible, std::move(call));
  return result;
}

std::shared_ptr<const KeptModel> Interp::KeepModel(const Value& made, const Args& args, const OpenCall& call, const CallNotes& notes) {
  // What it calls is an entry of the graph of its own.
  if (!made.is(Kind::Instance) || outcome_.graph.scopes.size() > call.first_scope) return nullptr;
  auto kept = std::make_shared<KeptModel>();
  kept->model = made;
  kept->made.assign(notes.made.begin(), notes.made.end());
  kept->given = GivenObjects(args);
  kept->numbers = {call.first_value, next_tensor_node_};
  kept->begin = call.time;
  kept->end = heap_.Tick();
  kept->generation = generation_;
  kept->stood = stood_.now();
  return kept;
}

std::optional<RemadeModel> Interp::Remake(const CallSummary& past, const Args& args) {
  if (!past.model->IsThere()) return std::nullopt;
  uint64_t objects = ObjectsUsed();
  std::optional<RemadeModel> remade = RemakeModel(past, args, heap_, script_calls_->definitions, next_tensor_node_, Here());
  SetObjectsUsed(objects);  // That the constructor made counts.
  // A model that is in another one stays apart for as long as that one is copied as a whole: then it tells of objects of a run
  // before the last, and others may be at their places now.
  bool of_last_run = past.model->heap && past.model->generation + 1 == generation_;
  if (remade && of_last_run) script_calls_->moved.insert(remade->moved.begin(), remade->moved.end());
  return remade;
}

// A copy of what an equal call in this run of the entry made. It counts as if the constructor ran, so that budgets end in the
// same place whichever calls are known.
std::optional<Value> Interp::ReplayModel(const CallKeys& keys, const Args& args, const Visible& visible) {
  // What the entry wrote to before, its calls may see; of a script's statements that is not known.
  if (of_script_ || ChangesSettings() || std::min(oldest_open_write_, heap_.oldest_write()) < piece_mark_) return std::nullopt;
  std::optional<uint32_t> index = FindSummary(keys, visible);
  if (!index || !calls_[*index].model || !calls_[*index].lasting) return std::nullopt;
  const CallSummary& past = calls_[*index];
  Recorded recorded = RecordedHere(past);
  std::optional<Renaming> renaming = MayPutCall(past, recorded, visible);
  std::optional<RemadeModel> remade;
  if (!renaming || past.scopes.size() > 0 || !(remade = Remake(past, args))) return std::nullopt;
  ++outcome_.memo_hits;
  if (!past.at_any_certainty) NoteCertaintyAsked();
  llvm::for_each(past.ran, [&](NodeId function) { NoteRan(function); });
  NoteUse(*index);
  PutCall(past, recorded, *renaming, "", args, visible, /*from_last_run=*/false);
  for (InstanceObj* instance : remade->kept.made) NoteMade(instance->cls, instance);
  return remade->model;
}

Value Interp::PutRemade(RemadeModel remade) {
  remade.kept.generation = generation_;
  remade.kept.stood = stood_.now();
  for (InstanceObj* instance : remade.kept.made) NoteMade(instance->cls, instance);
  calls_.back().model = std::make_shared<KeptModel>(std::move(remade.kept));
  return remade.model;
}

// The call can be made again by itself if all that it was given is in this run as well.
void Interp::TakeScriptCall(CallSummary& call) {
  auto given = std::make_shared<GivenCall>(*call.given);
  given->callee.object = script_calls_->MovedTo(given->callee.object);
  given->entry = static_cast<InstanceObj*>(script_calls_->MovedTo(given->entry));
  CHECK(!given->entry || given->entry->kind == Kind::Instance);
  given->generation = generation_;
  auto move = [&](SavedValue& saved) { return script_calls_->Move(saved); };
  bool moved = given->callee.object && (given->entry || !call.given->entry) && llvm::all_of(given->positional, move) &&
               llvm::all_of(given->keywords, [&](auto& keyword) { return script_calls_->Move(keyword.second); });
  call.given = moved ? std::move(given) : nullptr;
  if (moved) NoteScriptCall(call);
}

bool Interp::RunsAgain() const { return of_script_ && script_calls_->past; }

}  // namespace trident::eval
