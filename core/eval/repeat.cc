// Calls of edited functions are made again by themselves, with what they were given the last time. When each gives what it
// gave and leaves behind what it left, those who called it need not run: their entry's piece takes the new records.
#include "core/eval/interp.h"
#include "core/eval/repeat.h"
#include "core/eval/script_calls.h"

namespace trident::eval {

using parse::NodeId;

namespace {

// More calls of one function than this are made by their entry as well.
constexpr size_t kMaxRepeats = 64;

// Saves what a call is given; the same tensor is the same in all of it.
class Saver {
 public:
  // `apart`: tensors, lists and tuples that stand are saved as what they hold as well.
  Saver(const KnownRoots& known, bool apart) : apart_(apart) {
    for (auto [root, object] : llvm::zip(known.roots, known.objects)) {
      if (object) saved_[root.object] = object;
    }
  }

  std::optional<SavedValue> Save(const Value& value, int depth = 0) {
    if (!value.is_object() || value.object->permanent) return SaveItself(value);
    if (value.object->standing) {
      std::optional<SavedValue> held = apart_ ? SaveHeld(value, depth) : std::nullopt;
      return held ? held : SaveItself(value);
    }
    return SaveHeld(value, depth);
  }

  std::vector<uint32_t> TakeNumbers() { return std::move(numbers_); }

 private:
  std::optional<SavedValue> SaveItself(const Value& value) {
    if (value.unknown() || value.guess()) return std::nullopt;
    SavedValue saved;
    saved.value = value;
    saved.permanent = value.is_object() && value.object->permanent;
    return saved;
  }

  std::optional<SavedValue> SaveHeld(const Value& value, int depth) {
    if (depth > 8) return std::nullopt;
    if (value.is(Kind::Tensor)) return SaveTensor(As<TensorObj>(value));
    if (!value.is(Kind::List) && !value.is(Kind::Tuple)) return std::nullopt;
    SavedValue saved;
    auto list = std::make_shared<ListObj>(*As<ListObj>(value));
    // An object of the run that is not among what was given.
    if (list->shape_of) return std::nullopt;
    for (const Value& item : list->items) {
      std::optional<SavedValue> one = Save(item, depth + 1);
      if (!one) return std::nullopt;
      saved.items.push_back(std::move(*one));
    }
    list->items.clear();
    saved.list = std::move(list);
    return saved;
  }

  std::optional<SavedValue> SaveTensor(TensorObj* tensor) {
    // What a model that stands holds is that model's.
    bool held = tensor->standing && (tensor->parameter || tensor->buffer);
    if (held || !tensor->attributes.empty() || tensor->gap != 0) return std::nullopt;
    std::shared_ptr<const TensorObj>& state = saved_[tensor];
    if (!state) state = std::make_shared<TensorObj>(*tensor);
    if (met_.insert(state.get()).second) numbers_.push_back(tensor->node);
    SavedValue saved;
    saved.tensor = state;
    return saved;
  }

  bool apart_;
  llvm::SmallDenseMap<const Object*, std::shared_ptr<const TensorObj>, 4> saved_;
  llvm::SmallDenseSet<const TensorObj*, 4> met_;
  std::vector<uint32_t> numbers_;
};

// Makes what was saved again, on the heap of this run.
class Restorer {
 public:
  Restorer(Heap& heap, llvm::ArrayRef<uint32_t> numbers) : heap_(heap), numbers_(numbers) {}

  TensorObj* Make(const std::shared_ptr<const TensorObj>& saved) {
    TensorObj*& tensor = made_[saved.get()];
    if (tensor) return tensor;
    tensor = heap_.New<TensorObj>();
    CopyState(tensor, saved.get());
    return tensor;
  }

  Value Make(const SavedValue& saved) {
    if (saved.tensor) {
      TensorObj* tensor = Make(saved.tensor);
      if (met_.insert(tensor).second && !numbers_.empty()) {
        tensor->node = numbers_.front();
        numbers_ = numbers_.drop_front();
      }
      return Value::Obj(tensor);
    }
    if (!saved.list) return saved.value;
    auto* list = heap_.New<ListObj>(saved.list->kind);
    CopyState(list, saved.list.get());
    for (const SavedValue& item : saved.items) list->items.push_back(Make(item));
    return Value::Obj(list);
  }

