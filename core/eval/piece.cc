// What entries saw and did, kept from one run of a script to the next.
#include "core/eval/defaults.h"
#include "core/eval/interp.h"
#include "core/eval/repeat.h"
#include "core/eval/script_calls.h"
#include "core/eval/view.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

bool IsContainer(const Object* object) {
  return object->kind == Kind::List || object->kind == Kind::Tuple || object->kind == Kind::Dict || object->kind == Kind::Set;
}

// Whether the items of a dictionary of the script count one by one: tables of configurations do, of data they do not.
bool HasNamedItems(const Value& value) {
  constexpr size_t kMaxItems = 1000;
  return value.is(Kind::Dict) && !value.object->permanent && As<DictObj>(value)->items.size() <= kMaxItems;
}

// Whether the members of an enum of the script count one by one: what they carry are objects, which nothing but looking
// inside tells apart.
bool HasMembersApart(const ClassObj& cls) {
  if (!cls.is_plain_enum() || cls.has_getattribute || cls.permanent) return false;
  return llvm::all_of(cls.attributes.entries(), [&](const Table::Entry& entry) {
    if (!cls.Made(entry.second)) return true;
    const Value& payload = As<InstanceObj>(entry.second)->payload;
    return payload.is(Kind::Instance) && !As<InstanceObj>(payload)->cls->is_enum;
  });
}

uint64_t MemberKey(Symbol member) { return member.index; }

void SeeMembers(const ClassObj& cls, Views& views, Pieces& seen) {
  for (const auto& [name, value] : cls.attributes.entries()) {
    if (cls.Made(value)) seen.named_items[{cls.name, MemberKey(name)}] = views.OfMember(*As<InstanceObj>(value));
  }
}

}  // namespace

llvm::SmallVector<NodeId, 16> PathTo(const parse::Tree& tree, NodeId node) {
  llvm::SmallVector<NodeId, 16> path = {tree.root()};
  while (path.back() != node) {
    NodeId next = kNoNode;
    for (NodeId child : tree.children(path.back())) {
      if (child != kNoNode && child >= node) next = std::min(next, child);
    }
    if (next == kNoNode) break;
    path.push_back(next);
  }
  return path;
}

bool IsForReaders(const parse::Tree& tree, llvm::ArrayRef<NodeId> path) {
  return path.size() > 1 && tree.kind(path.back()) == NodeKind::Str && tree.kind(path.drop_back().back()) == NodeKind::ExprStmt;
}

// The functions, and the blocks of functions, that run or read what stands at the path's end. A value is seen by who runs
// the innermost of them; of more than values, whoever runs the function may have read the text.
static llvm::SmallVector<NodeId, 2> WhatRuns(const Unit& unit, llvm::ArrayRef<NodeId> path, bool value) {
  const parse::Tree& tree = unit.tree();
  llvm::SmallVector<NodeId, 2> runs;
  std::optional<WrittenDefault> written = value ? DefaultOn(unit, path) : std::nullopt;
  for (size_t i = 0; i < path.size(); ++i) {
    NodeKind kind = tree.kind(path[i]);
    if (written && written->function == i) {
      runs.push_back(written->value);
      break;
    }
    bool block = kind == NodeKind::Block && !runs.empty() && value;
    // Defaults and decorators are of the block around the function as well.
    bool body = kind == NodeKind::FunctionDef && value && i + 1 < path.size() && path[i + 1] == tree.child(path[i], 1);
    if (block || body) runs.clear();
    if (block || kind == NodeKind::FunctionDef || kind == NodeKind::Lambda) runs.push_back(path[i]);
    if (body) ++i;
  }
  return runs;
}

