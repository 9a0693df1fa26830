// What the uses of an entry point's argument say of it.
//
// An operator on an argument of unknown rank is tried with every rank: those that fail are impossible, and the results
// that succeed say how the operator's result depends on the argument, so that later uses of the result count as well.
// Sizes and the dtype are found in the same way, by trying the ones the other operands suggest.
#include "core/eval/interp.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::eval {

using ops::Result;
using parse::NodeId;
using parse::NodeKind;
using shape::Dim;
using shape::DType;
using shape::Shape;

namespace {

constexpr unsigned kMaxRank = Evidence::kMaxRank;
// Trying a size costs two calls of the operator's rule for each axis.
constexpr size_t kMaxCandidates = 12;

Dim ProbeAxis(unsigned axis) {
  static const Symbol name = Intern("axis");
  constexpr uint32_t kProbeScope = 0x70000000;
  return Dim::Named(name, kProbeScope + axis);
}

Shape ProbeShape(unsigned rank) {
  llvm::SmallVector<Dim, 8> dims;
  for (unsigned i = 0; i < rank; ++i) dims.push_back(ProbeAxis(i));
  return Shape::Of(dims);
}

const ops::Value* FirstTensor(const ops::Value& value) {
  if (value.is_tensor()) return &value;
  if ((value.kind == ops::Value::Kind::Tuple || value.kind == ops::Value::Kind::List) && !value.elements.empty()) return FirstTensor(value.elements[0]);
  return nullptr;
}

// What trying all ranks shows.
struct Trial {
  uint8_t ranks = 0;            // That do not fail.
  bool result_known = false;    // The result has a known rank somewhere,
  bool result_lacks = false;    // and somewhere it has none.
  bool same_shift = true;       // It differs from the argument's by `shift` everywhere.
  int shift = 0;
  bool same_shape = true;       // All its sizes are the argument's.
  bool batched = false;         // One sample is possible as well.
};

// A slot keeps the dtype that it is known to have: `torch.where(x > 0, x, y)` tries types of `x`, not of the mask.
void SetProbe(llvm::ArrayRef<Slot> slots, Shape shape, DType dtype) {
  for (const Slot& slot : slots) {
    DType own = slot.tensor->type.dtype;
    slot.value->tensor = {};
    slot.value->tensor.shape = shape;
    slot.value->tensor.dtype = own != DType::Unknown ? own : slot.tensor->lineage.same_dtype ? dtype : DType::Unknown;
    slot.value->tensor.contiguity = shape::Contiguity::Yes;
  }
}

Trial TryRanks(llvm::ArrayRef<Slot> slots, bool single_samples, llvm::function_ref<Result()> call) {
  Trial trial;
  bool first = true;
  for (unsigned rank = 0; rank <= kMaxRank; ++rank) {
    SetProbe(slots, ProbeShape(rank), slots[0].tensor->type.dtype);
    Result result = call();
    if (result.status == Result::Status::Error) continue;
    trial.ranks |= 1u << rank;
    const ops::Value* tensor = result.status == Result::Status::Ok ? FirstTensor(result.value) : nullptr;
    if (!tensor || !tensor->tensor.shape.rank_known()) {
      trial.same_shift = trial.same_shape = false;
      trial.result_lacks = true;
      continue;
    }
    trial.result_known = true;
    Shape made = tensor->tensor.shape;
    int shift = static_cast<int>(made.rank()) - static_cast<int>(rank);
    trial.same_shape &= made == ProbeShape(rank);
    // A number is its own sum over an axis: what has axes tells how reductions change their count.
    bool of_number = rank == 1 && trial.ranks == 0b11 && !first && trial.shift == 0;
    trial.same_shift &= first || of_number || shift == trial.shift;
    trial.shift = shift;
    first = false;
  }
  trial.same_shape &= trial.result_known;
  trial.same_shift &= trial.result_known;
  // Layers that take one sample or a batch of them get a batch in a model.
  // The highest rank that is tried says nothing of an upper bound.
  for (unsigned low = 2; low + 1 < kMaxRank; ++low) {
    if (trial.ranks != (0b11u << low)) continue;
    trial.ranks = 1u << (single_samples ? low : low + 1);
    trial.batched = true;
    break;
  }
  return trial;
}

// Sizes that an axis of the slots may have to have: those of the other operands, and their multiples by groups; 1, which
// also broadcasts, at last.
llvm::SmallVector<Dim, 12> Candidates(llvm::ArrayRef<Slot> slots, llvm::ArrayRef<ops::Argument> arguments) {
  llvm::SmallVector<Dim, 12> sizes, factors;
  bool has_one = false;
  auto add = [&](Dim size) {
    has_one |= size == Dim(1);
    if (!size.is_unknown() && size != Dim(1) && size != Dim(0) && !llvm::is_contained(sizes, size) && sizes.size() < kMaxCandidates) sizes.push_back(size);
  };
  auto visit = [&](auto& self, const ops::Value& value, bool nested) -> void {
    if (value.is_tensor()) {
      if (llvm::any_of(slots, [&](const Slot& slot) { return slot.value == &value; })) return;
      for (Dim size : value.tensor.shape.dims()) add(size);
    } else if (value.kind == ops::Value::Kind::Int) {
      if (nested) add(value.dim);
      else if (value.dim.is_constant() && value.dim.constant() > 1) factors.push_back(value.dim);
    }
    for (const ops::Value& element : value.elements) self(self, element, true);
  };
  for (const ops::Argument& argument : arguments) visit(visit, argument.value, false);
  for (size_t i = 0, end = sizes.size(); i < end; ++i) {
    for (Dim factor : factors) add(sizes[i] * factor);
  }
  if (has_one) sizes.push_back(Dim(1));
  return sizes;
}

// The rank that a use suggests without requiring it: an axis added at the end, an operand to broadcast with.
std::optional<unsigned> HintOf(llvm::StringRef op, llvm::ArrayRef<Slot> group, llvm::ArrayRef<ops::Argument> arguments) {
  if (op == "unsqueeze" && arguments.size() == 2 && arguments[1].value.kind == ops::Value::Kind::Int && arguments[1].value.dim.is_constant()) {
    int64_t axis = arguments[1].value.dim.constant();
    return axis > 0 && axis < kMaxRank ? std::optional<unsigned>(axis) : std::nullopt;
  }
  if (op == "embedding") return 2;
  // `boxes.unbind(1)`: rows of a table.
  if (op == "unbind" && arguments.size() == 2 && arguments[1].value.kind == ops::Value::Kind::Int && arguments[1].value.dim == Dim(1)) return 2;
  // `boxes[:, 3]`: a column by its number is of a table; the first one may be of anything.
  if (op == "__getitem__" && arguments[1].value.kind == ops::Value::Kind::Tuple && !arguments[1].value.elements.empty()) {
    const ops::Value& last = arguments[1].value.elements.back();
    bool plain = llvm::all_of(arguments[1].value.elements, [](const ops::Value& e) { return e.kind == ops::Value::Kind::Int || e.kind == ops::Value::Kind::Slice; });
    bool column = last.kind == ops::Value::Kind::Int && last.dim.is_constant() && last.dim.constant() > 0;
    // `codes[:, 0::4]`: every fourth column.
    column |= last.kind == ops::Value::Kind::Slice && last.elements.size() == 3 && last.elements[2].kind == ops::Value::Kind::Int;
    return plain && column ? std::optional<unsigned>(arguments[1].value.elements.size()) : std::nullopt;
  }
  bool broadcasts = op == "+" || op == "-" || op == "*" || op == "add" || op == "mul" || op == "addcmul" || op == "@" || op == "matmul";
  if (!broadcasts) return std::nullopt;
  for (const ops::Argument& argument : arguments) {
    bool own = llvm::any_of(group, [&](const Slot& slot) { return slot.value == &argument.value; });
    if (!own && argument.value.is_tensor() && argument.value.tensor.shape.rank_known() && argument.value.tensor.shape.rank() > 2) return argument.value.tensor.shape.rank();
  }
  return std::nullopt;
}

}  // namespace

