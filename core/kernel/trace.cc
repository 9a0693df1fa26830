// Notes what is known of values while a kernel is visited: addresses by axis, where pointers began, what loops change.
#include "core/kernel/rules.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

using parse::BinaryOp;
using parse::CompareOp;
using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;
using shape::Shape;

namespace {

bool IsIndex(const Value& value) { return value.type.pointer != Pointer::No || value.type.scalar == Scalar::Unknown || IsInt(value.type.scalar); }

int64_t UnitOf(const Value& value) { return value.type.pointer == Pointer::Yes ? std::max<int64_t>(1, Bytes(value.type.scalar)) : 1; }

void Merge(llvm::SmallVector<uint32_t, 2>& into, llvm::ArrayRef<uint32_t> from) {
  for (uint32_t each : from) {
    if (!llvm::is_contained(into, each)) into.push_back(each);
  }
}

}  // namespace

Trace Interp::TraceOf(const Value& value) const {
  Trace out;
  if (value.is(Kind::Constant)) {
    std::optional<int64_t> number = value.AsInt();
    if (number) {
      out.axis = Axis::OfConstant(*number);
    } else {
      // A size of which only the name is known: most are powers of two, but it may be a stride of 1.
      out.axis = Axis::OfScalar(value.integer.is_unknown() ? 1 : kNominalSize, false);
    }
    return out;
  }
  if (auto found = trace_index_.find(value.id); value.is(Kind::Tensor) && found != trace_index_.end()) return traces_[found->second];
  out.axis = Axis::Some(value.is(Kind::Tensor) ? value.type.shape : Shape(), false);
  out.varies = Trace::kAlways;
  return out;
}

void Interp::SetTrace(const Value& value, Trace trace) {
  if (!value.is(Kind::Tensor) || value.id == 0) return;
  auto [slot, added] = trace_index_.try_emplace(value.id, traces_.size());
  if (added) {
    traces_.push_back(std::move(trace));
  } else {
    traces_[slot->second] = std::move(trace);
  }
}

void Interp::TraceArgument(const Value& value, const ArgumentFacts& facts) {
  if (!value.is(Kind::Tensor)) return;
  Trace trace;
  trace.axis = Axis::OfScalar(facts.divisible ? 16 : 1, facts.one_ruled_out || value.type.is_pointer());
  trace.axis.value = trace.axis.most = facts.value;
  trace.root = value.id;
  facts_[value.id] = facts;
  SetTrace(value, std::move(trace));
}

void Interp::TraceBinary(NodeId node, BinaryOp op, const Value& a, const Value& b, const Value& out) {
  AdviseDivision(node, op, a, b);
  if (!out.is(Kind::Tensor)) return;
  Trace x = TraceOf(a), y = TraceOf(b), trace;
  trace.varies = std::max(x.varies, y.varies);
  // A filled lane from which something is taken holds a number still: exp(0 - max) is not 0.
  bool moved = x.fill == Fill::Zero && (op == BinaryOp::Sub || op == BinaryOp::Mul || op == BinaryOp::Div);
  if (moved && out.type.shape == a.type.shape) trace.fill = x.fill, trace.masked_dims = x.masked_dims, trace.load_module = x.load_module, trace.load = x.load;
  if (IsIndex(out)) {
    bool swapped = b.is(Kind::Tensor) && b.type.is_pointer();
    const Value &first = swapped ? b : a, &second = swapped ? a : b;
    if (swapped) std::swap(x, y);
    Axis left = Stretch(x.axis, first.type.shape, out.type.shape), right = Stretch(y.axis, second.type.shape, out.type.shape);
    trace.axis = CombineAxes(op, left, right, UnitOf(first));
    if (out.type.is_pointer()) {
      trace.root = x.root;
      trace.offsets = x.offsets;
      if (second.is(Kind::Tensor) && second.type.is_block() && y.root != 0) Merge(trace.offsets, {y.root});
      Merge(trace.offsets, y.offsets);
      trace.wide = x.wide || (second.is(Kind::Tensor) && (second.type.scalar == Scalar::Unknown || Bits(second.type.scalar) == 64));
    } else if (op == BinaryOp::BitAnd && out.type.scalar == Scalar::Int1) {
      trace.bounded = x.bounded;
      Merge(trace.bounded, y.bounded);
    } else {
      trace.root = out.id;
      trace.whole = x.whole || y.whole;
      if (trace.whole) whole_.insert(out.id);
      // Of a sum of blocks, all of them are part.
      trace.offsets = x.offsets;
      for (const auto& [side, from] : {std::pair(&first, &x), std::pair(&second, &y)}) {
        if (side->is(Kind::Tensor) && side->type.is_block() && from->root != 0) Merge(trace.offsets, {from->root});
        Merge(trace.offsets, from->offsets);
      }
      AdviseOffset(node, out, trace.axis);
    }
  }
  SetTrace(out, std::move(trace));
}

