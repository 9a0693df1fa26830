// Compound statements: branches, loops, with, try, match.
#include "core/eval/interp.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

// Runs two alternatives of which one will happen, each from the present state, and joins what they leave.
Flow Interp::BothWays(llvm::function_ref<Flow()> first, llvm::function_ref<Flow()> second) {
  Uncertain uncertain(*this);
  Journal a, b;
  heap_.Open(a);
  Flow flow1 = first();
  Value return1 = frame_->return_value;
  ClearException();
  heap_.Close(a);
  heap_.Swap(a);  // The heap is as before; `a` holds what the first path made.
  frame_->return_value = Value();
  heap_.Open(b);
  Flow flow2 = second();
  heap_.Close(b);
  if (flow1 == Flow::Raise) {
    // Whatever leads on from here did not take the first path.
    return flow2;
  }
  if (flow2 == Flow::Raise) {
    ClearException();
    heap_.Swap(b);
    heap_.Swap(a);
    frame_->return_value = return1;
    return flow1;
  }
  if (flow1 == flow2) {
    JoinStates(a, b);
    if (flow1 == Flow::Return) frame_->return_value = Join(return1, frame_->return_value);
    return flow1;
  }
  if (flow1 == Flow::Return) {
    frame_->exits.push_back({return1, std::move(a)});
    ++uncertain_;  // To the end of the function: RunFrame takes it back.
    return flow2;
  }
  if (flow2 == Flow::Return) {
    Value return2 = frame_->return_value;
    heap_.Swap(b);
    frame_->exits.push_back({return2, std::move(b)});
    ++uncertain_;
    heap_.Swap(a);
    frame_->return_value = Value();
    return flow1;
  }
  // One path goes on and the other leaves the iteration: what follows sees both.
  JoinStates(a, b);
  return Flow::Normal;
}

Flow Interp::ExecIf(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  uint64_t reads = environment_reads_;
  Value test = Eval(tree.child(node, 0));
  if (test.raised()) return Flow::Raise;
  if (Tri truth = Truth(test); truth != Tri::Unknown) {
    // Where the environment was asked, another one may answer otherwise.
    bool asked = environment_reads_ != reads;
    environment_branches_ += asked;
    Flow flow = ExecBlock(tree.child(node, truth == Tri::True ? 1 : 2));
    environment_branches_ -= asked;
    return flow;
  }
  TensorObj* tensor = nullptr;
  uint8_t when_true = 0, when_false = 0;
  bool of_rank = TryRanksOf(tree.child(node, 0), tensor, when_true, when_false);
  Flow first = Flow::Normal, second = Flow::Normal;
  Flow flow = BothWays([&] { return first = ExecBlock(tree.child(node, 1)); }, [&] { return second = ExecBlock(tree.child(node, 2)); });
  // `if x.dim() != 4: raise` says that there are four.
  if (of_rank && first != second && (first == Flow::Raise || second == Flow::Raise)) NarrowRanks(tensor, first == Flow::Raise ? when_false : when_true);
  return flow;
}

// How often the body of a loop of unknown length is run before what still changes is given up.
static constexpr int kWideningRounds = 3;

namespace {

// A loop of a frame and all loops in it, together.
class Rounds {
 public:
  explicit Rounds(Frame& frame) : frame_(frame) {
    if (frame_.loops++ == 0) frame_.rounds = 0;
  }
  ~Rounds() { --frame_.loops; }
  Rounds(const Rounds&) = delete;
  // After as many rounds the rest is taken as a loop of unknown length: loops over layers and stages are shorter, and
  // those over pairs of positions, which fill tables of indices, would take all there is for the entry.
  bool Enough() const { return frame_.rounds > kEnough; }
  void Next() { ++frame_.rounds; }

 private:
  static constexpr uint32_t kEnough = 4000;
  Frame& frame_;
};

}  // namespace