 private:
  Heap& heap_;
  llvm::ArrayRef<uint32_t> numbers_;
  llvm::SmallDenseMap<const TensorObj*, TensorObj*, 4> made_;
  llvm::SmallDenseSet<const TensorObj*, 4> met_;
};

// Whether nobody who is given the one can tell it from the other.
bool Same(const SavedValue& a, const SavedValue& b) {
  if (!a.tensor != !b.tensor || !a.list != !b.list || a.items.size() != b.items.size()) return false;
  if (a.tensor) {
    auto of = [](const TensorObj& t) {
      return std::tie(t.type, t.parameter, t.requires_grad, t.buffer, t.transient, t.refinable, t.lineage, t.gap, t.origin_unit, t.origin_node, t.contents, t.numbers);
    };
    return of(*a.tensor) == of(*b.tensor);
  }
  if (!a.list) return a.value == b.value && a.value.flags == b.value.flags;
  auto of = [](const ListObj& l) { return std::tuple(l.kind, l.open, l.is_size, l.is_view, l.names.data()); };
  if (of(*a.list) != of(*b.list)) return false;
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), Same);
}

// Whether those who called it see the same of it, and its records take the same room.
bool Same(const CallSummary& a, const CallSummary& b) {
  auto of = [](const CallSummary& s) {
    return std::tie(s.key, s.circumstances, s.returns_argument, s.entered, s.entered_surely, s.awaited, s.inputs, s.after, s.made, s.learnt, s.first_value, s.values, s.misused, s.lasting);
  };
  // It was perhaps made where it is surer that it happens, and found from elsewhere.
  bool as_sure = a.certainty == b.certainty ? a.at_any_certainty == b.at_any_certainty : b.at_any_certainty;
  return as_sure && of(a) == of(b) && Same(a.result, b.result) && a.gaps.empty() && b.gaps.empty() &&
         a.nodes.size() == b.nodes.size() && a.scopes.size() == b.scopes.size() && a.types.size() == b.types.size() && a.losses.size() == 0 && b.losses.size() == 0;
}

// Whether the modules that were called are the same below the outermost one, of the same numbers; what they gave may differ
// inside.
bool SameScopes(Repeat& repeat) {
  const CallSummary &past = repeat.log->calls[repeat.index], &now = repeat.done.calls.back();
  uint32_t shift = repeat.log->first_scope + past.scopes.first - (repeat.done.first_scope + now.scopes.first);
  uint32_t node_shift = repeat.log->first_node + past.nodes.first - (repeat.done.first_node + now.nodes.first);
  llvm::MutableArrayRef<graph::Scope> a = repeat.log->ScopesOf(past), b = repeat.done.ScopesOf(now);
  for (size_t i = 0; i < a.size(); ++i) {
    auto of = [&](const CallLog& log, const graph::Scope& outermost, const graph::Scope& s, uint32_t nodes) {
      return std::tuple(llvm::StringRef(s.path).drop_front(std::min(outermost.path.size(), s.path.size())), s.class_name, s.training, log.UnitOf(s.unit), s.start, s.end, s.first_node + nodes, s.end_node + nodes);
    };
    auto same = [&](const graph::Use& x, const graph::Use& y) { return x.value == y.value && (i > 0 || x.type == y.type); };
    bool inside = i == 0 || a[i].parent == b[i].parent + shift;
    bool outputs = a[i].outputs.size() == b[i].outputs.size() && std::equal(a[i].outputs.begin(), a[i].outputs.end(), b[i].outputs.begin(), same);
    if (!inside || !outputs || of(*repeat.log, a[0], a[i], 0) != of(repeat.done, b[0], b[i], node_shift)) return false;
  }
  return true;
}

}  // namespace

// --- when a call is made