void Interp::TraceCompare(CompareOp op, const Value& a, const Value& b, const Value& out) {
  if (!out.is(Kind::Tensor)) return;
  Trace x = TraceOf(a), y = TraceOf(b), trace;
  trace.varies = std::max(x.varies, y.varies);
  trace.axis = CompareAxes(op, Stretch(x.axis, a.type.shape, out.type.shape), Stretch(y.axis, b.type.shape, out.type.shape));
  bool left = (op == CompareOp::Lt || op == CompareOp::LtE) && y.axis.scalar && x.root != 0;
  bool right = (op == CompareOp::Gt || op == CompareOp::GtE) && x.axis.scalar && y.root != 0;
  if (left && a.type.is_block()) trace.bounded.push_back(x.root);
  if (right && b.type.is_block()) trace.bounded.push_back(y.root);
  SetTrace(out, std::move(trace));
}

void Interp::TraceIndex(const Value& tensor, llvm::ArrayRef<bool> added, const Value& out) {
  Trace trace = TraceOf(tensor);
  if (trace.varies == Trace::kAlways && trace.axis.dims.size() > added.size()) return;
  if (IsIndex(tensor)) trace.axis = Expand(trace.axis, added);
  trace.fill = Fill::None;
  SetTrace(out, std::move(trace));
}

void Interp::TraceEither(const Value& a, const Value& b, const Value& out) {
  if (!out.is(Kind::Tensor)) return;
  Trace x = TraceOf(a), y = TraceOf(b), trace;
  trace.varies = std::max(x.varies, y.varies);
  if (IsIndex(out)) trace.axis = Either(Stretch(x.axis, a.type.shape, out.type.shape), Stretch(y.axis, b.type.shape, out.type.shape));
  SetTrace(out, std::move(trace));
}

namespace {

// tl.multiple_of and its like say what the analysis may take for granted.
void ApplyHint(llvm::StringRef name, const Value& values, Axis& axis) {
  std::vector<Value> list = values.is(Kind::Tuple) ? values.elements().vec() : std::vector<Value>{values};
  for (unsigned i = 0; i < list.size() && i < axis.dims.size(); ++i) {
    std::optional<int64_t> number = list[i].AsInt();
    if (!number) number = kNominalSize;
    AxisDim& dim = axis.dims[i];
    (name == "multiple_of" ? dim.divisibility : name == "max_contiguous" ? dim.contiguity : dim.constancy) = std::max<int64_t>(1, *number);
    if (name == "max_contiguous" && *number > 1) dim.step = Step::Of(1);
  }
}

// What changes memory, or waits for others to do so.
bool Touches(const Rule& rule) {
  llvm::StringRef name = rule.name;
  bool descriptor = name.starts_with("descriptor.") && !name.ends_with(".load") && !name.ends_with(".gather");
  return rule.apply == &Store || rule.apply == &Atomic || rule.apply == &AtomicCas || rule.apply == &DescriptorStore || rule.apply == &InlineAsm || rule.apply == &Nothing || descriptor;
}

}  // namespace