// Texts for readers count by themselves: entries whose docstring says what they take have read them.
// A change of module level shows in the views of names, unless it is in a declaration, which is read from the text.
std::optional<llvm::DenseSet<NodeId>> Interp::ChangedFunctions(size_t since) const {
  llvm::DenseSet<NodeId> functions;
  const Unit& unit = *script_->unit;
  const parse::Tree& tree = unit.tree();
  for (const Unit::Change& change : unit.ChangedSince(since)) {
    llvm::SmallVector<NodeId, 16> path = PathTo(tree, change.node);
    if (IsForReaders(tree, path)) {
      functions.insert(change.node);
      continue;
    }
    auto function = llvm::find_if(path, [&](NodeId each) { return tree.kind(each) == NodeKind::FunctionDef || tree.kind(each) == NodeKind::Lambda; });
    if (llvm::any_of(llvm::make_range(path.begin(), function), [&](NodeId each) { return tree.kind(each) == NodeKind::AnnAssign; })) return std::nullopt;
    llvm::SmallVector<NodeId, 2> runs = WhatRuns(unit, path, change.value);
    functions.insert(runs.begin(), runs.end());
  }
  return functions;
}

Fingerprint Interp::EntriesSoFar() const {
  Fingerprint sum;
  auto add = [&](uint64_t tag, NodeId node) {
    Fingerprint one = Combine({tag, node}, tag);
    sum = {sum.low + one.low, sum.high + one.high};
  };
  for (NodeId function : entered_) add(1, function);
  for (NodeId function : doubtful_) add(3, function);
  for (const auto& [cls, instance] : made_) add(2, cls->definition);
  for (NodeId cls : models_left_out_) add(2, cls);
  return sum;
}

void Interp::SeeSurroundings() {
  if (resumed_) {
    next_ = standing_->seen;
    next_.changes = script_->unit->changed.size();
    return;
  }
  next_ = Pieces();
  next_.unit = script_->unit;
  next_.changes = script_->unit->changed.size();
  for (const auto& [name, value] : script_->env->variables.entries()) {
    if (value.is(Kind::Class) && As<ClassObj>(value)->name == name) As<ClassObj>(value)->members_apart = HasMembersApart(*As<ClassObj>(value));
  }
  Views views(script_);
  for (const auto& [name, value] : script_->env->variables.entries()) {
    next_.names[name] = views.Of(value);
    if (value.is(Kind::Class) && As<ClassObj>(value)->members_apart) SeeMembers(*As<ClassObj>(value), views, next_);
    if (!HasNamedItems(value)) continue;
    for (const DictObj::Item& item : As<DictObj>(value)->items) {
      if (item.live) next_.named_items[{name, item.hash}] = views.Of(item.value);
    }
  }
  next_.surroundings = EntriesSoFar();
  next_.first_value = next_tensor_node_;
  for (const Object* object : heap_.ChangedByRun()) {
    next_.surroundings = Combine(next_.surroundings, static_cast<uint64_t>(object->serial));
    Fingerprint view = views.OfChanged(object);
    if (!IsContainer(object)) next_.surroundings = Combine(next_.surroundings, view);
    else next_.registries[object] = view;
    if (object->kind != Kind::Dict) continue;
    for (const DictObj::Item& item : static_cast<const DictObj*>(object)->items) {
      if (item.live) next_.items[{object, item.hash}] = views.Of(item.value);
    }
  }
  for (const auto& [cls, instance] : made_) next_.models[cls->definition] = views.Of(Value::Obj(instance));
  next_.sharing = views.sharing();
  views_ = views.TakeKnown();
  Stand();
}

void Interp::NoteExecuted(NodeId node) {
  if (piece_) Saw().executed.insert(node), NoteRan(node);
  else if (options_.incremental && !entering_) run_by_script_.insert(node);
}

void Interp::NoteDefault(const FunctionObj* function, size_t index) {
  const ParameterInfo& parameter = function->info->parameters[index];
  if (parameter.written_out && function->module == script_) NoteExecuted(parameter.default_value);
}

bool Interp::NoneChanged(const Sights& saw) const {
  return llvm::none_of(saw.executed, [&](NodeId function) { return changed_functions_.contains(function); });
}

bool Interp::StillHolds(const Sights& saw) const { return NoneChanged(saw) && OnlyTextDiffers(saw); }