// The first function of the script that a module runs is told with it; others are calls of their own.
bool Interp::MayTellApart(const FunctionObj* function) const {
  if (constructing_ || importing_ > 0 || function->module != script_) return false;
  if (OfScriptItself()) return !script_calls_->never_kept.contains(function->node);
  return piece_ && !open_calls_.empty() && !open_calls_.back().constructs && !open_calls_.back().ran.empty();
}

// Where the call cannot be made again, nothing is saved.
void Interp::SaveGiven(const Value& callee, const Args& args, Fingerprint known, OpenCall& call) {
  bool plain = piece_ && handlers_.empty() && environment_branches_ == 0 && !mode_.confirming && !mode_.names_apart && Here().unit == script_->unit.get();
  auto lasts = [](const Object* object) { return object && (object->permanent || object->standing); };
  // What the script's own statements call may have to do with no module.
  bool entry_lasts = read_module_.first ? lasts(read_module_.first) : of_script_;
  if (!plain || !lasts(callee.object) || !entry_lasts) return;
  bool stale = !known_roots_ || known_roots_of_ != known || known_roots_->roots.size() != roots_.size();
  for (size_t i = 0; !stale && i < roots_.size(); ++i) stale = known_roots_->roots[i].object != roots_[i].object;
  if (stale) {
    auto roots = std::make_shared<KnownRoots>();
    roots->roots = roots_;
    for (const Root& root : roots_) roots->objects.push_back(root.object ? std::make_shared<TensorObj>(*root.object) : nullptr);
    known_roots_ = std::move(roots);
    known_roots_of_ = known;
  }
  auto given = std::make_shared<GivenCall>();
  Saver saver(*known_roots_, of_script_);
  given->callee = callee;
  given->entry = read_module_.first;
  for (const Value& value : args.positional) {
    std::optional<SavedValue> saved = saver.Save(value);
    if (!saved) return;
    given->positional.push_back(std::move(*saved));
  }
  for (const auto& [name, value] : args.keywords) {
    std::optional<SavedValue> saved = saver.Save(value);
    if (!saved) return;
    given->keywords.emplace_back(name, std::move(*saved));
  }
  std::tie(given->open, given->exposed, given->open_rest) = std::tie(args.open, args.exposed, args.open_rest);
  given->path = outcome_.graph.scopes[scope_].path;
  given->known = known_roots_;
  std::tie(given->uncertain, given->guess_level, given->guessing, given->entered_unsure) = std::tie(uncertain_, mode_.guess_level, mode_.guessing, mode_.entered_unsure);
  given->generation = generation_;
  call.given = std::move(given);
  call.given_numbers = saver.TakeNumbers();
}

// Runs a function of the script as a call that can be made again by itself, unless it is known.
Value Interp::CallApart(FunctionObj* function, const Args& args) {
  if (!piece_) return AsScriptCall([&] { return CallApart(function, args); });
  Value callee = Value::Obj(function);
  Visible visible = VisibleTensors(callee, args);
  CallKeys keys = KeysOf(callee, args, visible);
  if (!keys.lasting) return RunFunction(function, args);
  if (std::optional<Value> known = Recall(keys, callee, args, visible, "")) return *known;
  size_t calls = calls_.size();
  OpenCall call = BeginCall();
  SaveGiven(callee, args, keys.known, call);
  Value result = RunFunction(function, args);
  // A model that it calls outside of any module is an entry of the graph.
  if (scope_ == 0 && outcome_.graph.scopes.size() > call.first_scope) NoteUnsummarised();
  FinishCall(keys, result, args, visible, std::move(call));
  // What makes items of a table makes them in all its calls: nothing is prepared for keeping the next.
  bool makes_items = result.is(Kind::Dict) || result.is(Kind::Instance);
  if (of_script_ && open_calls_.empty() && makes_items && calls_.size() == calls) script_calls_->never_kept.insert(function->node);
  return result;
}

// --- when its function has changed