// The body for an unknown number of times, each time for an element that may be any of these.
Flow Interp::ExecForAny(NodeId node, llvm::ArrayRef<Value> items) {
  const parse::Tree& tree = frame_->unit->tree();
  Value element = items.empty() ? Lost("element of an unknown sequence") : items[0];
  for (size_t i = 1; i < items.size(); ++i) element = Join(element, items[i]);
  bool fails = false;
  for (int round = 0; round < kWideningRounds; ++round) {
    Flow flow = BothWays(
        [&] {
          frame_->statement = node;
          fails = !Assign(tree.child(node, 0), element);
          if (fails) return Flow::Raise;
          Flow f = ExecBlock(tree.child(node, 2));
          fails = f == Flow::Raise;
          return f == Flow::Break || f == Flow::Continue ? Flow::Normal : f;
        },
        [] { return Flow::Normal; });
    if (flow != Flow::Normal) return flow;
  }
  // That a body fails on something unknown does not prove that there was nothing to run it for.
  uncertain_ += fails && frame_->function;
  return ExecBlock(tree.child(node, 3));
}

Flow Interp::ExecFor(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  Value iterable = Eval(tree.child(node, 1));
  if (iterable.raised()) return Flow::Raise;
  llvm::SmallVector<Value, 16> items;
  bool open = false;
  frame_->expression = tree.child(node, 1);
  if (!Iterate(iterable, items, open)) return Flow::Raise;
  if (open) return ExecForAny(node, items);
  Rounds rounds(*frame_);
  for (size_t i = 0; i < items.size(); ++i, rounds.Next()) {
    if (rounds.Enough()) return ExecForAny(node, llvm::ArrayRef(items).drop_front(i));
    frame_->statement = node;
    if (!Assign(tree.child(node, 0), items[i])) return Flow::Raise;
    Flow flow = ExecBlock(tree.child(node, 2));
    if (flow == Flow::Break) return Flow::Normal;
    if (flow == Flow::Return || flow == Flow::Raise) return flow;
  }
  return ExecBlock(tree.child(node, 3));
}

Flow Interp::ExecWhile(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  NodeId body = tree.child(node, 1);
  // `while True` goes on for as long as something in it that may not be known does not leave it.
  constexpr int kMaxEndless = 250;
  bool endless = tree.kind(tree.child(node, 0)) == NodeKind::TrueLiteral;
  int unknown_rounds = 0;
  Rounds rounds(*frame_);
  for (int i = 0;; ++i, rounds.Next()) {
    frame_->statement = node;
    Value test = Eval(tree.child(node, 0));
    if (test.raised()) return Flow::Raise;
    Tri truth = rounds.Enough() || (endless && i >= kMaxEndless) ? Tri::Unknown : Truth(test);
    if (truth == Tri::False) return ExecBlock(tree.child(node, 2));
    if (truth == Tri::Unknown) {
      if (++unknown_rounds > kWideningRounds) return Flow::Normal;
      Flow flow = BothWays(
          [&] {
            Flow f = ExecBlock(body);
            return f == Flow::Break || f == Flow::Continue ? Flow::Normal : f;
          },
          [] { return Flow::Normal; });
      if (flow != Flow::Normal) return flow;
      continue;
    }
    Flow flow = ExecBlock(body);
    if (flow == Flow::Break) return Flow::Normal;
    if (flow == Flow::Return || flow == Flow::Raise) return flow;
    if (!Step()) {
      Raise("SystemExit", "analysis budget spent");
      return Flow::Raise;
    }
  }
}

Flow Interp::ExecWith(NodeId node, unsigned item) {
  const parse::Tree& tree = frame_->unit->tree();
  llvm::ArrayRef<NodeId> parts = tree.children(node);
  if (item == parts.size()) {
    return ExecBlock(parts[0]);
  }
  Value context = Eval(tree.child(parts[item], 0));
  if (context.raised()) return Flow::Raise;
  Value entered = Lost("what an unknown context manager gives");
  bool managed = context.is(Kind::Instance) && FindInClass(As<InstanceObj>(context)->cls, N().enter).defined();
  if (managed) {
    entered = CallMethod(context, "__enter__");
    if (entered.raised()) return Flow::Raise;
  } else if (context.is(Kind::Iterator)) {
    // A generator made a context manager by contextlib.contextmanager: run to its end already; the first yield is given.
    auto* iterator = As<IteratorObj>(context);
    entered = iterator->items.empty() ? Value::None() : iterator->items[0];
  }
  if (NodeId target = tree.child(parts[item], 1); target != kNoNode && !Assign(target, entered)) return Flow::Raise;
  Flow flow = ExecWith(node, item + 1);
  if (managed && flow != Flow::Raise) {
    Value return_value = frame_->return_value;
    Value left = CallMethod(context, "__exit__", {Value::None(), Value::None(), Value::None()});
    if (left.raised()) return Flow::Raise;
    frame_->return_value = return_value;
  }
  return flow;
}