void Interp::MovePieces(const Unit& unit, const OffsetMap& moved) {
  auto move = [&](uint32_t& offset) { offset = moved.Of(offset); };
  auto move_graph = [&](std::vector<graph::Node>& nodes, std::vector<graph::Scope>& scopes, llvm::ArrayRef<const Unit*> files) {
    for (graph::Node& node : nodes) {
      if (files[node.unit] == &unit) move(node.start), move(node.end);
    }
    for (graph::Scope& scope : scopes) {
      if (scope.unit != graph::kNoUnit && files[scope.unit] == &unit) move(scope.start), move(scope.end);
    }
  };
  auto move_log = [&](CallLog& log) { move_graph(log.nodes, log.scopes, log.files); };
  llvm::DenseSet<const Piece*> met;
  auto move_pieces = [&](const Pieces& run) {
    for (const std::shared_ptr<Piece>& piece : run.pieces) {
      if (!met.insert(piece.get()).second) continue;
      move_log(*piece);
      llvm::for_each(piece->set_aside, move_log);
      if (!piece->replaced) continue;
      for (Repeat& repeat : piece->replaced->repeats) move_log(repeat.done);
    }
  };
  move_pieces(last_);
  llvm::for_each(earlier_.runs(), move_pieces);
  if (standing_) move_graph(standing_->outcome.graph.nodes, standing_->outcome.graph.scopes, standing_->graph_units);
}

void Interp::EnterPiece(Piece::Label label, Symbol name, llvm::function_ref<void()> entry) {
  // What a summary stands for belongs to the piece that made it.
  ++run_;
  calls_.clear();
  answers_.clear();
  summaries_.clear();
  if (!options_.incremental || options_.all_bindings) return entry();
  const Piece* before = FollowLast(label);
  uint32_t value = next_tensor_node_;
  if (std::shared_ptr<Piece> known = PieceToPut(label, before)) {
    // Those that the last run numbered are gone where a run before it says what the entry does.
    if (before) NoteValues(before->first_value, value, /*as_before=*/before == known.get());
    PutPiece(*known);
    if (known->writes) recorded_.clear();
    pieces_.push_back(std::move(known));
    return;
  }
  auto piece = std::make_shared<Piece>();
  piece->label = label;
  piece->saw.names.insert(name);
  auto past = may_recall_ ? llvm::find_if(last_.pieces, [&](const std::shared_ptr<Piece>& known) { return known->label == label; }) : last_.pieces.end();
  past_ = past == last_.pieces.end() ? nullptr : *past;
  if (past_ && !past_->writes) {
    MakeRecallable(*past_, recallable_);
    for (const CallLog& log : past_->set_aside) MakeRecallable(log, recallable_);
  }
  NoteWrites();
  RunPiece(*piece, entry);
  EndWrites();
  piece->construction.untouched = standing_ && undo_.back()->saved.empty();
  // What is entered with its models was planned for models that nothing changes: it has to run.
  if (past_ && past_->stands() && !piece->stands()) plan_.unplanned.insert(label);
  past_ = nullptr;
  if (piece->writes) recorded_.clear();
  else MakeRecallable(*piece, recorded_);
  recallable_.clear();
  recalled_.clear();
  // What did not write before was not waited for by those that came after it.
  plan_.failed |= piece->writes && !(before && before->writes);
  bool as_before = before && plan_.as_before.count(label) > 0 && before->values == piece->values;
  piece->content = as_before ? before->content : graph::NewRun();
  if (before) NoteValues(before->first_value, value, as_before);
  pieces_.push_back(std::move(piece));
}