// Makes the call again. Nothing when it was not kept this time.
bool Interp::MakeAgain(Repeat& repeat) {
  const CallSummary& past = repeat.log->calls[repeat.index];
  const GivenCall& given = *past.given;
  graph::Graph& graph = outcome_.graph;
  Piece scratch;
  scratch.first_node = graph.nodes.size();
  scratch.first_scope = graph.scopes.size();
  Checkpoint checkpoint;
  piece_ = &scratch;
  OpenCheckpoint(checkpoint);
  graph.scopes.push_back({});
  graph.scopes.back().path = given.path;
  scope_ = scratch.first_scope;
  piece_mark_ = heap_.next_serial();
  oldest_open_write_ = 0xFFFFFFFF;
  heap_.set_oldest_write(0xFFFFFFFF);
  next_tensor_node_ = past.first_value;
  awaited_.clear();
  ++run_;
  ++piece_stamp_;
  Restorer restorer(heap_, past.given_numbers);
  roots_ = given.known->roots;
  for (auto [root, object] : llvm::zip(roots_, given.known->objects)) root.object = object ? restorer.Make(object) : nullptr;
  Args args;
  for (const SavedValue& value : given.positional) args.positional.push_back(restorer.Make(value));
  for (const auto& [name, value] : given.keywords) args.keywords.emplace_back(name, restorer.Make(value));
  std::tie(args.open, args.exposed, args.open_rest) = std::tie(given.open, given.exposed, given.open_rest);
  std::tie(uncertain_, mode_.guess_level, mode_.guessing, mode_.entered_unsure) = std::tie(given.uncertain, given.guess_level, given.guessing, given.entered_unsure);
  ReadEntryModule(given.entry);
  Frame frame = EntryFrame(past.call.node);
  bool kept = false;
  {
    FrameScope scope(*this, frame);
    // What it ran is not told with whoever makes it here.
    open_calls_.emplace_back().ran.push_back(parse::kNoNode);
    ClearException();
    Call(given.callee, args);
    open_calls_.clear();
    kept = !calls_.empty() && calls_.back().given && !out_of_budget_ && scratch.problems.empty() && scratch.lost.empty();
  }
  ClearException();
  heap_.Close(checkpoint.journal);
  // It is moved from where it is set aside.
  RollBack(checkpoint, /*with_problems=*/true, /*recallable=*/false);
  if (kept) repeat.done = std::move(scratch.set_aside.back());
  piece_ = nullptr;
  return kept;
}

// The calls of the piece that ran functions that have changed; none when such a function ran outside of all calls
// that can be made again.
std::optional<std::vector<Due>> Interp::CallsDue(Piece& piece) const {
  auto changed = [&](NodeId function) { return changed_functions_.contains(function); };
  if (llvm::any_of(piece.ran, changed)) return std::nullopt;
  llvm::SmallDenseSet<NodeId, 4> left;
  for (NodeId function : piece.saw.executed) {
    if (changed(function)) left.insert(function);
  }
  std::vector<Due> due;
  bool apart = true;
  auto add = [&](CallLog& log) {
    Due& one = due.emplace_back(Due{&log, llvm::BitVector(log.calls.size())});
    for (uint32_t i = 0; i < log.calls.size(); ++i) {
      const CallSummary& call = log.calls[i];
      if (!call.given || !llvm::any_of(call.ran, changed)) continue;
      for (NodeId function : call.ran) left.erase(function);
      one.calls.set(i);
    }
    apart &= llvm::all_of(log.answers, [&](const Answer& answer) { return answer.call >= log.calls_before; });
  };
  add(piece);
  llvm::for_each(piece.set_aside, add);
  if (!left.empty() || !apart) return std::nullopt;
  return due;
}

bool Interp::HoldsAgain(Piece& piece) {
  bool may = resumed_ && !piece.writes && OnlyTextDiffers(piece.saw) && (!piece.construction.model || piece.construction.untouched);
  if (!may) return false;
  if (TakeBack(piece)) return true;
  std::optional<std::vector<Due>> due = CallsDue(piece);
  std::deque<Repeat> repeats;
  return due && MakeAllAgain(piece, *due, repeats, plan_.tried) && TakeRepeats(piece, repeats);
}