void Interp::CollectSlots(const Value& value, ops::Value& mirror, llvm::SmallVectorImpl<Slot>& slots) {
  if (value.is(Kind::Tensor) && mirror.is_tensor()) {
    slots.push_back({As<TensorObj>(value), &mirror});
  } else if ((value.is(Kind::List) || value.is(Kind::Tuple)) && mirror.elements.size() == As<ListObj>(value)->items.size()) {
    for (size_t i = 0; i < mirror.elements.size(); ++i) CollectSlots(As<ListObj>(value)->items[i], mirror.elements[i], slots);
  }
}

// Adds to what is known of a root; what a path that may not be taken says is likely only.
void Interp::AddEvidence(const Lineage& lineage, llvm::function_ref<void(Evidence&)> add) {
  Root& root = Taught(lineage);
  add(root.likely);
  if (uncertain() || !lineage.sure) return;
  add(root.sure);
}

// What ranks of something that depends so on an argument say of the argument's; 0: nothing. No rank is tried beyond the highest: where
// that is possible, higher ones are.
static uint8_t Shifted(uint8_t ranks, const Lineage& lineage) {
  if (!lineage.ranked) return 0;
  int shift = lineage.shift;
  constexpr uint8_t kAll = (1u << (kMaxRank + 1)) - 1;
  if (shift < 0) return static_cast<uint8_t>(ranks << -shift) & kAll;
  uint8_t beyond = ranks >> kMaxRank & 1 ? kAll & ~(kAll >> shift) : 0;
  return ranks >> shift | beyond;
}