void Interp::RunPiece(Piece& piece, llvm::function_ref<void()> entry) {
  piece.first_node = outcome_.graph.nodes.size();
  piece.first_scope = outcome_.graph.scopes.size();
  piece.first_entry = outcome_.graph.entries.size();
  piece.first_value = next_tensor_node_;
  piece.first_model = outcome_.models.size();
  uint64_t steps = steps_, objects = ObjectsUsed();
  uint32_t mark = heap_.next_serial(), written_before = heap_.oldest_write();
  heap_.set_oldest_write(0xFFFFFFFF);
  piece_mark_ = mark;
  oldest_open_write_ = 0xFFFFFFFF;
  ++piece_stamp_;
  // Its parameters are read before it is called, if it is.
  piece.saw.executed.insert(piece.label.second);
  piece_ = &piece;
  entry();
  NoteRegistry(nullptr);
  piece_ = nullptr;
  for (const Problem& problem : piece.problems) Report(problem);
  piece.writes = heap_.oldest_write() < mark;
  heap_.set_oldest_write(std::min(written_before, heap_.oldest_write()));
  piece.steps = steps_ - steps;
  piece.objects = ObjectsUsed() - objects;
  piece.cut = ObjectsUsed() > options_.object_budget || steps_ > options_.step_budget;
  piece.values = next_tensor_node_ - piece.first_value;
  piece.models.assign(outcome_.models.begin() + piece.first_model, outcome_.models.end());
  TakeResults(piece);
}

void Interp::TakeResults(Piece& piece) {
  const graph::Graph& graph = outcome_.graph;
  piece.files = graph_units_;
  piece.nodes.assign(graph.nodes.begin() + piece.first_node, graph.nodes.end());
  piece.scopes.assign(graph.scopes.begin() + piece.first_scope, graph.scopes.end());
  piece.entries.assign(graph.entries.begin() + piece.first_entry, graph.entries.end());
  piece.calls = std::exchange(calls_, {});
  piece.answers = std::exchange(answers_, {});
  ForEachValue(piece, [&](graph::ValueNumber value) { piece.sees_values |= value < piece.first_value; });
}

// Whether what the piece saw of earlier entries is as it was.
bool Interp::MayPut(Piece& piece) {
  if (plan_.failed || steps_ + piece.steps > options_.step_budget || ObjectsUsed() + piece.objects > options_.object_budget) return false;
  if (piece.as_made_up && *piece.as_made_up != mode_.made_up_before) return false;
  bool all_known = true;
  if (piece.sees_values) ForEachValue(piece, [&](graph::ValueNumber value) { all_known &= value >= piece.first_value || Renumbered(value); });
  if (!all_known) return false;
  if (llvm::any_of(piece.models_of, [&](Piece::Label maker) { return plan_.unplanned.count(maker) > 0; })) return false;
  return llvm::all_of(piece.asked, [&](const Piece::Answer& asked) {
    return asked.made ? WhetherMade(asked.definition) == asked : entered_.contains(asked.definition) == asked.yes;
  });
}

void Interp::NoteValues(uint32_t first_before, uint32_t first, bool as_before) {
  if (!plan_.renumbered.empty()) plan_.renumbered.push_back({first_before, first - first_before, as_before});
}

std::optional<graph::ValueNumber> Interp::Renumbered(graph::ValueNumber value) const {
  for (const Renumbering& values : llvm::reverse(plan_.renumbered)) {
    if (value >= values.first) return values.as_before ? std::optional(value + values.shift) : std::nullopt;
  }
  return std::nullopt;
}

// Calls note what they see, each for itself: what one says, another one may have said.
static std::vector<uint32_t> TellingAmong(llvm::ArrayRef<RecordedType> types) {
  std::vector<uint32_t> telling;
  llvm::DenseMap<std::pair<NodeId, Symbol>, llvm::SmallVector<uint32_t, 2>> said;
  for (uint32_t i = 0; i < types.size(); ++i) {
    llvm::SmallVector<uint32_t, 2>& here = said[{types[i].at, types[i].name}];
    bool known = llvm::any_of(here, [&](uint32_t other) { return types[other].type == types[i].type && types[other].fresh >= types[i].fresh; });
    if (known) continue;
    here.push_back(i);
    telling.push_back(i);
  }
  return telling;
}

