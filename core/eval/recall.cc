// Summaries of calls: how they are kept, used again in the same run, and taken over from the last one.
#include "core/eval/interp.h"
#include "core/eval/repeat.h"
#include "core/eval/script_calls.h"

namespace trident::eval {

using parse::NodeId;

namespace {

// A result made of tensors made since `mark` and of constants, apart from the heap; `made` lists the tensors.
std::optional<SavedValue> Save(const Value& value, uint32_t mark, llvm::SmallVectorImpl<TensorObj*>& made, bool& lost, int depth = 0) {
  SavedValue saved;
  if (!value.is_object()) {
    saved.value = value;
    lost |= value.unknown();
    return saved;
  }
  if (value.object->serial < mark || value.object->permanent || depth > 8) return std::nullopt;
  if (value.is(Kind::Tensor)) {
    auto* tensor = As<TensorObj>(value);
    if (!tensor->attributes.empty()) return std::nullopt;
    made.push_back(tensor);
    saved.tensor = std::make_shared<TensorObj>(*tensor);
    return saved;
  }
  if (!value.is(Kind::List) && !value.is(Kind::Tuple)) return std::nullopt;
  auto list = std::make_shared<ListObj>(*As<ListObj>(value));
  // The tensor that a size belongs to is not there in another run.
  lost |= list->shape_of != nullptr;
  for (const Value& item : list->items) {
    std::optional<SavedValue> one = Save(item, mark, made, lost, depth + 1);
    if (!one) return std::nullopt;
    saved.items.push_back(std::move(*one));
  }
  list->items.clear();
  saved.list = std::move(list);
  return saved;
}

void AddUnique(auto& list, auto item) {
  if (!llvm::is_contained(list, item)) list.push_back(item);
}

// Room for `more`, so that what is there stays where it is while they are added.
void MakeRoom(auto& list, size_t more) {
  if (list.capacity() < list.size() + more) list.reserve(std::max(2 * list.capacity(), list.size() + more));
}

bool IsIn(uint32_t number, uint32_t first, uint32_t count) { return number - first < count; }

// By which summaries are found: of this run (`what` counts passes), or of any (what was known of the entry's arguments).
template <typename What>
std::pair<uint64_t, uint64_t> SummaryKey(Fingerprint content, uint8_t certainty, const What& what) {
  Fingerprint key = Combine(Combine(content, certainty), what);
  return {key.low, key.high};
}

}  // namespace

// The number that a value of the recorded call has here; none when it is not known.
std::optional<uint32_t> Renaming::Of(uint32_t number) const {
  if (IsIn(number, first, count)) return number - first + first_here;
  if (auto found = numbers.find(number); found != numbers.end()) return found->second;
  return number >= kFirstImportedNode ? std::optional(number) : std::nullopt;
}

// What else a call depends on: all that is known of the arguments of its entry.
Fingerprint Interp::Circumstances() const {
  Fingerprint sum = {static_cast<uint64_t>(mode_.single_samples), 0};
  for (const Root& root : roots_) {
    sum = Combine(Combine(sum, root.sure.Content()), root.likely.Content());
    sum = Combine(sum, static_cast<uint64_t>(root.leaked));
    if (root.object) sum = Combine(sum, static_cast<uint64_t>(root.object->type.shape.raw()) << 8 | static_cast<uint64_t>(root.object->type.dtype));
  }
  return sum;
}

// Whether what runs has changed settings of torch, such as the default dtype. What the script's statements changed is part of
// their calls' keys, and of what entries begin with.
bool Interp::ChangesSettings() const { return !of_script_ && heap_.prelude_writes() > (standing_ ? standing_->prelude_writes : 0); }

CallKeys Interp::KeysOf(const Value& callee, const Args& args, const Visible& visible) {
  CallKeys keys;
  keys.content = CallKey(callee, args);
  if (of_script_ && heap_.changed_count() > 0) {
    std::optional<Fingerprint> surroundings = script_calls_->SurroundingsNow();
    keys.content = Combine(keys.content, surroundings.value_or(Fingerprint()));
    told_by_serial_ |= !surroundings;
    script_calls_->fixed &= surroundings.has_value();
  }
  keys.by_serial = told_by_serial_;
  keys.lasting = !told_by_serial_ || of_script_;
  keys.known = Circumstances();
  if (visible.of_entry) keys.circumstances = keys.known;
  keys.certainty = CertaintyNow();
  return keys;
}

OpenCall Interp::BeginCall() {
  if (piece_) {
    NoteRegistry(nullptr);
    CallNotes& notes = open_calls_.emplace_back();
    notes.first_call = calls_.size();
    notes.first_answer = answers_.size();
    ++piece_stamp_;
    oldest_open_write_ = std::min(oldest_open_write_, heap_.oldest_write());
  }
  OpenCall call;
  call.mark = heap_.next_serial();
  call.written_before = heap_.oldest_write();
  call.first_node = outcome_.graph.nodes.size();
  call.first_scope = outcome_.graph.scopes.size();
  call.first_value = next_tensor_node_;
  call.reported = reported_;
  call.environment_reads = environment_reads_;
  call.awaited = awaited_.size();
  call.misused = misused_;
  call.hidden_errors = mode_.hidden_errors;
  call.unsummarised = unsummarised_;
  call.certainty_asked = certainty_asked_;
  call.steps = steps_;
  call.objects = ObjectsUsed();
  if (piece_) {
    call.first_type = piece_->types.size();
    call.first_loss = piece_->lost.size();
  }
  heap_.set_oldest_write(0xFFFFFFFF);
  call.asked_before = std::exchange(oldest_asked_, SIZE_MAX);
  return call;
}

CallNotes Interp::EndCall() {
  if (!piece_) return {};
  NoteRegistry(nullptr);
  CallNotes notes = std::move(open_calls_.back());
  open_calls_.pop_back();
  Saw().Add(notes.saw);
  if (!open_calls_.empty()) {
    CallNotes& outer = open_calls_.back();
    for (NodeId function : notes.entered) AddUnique(outer.entered, function);
    for (NodeId function : notes.entered_surely) AddUnique(outer.entered_surely, function);
    for (uint32_t use : notes.uses) {
      if (use < outer.first_call) AddUnique(outer.uses, use);
    }
    if (outer.constructs) llvm::append_range(outer.made, notes.made);
    else unsummarised_ += notes.made.size();
  }
  ++piece_stamp_;
  return notes;
}

// A call that wrote to something older than itself must be run each time; one that has a problem has it at each place, and
// branches that depend on what the environment told it must know. What made its arguments is not in its key.
bool Interp::MayKeep(const OpenCall& call, const Value& result) const {
  return !result.raised() && call.reported == reported_ && call.environment_reads == environment_reads_ && call.hidden_errors == mode_.hidden_errors && heap_.oldest_write() >= call.mark && oldest_asked_ >= call.first_node && !out_of_budget_;
}

bool Interp::KeepSummary(const CallKeys& keys, const Value& result, const Args& args, const Visible& visible, const OpenCall& call, CallNotes notes) {
  CallSummary summary;
  for (size_t i = 0; i < args.positional.size(); ++i) {
    if (result.is_object() && result == args.positional[i]) summary.returns_argument = i;
  }
  bool lost = false;
  llvm::SmallVector<TensorObj*, 4> made;
  if (notes.constructs) {
    summary.model = KeepModel(result, args, call, notes);
    if (!summary.model) return false;
  } else if (summary.returns_argument < 0) {
    std::optional<SavedValue> saved = Save(result, call.mark, made, lost);
    if (!saved) return false;
    summary.result = std::move(*saved);
    for (TensorObj* tensor : made) summary.made.push_back(tensor->node);
  }
  const graph::Graph& graph = outcome_.graph;
  uint32_t entry_node = piece_ ? piece_->first_node : 0, entry_scope = piece_ ? piece_->first_scope : 0;
  summary.key = keys.content;
  summary.certainty = keys.certainty;
  summary.at_any_certainty = keys.certainty == kSure && certainty_asked_ == call.certainty_asked;
  summary.call = Here();
  summary.nodes = {call.first_node - entry_node, static_cast<uint32_t>(graph.nodes.size()) - entry_node};
  summary.scopes = {call.first_scope - entry_scope, static_cast<uint32_t>(graph.scopes.size()) - entry_scope};
  for (const auto& [tensor, before] : visible) {
    summary.inputs.push_back(before);
    summary.after.push_back(tensor->node);
  }
  if (piece_) {
    summary.circumstances = keys.circumstances;
    summary.saw = std::make_shared<const Sights>(std::move(notes.saw));
    summary.entered = std::move(notes.entered);
    summary.entered_surely = std::move(notes.entered_surely);
    summary.uses = std::move(notes.uses);
    summary.first_call = notes.first_call;
    summary.answers = {notes.first_answer, static_cast<uint32_t>(answers_.size())};
    summary.types = {call.first_type, static_cast<uint32_t>(piece_->types.size())};
    summary.first_value = call.first_value;
    summary.values = next_tensor_node_ - call.first_value;
    summary.steps = steps_ - call.steps;
    summary.objects = ObjectsUsed() - call.objects;
    summary.misused = misused_ - call.misused;
    summary.losses = {call.first_loss, static_cast<uint32_t>(piece_->lost.size())};
    SaveAwaited(call, visible, made, summary);
    SaveGaps(made, summary);
    bool learnt = Circumstances() != keys.known;
    if (learnt) summary.learnt.assign(roots_.begin(), roots_.end());
    // What could not see the entry's arguments, and yet learnt of them, is told by more than its key.
    bool told = keys.lasting && (!learnt || visible.of_entry);
    summary.lasting = told && !lost && !(learnt && notes.constructs) && unsummarised_ == call.unsummarised && !ChangesSettings();
    summary.ran = std::move(notes.ran);
    summary.by_serial = keys.by_serial;
  }
  AddSummary(std::move(summary));
  return true;
}

// Tensors that nothing outside of the call can reach are what they will ever be.
void Interp::SaveAwaited(const OpenCall& call, const Visible& visible, llvm::ArrayRef<TensorObj*> result, CallSummary& summary) {
  for (const auto& [function, tensors] : llvm::ArrayRef(awaited_).drop_front(call.awaited)) {
    llvm::SmallVector<uint32_t, 2> open;
    bool never = false;
    for (TensorObj* tensor : tensors) {
      if (tensor->type.shape.rank_known()) continue;
      auto seen = llvm::find_if(visible, [&](const auto& one) { return one.first == tensor; });
      auto made = llvm::find(result, tensor);
      never |= seen == visible.end() && made == result.end();
      open.push_back(seen != visible.end() ? seen - visible.begin() : visible.size() + (made - result.begin()));
    }
    if (!never) summary.awaited.emplace_back(function, std::move(open));
  }
}

void Interp::SaveGaps(llvm::ArrayRef<TensorObj*> made, CallSummary& summary) {
  if (llvm::none_of(made, [](TensorObj* tensor) { return tensor->gap != 0; })) return;
  for (TensorObj* tensor : made) summary.gaps.push_back(tensor->gap != 0 && tensor->gap <= gaps_.size() ? gaps_[tensor->gap - 1].place : Place());
}

// Whether the places where the result's shapes were lost are in the call or known already.
bool Interp::KnowsGaps(const CallLog& log, const CallSummary& past) const {
  auto lost = log.LossesOf(past);
  return llvm::all_of(past.gaps, [&](const Place& gap) {
    return !gap.unit || IsGap(gap) || llvm::any_of(lost, [&](const Loss& loss) { return loss.unit == gap.unit && loss.at == gap.node; });
  });
}

void Interp::AddSummary(CallSummary summary) {
  summaries_[SummaryKey(summary.key, summary.certainty, run_)] = calls_.size();
  calls_.push_back(std::move(summary));
}

// Puts the recorded nodes and scopes of a call under the present scope.
void Interp::ReplayGraph(const Recorded& recorded, const CallSummary& summary, Renaming& renaming, const std::string& path) {
  graph::Graph& graph = outcome_.graph;
  Place here = Here();
  uint32_t scope_shift = graph.scopes.size() - recorded.first_scope, node_shift = graph.nodes.size() - recorded.first_node;
  auto file = [&](uint32_t unit) { return recorded.files ? GraphFile((*recorded.files)[unit]) : unit; };
  auto placed = [&](uint32_t unit, uint32_t start, uint32_t end) {
    const Unit* caller = summary.call.unit;
    return caller && here.unit && unit < graph_units_.size() && graph_units_[unit] == caller && start == caller->tree().start(summary.call.node) &&
           end == caller->tree().end(summary.call.node);
  };
  auto put_here = [&](auto& what) {
    what.unit = GraphFile(here.unit);
    what.start = here.unit->tree().start(here.node);
    what.end = here.unit->tree().end(here.node);
  };
  auto rename = [&](uint32_t number) { return renaming.Of(number).value_or(number); };
  const std::string old_path = recorded.scopes.empty() ? "" : recorded.scopes.front().path;
  uint32_t first_scope = graph.scopes.size();
  for (const graph::Scope& old : recorded.scopes) {
    bool outermost = graph.scopes.size() == first_scope;
    graph::Scope scope = old;
    scope.parent = outermost ? scope_ : scope.parent + scope_shift;
    scope.path = path + scope.path.substr(std::min(old_path.size(), scope.path.size()));
    scope.first_node += node_shift;
    scope.end_node += node_shift;
    if (scope.unit != graph::kNoUnit) scope.unit = file(scope.unit);
    // What Trident's own prelude calls is placed at the call, as its nodes are.
    if (here.unit && (outermost || placed(scope.unit, scope.start, scope.end))) put_here(scope);
    graph.scopes.push_back(std::move(scope));
  }
  for (const graph::Node& old : recorded.nodes) {
    graph::Node node = old;
    node.scope = recorded.scopes.empty() ? scope_ : node.scope + scope_shift;
    node.uncertain |= uncertain();
    node.unit = file(node.unit);
    if (placed(node.unit, node.start, node.end)) put_here(node);
    for (graph::Use& use : node.inputs) use.value = rename(use.value);
    for (graph::Argument& argument : node.arguments) {
      if (argument.is(graph::Argument::Kind::Tensor)) argument.bits = rename(argument.value());
    }
    for (graph::Use& use : node.outputs) {
      if (!renaming.Of(use.value)) renaming.numbers[use.value] = NextNode();
      use.value = rename(use.value);
    }
    graph.Add(std::move(node));
  }
  for (graph::Scope& scope : llvm::MutableArrayRef(graph.scopes).drop_front(first_scope)) {
    for (graph::Use& use : scope.outputs) use.value = rename(use.value);
  }
}

Value Interp::Restore(const SavedValue& saved, const CallSummary& summary, const Renaming& renaming, llvm::SmallVectorImpl<TensorObj*>& made) {
  if (saved.tensor) {
    auto* tensor = heap_.New<TensorObj>();
    CopyState(tensor, saved.tensor.get());
    std::optional<uint32_t> number = renaming.Of(summary.made[made.size()]);
    tensor->node = number ? *number : NextNode();
    made.push_back(tensor);
    if (tensor->origin_unit == summary.call.unit && tensor->origin_node == summary.call.node) {
      Place here = Here();
      tensor->origin_unit = here.unit;
      tensor->origin_node = here.node;
    }
    return Value::Obj(tensor);
  }
  if (!saved.list) return saved.value;
  auto* list = heap_.New<ListObj>(saved.list->kind);
  CopyState(list, saved.list.get());
  for (const SavedValue& item : saved.items) list->items.push_back(Restore(item, summary, renaming, made));
  return Value::Obj(list);
}

// The tensors that the call worked on in place, and its result.
Value Interp::RestoreResult(const CallSummary& summary, const Renaming& renaming, const Args& args, const Visible& visible, bool from_last_run) {
  for (size_t i = 0; i < visible.size() && i < summary.after.size(); ++i) {
    if (summary.after[i] == summary.inputs[i]) continue;
    if (std::optional<uint32_t> number = renaming.Of(summary.after[i])) stood_.Renumber(*visible[i].first, *number, heap_);
  }
  llvm::SmallVector<TensorObj*, 4> made;
  Value result = summary.returns_argument >= 0 ? args.positional[summary.returns_argument] : Restore(summary.result, summary, renaming, made);
  if (!from_last_run) return result;
  for (auto [tensor, gap] : llvm::zip(made, summary.gaps)) tensor->gap = gap.unit ? gap_index_.lookup({gap.unit, gap.node}) + 1 : 0;
  for (auto [root, known] : llvm::zip(roots_, summary.learnt)) static_cast<Learnt&>(root) = known;
  ++pass_.taught;
  for (const auto& [function, places] : summary.awaited) {
    llvm::SmallVector<TensorObj*, 2> tensors;
    for (uint32_t place : places) tensors.push_back(place < visible.size() ? visible[place].first : made[place - visible.size()]);
    awaited_.emplace_back(function, std::move(tensors));
  }
  return result;
}

// What runs now is answered by that call, which may have been made before it began.
void Interp::NoteUse(uint32_t call) {
  if (!open_calls_.empty() && call < open_calls_.back().first_call) AddUnique(open_calls_.back().uses, call);
}

// An equal call of this run: which of calls_.
std::optional<uint32_t> Interp::FindSummary(const CallKeys& keys, const Visible& visible) const {
  auto known = summaries_.find(SummaryKey(keys.content, keys.certainty, run_));
  // Modules of equal structure may share tensors in different ways; then their tensors do not correspond.
  bool found = known != summaries_.end() && calls_[known->second].inputs.size() == visible.size();
  return found ? std::optional(known->second) : std::nullopt;
}

// What the call put into this run's graph, where it stays while as much again is added.
Recorded Interp::RecordedHere(const CallSummary& summary) {
  graph::Graph& graph = outcome_.graph;
  MakeRoom(graph.nodes, summary.nodes.size());
  MakeRoom(graph.scopes, summary.scopes.size());
  Recorded recorded;
  recorded.first_node = summary.nodes.first + (piece_ ? piece_->first_node : 0);
  recorded.first_scope = summary.scopes.first + (piece_ ? piece_->first_scope : 0);
  recorded.nodes = llvm::ArrayRef(graph.nodes).slice(recorded.first_node, summary.nodes.size());
  recorded.scopes = llvm::ArrayRef(graph.scopes).slice(recorded.first_scope, summary.scopes.size());
  return recorded;
}

// An equal call of this run, if there was one.
std::optional<Value> Interp::Replay(const CallKeys& keys, const Args& args, const Visible& visible, const std::string& path) {
  std::optional<uint32_t> known = FindSummary(keys, visible);
  if (!known) return std::nullopt;
  uint32_t index = *known;
  const CallSummary& summary = calls_[index];
  // Copying takes steps as well: where modules call what they hold twice, each level has twice the graph of the one below.
  uint64_t copied = 4ull * (summary.nodes.size() + summary.scopes.size());
  if (steps_ + copied > std::min(step_limit_, options_.step_budget)) return std::nullopt;
  steps_ += copied;
  ++outcome_.memo_hits;
  if (!summary.at_any_certainty) NoteCertaintyAsked();
  if (piece_ && !summary.given) llvm::for_each(summary.ran, [&](NodeId function) { NoteRan(function); });
  NoteUse(index);
  Renaming renaming;
  for (size_t i = 0; i < visible.size(); ++i) renaming.numbers[summary.inputs[i]] = visible[i].second;
  graph::Graph& graph = outcome_.graph;
  if (piece_) answers_.push_back({index, static_cast<uint32_t>(graph.nodes.size()) - piece_->first_node, static_cast<uint32_t>(graph.scopes.size()) - piece_->first_scope});
  ReplayGraph(RecordedHere(summary), summary, renaming, path);
  return RestoreResult(summary, renaming, args, visible, /*from_last_run=*/false);
}

// The numbers that the values of a recorded call get here. None when it would exceed a budget, had it run, or uses a value that
// is not known here.
std::optional<Renaming> Interp::MayPutCall(const CallSummary& call, const Recorded& recorded, const Visible& visible) const {
  if (steps_ + call.steps >= std::min(step_limit_, options_.step_budget) || ObjectsUsed() + call.objects > std::min<uint64_t>(options_.object_budget, object_limit_)) return std::nullopt;
  Renaming renaming;
  renaming.first = call.first_value;
  renaming.count = call.values;
  renaming.first_here = next_tensor_node_;
  for (size_t i = 0; i < visible.size(); ++i) renaming.numbers[call.inputs[i]] = visible[i].second;
  for (const graph::Node& node : recorded.nodes) {
    for (const graph::Use& use : node.inputs) {
      if (!renaming.Of(use.value)) return std::nullopt;
    }
  }
  return renaming;
}

// What it did, and what it gave, as if it had run.
Value Interp::PutCall(const CallSummary& call, const Recorded& recorded, Renaming& renaming, const std::string& path, const Args& args, const Visible& visible, bool from_last_run) {
  next_tensor_node_ += call.values;
  ReplayGraph(recorded, call, renaming, path);
  steps_ += call.steps;
  replayed_objects_ += call.objects;
  misused_ += call.misused;
  return RestoreResult(call, renaming, args, visible, from_last_run);
}

// --- from the last run, and from other passes of this one

void Interp::MakeRecallable(const CallLog& log, Recallable& calls) {
  for (uint32_t i = 0; i < log.calls.size(); ++i) {
    const CallSummary& call = log.calls[i];
    if (call.lasting) calls.try_emplace(SummaryKey(call.key, call.certainty, call.circumstances), &log, i);
  }
}

static const CallSummary& CallOf(const std::pair<const CallLog*, uint32_t>& known) { return known.first->calls[known.second]; }

// An equal call, made at that certainty: of this run, or of the last one if nothing that it saw has changed. None: no log.
std::pair<const CallLog*, uint32_t> Interp::FindRecallable(const CallKeys& keys, uint8_t certainty) {
  std::pair key = SummaryKey(keys.content, certainty, keys.circumstances);
  auto found = recorded_.find(key);
  if (found != recorded_.end() && (!RunsAgain() || script_calls_->SeesAsBefore(*CallOf(found->second).saw))) return found->second;
  found = recallable_.find(key);
  if (found == recallable_.end()) return {};
  const Sights& saw = *CallOf(found->second).saw;
  bool holds = RunsAgain() ? NoneChanged(saw) && script_calls_->SeesAsBefore(saw) : StillHolds(saw);
  return holds ? found->second : std::pair<const CallLog*, uint32_t>();
}

std::optional<Value> Interp::Recall(const CallKeys& keys, const Value& callee, const Args& args, const Visible& visible, const std::string& path) {
  if ((recallable_.empty() && recorded_.empty()) || !keys.lasting || importing_ > 0 || ChangesSettings()) return std::nullopt;
  // What the entry wrote to before, its calls may see.
  if (std::min(oldest_open_write_, heap_.oldest_write()) < piece_mark_) return std::nullopt;
  auto [log, index] = FindRecallable(keys, keys.certainty);
  if (!log && keys.certainty != kSure) {
    std::tie(log, index) = FindRecallable(keys, kSure);
    if (log && !log->calls[index].at_any_certainty) log = nullptr;
  }
  if (!log) return std::nullopt;
  const CallSummary& past = log->calls[index];
  if (past.inputs.size() != visible.size() || !KnowsGaps(*log, past)) return std::nullopt;
  // Modules that functions call are placed where these are called.
  if (callee.is(Kind::Function) && past.scopes.size() > 0) return std::nullopt;
  for (uint32_t use : past.uses) {
    if (!recalled_.contains({log, use - log->calls_before})) return std::nullopt;
  }
  Recorded recorded;
  recorded.first_node = log->first_node + past.nodes.first;
  recorded.first_scope = log->first_scope + past.scopes.first;
  recorded.nodes = log->NodesOf(past);
  recorded.scopes = log->ScopesOf(past);
  recorded.files = &log->files;
  std::optional<Renaming> renaming = MayPutCall(past, recorded, visible);
  if (!renaming) return std::nullopt;
  std::optional<RemadeModel> remade;
  if (past.model && !(remade = Remake(past, args))) return std::nullopt;
  ++outcome_.memo_hits;
  if (!past.at_any_certainty) NoteCertaintyAsked();
  TakeOver(*log, index, *renaming);
  Value result = PutCall(past, recorded, *renaming, path, args, visible, /*from_last_run=*/true);
  return remade ? PutRemade(std::move(*remade)) : result;
}

// A call is over: what it did is kept if it may be.
void Interp::FinishCall(const CallKeys& keys, const Value& result, const Args& args, const Visible& visible, OpenCall call) {
  CallNotes notes = EndCall();
  llvm::SmallVector<NodeId, 2> ran = notes.ran;
  bool kept = MayKeep(call, result) && KeepSummary(keys, result, args, visible, call, std::move(notes));
  if (kept && of_script_) script_calls_->NoteViews(*calls_.back().saw);
  if (kept && call.given && calls_.back().lasting) {
    calls_.back().given = std::move(call.given);
    calls_.back().given_numbers = std::move(call.given_numbers);
    if (piece_ == script_calls_.get()) NoteScriptCall(calls_.back());
  } else if (piece_) {
    for (NodeId function : ran) NoteRan(function);
  }
  heap_.set_oldest_write(std::min(call.written_before, heap_.oldest_write()));
  oldest_asked_ = std::min(call.asked_before, oldest_asked_);
}

// A function of the script ran, also where an equal call answers, in nothing that can be made again.
void Interp::NoteRan(NodeId function) { AddUnique(open_calls_.empty() ? piece_->ran : open_calls_.back().ran, function); }

static void MoveOrigins(SavedValue& saved, const Place& from, const Place& to) {
  for (SavedValue& item : saved.items) MoveOrigins(item, from, to);
  if (!saved.tensor || saved.tensor->origin_unit != from.unit || saved.tensor->origin_node != from.node) return;
  auto moved = std::make_shared<TensorObj>(*saved.tensor);
  std::tie(moved->origin_unit, moved->origin_node) = std::tie(to.unit, to.node);
  saved.tensor = std::move(moved);
}

// The call was made elsewhere; what it gave comes from there.
static void MoveCall(CallSummary& summary, const Place& to) {
  Place from = std::exchange(summary.call, to);
  if (!(from == to)) MoveOrigins(summary.result, from, to);
}

// Of the calls from `first` on, which are the last one and those inside it: what ran in calls that cannot be made again, or not
// any more, ran in the calls around them. Where the last one cannot, `note` is told.
static void TellWhatRan(std::vector<CallSummary>& calls, size_t first, llvm::function_ref<void(NodeId)> note) {
  for (size_t i = first; i < calls.size(); ++i) {
    if (calls[i].given) continue;
    auto around = std::find_if(calls.begin() + i + 1, calls.end(), [&](const CallSummary& call) { return call.first_call <= i; });
    for (NodeId function : calls[i].ran) {
      if (around == calls.end()) note(function);
      else AddUnique(around->ran, function);
    }
  }
}

// What the call recorded, and the summaries of the calls inside it, become those of this run. Before its graph does.
void Interp::TakeOver(const CallLog& log, uint32_t index, const Renaming& renaming) {
  const CallSummary& past = log.calls[index];
  Saw().Add(*past.saw);
  if (RunsAgain()) script_calls_->NoteViews(*past.saw);
  for (NodeId function : past.entered) {
    Uncertain unsure(*this, RunsAgain() && !llvm::is_contained(past.entered_surely, function));
    SetEntered(function);
  }
  uint32_t loss_shift = piece_->lost.size() - past.losses.first;
  for (const Loss& loss : log.LossesOf(past)) {
    piece_->lost.push_back(loss);
    PutLoss(loss);
  }
  uint32_t type_shift = piece_->types.size() - past.types.first;
  Piece* piece = std::exchange(piece_, nullptr);  // Each type is noted where the call has it, also where it is known already.
  const Unit* script = script_->unit.get();
  Place here = Here();
  for (RecordedType type : log.TypesOf(past)) {
    if (past.call.unit == script && type.caller == past.call.node) type.caller = here.unit == script ? here.node : parse::kNoNode;
    RecordType(script, type);
    piece->types.push_back(std::move(type));
  }
  piece_ = piece;
  ++piece_stamp_;

  uint32_t call_shift = calls_.size() - past.first_call;
  uint32_t node_shift = outcome_.graph.nodes.size() - piece_->first_node - past.nodes.first;
  uint32_t scope_shift = outcome_.graph.scopes.size() - piece_->first_scope - past.scopes.first;
  uint32_t answer_shift = answers_.size() - past.answers.first;
  auto number_here = [&](uint32_t call) { return call >= past.first_call ? call + call_shift : recalled_.lookup({&log, call - log.calls_before}); };
  for (Answer answer : log.AnswersOf(past)) {
    answers_.push_back({number_here(answer.call), answer.first_node + node_shift, answer.first_scope + scope_shift});
  }
  for (uint32_t i = past.first_call - log.calls_before; i <= index; ++i) {
    CallSummary summary = log.calls[i];
    summary.certainty |= CertaintyNow();
    summary.at_any_certainty &= summary.certainty == kSure;
    for (auto [range, shift] : {std::pair(&summary.nodes, node_shift), {&summary.scopes, scope_shift}, {&summary.types, type_shift}, {&summary.losses, loss_shift}, {&summary.answers, answer_shift}}) range->Move(shift);
    summary.first_call += call_shift;
    summary.first_value += renaming.first_here - renaming.first;
    for (uint32_t& use : summary.uses) use = number_here(use);
    for (std::vector<uint32_t>* numbers : {&summary.inputs, &summary.after, &summary.made, &summary.given_numbers}) {
      for (uint32_t& number : *numbers) number = renaming.Of(number).value_or(number);
    }
    if (RunsAgain() && summary.given) TakeScriptCall(summary);
    if (summary.call == past.call) MoveCall(summary, here);
    if (i == index) {
      for (uint32_t use : summary.uses) NoteUse(use);
    }
    recalled_[{&log, i}] = calls_.size();
    AddSummary(std::move(summary));
  }
  // Only between runs of a script do calls lose what they were given; elsewhere those inside have told the calls around them.
  size_t inside = RunsAgain() ? index - (past.first_call - log.calls_before) : 0;
  TellWhatRan(calls_, calls_.size() - 1 - inside, [&](NodeId function) { NoteRan(function); });
}

// What is about to be taken out of the graph goes where the next run may find it, and where `recallable` this one as well.
void Interp::SetAside(const Mark& since, bool keep_types, bool recallable) {
  if (piece_ && calls_.size() > since.calls) {
    graph::Graph& graph = outcome_.graph;
    CallLog log;
    auto tail = [](auto& list, size_t from) { return llvm::make_range(std::make_move_iterator(list.begin() + from), std::make_move_iterator(list.end())); };
    log.types_before = since.types;
    log.losses_before = since.losses;
    log.nodes_before = since.nodes - piece_->first_node;
    log.scopes_before = since.scopes - piece_->first_scope;
    log.calls_before = since.calls;
    log.answers_before = since.answers;
    log.first_node = piece_->first_node;
    log.first_scope = piece_->first_scope;
    log.files = graph_units_;
    log.types_shown = keep_types;
    if (keep_types) log.types.assign(piece_->types.begin() + since.types, piece_->types.end());
    else llvm::append_range(log.types, tail(piece_->types, since.types));
    llvm::append_range(log.lost, tail(piece_->lost, since.losses));
    llvm::append_range(log.nodes, tail(graph.nodes, since.nodes));
    llvm::append_range(log.scopes, tail(graph.scopes, since.scopes));
    llvm::append_range(log.calls, tail(calls_, since.calls));
    log.answers.assign(answers_.begin() + since.answers, answers_.end());
    for (CallSummary& call : log.calls) call.lasting &= llvm::all_of(call.uses, [&](uint32_t use) { return use >= since.calls; });
    piece_->set_aside.push_back(std::move(log));
    // What this pass wrote before, its calls may have seen.
    if (recallable && std::min(oldest_open_write_, heap_.oldest_write()) >= piece_mark_) MakeRecallable(piece_->set_aside.back(), recorded_);
  }
  if (piece_) piece_->lost.resize(since.losses);
  calls_.resize(since.calls);
  answers_.resize(since.answers);
  summaries_.clear();
  recalled_.clear();
}

}  // namespace trident::eval