// Those who called what gives something else now are due too: who made the call around it, and who was answered by it.
// False: one of them cannot be made again by itself.
static bool MakeCallersDue(Due& due, uint32_t index) {
  const CallLog& log = *due.log;
  uint32_t number = index + log.calls_before;
  auto mark = [&](auto lies_in) {
    for (uint32_t i = index + 1; i < log.calls.size(); ++i) {
      if (!lies_in(log.calls[i])) continue;
      if (!log.calls[i].given) return MakeCallersDue(due, i);
      due.calls.set(i);
      return true;
    }
    return false;
  };
  if (!mark([&](const CallSummary& call) { return call.first_call <= number; })) return false;
  for (uint32_t i = 0; i < log.answers.size(); ++i) {
    uint32_t answer = i + log.answers_before;
    if (log.answers[i].call == number && !mark([&](const CallSummary& call) { return call.answers.contains(answer); })) return false;
  }
  return true;
}

// Makes all calls again that are due; of those that give something else, their callers instead. Whether all that nobody
// makes for them gave what they gave. What they do here is undone. `tried`: gets those of them that gave something else.
bool Interp::MakeAllAgain(const Piece& piece, llvm::MutableArrayRef<Due> due, std::deque<Repeat>& repeats, std::deque<CallLog>& tried) {
  for (const Due& one : due) MakeRecallable(*one.log, recallable_);
  auto state = std::tie(steps_, replayed_objects_, next_tensor_node_, scope_, misused_, uncertain_, mode_);
  std::tuple before(steps_, replayed_objects_, next_tensor_node_, scope_, misused_, uncertain_, mode_);
  uint32_t written = heap_.oldest_write();
  uint64_t limit = std::exchange(step_limit_, steps_ + piece.steps), objects = ObjectsUsed();
  Recallable known = recorded_;
  size_t made = 0, tried_before = tried.size();
  bool hold = llvm::all_of(due, [&](Due& one) {
    for (int i = one.calls.find_first(); i >= 0; i = one.calls.find_next(i)) {
      const CallSummary& past = one.log->calls[i];
      if (past.given->generation != generation_ || ++made > kMaxRepeats) return false;
      Fingerprint key = Combine(past.key, past.circumstances);
      Repeat& repeat = repeats.emplace_back(Repeat{one.log, static_cast<uint32_t>(i), {}});
      // An equal call, of an entry before, gave something else.
      bool kept = !differing_.contains(key) && MakeAgain(repeat);
      state = before;
      if (kept && Same(past, repeat.done.calls.back()) && SameScopes(repeat)) {
        // One that is equal to it is answered by it.
        MakeRecallable(repeat.done, recorded_);
        // A call inside it may have answered one outside of it, and had to give the same as well.
        for (Repeat& inner : repeats) inner.inside |= inner.log == one.log && &inner != &repeat && inner.index + one.log->calls_before >= past.first_call;
        continue;
      }
      differing_.insert(key);
      if (kept) {
        // Who calls it finds it, here or where the entry runs.
        tried.push_back(std::move(repeat.done));
        MakeRecallable(tried.back(), recorded_);
      }
      repeats.pop_back();
      if (!MakeCallersDue(one, i)) return false;
    }
    return true;
  });
  // What they took counts where they are put.
  SetObjectsUsed(objects);
  step_limit_ = limit;
  heap_.set_oldest_write(written);
  out_of_budget_ = outcome_.cancelled;
  recallable_.clear();
  // What was tried in vain is there for the entry, which runs now; what gave the same moves into the piece.
  recorded_ = std::move(known);
  auto in_vain = llvm::make_range(tried.begin() + tried_before, tried.end());
  if (hold) tried.erase(in_vain.begin(), in_vain.end());
  else llvm::for_each(in_vain, [&](const CallLog& log) { MakeRecallable(log, recorded_); });
  roots_.clear();
  awaited_.clear();
  return hold;
}

namespace {

using TypedPlace = std::pair<NodeId, Symbol>;

// The expressions and names of which the call says something else now.
void FindTypesThatDiffer(const Repeat& repeat, llvm::DenseSet<TypedPlace>& places) {
  llvm::ArrayRef<RecordedType> a = repeat.log->TypesOf(repeat.log->calls[repeat.index]), b = repeat.done.TypesOf(repeat.done.calls.back());
  for (const auto& [then, now] : llvm::zip(a, b)) {
    if (std::tie(then.at, then.name, then.type, then.fresh, then.caller) == std::tie(now.at, now.name, now.type, now.fresh, now.caller)) continue;
    places.insert({then.at, then.name});
    places.insert({now.at, now.name});
  }
}

}  // namespace