void Interp::PutPiece(Piece& piece) {
  plan_.writer_put |= piece.writes;
  PutGraph(piece);
  const Unit* script = script_->unit.get();
  if (piece.telling.empty()) piece.telling = TellingAmong(piece.types);
  for (uint32_t i : piece.telling) RecordType(script, piece.types[i]);
  for (const Piece::Parameter& parameter : piece.parameters) ShowParameter(parameter);
  for (const Problem& problem : piece.problems) Report(problem);
  for (const Loss& loss : piece.losses) PutLoss(loss);
  for (NodeId function : piece.entered) NoteEntered(function);
  for (NodeId cls : piece.made) {
    if (HasMade(cls)) continue;
    made_by_[cls] = pieces_.size();
    auto standing = llvm::find_if(piece.construction.made, [&](const auto& made) { return made.first->definition == cls; });
    if (resumed_ && piece.stands() && standing != piece.construction.made.end()) made_[standing->first] = standing->second;
    else models_left_out_.insert(cls);
  }
  for (Symbol name : piece.imports) script_->imports.insert(name);
  for (const std::string& path : piece.skimmed) script_->skimmed.insert(path);
  mode_.made_up_before |= piece.made_up;
  steps_ += piece.steps;
  replayed_objects_ += piece.objects;
}

// What the piece's calls saw and made has other numbers.
void Interp::RenumberCalls(Piece& piece, uint32_t shift) {
  if (shift == 0 && llvm::none_of(plan_.renumbered, [](const Renumbering& values) { return values.shift != 0; })) return;
  piece.replaced.reset();
  for (CallSummary& call : piece.calls) {
    for (std::vector<uint32_t>* numbers : {&call.inputs, &call.after, &call.made, &call.given_numbers}) {
      for (uint32_t& number : *numbers) {
        if (number >= kFirstImportedNode) continue;
        std::optional<uint32_t> now = number >= piece.first_value ? number + shift : Renumbered(number);
        call.lasting &= now.has_value();
        number = now.value_or(number);
      }
    }
    call.first_value += shift;
  }
}

// The piece takes the numbers that it has in this run.
void Interp::PutGraph(Piece& piece) {
  graph::Graph& graph = outcome_.graph;
  std::vector<uint32_t> files;
  for (const Unit* unit : piece.files) files.push_back(GraphFile(unit));
  uint32_t value_shift = next_tensor_node_ - piece.first_value, node_shift = graph.nodes.size() - piece.first_node;
  uint32_t scope_shift = graph.scopes.size() - piece.first_scope, entry_shift = graph.entries.size() - piece.first_entry;
  plan_.numbers_changed |= value_shift != 0;
  if (value_shift != 0 || piece.sees_values) {
    ForEachValue(piece, [&](graph::ValueNumber& value) {
      if (value < piece.first_value) value = *Renumbered(value);
      else if (value < kFirstImportedNode) value += value_shift;
    });
  }
  RenumberCalls(piece, value_shift);
  if (value_shift != 0) piece.construction = Construction();
  if (node_shift != 0 || scope_shift != 0) piece.replaced.reset();
  for (graph::Node& node : piece.nodes) {
    node.scope += node.scope >= piece.first_scope ? scope_shift : 0;
    node.unit = files[node.unit];
  }
  for (graph::Scope& scope : piece.scopes) {
    scope.parent += scope.parent >= piece.first_scope ? scope_shift : 0;
    scope.first_node += node_shift;
    scope.end_node += node_shift;
    if (scope.unit != graph::kNoUnit) scope.unit = files[scope.unit];
  }
  for (graph::Entry& entry : piece.entries) {
    entry.scope += scope_shift;
    entry.first_node += node_shift;
    entry.end_node += node_shift;
  }
  for (ModelCall& model : piece.models) {
    model.scope += scope_shift;
    model.first_node += node_shift;
    model.end_node += node_shift;
    model.entry += entry_shift;
  }
  piece.files = graph_units_;
  piece.first_node += node_shift;
  piece.first_scope += scope_shift;
  piece.first_entry += entry_shift;
  piece.first_value += value_shift;
  llvm::append_range(graph.nodes, piece.nodes);
  llvm::append_range(graph.scopes, piece.scopes);
  llvm::append_range(graph.entries, piece.entries);
  llvm::append_range(outcome_.models, piece.models);
  next_tensor_node_ += piece.values;
}