void Interp::TraceRule(const Site& site, const Value& out) {
  const Rule& rule = site.rule;
  if (Touches(rule)) {
    for (Loop& loop : loops_) loop.stores = true;
  }
  if (rule.apply == &Hint && out.is(Kind::Tensor)) {
    Trace trace = TraceOf(out);
    if (trace.varies != Trace::kAlways) ApplyHint(rule.name, site.at(1), trace.axis);
    return SetTrace(out, std::move(trace));
  }
  if (!out.is(Kind::Tensor) || out.vague || trace_index_.count(out.id)) return;
  Trace trace;
  for (const Value& value : site.values) {
    if (value.is(Kind::Tensor) || value.unknown()) trace.varies = std::max(trace.varies, TraceOf(value).varies);
  }
  for (const Value& value : site.rest) {
    if (value.is(Kind::Tensor) || value.unknown()) trace.varies = std::max(trace.varies, TraceOf(value).varies);
  }
  const Value& first = site.at(0);
  Shape shape = out.type.shape;
  Trace from = TraceOf(first);
  trace.axis = Axis::Some(shape, false);
  if (rule.apply == &Arange) {
    std::optional<int64_t> start = site.at(0).AsInt(), end = site.at(1).AsInt();
    trace.axis = Axis::OfRange(start.value_or(0), start && end ? *end - *start : kNominalSize);
    trace.axis.sure = true;
    if (!start || !end) trace.axis.most.reset();
    trace.root = out.id;
  } else if (rule.apply == &ProgramId) {
    trace.axis = Axis::OfScalar(1, true);
    trace.root = out.id;
  } else if (rule.apply == &Full || rule.apply == &Zeros) {
    trace.axis = Stretch(rule.apply == &Zeros ? Axis::OfConstant(0) : TraceOf(site.at(1)).axis, Shape::Scalar(), shape);
  } else if (rule.apply == &Cast) {
    uint16_t varies = trace.varies;
    trace = from;
    trace.varies = varies;
    if (!IsIndex(first)) trace.axis = Axis::Some(shape, false);
  } else if (rule.apply == &BroadcastTo) {
    trace.axis = Stretch(from.axis, first.type.shape, shape);
    trace.root = from.root;
    trace.offsets = from.offsets;
    trace.bounded = from.bounded;
  } else if ((rule.apply == &Trans || rule.apply == &Permute) && shape.rank_known() && shape.rank() == 2 && from.axis.dims.size() == 2) {
    bool swapped = rule.apply == &Trans || site.at(1).AsInt() == 1 || (site.at(1).is(Kind::Tuple) && !site.at(1).elements().empty() && site.at(1).elements()[0].AsInt() == 1);
    if (swapped) trace.axis = PermuteAxes(from.axis, {1, 0});
  } else if (rule.apply == &ExpandDims && site.at(1).AsInt() && shape.rank_known()) {
    llvm::SmallVector<bool, 4> added(shape.rank(), false);
    int64_t at = *site.at(1).AsInt();
    if (at < 0) at += shape.rank();
    if (at >= 0 && at < shape.rank()) added[at] = true;
    trace.axis = Expand(from.axis, added);
    trace.root = from.root;
    trace.bounded = from.bounded;
  } else if (rule.apply == &FloatUnary && from.fill == Fill::Zero && llvm::StringRef(rule.name).starts_with("exp")) {
    trace.fill = Fill::Power;
    trace.masked_dims = from.masked_dims;
    trace.load_module = from.load_module;
    trace.load = from.load;
  } else if (rule.apply == &Where) {
    Trace x = TraceOf(site.at(1)), y = TraceOf(site.at(2));
    trace.axis = Either(Stretch(x.axis, site.at(1).type.shape, shape), Stretch(y.axis, site.at(2).type.shape, shape));
    for (AxisDim& dim : trace.axis.dims) dim.contiguity = dim.constancy = 1;
    trace.axis.sure = false;
  } else if (rule.apply == &MinMax) {
    trace.axis = Either(Stretch(from.axis, first.type.shape, shape), Stretch(TraceOf(site.at(1)).axis, site.at(1).type.shape, shape));
    for (AxisDim& dim : trace.axis.dims) dim.contiguity = dim.contiguity > 1 ? 1 : dim.contiguity;
  } else if (rule.apply == &Load && first.type.pointer == Pointer::Yes) {
    trace.axis = Axis::Some(shape, true);
    bool masked = site.given(1) && !site.at(1).none() && site.at(1).is(Kind::Tensor);
    if (masked) {
      trace.fill = site.given(2) ? (site.at(2).AsInt() == 0 || (site.at(2).is_constant(Constant::Float) && site.at(2).number == 0)) ? Fill::Zero : Fill::None : Fill::Undefined;
      if (site.at(2).none() && site.given(2)) trace.fill = Fill::Undefined;
      Axis mask = Stretch(TraceOf(site.at(1)).axis, site.at(1).type.shape, shape);
      for (unsigned i = 0; i < mask.dims.size() && i < 8; ++i) {
        if (!mask.dims[i].step.none()) trace.masked_dims |= 1u << i;
      }
      trace.load_module = &module();
      trace.load = site.node;
    }
  }
  SetTrace(out, std::move(trace));
}