// Gives the tensor (and its root, when it has its shape) the type that follows by now.
void Interp::ApplyEvidence(TensorObj* tensor) {
  const Lineage lineage = tensor->lineage;
  Root& root = roots_[lineage.root - 1];
  // Two branches may agree on what is only likely: what joins them would take it for sure.
  const Evidence& evidence = mode_.guessing || mode_.entered_unsure ? root.likely : root.sure;
  shape::TensorType type = evidence.Type(/*likely=*/false);
  if (!type.shape.rank_known()) return;
  for (TensorObj* each : {tensor, root.object}) {
    if (each->type.shape.rank_known() || !each->lineage.same_shape || each->lineage.shift != 0) continue;
    heap_.WillWrite(each);
    shape::DType dtype = each->type.dtype != DType::Unknown ? each->type.dtype : type.dtype;
    each->type = type;
    each->type.dtype = dtype;
  }
}

void Interp::LearnSizes(llvm::ArrayRef<Slot> group, unsigned rank, llvm::ArrayRef<ops::Argument> arguments, llvm::function_ref<Result()> call) {
  const Lineage lineage = group[0].tensor->lineage;
  if (!lineage.same_shape || lineage.shift != 0) return;
  auto attempt = [&](unsigned axis, Dim size) {
    llvm::SmallVector<Dim, 8> dims(ProbeShape(rank).dims().begin(), ProbeShape(rank).dims().end());
    dims[axis] = size;
    SetProbe(group, Shape::Of(dims), group[0].tensor->type.dtype);
    return call().status != Result::Status::Error;
  };
  bool rank_known = roots_[lineage.root - 1].likely.Rank() == rank || group[0].tensor->type.shape.rank_known();
  llvm::SmallVector<Dim, 12> candidates = Candidates(group, arguments);
  for (Dim size : candidates) {
    for (unsigned axis = 0; axis < rank; ++axis) {
      if (attempt(axis, size + Dim(1)) || !attempt(axis, size)) continue;
      // What broadcasts takes another size as well.
      if (size == Dim(1) && llvm::any_of(llvm::ArrayRef(candidates).drop_back(), [&](Dim other) { return attempt(axis, other); })) continue;
      // Of a rank that is not known yet, axes that operators require are told by their distance from the end, but for the channels'.
      int place = rank_known ? static_cast<int>(axis) : static_cast<int>(axis) - static_cast<int>(rank);
      if (!rank_known && axis == 1 && rank > 2) place = 1;
      AddEvidence(lineage, [&](Evidence& evidence) { evidence.SetSize(place, size, /*required=*/true); });
    }
  }
}

void Interp::LearnDType(llvm::ArrayRef<Slot> group, Shape shape, llvm::function_ref<Result()> call, Lineage& result) {
  const Lineage lineage = group[0].tensor->lineage;
  if (!lineage.same_dtype || group[0].tensor->type.dtype != DType::Unknown) return;
  DType possible = DType::Unknown;
  int count = 0;
  for (DType dtype : {DType::F32, DType::I64, DType::Bool}) {
    SetProbe(group, shape, dtype);
    Result result = call();
    // Sizes that do not fit say nothing of the dtype.
    llvm::StringRef slug = result.status == Result::Status::Error ? result.error.slug : "";
    if (slug == "dtype-mismatch" || slug == "tensor-dtype" || slug == "argument-type") continue;
    possible = dtype;
    ++count;
  }
  if (count == 1) {
    AddEvidence(lineage, [&](Evidence& evidence) { evidence.SetDType(possible); });
    return;
  }
  SetProbe(group, shape, DType::F16);
  Result made = call();
  const ops::Value* tensor = made.status == Result::Status::Ok ? FirstTensor(made.value) : nullptr;
  result.same_dtype = count > 1 && tensor && tensor->tensor.dtype == DType::F16;
}

