// Calls of edited functions are made again by themselves, with what they were given the last time. When each gives what it
// gave and leaves behind what it left, those who called it need not run: their entry's piece takes the new records.
#include "core/eval/interp.h"
#include "core/eval/repeat.h"

namespace trident::eval {

using parse::NodeId;

namespace {

// More calls of one function than this are made by their entry as well.
constexpr size_t kMaxRepeats = 64;

// Saves what a call is given; the same tensor is the same in all of it.
class Saver {
 public:
  explicit Saver(const KnownRoots& known) {
    for (auto [root, object] : llvm::zip(known.roots, known.objects)) {
      if (object) saved_[root.object] = object;
    }
  }

  std::optional<SavedValue> Save(const Value& value, int depth = 0) {
    SavedValue saved;
    if (!value.is_object() || value.object->permanent || value.object->standing) {
      if (value.unknown() || value.guess()) return std::nullopt;
      saved.value = value;
      return saved;
    }
    if (depth > 8) return std::nullopt;
    if (value.is(Kind::Tensor)) return SaveTensor(As<TensorObj>(value));
    if (!value.is(Kind::List) && !value.is(Kind::Tuple)) return std::nullopt;
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

  std::vector<uint32_t> TakeNumbers() { return std::move(numbers_); }

 private:
  std::optional<SavedValue> SaveTensor(TensorObj* tensor) {
    if (!tensor->attributes.empty() || tensor->gap != 0) return std::nullopt;
    std::shared_ptr<const TensorObj>& state = saved_[tensor];
    if (!state) state = std::make_shared<TensorObj>(*tensor);
    if (met_.insert(state.get()).second) numbers_.push_back(tensor->node);
    SavedValue saved;
    saved.tensor = state;
    return saved;
  }

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
  auto length = [](Range range) { return range.end - range.first; };
  auto of = [](const CallSummary& s) {
    return std::tie(s.key, s.circumstances, s.returns_argument, s.entered, s.awaited, s.inputs, s.after, s.made, s.learnt, s.first_value, s.values, s.misused, s.lasting);
  };
  // It was perhaps made where it is surer that it happens, and found from elsewhere.
  bool as_sure = a.certainty == b.certainty ? a.at_any_certainty == b.at_any_certainty : b.at_any_certainty;
  return as_sure && of(a) == of(b) && Same(a.result, b.result) && a.gaps.empty() && b.gaps.empty() &&
         length(a.nodes) == length(b.nodes) && length(a.scopes) == length(b.scopes) && length(a.types) == length(b.types) && length(a.losses) == 0 && length(b.losses) == 0;
}

// What a node is, apart from which values it works on and where it belongs.
Fingerprint ContentOf(const graph::Node& node, const Unit* unit) {
  auto word = [](auto value) { return static_cast<uint64_t>(value); };
  Fingerprint sum = {reinterpret_cast<uintptr_t>(unit), node.op.index};
  sum = Combine(sum, Fingerprint{word(node.start) << 32 | node.end, word(node.attribute) | word(static_cast<uint8_t>(node.writes)) << 8 | word(node.returns) << 16 | word(node.stand_in) << 24});
  for (const graph::Argument& argument : node.arguments) {
    bool tensor = argument.is(graph::Argument::Kind::Tensor);
    sum = Combine(sum, Fingerprint{word(argument.kind) << 32 | argument.keyword.index, tensor ? 0 : argument.bits});
    sum = Combine(sum, word(argument.count));
  }
  auto add = [&](const graph::Use& use) {
    sum = Combine(sum, Fingerprint{word(use.type.shape.raw()) << 32 | use.type.strides.raw(), word(use.type.dtype) | word(use.type.contiguity) << 8 | word(use.type.zero_dim_scalar) << 16});
  };
  llvm::for_each(node.inputs, add);
  sum = Combine(sum, word(node.inputs.size()));
  llvm::for_each(node.outputs, add);
  return sum;
}

// Whether both name the same values in the same order.
bool SameValues(const graph::Node& a, const graph::Node& b) {
  auto same = [](const graph::Use& x, const graph::Use& y) { return x.value == y.value; };
  auto equal = [&](const auto& x, const auto& y) { return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin(), same); };
  if (!equal(a.inputs, b.inputs) || !equal(a.outputs, b.outputs)) return false;
  auto tensors = [](const graph::Node& node) {
    llvm::SmallVector<uint64_t, 8> values;
    for (const graph::Argument& argument : node.arguments) {
      if (argument.is(graph::Argument::Kind::Tensor)) values.push_back(argument.bits);
    }
    return values;
  };
  return tensors(a) == tensors(b);
}

llvm::MutableArrayRef<graph::Node> NodesOf(CallLog& log, const CallSummary& call) {
  return llvm::MutableArrayRef(log.nodes).slice(call.nodes.first - log.nodes_before, call.nodes.end - call.nodes.first);
}

llvm::MutableArrayRef<graph::Scope> ScopesOf(CallLog& log, const CallSummary& call) {
  return llvm::MutableArrayRef(log.scopes).slice(call.scopes.first - log.scopes_before, call.scopes.end - call.scopes.first);
}

const Unit* UnitOf(const CallLog& log, uint32_t unit) { return unit == graph::kNoUnit ? nullptr : log.files[unit]; }

// Whether the modules that were called are the same below the outermost one, of the same types and numbers.
bool SameScopes(Repeat& repeat) {
  const CallSummary &past = repeat.log->calls[repeat.index], &now = repeat.done.calls.back();
  uint32_t shift = repeat.log->first_scope + past.scopes.first - (repeat.done.first_scope + now.scopes.first);
  uint32_t node_shift = repeat.log->first_node + past.nodes.first - (repeat.done.first_node + now.nodes.first);
  llvm::MutableArrayRef<graph::Scope> a = ScopesOf(*repeat.log, past), b = ScopesOf(repeat.done, now);
  for (size_t i = 0; i < a.size(); ++i) {
    auto of = [&](const CallLog& log, const graph::Scope& outermost, const graph::Scope& s, uint32_t nodes) {
      return std::tuple(llvm::StringRef(s.path).drop_front(std::min(outermost.path.size(), s.path.size())), s.class_name, s.training, UnitOf(log, s.unit), s.start, s.end, s.first_node + nodes, s.end_node + nodes);
    };
    auto same = [](const graph::Use& x, const graph::Use& y) { return x.value == y.value && x.type == y.type; };
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
  return piece_ && !constructing_ && importing_ == 0 && function->module == script_ && !open_calls_.empty() && !open_calls_.back().ran.empty();
}

// Where the call cannot be made again, nothing is saved.
void Interp::SaveGiven(const Value& callee, const Args& args, Fingerprint known, OpenCall& call) {
  bool plain = piece_ && handlers_.empty() && environment_branches_ == 0 && !confirming_ && !names_apart_ && Here().unit == script_->unit.get();
  auto lasts = [](const Object* object) { return object && (object->permanent || object->standing); };
  if (!plain || !lasts(callee.object) || !lasts(read_module_.first)) return;
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
  Saver saver(*known_roots_);
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
  std::tie(given->uncertain, given->guess_level, given->guessing, given->entered_unsure) = std::tie(uncertain_, guess_level_, guessing_, entered_unsure_);
  given->generation = generation_;
  call.given = std::move(given);
  call.given_numbers = saver.TakeNumbers();
}

// Runs a function of the script as a call that can be made again by itself.
Value Interp::CallApart(FunctionObj* function, const Args& args) {
  Value callee = Value::Obj(function);
  Visible visible = VisibleTensors(callee, args);
  CallKeys keys = KeysOf(callee, args, visible);
  if (!keys.lasting) return RunFunction(function, args);
  OpenCall call = BeginCall();
  SaveGiven(callee, args, keys.known, call);
  Value result = RunFunction(function, args);
  FinishCall(keys, result, args, visible, std::move(call));
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
  std::tie(uncertain_, guess_level_, guessing_, entered_unsure_) = std::tie(given.uncertain, given.guess_level, given.guessing, given.entered_unsure);
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
  piece_mark_ = 0xFFFFFFFF;  // Later calls find it where it is moved to.
  RollBack(checkpoint, /*with_problems=*/true);
  if (kept) repeat.done = std::move(scratch.set_aside.back());
  piece_ = nullptr;
  return kept;
}

// The calls of the piece that ran functions that have changed; none when such a function ran outside of all calls
// that can be made again.
std::optional<std::vector<Repeat>> Interp::CallsToRepeat(Piece& piece) const {
  auto changed = [&](NodeId function) { return changed_functions_.contains(function); };
  if (llvm::any_of(piece.ran, changed)) return std::nullopt;
  llvm::SmallDenseSet<NodeId, 4> left;
  for (NodeId function : piece.saw.executed) {
    if (changed(function)) left.insert(function);
  }
  std::vector<Repeat> repeats;
  bool stands = true;
  auto add = [&](CallLog& log) {
    for (uint32_t i = 0; i < log.calls.size(); ++i) {
      const CallSummary& call = log.calls[i];
      if (!call.given || !llvm::any_of(call.ran, changed)) continue;
      for (NodeId function : call.ran) left.erase(function);
      stands &= call.given->generation == generation_;
      // A call inside another may have answered one outside of it, and has to give the same as well.
      for (Repeat& inner : repeats) inner.inside |= inner.log == &log && inner.index + log.calls_before >= call.first_call;
      repeats.push_back({&log, i, {}});
    }
  };
  add(piece);
  llvm::for_each(piece.set_aside, add);
  if (!left.empty() || !stands || repeats.size() > kMaxRepeats) return std::nullopt;
  return repeats;
}

bool Interp::HoldsAgain(Piece& piece) {
  bool may = resumed_ && !piece.writes && OnlyTextDiffers(piece.saw) && (!piece.construction.model || piece.construction.untouched);
  if (!may) return false;
  std::optional<std::vector<Repeat>> repeats = CallsToRepeat(piece);
  return repeats && MakeAllAgain(piece, *repeats) && TakeRepeats(piece, *repeats);
}

// Whether each gives what it gave. What it does here is undone.
bool Interp::MakeAllAgain(const Piece& piece, std::vector<Repeat>& repeats) {
  MakeRecallable(piece, recallable_);
  for (const CallLog& log : piece.set_aside) MakeRecallable(log, recallable_);
  auto state = std::tie(steps_, replayed_objects_, next_tensor_node_, scope_, misused_, hidden_errors_, uncertain_, guess_level_, guessing_, entered_unsure_);
  std::tuple before(steps_, replayed_objects_, next_tensor_node_, scope_, misused_, hidden_errors_, uncertain_, guess_level_, guessing_, entered_unsure_);
  uint32_t written = heap_.oldest_write();
  uint64_t limit = std::exchange(step_limit_, steps_ + piece.steps), objects = ObjectsUsed();
  bool hold = llvm::all_of(repeats, [&](Repeat& repeat) {
    const CallSummary& past = repeat.log->calls[repeat.index];
    Fingerprint key = Combine(past.key, past.circumstances);
    // An equal call, of an entry before, gave something else.
    if (differing_.contains(key)) return false;
    bool kept = MakeAgain(repeat);
    state = before;
    // One that is equal to it is answered by it.
    if (kept) MakeRecallable(repeat.done, recorded_);
    bool same = kept && Same(past, repeat.done.calls.back()) && SameScopes(repeat);
    if (!same) differing_.insert(key);
    return same;
  });
  // What they took counts where they are put.
  SetObjectsUsed(objects);
  step_limit_ = limit;
  heap_.set_oldest_write(written);
  out_of_budget_ = outcome_.cancelled;
  recallable_.clear();
  recorded_.clear();
  roots_.clear();
  awaited_.clear();
  return hold;
}

// Whether both say the same of the same expressions and names.
static bool SameTypes(const Repeat& repeat) {
  auto types = [](const CallLog& log, const CallSummary& call) { return llvm::ArrayRef(log.types).slice(call.types.first - log.types_before, call.types.end - call.types.first); };
  auto same = [](const RecordedType& a, const RecordedType& b) { return std::tie(a.at, a.name, a.type, a.fresh, a.caller) == std::tie(b.at, b.name, b.type, b.fresh, b.caller); };
  llvm::ArrayRef<RecordedType> a = types(*repeat.log, repeat.log->calls[repeat.index]), b = types(repeat.done, repeat.done.calls.back());
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

bool Interp::ScriptHoldsAgain() {
  ScriptCalls& calls = *script_calls_;
  if (llvm::none_of(calls.saw.executed, [&](NodeId function) { return changed_functions_.contains(function); })) return true;
  next_ = standing_->seen;
  graph::Graph& graph = standing_->outcome.graph;
  std::swap(calls.nodes, graph.nodes);
  std::swap(calls.scopes, graph.scopes);
  calls.files = standing_->graph_units;
  // They were told by what they are: nothing of the script had a view yet.
  llvm::DenseMap<const Object*, Fingerprint> views;
  std::swap(views, views_);
  uint64_t steps = calls.steps;
  of_script_ = true;
  std::optional<std::vector<Repeat>> repeats = CallsToRepeat(calls);
  bool hold = repeats && MakeAllAgain(calls, *repeats) && llvm::all_of(*repeats, SameTypes) && TakeRepeats(calls, *repeats);
  of_script_ = false;
  views_ = std::move(views);
  heap_.ForgetStructures();
  std::swap(calls.nodes, graph.nodes);
  std::swap(calls.scopes, graph.scopes);
  standing_->steps += calls.steps - steps;
  steps_ = standing_->steps;
  if (hold) outcome_.graph.nodes = graph.nodes;
  return hold;
}

// What a call of the script saw must be there as it was when the call is made again, though that is after the script.
void Interp::NoteScriptCall(const CallSummary& call) {
  script_calls_->fixed &= call.saw.registries.empty() && call.saw.items.empty() && call.saw.named_items.empty();
  for (Symbol name : call.saw.names) {
    const Value* value = script_->env->variables.Find(name);
    if (!value) continue;
    bool constant = !value->is_object() || value->is(Kind::Class) || value->is(Kind::Function) || value->is(Kind::Module) || value->is(Kind::Builtin) || value->is(Kind::Operator);
    auto [known, added] = script_calls_->names.try_emplace(name, *value);
    script_calls_->fixed &= constant && known->second == *value;
  }
}

bool Interp::CallsStand() const {
  return script_calls_->fixed && heap_.changed_count() == 0 && llvm::all_of(script_calls_->names, [&](const auto& known) {
    const Value* value = script_->env->variables.Find(known.first);
    return value && *value == known.second;
  });
}

// Puts what the repeats recorded in the place of what was recorded, also where a call was answered by an equal one.
bool Interp::TakeRepeats(Piece& piece, std::vector<Repeat>& repeats) {
  struct Change {
    graph::Node node;
    const Unit* unit;
  };
  llvm::DenseMap<std::pair<uint64_t, uint64_t>, Change> changes;
  auto key = [](Fingerprint content) { return std::pair(content.low, content.high); };
  llvm::erase_if(repeats, [](const Repeat& repeat) { return repeat.inside; });
  for (Repeat& repeat : repeats) {
    llvm::MutableArrayRef<graph::Node> before = NodesOf(*repeat.log, repeat.log->calls[repeat.index]), now = NodesOf(repeat.done, repeat.done.calls.back());
    for (auto [old, node] : llvm::zip(before, now)) {
      const Unit* unit = UnitOf(repeat.done, node.unit);
      Fingerprint content = ContentOf(old, UnitOf(*repeat.log, old.unit)), content_now = ContentOf(node, unit);
      if (!SameValues(old, node) || unit != UnitOf(*repeat.log, old.unit)) return false;
      auto [change, added] = changes.try_emplace(key(content), Change{node, unit});
      // Nodes that could not be told apart may differ now: then it is not known which of them an answer repeated.
      if (!added && ContentOf(change->second.node, change->second.unit) != content_now) return false;
    }
  }
  auto apply = [&](CallLog& log) {
    for (graph::Node& node : log.nodes) {
      auto found = changes.find(key(ContentOf(node, UnitOf(log, node.unit))));
      if (found == changes.end()) continue;
      // Its values, and where it belongs, stay as they are.
      graph::Node now = found->second.node;
      std::tie(now.scope, now.unit, now.uncertain) = std::tie(node.scope, node.unit, node.uncertain);
      auto old = node.arguments.begin();
      for (graph::Argument& argument : now.arguments) {
        if (!argument.is(graph::Argument::Kind::Tensor)) continue;
        old = std::find_if(old, node.arguments.end(), [](const graph::Argument& each) { return each.is(graph::Argument::Kind::Tensor); });
        argument.bits = old++->bits;
      }
      for (auto [use, before] : llvm::zip(now.inputs, node.inputs)) use.value = before.value;
      for (auto [use, before] : llvm::zip(now.outputs, node.outputs)) use.value = before.value;
      node = std::move(now);
    }
  };
  apply(piece);
  llvm::for_each(piece.set_aside, apply);
  // From the last one on, so that the places of those before it stay.
  for (Repeat& repeat : llvm::reverse(repeats)) TakeRepeat(piece, repeat);
  return true;
}

// The records of one repeat but for its nodes.
void Interp::TakeRepeat(Piece& piece, Repeat& repeat) {
  CallLog& log = *repeat.log;
  CallSummary past = log.calls[repeat.index];
  const CallSummary& now = repeat.done.calls.back();
  llvm::ArrayRef<RecordedType> types = llvm::ArrayRef(repeat.done.types).slice(now.types.first - repeat.done.types_before, now.types.end - now.types.first);
  llvm::copy(types, log.types.begin() + (past.types.first - log.types_before));
  if (log.types_shown) llvm::copy(types, piece.types.begin() + past.types.first);
  piece.saw.Add(now.saw);
  piece.steps += now.steps - past.steps;
  piece.objects += now.objects - past.objects;
  // The calls inside it are others now.
  uint32_t first = past.first_call, count = repeat.index + log.calls_before - first + 1, shift = repeat.done.calls.size() - count;
  uint32_t inner_shift = first - now.first_call;
  auto move = [](Range& range, uint32_t by) { range.first += by, range.end += by; };
  for (CallSummary& call : repeat.done.calls) {
    move(call.nodes, past.nodes.first - now.nodes.first);
    move(call.scopes, past.scopes.first - now.scopes.first);
    move(call.types, past.types.first - now.types.first);
    move(call.losses, past.losses.first - now.losses.first);
    call.first_call += inner_shift;
    call.certainty |= past.certainty;
    call.at_any_certainty &= call.certainty == kSure;
    for (uint32_t& use : call.uses) use += inner_shift;
  }
  repeat.done.calls.back().call = past.call;
  // Whether a call outside that was answered by the one inside with this number still is.
  auto answers = [&](uint32_t number) {
    const CallSummary& then = log.calls[number - log.calls_before];
    return shift == 0 && then.key == repeat.done.calls[number - first].key && then.circumstances == repeat.done.calls[number - first].circumstances;
  };
  for (CallSummary& call : llvm::MutableArrayRef(log.calls).drop_front(repeat.index + 1)) {
    if (call.first_call <= first) {
      call.saw.Add(now.saw);
      call.steps += now.steps - past.steps;
      call.objects += now.objects - past.objects;
    } else {
      call.first_call += shift;
    }
    for (uint32_t& use : call.uses) {
      call.lasting &= use < first || use + 1 >= first + count || answers(use);
      if (use >= first) use += shift;
    }
  }
  auto begin = log.calls.begin() + (first - log.calls_before);
  auto place = log.calls.erase(begin, begin + count);
  log.calls.insert(place, std::make_move_iterator(repeat.done.calls.begin()), std::make_move_iterator(repeat.done.calls.end()));
}

}  // namespace trident::eval