// Says of the script's bindings at these places what its calls say, who alone ran there.
void Interp::Retype(const llvm::DenseSet<TypedPlace>& places) {
  const Unit* unit = script_->unit.get();
  std::vector<Binding>& bindings = standing_->outcome.bindings;
  for (const TypedPlace& place : places) {
    Binding& binding = bindings[standing_->binding_index.lookup({{unit, place.first}, place.second})];
    binding.types.clear();
    binding.fresh.clear();
    binding.callers.clear();
  }
  for (const RecordedType& type : script_calls_->types) {
    if (!places.contains({type.at, type.name})) continue;
    Binding& binding = bindings[standing_->binding_index.lookup({{unit, type.at}, type.name})];
    if (size_t i = binding.IndexOf(type.type); i < Binding::kMaxTypes) binding.Put(i, type.type, type.fresh, type.caller);
  }
  outcome_.bindings = bindings;
  type_places_.Clear();
}

bool Interp::ScriptHoldsAgain() {
  ScriptCalls& calls = *script_calls_;
  if (NoneChanged(calls.saw)) return true;
  next_ = standing_->seen;
  graph::Graph& graph = standing_->outcome.graph;
  std::swap(calls.nodes, graph.nodes);
  std::swap(calls.scopes, graph.scopes);
  calls.files = standing_->graph_units;
  // They were told by what their views were then, or by what they are.
  llvm::DenseMap<const Object*, Fingerprint> views;
  std::swap(views, views_);
  uint64_t steps = calls.steps;
  of_script_ = true;
  std::optional<std::vector<Due>> due = CallsDue(calls);
  std::deque<Repeat> repeats;
  bool hold = due && MakeAllAgain(calls, *due, repeats, calls.set_aside);
  llvm::DenseSet<TypedPlace> retyped;
  for (const Repeat& repeat : repeats) FindTypesThatDiffer(repeat, retyped);
  // What its statements ran besides, they have said something of as well.
  const parse::Tree& tree = script_->unit->tree();
  hold = hold && llvm::all_of(retyped, [&](const TypedPlace& place) {
           return standing_->binding_index.contains({{script_->unit.get(), place.first}, place.second}) &&
                  llvm::none_of(PathTo(tree, place.first), [&](NodeId node) { return standing_->executed.contains(node); });
         });
  hold = hold && TakeRepeats(calls, repeats);
  of_script_ = false;
  views_ = std::move(views);
  heap_.ForgetStructures();
  std::swap(calls.nodes, graph.nodes);
  std::swap(calls.scopes, graph.scopes);
  standing_->steps += calls.steps - steps;
  steps_ = standing_->steps;
  if (!hold) return false;
  if (!retyped.empty()) Retype(retyped);
  for (graph::Entry& entry : graph.entries) entry.run = graph::NewRun();
  outcome_.graph = graph;
  return true;
}

// What a call of the script saw must be there as it was when the call is made again, though that is after the script.
void Interp::NoteScriptCall(const CallSummary& call) {
  script_calls_->fixed &= call.saw->registries.empty() && call.saw->items.empty() && call.saw->named_items.empty();
  for (Symbol name : call.saw->names) {
    const Value* value = script_->env->variables.Find(name);
    if (!value) continue;
    bool constant = !value->is_object() || value->is(Kind::Class) || value->is(Kind::Function) || value->is(Kind::Module) || value->is(Kind::Builtin) || value->is(Kind::Operator);
    auto [known, added] = script_calls_->names.try_emplace(name, *value);
    script_calls_->fixed &= constant && known->second == *value;
  }
}

bool Interp::CallsStand() const {
  return script_calls_->fixed && llvm::all_of(script_calls_->names, [&](const auto& known) {
    const Value* value = script_->env->variables.Find(known.first);
    return value && *value == known.second;
  });
}

}  // namespace trident::eval
