// Simple statements and assignment.
#include "core/eval/interp.h"

#include "core/parse/literal.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

bool Interp::Step() {
  // An import that was begun is finished: it is kept for the next run.
  bool cancelled = (steps_ & 1023) == 0 && importing_ == 0 && options_.cancel && options_.cancel->load(std::memory_order_relaxed);
  if (++steps_ > std::min(options_.step_budget, step_limit_) || ObjectsUsed() > std::min<uint64_t>(options_.object_budget, object_limit_) ||
      cancelled) {
    outcome_.cancelled |= cancelled;
    out_of_budget_ = true;
    return false;
  }
  return true;
}

// Whether a path through the block always leaves the function or the loop without an exception.
static bool EndsByLeaving(const parse::Tree& tree, NodeId block) {
  llvm::ArrayRef<NodeId> body = tree.children(block);
  if (body.empty()) return false;
  NodeKind last = tree.kind(body.back());
  return last == NodeKind::Return || last == NodeKind::Continue || last == NodeKind::Break;
}

Flow Interp::ExecBlock(NodeId block) {
  if (block == kNoNode) return Flow::Normal;
  if (piece_ && frame_->unit == script_->unit.get()) NoteExecuted(block);
  return ExecStatements(block);
}

Flow Interp::ExecStatements(NodeId block) {
  const parse::Tree& tree = frame_->unit->tree();
  llvm::ArrayRef<NodeId> body = tree.children(block);
  for (size_t i = 0; i < body.size(); ++i) {
    NodeId statement = body[i];
    if (tree.kind(statement) == NodeKind::If && i + 1 < body.size() && EndsByLeaving(tree, tree.child(statement, 1))) {
      // `if c: return a; rest` is `if c: return a else: rest`: with c unknown, the join then sees both ends whole.
      frame_->statement = statement;
      Value test = Eval(tree.child(statement, 0));
      if (test.raised()) return Flow::Raise;
      Tri truth = Truth(test);
      if (truth == Tri::Unknown) {
        auto rest = [&]() {
          Flow flow = ExecBlock(tree.child(statement, 2));
          for (size_t k = i + 1; k < body.size() && flow == Flow::Normal; ++k) flow = Exec(body[k]);
          return flow;
        };
        return BothWays([&] { return ExecBlock(tree.child(statement, 1)); }, rest);
      }
      Flow flow = ExecBlock(tree.child(statement, truth == Tri::True ? 1 : 2));
      if (flow != Flow::Normal) return flow;
      continue;
    }
    if (Flow flow = Exec(statement); flow != Flow::Normal) {
      return flow;
    }
  }
  return Flow::Normal;
}