// The evidence of one group of slots (one argument, at the same distance from it); returns how the result depends on it.
Lineage Interp::LearnFrom(llvm::ArrayRef<Slot> group, llvm::StringRef op, llvm::ArrayRef<ops::Argument> arguments, llvm::function_ref<Result()> call) {
  const Lineage lineage = group[0].tensor->lineage;
  Lineage result = lineage;
  result.same_dtype = false;
  Shape known = group[0].tensor->type.shape;
  unsigned rank = known.rank_known() ? known.rank() : 0;
  bool no_result = false;
  auto suggest = [&] {
    std::optional<unsigned> hint = HintOf(op, group, arguments);
    if (hint && lineage.ranked && static_cast<int>(*hint) >= lineage.shift) Taught(lineage).likely.Suggest(static_cast<unsigned>(static_cast<int>(*hint) - lineage.shift));
  };
  if (!known.rank_known()) {
    Trial trial = TryRanks(group, mode_.single_samples, call);
    if (trial.ranks == 0) return {};
    roots_[lineage.root - 1].batched |= trial.batched;
    suggest();
    bool spatial = op.contains("conv") || op.contains("pool") || op.contains("interpolate") || op.contains("pixel_");
    AddEvidence(lineage, [&](Evidence& evidence) {
      if (uint8_t ranks = Shifted(trial.ranks, lineage)) evidence.Narrow(ranks);
      if (spatial && lineage.same_shape) evidence.SetSpatial();
    });
    result.same_shape = lineage.same_shape && trial.same_shape;
    result.shift = lineage.shift + trial.shift;
    if (!trial.same_shift) result.root = 0;
    no_result = trial.result_lacks;
    rank = llvm::countr_zero(trial.ranks);
    // A trial at the lowest rank may be special: one more axis is the usual case.
    if (!llvm::has_single_bit(trial.ranks) && (trial.ranks >> (rank + 1) & 1)) ++rank;
  } else {
    result.root = 0;
    // What was only the usual rank so far may be told by an operand that became known since.
    if (mode_.guessing) suggest();
  }
  if (op == "squeeze" && !known.rank_known() && arguments.size() == 2 && arguments[1].value.kind == ops::Value::Kind::Int && arguments[1].value.dim.is_constant()) {
    // Who squeezes an axis knows that its size is 1: the result has one axis less.
    int64_t axis = arguments[1].value.dim.constant();
    if (lineage.same_shape && lineage.shift == 0 && axis >= -static_cast<int64_t>(kMaxRank) && axis < kMaxRank) {
      Taught(lineage).likely.SetSize(static_cast<int>(axis), Dim(1), /*required=*/true);
    }
    result.root = lineage.root;
    result.shift = static_cast<int8_t>(lineage.shift - 1);
    result.same_shape = result.sure = false;
  }
  LearnSizes(group, rank, arguments, call);
  // A layer with parameters of a dtype is as a rule given the same.
  for (const ops::Argument& argument : arguments) {
    bool own = llvm::any_of(group, [&](const Slot& slot) { return slot.value == &argument.value; });
    if (own || op == "embedding" || !lineage.same_dtype || !argument.value.is_tensor() || !shape::IsFloating(argument.value.tensor.dtype)) continue;
    Taught(lineage).likely.SetDType(argument.value.tensor.dtype);
    break;
  }
  LearnDType(group, known.rank_known() ? known : ProbeShape(rank), call, result);
  if (result.root == 0 && result.same_dtype) {
    result = lineage;
    result.same_shape = false;
    result.same_dtype = true;
    // Where a trial had no result (a join of an unknown number of tensors), one of the same rank is likely.
    result.ranked &= no_result;
    result.sure &= !no_result;
  }
  return result;
}