// The names of the classes that an except clause catches, as written; "*" for all.
static void HandlerNames(const parse::Tree& tree, NodeId type, std::vector<std::string>& names) {
  if (type == kNoNode) {
    names.push_back("*");
    return;
  }
  switch (tree.kind(type)) {
    case NodeKind::Name:
    case NodeKind::Attribute: names.push_back(Text(tree.symbol(type)).str()); break;
    case NodeKind::Tuple:
      for (NodeId element : tree.children(type)) HandlerNames(tree, element, names);
      break;
    default: names.push_back("*");
  }
}

Flow Interp::ExecTry(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  llvm::ArrayRef<NodeId> parts = tree.children(node);
  llvm::ArrayRef<NodeId> clauses = parts.drop_front(3);
  std::vector<std::string> names;
  for (NodeId clause : clauses) HandlerNames(tree, tree.child(clause, 0), names);
  handlers_.push_back(std::move(names));
  Flow flow = ExecBlock(parts[0]);
  handlers_.pop_back();
  if (flow == Flow::Raise && !out_of_budget_) {
    Value exception = exception_;
    std::string slug = exception_slug_;
    std::vector<Place> stack = exception_stack_;
    bool was_uncertain = exception_uncertain_;
    ClearException();
    bool handled = false;
    for (NodeId clause : clauses) {
      NodeId type = tree.child(clause, 0);
      Tri matches = Tri::True;
      if (type != kNoNode) {
        Value wanted = Eval(type);
        if (wanted.raised()) return Flow::Raise;
        matches = exception.unknown() ? Tri::Unknown : IsInstance(exception, wanted);
      }
      if (matches == Tri::False) continue;
      handled = true;
      Symbol name = tree.symbol(clause, 0);
      if (name.valid()) SetName(name, exception);
      Value outer = frame_->handled;
      frame_->handled = exception;
      // What the environment lacks is no mistake of the text: nor is saying so.
      bool lacks = exception.is(Kind::Instance) && IsImportError(As<InstanceObj>(exception)->cls);
      environment_branches_ += lacks;
      flow = ExecBlock(tree.child(clause, 1));
      environment_branches_ -= lacks;
      frame_->handled = outer;
      break;
    }
    if (!handled) {
      exception_ = exception;
      exception_slug_ = slug;
      exception_stack_ = stack;
      exception_place_ = stack.empty() ? Place() : stack.front();
      exception_uncertain_ = was_uncertain;
    }
  } else if (flow == Flow::Normal) {
    flow = ExecBlock(parts[1]);
  }
  if (parts[2] != kNoNode) {
    Value exception = exception_;
    Value return_value = frame_->return_value;
    ClearException();
    Flow last = ExecBlock(parts[2]);
    if (last != Flow::Normal) return last;
    exception_ = exception;
    frame_->return_value = return_value;
  }
  return flow;
}

namespace {

// Matches one pattern; binds names as it goes, as CPython does.
class Matcher {
 public:
  Matcher(Interp& interp, const parse::Tree& tree) : interp_(interp), tree_(tree) {}