Flow Interp::Exec(NodeId node) {
  if (!Step()) {
    Raise("SystemExit", "analysis budget spent");
    return Flow::Raise;
  }
  frame_->statement = node;
  frame_->expression = kNoNode;
  const parse::Tree& tree = frame_->unit->tree();
  llvm::ArrayRef<NodeId> parts = tree.children(node);
  switch (tree.kind(node)) {
    case NodeKind::ExprStmt: {
      NodeKind kind = tree.kind(parts[0]);
      if (kind == NodeKind::Str || kind == NodeKind::EllipsisLiteral) return Flow::Normal;
      return Eval(parts[0]).raised() ? Flow::Raise : Flow::Normal;
    }
    case NodeKind::Assign: {
      Value value = Eval(parts[0]);
      if (value.raised()) return Flow::Raise;
      for (NodeId target : parts.drop_front()) {
        if (!Assign(target, value)) return Flow::Raise;
      }
      return Flow::Normal;
    }
    case NodeKind::AugAssign: return ExecAugAssign(node);
    case NodeKind::AnnAssign: {
      if (frame_->env->is_class_body && tree.kind(parts[0]) == NodeKind::Name) {
        Value* known = frame_->env->variables.Find(N().annotations);
        DictObj* annotations = known && known->is(Kind::Dict) ? As<DictObj>(*known) : NewDict();
        if (!known) frame_->env->variables.Set(N().annotations, Value::Obj(annotations));
        llvm::StringRef text = frame_->unit->content().slice(tree.start(parts[1]), tree.end(parts[1]));
        DictSet(annotations, Value::Str(tree.symbol(parts[0])), Value::Str(text));
      }
      if (parts[2] == kNoNode) return Flow::Normal;
      Value value = Eval(parts[2]);
      if (value.raised()) return Flow::Raise;
      CheckDeclared(*frame_->unit, parts[1], value, frame_->declared, {frame_->unit, parts[2]});
      return Assign(parts[0], value) ? Flow::Normal : Flow::Raise;
    }
    case NodeKind::Return: {
      Value value = parts[0] == kNoNode ? Value::None() : Eval(parts[0]);
      if (value.raised()) return Flow::Raise;
      frame_->return_value = value;
      return Flow::Return;
    }
    case NodeKind::If: return ExecIf(node);
    case NodeKind::For: return ExecFor(node);
    case NodeKind::While: return ExecWhile(node);
    case NodeKind::With: return ExecWith(node, 1);
    case NodeKind::Try: return ExecTry(node);
    case NodeKind::Match: return ExecMatch(node);
    case NodeKind::Raise: return ExecRaise(node);
    case NodeKind::Assert: return ExecAssert(node);
    case NodeKind::Import: return ExecImport(node);
    case NodeKind::ImportFrom: return ExecImportFrom(node);
    case NodeKind::Delete: return ExecDelete(node);
    case NodeKind::Break: return Flow::Break;
    case NodeKind::Continue: return Flow::Continue;
    case NodeKind::FunctionDef: {
      Value value = Value::Obj(MakeFunction(node));
      llvm::ArrayRef<NodeId> decorators = parts.drop_front(4);
      for (size_t i = decorators.size(); i-- > 0;) {
        Value decorator = Eval(decorators[i]);
        if (decorator.raised()) return Flow::Raise;
        value = Decorate(decorator, value);
        if (value.raised()) return Flow::Raise;
      }
      SetName(tree.symbol(node), value);
      return Flow::Normal;
    }
    case NodeKind::ClassDef: {
      Value value = MakeClass(node);
      if (value.raised()) return Flow::Raise;
      SetName(tree.symbol(node), value);
      return Flow::Normal;
    }
    case NodeKind::Global:
    case NodeKind::Nonlocal:
      heap_.WillWrite(frame_->env);
      for (NodeId name : parts) {
        (tree.kind(node) == NodeKind::Global ? frame_->env->global_names : frame_->env->nonlocal_names).push_back(tree.symbol(name));
      }
      return Flow::Normal;
    case NodeKind::TypeAlias: SetName(tree.symbol(parts[0]), Lost("a type alias")); return Flow::Normal;
    default: return Flow::Normal;
  }
}

void Interp::SetName(Symbol name, Value value) {
  EnvObj* env = frame_->env;
  if (!env->global_names.empty() && llvm::is_contained(env->global_names, name)) {
    env = frame_->module->env;
  } else if (!env->nonlocal_names.empty() && llvm::is_contained(env->nonlocal_names, name)) {
    for (EnvObj* outer = env->parent; outer; outer = outer->parent) {
      if (outer->variables.Find(name)) {
        env = outer;
        break;
      }
    }
  }
  heap_.WillWrite(env);
  if (env == frame_->module->env && (value.is(Kind::Dict) || value.is(Kind::Set))) {
    const Unit* unit = frame_->module->unit.get();
    As<DictObj>(value)->of_module = true;
    // A registry.
    if (unit && unit->IsChangedInFunctions(name)) As<DictObj>(value)->global = true;
  }
  env->variables.Set(name, value);
}