// Learns from an operator's call before it happens. `call` reads `arguments`, whose tensors the slots point to.
Lineage Interp::Learn(llvm::StringRef op, llvm::MutableArrayRef<Slot> slots, llvm::ArrayRef<ops::Argument> arguments, llvm::function_ref<Result()> call) {
  if (roots_.empty()) return {};
  auto open = [](const Slot& slot) {
    if (slot.tensor->lineage.root == 0) return false;
    const shape::TensorType& type = slot.tensor->type;
    if (!type.shape.rank_known() || (type.dtype == DType::Unknown && slot.tensor->lineage.same_dtype)) return true;
    return slot.tensor->lineage.same_shape && llvm::any_of(type.shape.dims(), [](Dim size) { return !size.is_constant(); });
  };
  Lineage result;
  llvm::SmallVector<TensorObj*, 4> done;
  llvm::SmallVector<Slot, 4> of_unknown_rank;
  for (const Slot& slot : slots) {
    if (!open(slot) || llvm::is_contained(done, slot.tensor)) continue;
    llvm::SmallVector<Slot, 4> group;
    const Lineage& lineage = slot.tensor->lineage;
    for (const Slot& other : slots) {
      const Lineage& its = other.tensor->lineage;
      bool same = other.tensor == slot.tensor || (its.root == lineage.root && its.shift == lineage.shift && its.ranked == lineage.ranked && !other.tensor->type.shape.rank_known() && !slot.tensor->type.shape.rank_known());
      if (!same) continue;
      group.push_back(other);
      done.push_back(other.tensor);
    }
    if (!slot.tensor->type.shape.rank_known()) of_unknown_rank.append(group.begin(), group.end());
    Lineage one = LearnFrom(group, op, arguments, call);
    if (one.root != 0 && result.root == 0) result = one;
    for (const Slot& each : group) ApplyEvidence(each.tensor), each.value->tensor = each.tensor->type;
  }
  // Operands of different arguments: as a rule they have one rank (residual additions, attention).
  if (result.root == 0 && of_unknown_rank.size() > 1) {
    Trial trial = TryRanks(of_unknown_rank, mode_.single_samples, call);
    const Lineage& first = of_unknown_rank[0].tensor->lineage;
    if (trial.ranks && trial.same_shift) result = {first.root, static_cast<int8_t>(first.shift + trial.shift), false, false, false, first.ranked};
    for (const Slot& each : of_unknown_rank) each.value->tensor = each.tensor->type;
  }
  return result;
}

// Tensors of unknown type that an operator made of an argument carry on what is learnt of it.
void Interp::Inherit(const Value& value, const Lineage& lineage) {
  if (lineage.root == 0) return;
  if (value.is(Kind::Tensor)) {
    auto* tensor = As<TensorObj>(value);
    bool open = !tensor->type.shape.rank_known() || (tensor->type.dtype == DType::Unknown && lineage.same_dtype);
    if (!open || tensor->lineage.root != 0) return;
    tensor->lineage = lineage;
    Taught(lineage).leaked = true;
  } else if (value.is(Kind::List) || value.is(Kind::Tuple)) {
    for (const Value& item : As<ListObj>(value)->items) Inherit(item, lineage);
  }
}