void Interp::NoteBounds(NodeId iterable) {
  for (NodeId child : tree().children(iterable)) {
    if (child == kNoNode) continue;
    if (tree().kind(child) == NodeKind::Name) found_.loop_bounds.insert(tree().symbol(child));
    NoteBounds(child);
  }
}

void Interp::NoteTraffic(const Value& pointer, bool is_store, bool atomic) {
  auto found = parameter_names_.find(TraceOf(pointer).root);
  if (found == parameter_names_.end()) return;
  Findings::Traffic& traffic = found_.traffic;
  // What a kernel reads of its own writes is not what was there before.
  bool own = !is_store && traffic.written.count(found->second);
  if (!own) (atomic ? traffic.atomic : is_store ? traffic.written : traffic.read).insert(found->second);
}

void Interp::EnterLoop(NodeId loop, NodeId body) {
  loops_.push_back({loop, body, frame_, branches_, false, {}, {}});
  // What the body assigns, however deep, changes from one iteration to the next.
  llvm::SmallVector<NodeId, 32> todo = {body};
  const Tree& tree = this->tree();
  auto assigned = [&](NodeId target) {
    llvm::SmallVector<NodeId, 4> targets = {target};
    while (!targets.empty()) {
      NodeId each = targets.pop_back_val();
      if (tree.kind(each) == NodeKind::Tuple || tree.kind(each) == NodeKind::List) targets.append(tree.children(each).begin(), tree.children(each).end());
      if (tree.kind(each) != NodeKind::Name) continue;
      if (Value* value = Find(tree.symbol(each)); value && value->is(Kind::Tensor)) {
        Trace trace = TraceOf(*value);
        trace.varies = loops_.size();
        trace.fill = Fill::None;
        trace.axis.most.reset();
        SetTrace(*value, std::move(trace));
      }
    }
  };
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    switch (NodeKind kind = tree.kind(node)) {
      case NodeKind::Assign:
        for (NodeId target : tree.children(node).drop_front()) assigned(target);
        break;
      case NodeKind::AnnAssign: assigned(tree.child(node, 0)); break;
      case NodeKind::AugAssign: {
        // `pointers += n` leaves of their alignment what n has.
        NodeId target = tree.child(node, 0), by = tree.child(node, 1);
        Value* value = tree.kind(target) == NodeKind::Name ? Find(tree.symbol(target)) : nullptr;
        Value* step = tree.kind(by) == NodeKind::Name ? Find(tree.symbol(by)) : nullptr;
        if (value && step && value->is(Kind::Tensor) && IsIndex(*value)) {
          Trace moved = TraceOf(*value);
          Axis after = CombineAxes(BinaryOp::Add, moved.axis, Stretch(TraceOf(*step).axis, step->type.shape, value->type.shape), UnitOf(*value));
          for (unsigned i = 0; i < after.dims.size() && i < moved.axis.dims.size(); ++i) moved.axis.dims[i].divisibility = after.dims[i].divisibility;
          SetTrace(*value, std::move(moved));
        }
        assigned(target);
        break;
      }
      default:
        if (HoldsStatements(kind)) llvm::copy_if(tree.children(node), std::back_inserter(todo), [](NodeId child) { return child != kNoNode; });
        break;
    }
  }
}

}  // namespace trident::kernel