bool Interp::Assign(NodeId target, Value value) {
  const parse::Tree& tree = frame_->unit->tree();
  switch (tree.kind(target)) {
    case NodeKind::Name:
      {
        const Value* before = value.is(Kind::Tensor) ? frame_->env->variables.Find(tree.symbol(target)) : nullptr;
        bool same = before && *before == value;
        SetName(tree.symbol(target), value);
        RecordBinding(tree.symbol(target), value, !same);
      }
      return true;
    case NodeKind::Attribute: {
      Value object = Eval(tree.child(target, 0));
      if (object.raised()) return false;
      frame_->expression = target;
      return SetAttribute(object, tree.symbol(target), value);
    }
    case NodeKind::Subscript: {
      Value object = Eval(tree.child(target, 0));
      if (object.raised()) return false;
      Value index = Eval(tree.child(target, 1));
      if (index.raised()) return false;
      frame_->expression = target;
      return SetItem(object, index, value);
    }
    case NodeKind::Tuple:
    case NodeKind::List: return AssignSequence(target, value);
    case NodeKind::Starred: return Assign(tree.child(target, 0), value);
    default: return true;
  }
}

bool Interp::AssignSequence(NodeId target, Value value) {
  const parse::Tree& tree = frame_->unit->tree();
  llvm::ArrayRef<NodeId> targets = tree.children(target);
  llvm::SmallVector<Value, 8> items;
  bool open = false;
  if (value.is(Kind::Tuple) && As<ListObj>(value)->shape_of) NameUnpackedSizes(target, As<ListObj>(value));
  if (!Iterate(value, items, open)) {
    return false;
  }
  size_t star = targets.size();
  for (size_t i = 0; i < targets.size(); ++i) {
    if (tree.kind(targets[i]) == NodeKind::Starred) star = i;
  }
  if (open) {
    for (size_t i = 0; i < targets.size(); ++i) {
      Value element = items.size() == 1 ? items[0] : Lost("unpacked from a sequence of unknown length");
      if (i == star) {
        element = NewList(element);
        As<ListObj>(element)->open = true;
      }
      if (!Assign(targets[i], element)) return false;
    }
    return true;
  }
  bool has_star = star < targets.size();
  if (has_star ? items.size() + 1 < targets.size() : items.size() != targets.size()) {
    bool few = items.size() < targets.size();
    std::string expected = (has_star ? "at least " : "") + std::to_string(has_star ? targets.size() - 1 : targets.size());
    Raise("ValueError", few ? "not enough values to unpack: expected " + expected + ", got " + std::to_string(items.size())
                            : "too many values to unpack: expected " + expected + ", got " + std::to_string(items.size()), "unpack");
    return false;
  }
  size_t extra = has_star ? items.size() - (targets.size() - 1) : 0;
  for (size_t i = 0, k = 0; i < targets.size(); ++i) {
    if (i == star) {
      if (!Assign(targets[i], NewList(llvm::ArrayRef(items).slice(k, extra)))) return false;
      k += extra;
    } else if (!Assign(targets[i], items[k++])) {
      return false;
    }
  }
  return true;
}

static TypeDesc Describe(const Value& value, int depth, bool with_layout = false) {
  TypeDesc type;
  switch (value.kind) {
    case Kind::Tensor: {
      type.kind = TypeDesc::Kind::Tensor;
      const shape::TensorType& known = As<TensorObj>(value)->type;
      if (with_layout) {
        type.tensor = known;
        return type;
      }
      // The layout is not part of what a binding shows.
      type.tensor.shape = known.shape;
      type.tensor.dtype = known.dtype;
      return type;
    }
    case Kind::List:
    case Kind::Tuple: {
      auto* list = As<ListObj>(value);
      if (list->open || list->items.size() > 64 || depth > 3) return type;
      type.kind = TypeDesc::Kind::Sequence;
      std::vector<TypeDesc> elements;
      elements.reserve(list->items.size());
      for (const Value& item : list->items) elements.push_back(Describe(item, depth + 1));
      type.SetElements(std::move(elements));
      return type;
    }
    case Kind::Int:
      if (value.dim().is_unknown()) return type;
      type.kind = TypeDesc::Kind::Int;
      type.number = value.dim();
      return type;
    case Kind::Bool:
      if (value.some()) return type;
      type.kind = TypeDesc::Kind::Bool;
      type.number = value.truth_bit() ? 1 : 0;
      return type;
    case Kind::Float: type.kind = TypeDesc::Kind::Float; return type;
    default: return type;
  }
}