// `B, T, C = x.shape` of an argument names its sizes. `shape` is the tuple; its items become those sizes.
void Interp::NameUnpackedSizes(NodeId target, ListObj* shape) {
  const parse::Tree& tree = frame_->unit->tree();
  TensorObj* tensor = shape->shape_of;
  if (!tensor || tensor->lineage.root == 0 || roots_.empty()) return;
  llvm::ArrayRef<NodeId> targets = tree.children(target);
  int star = -1, count = static_cast<int>(targets.size());
  for (int i = 0; i < count; ++i) {
    if (tree.kind(targets[i]) == NodeKind::Starred) star = i;
  }
  const Lineage lineage = tensor->lineage;
  int first = shape->shape_start, cut = shape->shape_cut;
  bool whole_tail = shape->shape_end_open;
  unsigned axes = star >= 0 ? count - 1 : count;
  AddEvidence(lineage, [&](Evidence& evidence) {
    unsigned rank = first < 0 ? static_cast<unsigned>(-first) : axes + static_cast<unsigned>(first + cut);
    bool exact = whole_tail && star < 0 && first >= 0;
    uint8_t mask = exact ? (1u << rank) : static_cast<uint8_t>(0x7F << rank) & 0x7F;
    if (uint8_t ranks = Shifted(mask, lineage)) evidence.Narrow(ranks);
    // The last two axes by themselves are those of images.
    if (first == -2 && count == 2 && whole_tail) evidence.Suggest(4);
    if (!lineage.same_shape || lineage.shift != 0) return;
    for (int i = 0; i < count; ++i) {
      bool named = tree.kind(targets[i]) == NodeKind::Name && !Text(tree.symbol(targets[i])).starts_with("_");
      if (!named) continue;
      int axis = star >= 0 && i > star ? i - count - cut : first + i;
      evidence.SetSize(axis, Dim::Named(tree.symbol(targets[i])), /*required=*/false);
    }
  });
  ApplyEvidence(tensor);
  Shape now = tensor->type.shape;
  if (!now.rank_known() || !shape->open) return;
  int start = first < 0 ? static_cast<int>(now.rank()) + first : first;
  if (start < 0 || start + cut > static_cast<int>(now.rank()) || !whole_tail) return;
  heap_.WillWrite(shape);
  shape->items.clear();
  shape->open = false;
  for (Dim size : now.dims().drop_front(start).drop_back(cut)) shape->items.push_back(Value::Int(size));
}

// `x.shape[k]`: there are more than k axes.
void Interp::LearnFromShapeIndex(ListObj* shape, int64_t index) {
  TensorObj* tensor = shape->shape_of;
  if (!tensor || tensor->lineage.root == 0 || roots_.empty() || !shape->open) return;
  int64_t axis = index < 0 ? -index - 1 : index + std::max(0, shape->shape_start);
  if (axis >= kMaxRank) return;
  AddEvidence(tensor->lineage, [&](Evidence& evidence) {
    if (uint8_t ranks = Shifted(static_cast<uint8_t>(0x7F << (axis + 1)) & 0x7F, tensor->lineage)) evidence.Narrow(ranks);
  });
}

// The ranks for which a test of an argument's rank (`x.dim() != 4`) is true and false; whether it is such a test.
bool Interp::TryRanksOf(NodeId test, TensorObj*& tensor, uint8_t& when_true, uint8_t& when_false) {
  if (roots_.empty()) return false;
  const parse::Tree& tree = frame_->unit->tree();
  tensor = nullptr;
  llvm::SmallVector<NodeId, 16> todo = {test};
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    if (tree.kind(node) == NodeKind::Name) {
      const Value* value = frame_->env->variables.Find(tree.symbol(node));
      bool open = value && value->is(Kind::Tensor) && As<TensorObj>(*value)->lineage.root != 0 && !As<TensorObj>(*value)->type.shape.rank_known();
      if (open && tensor && tensor != As<TensorObj>(*value)) return false;
      if (open) tensor = As<TensorObj>(*value);
    }
    for (NodeId child : tree.children(node)) {
      if (child != parse::kNoNode) todo.push_back(child);
    }
  }
  if (!tensor) return false;
  Journal journal;
  heap_.Open(journal);
  heap_.WillWrite(tensor);
  bool recorded = std::exchange(frame_->record_bindings, false);
  std::vector<Root> roots = std::exchange(roots_, {});
  Uncertain uncertain(*this);
  when_true = when_false = 0;
  for (unsigned rank = 0; rank <= kMaxRank; ++rank) {
    llvm::SmallVector<Dim, 8> dims(rank, Dim::Unknown());
    tensor->type.shape = Shape::Of(dims);
    Value value = Eval(test);
    if (value.raised()) {
      ClearException();
      continue;
    }
    Tri truth = Truth(value);
    if (truth != Tri::False) when_true |= 1u << rank;
    if (truth != Tri::True) when_false |= 1u << rank;
  }
  frame_->record_bindings = recorded;
  roots_ = std::move(roots);
  heap_.Close(journal);
  heap_.Swap(journal);
  return (when_true & when_false) != 0x7F;
}

void Interp::NarrowRanks(TensorObj* tensor, uint8_t ranks) {
  AddEvidence(tensor->lineage, [&](Evidence& evidence) {
    if (uint8_t shifted = Shifted(ranks, tensor->lineage)) evidence.Narrow(shifted);
  });
  ApplyEvidence(tensor);
}

}  // namespace trident::eval
