// The stage's entry: one evaluation from start to end.
#include "core/eval/eval.h"

#include "core/eval/interp.h"
#include "core/eval/repeat.h"
#include "core/eval/script_calls.h"
#include "core/profile/profile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/thread.h"

#include <pthread.h>

namespace trident::eval {

Interp::Interp(Program& program) : program_(program) {
  Heap::Permanent permanent(heap_);
  InstallBuiltins();
}

Interp::~Interp() = default;

void Interp::BeginRun(const Options& options) {
  options_ = options;
  outcome_ = {};
  // Runs of an edited script make about as many nodes as the last one did.
  if (!last_.pieces.empty()) outcome_.graph.nodes.reserve(last_.nodes + last_.nodes / 8);
  outcome_.graph.scopes.push_back({});
  steps_ = 0;
  step_limit_ = object_limit_ = UINT64_MAX;
  out_of_budget_ = false;
  next_tensor_node_ = 0;
  replayed_objects_ = 0;
  plan_ = {};
  models_left_out_.clear();
  scope_ = 0;
  effects_ran_before_ = effects_ran_;
  effects_asked_.clear();
  resumed_ = false;
}

std::vector<ModuleObj*> Interp::ImportedModules() {
  std::vector<ModuleObj*> found;
  llvm::DenseSet<Symbol> seen;
  llvm::SmallVector<ModuleObj*, 32> todo = {script_};
  while (!todo.empty()) {
    ModuleObj* importer = todo.pop_back_val();
    for (const auto& entry : importer->skimmed) outcome_.skimmed.push_back(entry.getKey().str());
    for (Symbol name : importer->imports) {
      if (!seen.insert(name).second) continue;
      ModuleObj* module = modules_.lookup(Text(name));
      outcome_.imports.push_back({Text(name).str(), module ? module->path : program_.resolver().Answer(Text(name))});
      if (!module || module == script_) continue;
      found.push_back(module);
      todo.push_back(module);
    }
  }
  llvm::sort(found, [](const ModuleObj* a, const ModuleObj* b) { return Text(a->name) < Text(b->name); });
  llvm::sort(outcome_.imports, [](const Import& a, const Import& b) { return a.name < b.name; });
  return found;
}

void Interp::ForgetEntries() {
  calls_.clear();
  answers_.clear();
  summaries_.clear();
  recallable_.clear();
  recorded_.clear();
  recalled_.clear();
  plan_.tried.clear();
  changed_functions_.clear();
  may_recall_ = false;
  binding_index_.clear();
  type_places_.Clear();
  typed_.clear();
  graph_files_.clear();
  graph_units_.clear();
  module_paths_.clear();
  held_tensors_.reset();
  read_module_ = {};
  entered_.clear();
  doubtful_.clear();
  entered_order_.clear();
  made_.clear();
  roots_.clear();
  known_roots_.reset();
  differing_.clear();
  hints_.clear();
  hints_collected_ = false;
  mode_.made_up_before = false;
  custom_lookups_.clear();
  run_ = 0;
  pieces_.clear();
  piece_ = nullptr;
  past_ = nullptr;
  made_by_.clear();
  binding_pieces_.clear();
  gap_pieces_.clear();
  handlers_.clear();
  exception_ = Value();
  exception_stack_.clear();
  exception_place_ = {};
}

void Interp::EndRun() {
  ForgetGaps();
  for (auto entry = modules_.begin(); entry != modules_.end();) {
    auto here = entry++;
    if (here->second == script_) modules_.erase(here);
  }
  llvm::erase(module_order_, script_);
  script_ = nullptr;
  ForgetEntries();
  views_.clear();
  run_by_script_.clear();
  standing_.reset();
  ++generation_;
  stood_.End();
  script_calls_.reset();
  undo_.clear();
  auto forget_models = [](const Pieces& run) {
    for (const std::shared_ptr<Piece>& piece : run.pieces) piece->construction = Construction();
  };
  forget_models(last_);
  llvm::for_each(earlier_.runs(), forget_models);
  heap_.EndRun();
}

void Interp::NoteInstalled(const Unit* unit) {
  if (program_.resolver().IsInstalled(unit->path)) outcome_.installed.insert(unit);
}

std::optional<Outcome> Interp::Run(std::shared_ptr<const Unit> script, const Options& options) {
  CHECK(reusable_);
  reusable_ = llvm::all_of(unexported_, [&](const auto& lack) { return Text(lack.first) == script->path && script->LacksForStars(lack.second); });
  if (!reusable_) return std::nullopt;
  size_t imported = heap_.permanent_count();
  script_literals_.Follow(script);
  if (!Resume(script, options)) {
    BeginRun(options);
    expensive_.clear();
    if (options.incremental && !options.all_bindings && !script_calls_) script_calls_ = std::make_unique<ScriptCalls>(heap_);
    Heap::Standing standing(heap_, options.incremental && !options.all_bindings);
    RunScript(script);
    EndScriptCalls();
  }
  // What functions are entered with alone is a guess: what they launch says nothing of real launches.
  size_t launches = outcome_.launches.size();
  entering_ = true;
  // What the statements took depends on what earlier runs imported; the entries' budget does not.
  SetObjectsUsed(0);
  if (options_.incremental && !options_.all_bindings) PlanPieces();
  EnterModels();
  entering_ = false;
  bool planned_well = KeepPieces();
  outcome_.launches.resize(launches);
  EndGaps();
  outcome_.units.push_back(script_->unit);
  std::vector<ModuleObj*> modules = ImportedModules();
  llvm::DenseSet<const Unit*> visited;
  for (ModuleObj* module : modules) {
    if (module->unit && visited.insert(module->unit.get()).second) outcome_.units.push_back(module->unit);
  }
  for (const Problem& problem : import_problems_) {
    if (visited.contains(problem.unit)) outcome_.problems.push_back(problem);
  }
  for (const Problem& problem : outcome_.problems) {
    NoteInstalled(problem.unit);
    for (const auto& [unit, node] : problem.stack) NoteInstalled(unit);
  }
  // A script that asks no registry must not see what the modules registered for an earlier run.
  for (const std::shared_ptr<Piece>& piece : pieces_) effects_asked_.insert(piece->saw.effects.begin(), piece->saw.effects.end());
  auto asked = [&](const ModuleObj* module) { return effects_asked_.contains(module) || effects_asked_.contains(kAllModules); };
  bool as_cold = planned_well && llvm::all_of(effects_ran_before_, asked);
  bool grew = heap_.permanent_count() != imported;
  // A module's statement that fails may be one that the next run does not ask for.
  bool blames_modules = llvm::any_of(import_problems_, [&](const Problem& problem) { return !program_.resolver().IsInstalled(problem.unit->path); });
  // Where a budget of the run ends it, it counts what only a first run does: few objects, but all that follows depends on it.
  bool cut = llvm::any_of(pieces_, [](const std::shared_ptr<Piece>& piece) { return piece->cut; });
  reusable_ = (as_cold || !planned_well) && !import_saw_script_ && !blames_modules && !heap_.mixed() && !cut && (!out_of_budget_ || outcome_.cancelled) && (!grew || heap_.RegionsAreApart());
  if (standing_ && reusable_) EndEntries();
  else EndRun();
  // What a budget leaves out is told by a first run, as what it counts is.
  bool ends_as_cold = std::exchange(fresh_, false) || outcome_.cancelled || !(cut || out_of_budget_);
  if (!as_cold || !ends_as_cold) return std::nullopt;
  return std::move(outcome_);
}

static std::string JsonOf(shape::Dim dim) {
  if (dim.is_constant()) return std::to_string(dim.constant());
  return dim.is_unknown() ? "null" : '"' + dim.ToString() + '"';
}

static std::string JsonOf(const shape::TensorType& type) {
  // An unknown dtype is null, as an unknown size is.
  std::string out = type.dtype == shape::DType::Unknown ? std::string("[null, ") : "[\"" + shape::MachineName(type.dtype).str() + "\", ";
  if (!type.shape.rank_known()) return out + "null]";
  out += '[';
  for (unsigned i = 0; i < type.shape.rank(); ++i) out += (i ? ", " : "") + JsonOf(type.shape.dims()[i]);
  return out + "]]";
}

std::string TypeDesc::ToJson() const {
  switch (kind) {
    case Kind::Unknown: return "null";
    case Kind::Tensor: return JsonOf(tensor);
    case Kind::Int: return "{\"val\": " + JsonOf(number) + "}";
    case Kind::Bool: return number == shape::Dim(1) ? "{\"val\": true}" : "{\"val\": false}";
    case Kind::Float: return "{\"val\": \"float\"}";
    case Kind::Sequence: {
      std::string out = "{\"seq\": [";
      for (size_t i = 0; i < elements().size(); ++i) out += (i ? ", " : "") + elements()[i].ToJson();
      return out + "]}";
    }
  }
  return "null";
}

std::string TypeDesc::ToString() const {
  switch (kind) {
    case Kind::Unknown: return "?";
    case Kind::Tensor: return tensor.ToString();
    case Kind::Int: return number.ToString();
    case Kind::Bool: return number == shape::Dim(1) ? "true" : "false";
    case Kind::Float: return "float";
    case Kind::Sequence: {
      std::string out = "(";
      for (size_t i = 0; i < elements().size(); ++i) out += (i ? ", " : "") + elements()[i].ToString();
      return out + ")";
    }
  }
  return "?";
}

bool TypeDesc::HoldsTensor() const {
  return kind == Kind::Tensor || llvm::any_of(elements(), [](const TypeDesc& element) { return element.HoldsTensor(); });
}

// Deep but bounded recursion of the program under analysis must fit; only touched pages cost memory.
static constexpr unsigned kStackBytes = 256u << 20;

Session::Session(Program& program) : program_(program) {}
Session::~Session() = default;

Outcome Session::RunHere(std::shared_ptr<const Unit> script, const Options& options) {
  // A file that others imported is run as the script it is now, by an Interp that has not seen it as a module.
  bool known_as_module = interp_ && interp_->HasModule(program_.resolver().ModuleNameOf(script->path));
  if (options.all_bindings || known_as_module) return *Interp(program_).Run(std::move(script), options);
  if (interp_) {
    std::optional<Outcome> outcome = interp_->Run(script, options);
    // What was planned to be used again did not fit: now nothing is.
    if (!outcome && interp_->reusable()) outcome = interp_->Run(script, options);
    if (!interp_->reusable() || interp_->holds_too_much()) interp_.reset();
    if (outcome) return std::move(*outcome);
  }
  interp_ = std::make_unique<Interp>(program_);
  Outcome outcome = *interp_->Run(std::move(script), options);
  if (!interp_->reusable() || interp_->holds_too_much()) interp_.reset();
  return outcome;
}

Outcome Session::Measured(std::shared_ptr<const Unit> script, const Options& options) {
  Outcome outcome;
  {
    profile::ScopedStage stage(profile::Stage::Eval);
    outcome = RunHere(std::move(script), options);
  }
  profile::Current()[profile::Stage::Eval].items += outcome.calls;
  profile::Current()[profile::Stage::Eval].hits += outcome.memo_hits;
  return outcome;
}

// Whether this thread's stack is as deep as evaluation may need it.
static bool HasDeepStack() {
  static thread_local const bool deep = [] {
    pthread_attr_t attributes;
    size_t bytes = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return false;
    pthread_attr_getstacksize(&attributes, &bytes);
    pthread_attr_destroy(&attributes);
    return bytes >= kStackBytes - (1u << 20);  // The guard may count.
  }();
  return deep;
}

Outcome Session::Run(std::shared_ptr<const Unit> script, const Options& options) {
  if (HasDeepStack()) return Measured(std::move(script), options);
  Outcome outcome;
  profile::Report measured;
  llvm::thread worker(std::optional<unsigned>(kStackBytes), [&] {
    profile::ResetCurrent();
    outcome = Measured(std::move(script), options);
    measured = profile::Current();
  });
  worker.join();
  profile::Current().Add(measured);
  return outcome;
}

void Session::Forget() { interp_.reset(); }

void Session::Move(const Unit& unit, const OffsetMap& moved) {
  if (interp_) interp_->MovePieces(unit, moved);
}

bool Session::Uses(llvm::StringRef path) const { return interp_ && interp_->UsesFile(path); }

}  // namespace trident::eval