// Every use of a container begins with seeing it. When the next thing is that one key of it is looked up, the piece
// depends on that item only.
void Interp::NoteRegistry(Object* container) {
  if (looked_into_) Saw().registries.insert(looked_into_);
  looked_into_ = container && container->kind == Kind::Dict ? container : nullptr;
  if (container && !looked_into_) Saw().registries.insert(container);
}

void Interp::NoteItem(DictObj* dict, uint64_t key) {
  if (looked_into_ == dict) looked_into_ = nullptr;
  Saw().items.insert({dict, key});
}

// The dictionary that a name of the script, and no other expression, stands for; none when `node` is anything else.
DictObj* Interp::TableNamed(NodeId node) const {
  const parse::Tree& tree = frame_->unit->tree();
  if (!piece_ || frame_->module != script_ || tree.kind(node) != NodeKind::Name) return nullptr;
  Symbol name = tree.symbol(node);
  for (const EnvObj* env = frame_->env; env && env != script_->env; env = env->parent) {
    if (env->variables.Find(name)) return nullptr;
  }
  const Value* value = script_->env->variables.Find(name);
  return value && HasNamedItems(*value) ? As<DictObj>(*value) : nullptr;
}

// The item of a table that `node` names, of which nothing else is seen then. Where it has none, all of it is.
Value* Interp::ItemNamed(NodeId node, DictObj* table, const Value& key) {
  Symbol name = frame_->unit->tree().symbol(node);
  uint64_t hash = 0;
  Value* item = HashOf(key, hash) ? DictFind(table, key, nullptr) : nullptr;
  if (item) Saw().named_items.insert({name, hash});
  else NoteName(script_, name);
  return item;
}

void Interp::NoteMember(const InstanceObj* member) {
  const Value* name = member->attributes.Find(N().name_plain);
  if (name && name->is(Kind::Str)) Saw().named_items.insert({member->cls->name, MemberKey(name->symbol())});
  else NoteName(script_, member->cls->name);
}

void Interp::NoteAllNames(ModuleObj* module) {
  for (const auto& [name, value] : module->env->variables.entries()) NoteName(module, name);
}

bool Interp::HasEntered(NodeId function) {
  bool yes = entered_.contains(function);
  ++unsummarised_;
  if (piece_) piece_->asked.push_back({function, /*made=*/false, yes});
  return yes;
}

bool Interp::HasMade(NodeId cls) const {
  return models_left_out_.contains(cls) || llvm::any_of(made_, [&](const auto& made) { return made.first->definition == cls; });
}

Piece::Answer Interp::WhetherMade(NodeId cls) const {
  Piece::Answer answer = {cls, /*made=*/true, HasMade(cls)};
  if (auto maker = made_by_.find(cls); maker != made_by_.end() && maker->second < pieces_.size()) answer.maker = pieces_[maker->second]->label;
  return answer;
}

InstanceObj* Interp::ModelMade(ClassObj* cls) {
  plan_.failed |= models_left_out_.contains(cls->definition);
  ++unsummarised_;
  InstanceObj* made = made_.lookup(cls);
  if (!piece_) return made;
  const Piece::Answer& answer = piece_->asked.emplace_back(WhetherMade(cls->definition));
  if (made && answer.maker) piece_->models_of.push_back(*answer.maker);
  else if (made) Saw().models.insert(cls->definition);
  return made;
}

void Interp::NoteMade(ClassObj* cls, InstanceObj* instance) {
  if (!open_calls_.empty() && open_calls_.back().constructs) open_calls_.back().made.push_back(instance);
  else ++unsummarised_;
  if (constructing_ && llvm::none_of(constructing_->made, [&](const auto& made) { return made.first == cls; })) constructing_->made.emplace_back(cls, instance);
  if (piece_ && !llvm::is_contained(piece_->made, cls->definition)) piece_->made.push_back(cls->definition);
  if (models_left_out_.contains(cls->definition) || !made_.try_emplace(cls, instance).second || !piece_ || !entering_) return;
  made_by_[cls->definition] = pieces_.size();
}

}  // namespace trident::eval