  Tri Match(NodeId pattern, const Value& subject) {
    switch (tree_.kind(pattern)) {
      case NodeKind::MatchValue:
      case NodeKind::MatchSingleton: {
        Value value = interp_.Eval(tree_.child(pattern, 0));
        if (value.raised()) {
          interp_.ClearException();
          return Tri::Unknown;
        }
        return tree_.kind(pattern) == NodeKind::MatchValue ? interp_.Equals(subject, value) : interp_.Identical(subject, value);
      }
      case NodeKind::MatchAs: {
        NodeId inner = tree_.children(pattern).empty() ? kNoNode : tree_.child(pattern, 0);
        Tri result = inner == kNoNode ? Tri::True : Match(inner, subject);
        if (result != Tri::False && tree_.symbol(pattern).valid()) interp_.SetName(tree_.symbol(pattern), subject);
        return result;
      }
      case NodeKind::MatchOr: {
        Tri any = Tri::False;
        for (NodeId alternative : tree_.children(pattern)) {
          Tri one = Match(alternative, subject);
          if (one == Tri::True) return Tri::True;
          if (one == Tri::Unknown) any = Tri::Unknown;
        }
        return any;
      }
      case NodeKind::MatchSequence: return Sequence(pattern, subject);
      case NodeKind::MatchClass: {
        Value cls = interp_.Eval(tree_.child(pattern, 0));
        if (cls.raised()) {
          interp_.ClearException();
          return Tri::Unknown;
        }
        Tri is = interp_.IsInstance(subject, cls);
        if (is == Tri::False || tree_.children(pattern).size() == 1) return is;
        BindAll(pattern);
        return Tri::Unknown;
      }
      default: BindAll(pattern); return Tri::Unknown;
    }
  }

 private:
  Tri Sequence(NodeId pattern, const Value& subject) {
    llvm::ArrayRef<NodeId> parts = tree_.children(pattern);
    if (!subject.is(Kind::List) && !subject.is(Kind::Tuple)) {
      bool maybe = subject.unknown() || subject.is(Kind::Instance);
      if (maybe) BindAll(pattern);
      return maybe ? Tri::Unknown : Tri::False;
    }
    auto* list = As<ListObj>(subject);
    bool star = false;
    for (NodeId part : parts) star |= tree_.kind(part) == NodeKind::MatchStar;
    if (list->open || star) {
      BindAll(pattern);
      return Tri::Unknown;
    }
    if (list->items.size() != parts.size()) return Tri::False;
    Tri all = Tri::True;
    for (size_t i = 0; i < parts.size(); ++i) {
      Tri one = Match(parts[i], list->items[i]);
      if (one == Tri::False) return Tri::False;
      if (one == Tri::Unknown) all = Tri::Unknown;
    }
    return all;
  }

  // Gives every name of a pattern that cannot be decided an unknown value.
  void BindAll(NodeId pattern) {
    NodeKind kind = tree_.kind(pattern);
    if ((kind == NodeKind::MatchAs || kind == NodeKind::MatchStar || kind == NodeKind::MatchMapping) && tree_.symbol(pattern).valid()) {
      interp_.SetName(tree_.symbol(pattern), interp_.Lost("bound by a pattern"));
    }
    if (kind == NodeKind::MatchValue || kind == NodeKind::MatchSingleton) return;
    for (NodeId child : tree_.children(pattern)) {
      if (child != kNoNode && tree_.kind(child) >= NodeKind::MatchValue) BindAll(child);
    }
  }

  Interp& interp_;
  const parse::Tree& tree_;
};

}  // namespace

Flow Interp::ExecMatch(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  llvm::ArrayRef<NodeId> parts = tree.children(node);
  Value subject = Eval(parts[0]);
  if (subject.raised()) return Flow::Raise;
  Matcher matcher(*this, tree);
  std::function<Flow(size_t)> from = [&](size_t i) -> Flow {
    if (i == parts.size()) return Flow::Normal;
    NodeId pattern = tree.child(parts[i], 0), guard = tree.child(parts[i], 1), body = tree.child(parts[i], 2);
    Tri matches = matcher.Match(pattern, subject);
    if (matches != Tri::False && guard != kNoNode) {
      Value test = Eval(guard);
      if (test.raised()) return Flow::Raise;
      Tri truth = Truth(test);
      matches = truth == Tri::False ? Tri::False : truth == Tri::Unknown ? Tri::Unknown : matches;
    }
    if (matches == Tri::True) return ExecBlock(body);
    if (matches == Tri::False) return from(i + 1);
    return BothWays([&] { return ExecBlock(body); }, [&] { return from(i + 1); });
  };
  return from(1);
}

}  // namespace trident::eval