void Interp::RecordBinding(Symbol name, const Value& value, bool fresh) {
  if (frame_->unit->prelude || !frame_->record_bindings || (!options_.all_bindings && frame_->module != script_)) {
    return;
  }
  RecordGap(name, value);
  // Only numbers and what holds tensors are of interest; others would cost memory for nothing.
  switch (value.kind) {
    case Kind::Tensor:
    case Kind::Tuple:
    case Kind::List:
    case Kind::Int:
    case Kind::Bool:
    case Kind::Float: break;
    default: return;
  }
  if (value.is(Kind::Tensor) && !roots_.empty()) {
    auto* tensor = As<TensorObj>(value);
    bool parameter = frame_->statement != kNoNode && frame_->unit->tree().kind(frame_->statement) == NodeKind::Parameter;
    if (tensor->lineage.root != 0 && !parameter && !tensor->type.shape.rank_known()) Taught(tensor->lineage).leaked = true;
  }
  RecordType(frame_->unit, {frame_->statement, name, Describe(value, 0), fresh, CallerIn(frame_->unit)});
}

bool IsRecorded(NodeKind kind) {
  switch (kind) {
    case NodeKind::Call:
    case NodeKind::Attribute:
    case NodeKind::Subscript:
    case NodeKind::BinOp:
    case NodeKind::UnaryOp:
    case NodeKind::Compare:
    case NodeKind::IfExp: return true;
    default: return false;
  }
}

// For what the editor shows of a place: only the file that is open.
void Interp::RecordExpression(NodeId node, const Value& value) {
  if (!script_ || frame_->unit != script_->unit.get() || !frame_->record_bindings) return;
  if (IsRecorded(frame_->unit->tree().kind(node))) RecordType(frame_->unit, {node, N().empty, Describe(value, 0, true), true, CallerIn(frame_->unit)});
}

NodeId Interp::CallerIn(const Unit* unit) const {
  const Frame* caller = frame_->parent;
  while (caller && (!caller->unit || caller->unit->prelude)) caller = caller->parent;
  if (!caller || caller->unit != unit) return kNoNode;
  return caller->expression != kNoNode ? caller->expression : caller->statement;
}

void Interp::RecordType(const Unit* unit, RecordedType recorded) {
  auto& [at, name, type, fresh, caller] = recorded;
  auto [place, added] = binding_index_.try_emplace({{unit, at}, name}, outcome_.bindings.size());
  if (added) {
    Binding& made = outcome_.bindings.emplace_back();
    std::tie(made.unit, made.statement, made.name) = std::tuple(unit, at, name);
  }
  Binding& binding = outcome_.bindings[place->second];
  size_t i = type_places_.Of(place->second, binding, type);
  if (i == Binding::kMaxTypes) return;
  bool known = i < binding.types.size() && binding.fresh[i] >= fresh;
  if (piece_) {
    if (binding_pieces_.size() <= place->second) binding_pieces_.resize(place->second + 1);
    llvm::SmallVector<uint32_t, 2>& noted = binding_pieces_[place->second];
    if (noted.size() <= i) noted.resize(i + 1);
    if (!known || noted[i] != piece_stamp_) piece_->types.push_back(recorded);
    noted[i] = piece_stamp_;
  }
  if (i == binding.types.size()) typed_.push_back(place->second);
  binding.Put(i, std::move(type), fresh, caller);
}

Flow Interp::ExecAugAssign(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  NodeId target = tree.child(node, 0);
  auto op = static_cast<parse::BinaryOp>(tree.flags(node));
  auto combine = [&](const Value& current, Value& result) {
    Value operand = Eval(tree.child(node, 1));
    if (operand.raised()) return false;
    frame_->expression = node;
    result = Binary(op, current, operand, true);
    return !result.raised();
  };
  Value result;
  switch (tree.kind(target)) {
    case NodeKind::Name: {
      Value current = Eval(target);
      if (current.raised() || !combine(current, result)) return Flow::Raise;
      SetName(tree.symbol(target), result);
      RecordBinding(tree.symbol(target), result, !(result == current));
      return Flow::Normal;
    }
    case NodeKind::Attribute: {
      Value object = Eval(tree.child(target, 0));
      if (object.raised()) return Flow::Raise;
      Value current = GetAttribute(object, tree.symbol(target));
      if (current.raised() || !combine(current, result)) return Flow::Raise;
      return SetAttribute(object, tree.symbol(target), result) ? Flow::Normal : Flow::Raise;
    }
    case NodeKind::Subscript: {
      Value object = Eval(tree.child(target, 0));
      if (object.raised()) return Flow::Raise;
      Value index = Eval(tree.child(target, 1));
      if (index.raised()) return Flow::Raise;
      Value current = GetItem(object, index);
      if (current.raised() || !combine(current, result)) return Flow::Raise;
      return SetItem(object, index, result) ? Flow::Normal : Flow::Raise;
    }
    default: return Flow::Normal;
  }
}

