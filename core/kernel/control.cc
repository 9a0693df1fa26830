// Branches and loops: which names survive them, and with which types.
#include "core/kernel/interp.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

namespace trident::kernel {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

namespace {

const Value* FindIn(const Variables& variables, Symbol name) {
  for (const auto& [each, value] : variables) {
    if (each == name) return &value;
  }
  return nullptr;
}

// As Triton looks for a return: not inside assignments, and calls do not count.
bool HasReturn(const Tree& tree, NodeId node) {
  if (tree.kind(node) == NodeKind::Return) return true;
  return HoldsStatements(tree.kind(node)) && llvm::any_of(tree.children(node), [&](NodeId child) { return child != kNoNode && HasReturn(tree, child); });
}

// What a name must be compared as: a constant in front of a branch or loop and a tensor behind it differ.
bool IsTritonValue(const Value& value) { return value.is(Kind::Tensor) || value.is(Kind::Tuple) || value.is(Kind::Descriptor) || value.is(Kind::Constant); }

// The assignment that gave `name` its last type under `node`.
NodeId LastAssignment(const Tree& tree, NodeId node, Symbol name) {
  NodeId best = kNoNode;
  switch (NodeKind kind = tree.kind(node)) {
    case NodeKind::Assign:
    case NodeKind::AugAssign:
    case NodeKind::AnnAssign: {
      bool assign = kind == NodeKind::Assign;
      llvm::ArrayRef<NodeId> targets = assign ? tree.children(node).drop_front() : tree.children(node).take_front();
      llvm::SmallVector<NodeId, 4> todo(targets.begin(), targets.end());
      while (!todo.empty()) {
        NodeId target = todo.pop_back_val();
        if (tree.kind(target) == NodeKind::Name && tree.symbol(target) == name) return node;
        if (tree.kind(target) == NodeKind::Tuple) todo.append(tree.children(target).begin(), tree.children(target).end());
      }
      return kNoNode;
    }
    default:
      if (!HoldsStatements(kind)) return kNoNode;
      for (NodeId child : tree.children(node)) {
        if (child == kNoNode) continue;
        if (NodeId found = LastAssignment(tree, child, name); found != kNoNode) best = found;
      }
      return best;
  }
}

}  // namespace

void Interp::If(NodeId node) {
  NodeId orelse = tree().child(node, 2);
  Value test = Eval(tree().child(node, 0));
  if (test.is(Kind::Tensor) && !test.vague) {
    if (test.type.is_block()) {
      bool one = llvm::all_of(test.type.shape.dims(), [](shape::Dim d) { return d == shape::Dim(1); });
      bool many = llvm::any_of(test.type.shape.dims(), [](shape::Dim d) { return d.is_constant() && d.constant() > 1; });
      bool symbolic = !one && !many && llvm::any_of(test.type.shape.dims(), [](shape::Dim d) { return d.is_symbolic(); });
      if (many || symbolic) {
        Report("triton-condition-block", node, "the condition is a block (" + test.ToString() + "): use tl.where, or reduce it to a scalar with tl.max or .item()");
      }
    }
    DynamicIf(node, true);
    return;
  }
  if (test.is(Kind::Constant)) {
    if (test.constant == Constant::Str || test.constant == Constant::Float) {
      Report("triton-condition-constant", node, "a constexpr condition must be bool, int or None, not " + test.ToString());
      EitherWay(node);
      return;
    }
    if (std::optional<bool> truth = Truth(test)) {
      if (*truth) {
        Block(tree().child(node, 1));
      } else if (orelse != kNoNode) {
        Block(orelse);
      }
      return;
    }
  }
  EitherWay(node);
}

// A condition of which not even the kind is known: the sides are joined without a word.
void Interp::EitherWay(NodeId node) {
  NodeId orelse = tree().child(node, 2);
  Variables before = frame_->locals;
  std::vector<Symbol> defined = frame_->defined;
  Doubt doubt(*this);
  Block(tree().child(node, 1));
  Variables then = std::move(frame_->locals);
  frame_->locals = before;
  if (orelse != kNoNode) Block(orelse);
  Variables joined;
  for (const auto& [name, value] : then) {
    const Value* other = FindIn(frame_->locals, name);
    joined.emplace_back(name, other ? Unchanged(value, *other) ? value : Fresh(Join(value, *other)) : Value::Unknown());
  }
  for (const auto& [name, value] : frame_->locals) {
    if (!FindIn(then, name)) joined.emplace_back(name, Value::Unknown());
  }
  frame_->locals = std::move(joined);
}

void Interp::DynamicIf(NodeId node, bool certain) {
  NodeId orelse = tree().child(node, 2);
  if (HasReturn(tree(), node) && frame_->loops > 0) {
    Report("triton-return-in-loop", node, "`return` cannot stand inside a loop");
  }
  Variables live = frame_->locals;
  std::vector<Symbol> outer = std::move(frame_->defined);
  frame_->defined.clear();
  ++branches_;
  Block(tree().child(node, 1));
  Variables then = std::move(frame_->locals);
  std::vector<Symbol> then_defined = std::move(frame_->defined);
  frame_->locals = live;
  frame_->defined.clear();
  if (orelse != kNoNode) Block(orelse);
  --branches_;
  Variables other = std::move(frame_->locals);
  std::vector<Symbol> else_defined = std::move(frame_->defined);

  Variables after = live;
  std::vector<Symbol> changed;
  for (auto& [name, value] : after) {
    const Value *a = FindIn(then, name), *b = FindIn(other, name);
    if (!a || !b) continue;
    if (value.none() || value.is_constant(Constant::DType)) {
      // The compiler does not look at these: what a branch assigns is lost.
      if (certain && value.none() && (!Unchanged(value, *a) || !Unchanged(value, *b)) && llvm::is_contained(then_defined, name) != llvm::is_contained(else_defined, name)) {
        NodeId at = LastAssignment(tree(), node, name);
        Report("triton-branch-lost", at == kNoNode ? node : at,
               "`" + Text(name).str() + "` is None before this `if`: what one branch assigns is dropped, and it stays None afterwards");
        continue;
      }
      if (!Unchanged(value, *a) || !Unchanged(value, *b)) value = Join(*a, *b);
      continue;
    }
    if (Unchanged(*a, *b)) {
      value = *a;
      continue;
    }
    changed.push_back(name);
    bool failed = false;
    for (const auto& [side, word, defined] : {std::tuple(a, "then", &then_defined), std::tuple(b, "else", &else_defined)}) {
      if (failed || Unchanged(*side, value) || Compare(*side, value) != Same::No || !IsTritonValue(*side)) continue;
      failed = true;
      if (!certain || doubt_ > 0) continue;
      NodeId at = LastAssignment(tree(), word[0] == 't' ? tree().child(node, 1) : orelse, name);
      Report("triton-branch-type", node, "`" + Text(name).str() + "` is " + value.ToString() + " before the `if` but " + side->ToString() + " in the " + word + " branch",
             {{{frame_->function->module, at == kNoNode ? node : at}, "becomes " + side->ToString()}});
    }
    Value joined = Fresh(Join(*a, *b));
    value = failed ? Value::Unknown() : joined;
  }
  for (Symbol name : then_defined) {
    if (FindIn(live, name)) continue;
    const Value *a = FindIn(then, name), *b = FindIn(other, name);
    if (!a) continue;
    if (!b || !llvm::is_contained(else_defined, name)) {
      frame_->dropped.emplace_back(name, node);
      continue;
    }
    if (Unchanged(*a, *b)) {
      after.emplace_back(name, *a);
    } else if (Compare(*a, *b) == Same::No) {
      if (certain && doubt_ == 0) {
        Report("triton-branch-mismatch", node, "`" + Text(name).str() + "` is " + a->ToString() + " in the then branch and " + b->ToString() + " in the else branch");
      }
      after.emplace_back(name, Value::Unknown());
    } else {
      after.emplace_back(name, Fresh(Join(*a, *b)));
    }
    changed.push_back(name);
  }
  for (Symbol name : else_defined) {
    if (!FindIn(live, name) && !llvm::is_contained(then_defined, name)) frame_->dropped.emplace_back(name, node);
  }
  // Annotated constants of a branch are gone too, for they are no definitions.
  frame_->locals = std::move(after);
  frame_->defined = std::move(outer);
  for (Symbol name : changed) {
    if (!llvm::is_contained(frame_->defined, name)) frame_->defined.push_back(name);
  }
}

void Interp::For(NodeId node) {
  NodeId target = tree().child(node, 0), iterable = tree().child(node, 1), orelse = tree().child(node, 3);
  if (tree().kind(iterable) != NodeKind::Call) {
    Report("triton-loop-iterator", node, "a loop runs over range(), tl.range() or tl.static_range() only");
    return;
  }
  Value range = Eval(iterable);
  if (!frame_->parent && range.is(Kind::Range) && Text(range.symbol) == "range") NoteBounds(iterable);
  if (tree().kind(target) != NodeKind::Name) {
    if (range.is(Kind::Range)) Report("triton-loop-iterator", node, "the target of a loop is one name: range() gives one number");
    range = Value::Unknown();
  }
  if (orelse != kNoNode) Report("triton-unsupported", node, "`else` after a loop is not supported in a kernel");
  if (!range.is(Kind::Range)) {
    bool known = range.is(Kind::Tuple) || (range.is(Kind::Tensor) && !range.vague);
    if (known) Report("triton-loop-iterator", node, "a loop runs over range(), tl.range() or tl.static_range() only, not " + range.ToString());
    Variables live = frame_->locals;
    Assign(node, target, Value::Unknown());
    Doubt doubt(*this);
    Block(tree().child(node, 2));
    for (auto& [name, value] : live) {
      if (const Value* after = FindIn(frame_->locals, name); after && !Unchanged(*after, value)) value = Fresh(Join(value, *after));
    }
    frame_->locals = std::move(live);
    return;
  }
  if (Text(range.symbol) == "static_range") {
    StaticFor(node, range);
  } else {
    DynamicFor(node, range);
  }
}

void Interp::StaticFor(NodeId node, const Value& range) {
  // More iterations than this are visited as if their number were not known.
  static constexpr int64_t kUnrolled = 64;
  static constexpr const char* kWords[] = {"start", "end", "step"};
  Symbol name = tree().symbol(tree().child(node, 0));
  bool known = true;
  for (unsigned i = 0; i < 3; ++i) {
    const Value& bound = range.elements()[i];
    if (bound.is(Kind::Tensor) && !bound.vague) {
      Report("triton-constexpr-needed", node, std::string("tl.static_range needs constants: its ") + kWords[i] + " is a runtime value (" + bound.ToString() + ")");
      known = false;
    } else if (!bound.AsInt()) {
      known = false;
    }
  }
  if (known) {
    int64_t start = *range.elements()[0].AsInt(), end = *range.elements()[1].AsInt(), step = *range.elements()[2].AsInt();
    int64_t count = step > 0 ? (end - start + step - 1) / step : step < 0 ? (start - end - step - 1) / -step : 0;
    if (count <= kUnrolled) {
      for (int64_t i = 0; i < count; ++i) {
        Value index = Value::Int(start + i * step);
        if (Value* slot = Find(name)) {
          *slot = index;
        } else {
          frame_->locals.emplace_back(name, index);
        }
        Record(node, name, index);
        Block(tree().child(node, 2));
      }
      return;
    }
  }
  // Some iterations: visited twice, so that what changes from one to the next is joined.
  Value index = Value::Int(shape::Dim::Unknown());
  Doubt doubt(*this);
  for (int pass = 0; pass < 2; ++pass) {
    Mute mute(*this, pass == 1);
    Variables before = frame_->locals;
    if (Value* slot = Find(name)) {
      *slot = index;
    } else {
      frame_->locals.emplace_back(name, index);
    }
    Block(tree().child(node, 2));
    for (auto& [each, value] : frame_->locals) {
      const Value* old = FindIn(before, each);
      if (!old) {
        if (pass == 1) value = Value::Unknown();
      } else if (!Unchanged(*old, value)) {
        value = Fresh(Join(*old, value));
      }
    }
  }
}

// range(0, n * STEP, STEP): the last block is as full as the others.
static bool EndsWhole(const Tree& tree, NodeId range) {
  llvm::ArrayRef<NodeId> bounds = tree.children(range).drop_front();
  if (bounds.size() != 3 || tree.kind(bounds[1]) != NodeKind::BinOp || tree.kind(bounds[2]) != NodeKind::Name) return false;
  if (static_cast<parse::BinaryOp>(tree.flags(bounds[1])) != parse::BinaryOp::Mul) return false;
  return llvm::any_of(tree.children(bounds[1]), [&](NodeId side) { return tree.kind(side) == NodeKind::Name && tree.symbol(side) == tree.symbol(bounds[2]); });
}

void Interp::DynamicFor(NodeId node, const Value& range) {
  static constexpr const char* kWords[] = {"lower bound", "upper bound", "step"};
  Scalar index_type = Scalar::Unknown;
  bool failed = false, open = false;
  llvm::SmallVector<Value, 3> bounds;
  for (const Value& each : range.elements()) {
    Value bound = ToTensor(node, each);
    open |= !bound.is(Kind::Tensor) || bound.type.scalar == Scalar::Unknown || bound.vague;
    bounds.push_back(bound);
  }
  for (unsigned i = 0; i < 3; ++i) {
    const Value& bound = bounds[i];
    if (failed || !bound.is(Kind::Tensor) || bound.vague) continue;
    if (bound.type.is_pointer() || (bound.type.is_number() && !IsInt(bound.type.scalar))) {
      Report("triton-range-bounds", node, std::string("the ") + kWords[i] + " of a loop must be an integer, not " + bound.ToString());
      failed = true;
    } else if (bound.type.is_block()) {
      Report("triton-range-bounds", node, std::string("the ") + kWords[i] + " of a loop must be a scalar, not " + bound.ToString());
      failed = true;
    }
  }
  if (!failed && !open) index_type = PromoteInts(PromoteInts(bounds[0].type.scalar, bounds[1].type.scalar), bounds[2].type.scalar);
  // Bounds of unknown type are almost always i32; saying so would make a later answer wrong where they are not.
  Symbol name = tree().symbol(tree().child(node, 0));
  Value index = Fresh(Type::Of(index_type));
  Trace trace;
  trace.axis = Axis::OfScalar(std::gcd(TraceOf(range.elements()[0]).axis.divisibility(), TraceOf(range.elements()[2]).axis.divisibility()), true);
  trace.varies = loops_.size() + 1;
  trace.whole = EndsWhole(tree(), tree().child(node, 1));
  SetTrace(index, std::move(trace));
  SetName(name, index);
  Record(node, name, index);
  Variables live = frame_->locals;
  LoopBody(node, tree().child(node, 2), name, live);
}

// Visits the body of a dynamic loop once, checks what it carries, and leaves the variables as they are after the loop.
void Interp::LoopBody(NodeId node, NodeId body, Symbol target, Variables& live) {
  std::vector<Symbol> outer = std::move(frame_->defined);
  frame_->defined.clear();
  ++frame_->loops;
  EnterLoop(node, body);
  for (NodeId child : tree().children(body)) {
    if (tree().kind(child) == NodeKind::Return) Report("triton-return-in-loop", child, "`return` cannot stand inside a loop");
  }
  Block(body);
  LeaveLoop();
  --frame_->loops;
  std::vector<Symbol> defined = std::move(frame_->defined);
  frame_->defined = std::move(outer);
  Variables after = live;
  CheckCarried(node, body, live, defined, target, after);
  frame_->locals = std::move(after);
}

void Interp::CheckCarried(NodeId node, NodeId body, const Variables& live, const std::vector<Symbol>& defined, Symbol target, Variables& after) {
  for (auto& [name, value] : after) {
    const Value* end = FindIn(frame_->locals, name);
    if (name == target) {
      if (value.is(Kind::Tensor)) value.kind = Kind::Poison;
      continue;
    }
    if (!end || Unchanged(*end, value)) continue;
    std::string text = "`" + Text(name).str() + "`";
    NodeId at = LastAssignment(tree(), body, name);
    std::vector<std::pair<Place, std::string>> notes;
    if (at != kNoNode) notes.push_back({{frame_->function->module, at}, "becomes " + end->ToString()});
    if (value.none() && llvm::is_contained(defined, name)) {
      if (doubt_ == 0) Report("triton-loop-type", node, text + " is None before the loop and cannot be assigned in it: initialise it as " + end->ToString(), notes);
      value = Value::Unknown();
    } else if (value.is(Kind::Constant) && llvm::is_contained(defined, name)) {
      if (doubt_ == 0) {
        Report("triton-constexpr-reassigned", node, text + " is a constexpr before the loop and cannot change in it; copy it to a variable first", notes);
      }
      value = Value::Unknown();
    } else if (Compare(*end, value) == Same::No) {
      if (doubt_ == 0) {
        Report("triton-loop-type", node, text + " enters the loop as " + value.ToString() + " and leaves as " + end->ToString() + ": initialise it as the latter, or cast",
               notes);
      }
      value = Value::Unknown();
    } else {
      value = Fresh(Join(value, *end));
    }
    if (llvm::is_contained(defined, name) && !llvm::is_contained(frame_->defined, name)) frame_->defined.push_back(name);
  }
  for (Symbol name : defined) {
    if (!FindIn(live, name)) frame_->dropped.emplace_back(name, node);
  }
}

void Interp::While(NodeId node) {
  NodeId body = tree().child(node, 1);
  if (tree().child(node, 2) != kNoNode) Report("triton-unsupported", node, "`else` after a loop is not supported in a kernel");
  Variables live = frame_->locals;
  Value test = Eval(tree().child(node, 0));
  bool constant = test.is(Kind::Constant) && test.constant != Constant::Unknown;
  if (constant) {
    Report("triton-while-condition", node, "the condition of `while` is a constant (" + test.ToString() + "): it must be a boolean scalar computed at run time");
  } else if (test.is(Kind::Tensor) && !test.vague) {
    if (test.type.is_block()) {
      Report("triton-while-condition", node, "the condition of `while` is a block (" + test.ToString() + "): reduce it to a scalar");
    } else if (test.type.is_pointer() || (test.type.is_number() && test.type.scalar != Scalar::Int1)) {
      Report("triton-while-condition", node, "the condition of `while` must be boolean, not " + test.ToString() + ": compare it, as in `!= 0`");
    }
  }
  LoopBody(node, body, Symbol(), live);
}

}  // namespace trident::kernel