Flow Interp::ExecDelete(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  for (NodeId target : tree.children(node)) {
    switch (tree.kind(target)) {
      case NodeKind::Name:
        heap_.WillWrite(frame_->env);
        frame_->env->variables.Erase(tree.symbol(target));
        break;
      case NodeKind::Attribute: {
        Value object = Eval(tree.child(target, 0));
        if (object.raised() || !DeleteAttribute(object, tree.symbol(target))) return Flow::Raise;
        break;
      }
      case NodeKind::Subscript: {
        Value object = Eval(tree.child(target, 0));
        if (object.raised()) return Flow::Raise;
        Value index = Eval(tree.child(target, 1));
        if (index.raised() || !DeleteItem(object, index)) return Flow::Raise;
        break;
      }
      default: break;
    }
  }
  return Flow::Normal;
}

// "assertion fails: (3, 32) == (3, 4)": both sides, where they are known.
std::string Interp::FailedTest(NodeId test) {
  const parse::Tree& tree = frame_->unit->tree();
  std::string text = "assertion fails";
  if (tree.kind(test) != NodeKind::Compare) return text;
  std::string sides[2];
  for (unsigned side = 0; side < 2; ++side) {
    bool exact = false;
    Value value = Eval(tree.child(test, side));
    if (value.raised()) ClearException();
    if (!value.raised()) sides[side] = ToStr(value, &exact);
    if (!exact || sides[side].size() > 60) return text;
  }
  return text + ": " + sides[0] + " " + CompareText(static_cast<parse::CompareOp>(tree.flags(test))) + " " + sides[1];
}

Flow Interp::ExecAssert(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  uint64_t reads = environment_reads_;
  Value test = Eval(tree.child(node, 0));
  if (test.raised()) return Flow::Raise;
  Tri truth = Truth(test);
  TensorObj* tensor = nullptr;
  uint8_t when_true = 0, when_false = 0;
  if (truth == Tri::Unknown && TryRanksOf(tree.child(node, 0), tensor, when_true, when_false)) NarrowRanks(tensor, when_true);
  if (truth != Tri::False) return Flow::Normal;
  Value message = tree.child(node, 1) == kNoNode ? Value::Str(FailedTest(tree.child(node, 0))) : Eval(tree.child(node, 1));
  if (message.raised()) return Flow::Raise;
  frame_->expression = tree.child(node, 0);
  bool asked = environment_reads_ != reads;
  environment_branches_ += asked;
  Raise("AssertionError", ToStr(message), "assertion");
  environment_branches_ -= asked;
  return Flow::Raise;
}

Flow Interp::ExecRaise(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  if (tree.child(node, 0) == kNoNode) {
    for (Frame* frame = frame_; frame; frame = frame->parent) {
      if (frame->handled.defined()) {
        RaiseValue(frame->handled, "uncaught-exception");
        return Flow::Raise;
      }
    }
    Raise("RuntimeError", "no active exception to raise again");
    return Flow::Raise;
  }
  Value exception = Eval(tree.child(node, 0));
  if (exception.raised()) return Flow::Raise;
  frame_->expression = node;
  if (exception.is(Kind::Class)) {
    exception = Call(exception, {});
    if (exception.raised()) return Flow::Raise;
  }
  RaiseValue(exception, "uncaught-exception");
  return Flow::Raise;
}

}  // namespace trident::eval
