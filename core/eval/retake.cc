// Calls that were made again and gave the same (repeat.cc): what they recorded takes the place of what was recorded, also
// where an equal call was answered by them.
#include "core/eval/interp.h"
#include "core/eval/repeat.h"

namespace trident::eval {

using parse::NodeId;

namespace {

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

// The call that stands where `call` was, which is the repeated one or one inside it: its index. None: there is no such call now.
std::optional<uint32_t> CounterpartOf(const Repeat& repeat, uint32_t index) {
  const CallLog &log = *repeat.log, &done = repeat.done;
  if (index == repeat.index) return done.calls.size() - 1;
  const CallSummary& then = log.calls[index];
  auto same = [&](const CallSummary& now) {
    return now.key == then.key && now.circumstances == then.circumstances && now.nodes.size() == then.nodes.size() && now.scopes.size() == then.scopes.size();
  };
  auto found = llvm::find_if(done.calls, same);
  if (found == done.calls.end()) return std::nullopt;
  return found - done.calls.begin();
}

bool LiesIn(const Repeat& repeat, const CallLog& log, uint32_t call) {
  return repeat.log == &log && call <= repeat.index && call + log.calls_before >= log.calls[repeat.index].first_call;
}

// Where a call was answered: what was copied, and to where. Counted within the log.
struct Copy {
  uint32_t node, scope, nodes, scopes, to_node, to_scope;
};

// Of the calls outside of the repeated ones. None: what answered one of them is not made any more.
std::optional<std::vector<Copy>> CopiesIn(const CallLog& log, const std::deque<Repeat>& repeats) {
  std::vector<Copy> copies;
  for (uint32_t i = 0; i < log.answers.size(); ++i) {
    const Answer& answer = log.answers[i];
    uint32_t number = i + log.answers_before, call = answer.call - log.calls_before;
    auto inside = [&](const Repeat& repeat) {
      return repeat.log == &log && log.calls[repeat.index].answers.contains(number);
    };
    if (llvm::any_of(repeats, inside)) continue;
    const CallSummary& then = log.calls[call];
    Copy copy = {then.nodes.first - log.nodes_before, then.scopes.first - log.scopes_before, then.nodes.size(), then.scopes.size(),
                 answer.first_node - log.nodes_before, answer.first_scope - log.scopes_before};
    auto repeat = llvm::find_if(repeats, [&](const Repeat& each) { return LiesIn(each, log, call); });
    if (repeat != repeats.end()) {
      std::optional<uint32_t> now = CounterpartOf(*repeat, call);
      if (!now) return std::nullopt;
      const CallSummary &past = log.calls[repeat->index], &done = repeat->done.calls.back(), &counterpart = repeat->done.calls[*now];
      copy.node = past.nodes.first - log.nodes_before + counterpart.nodes.first - done.nodes.first;
      copy.scope = past.scopes.first - log.scopes_before + counterpart.scopes.first - done.scopes.first;
    }
    copies.push_back(copy);
  }
  return copies;
}

// Its values, and where it belongs, stay as they are.
void TakeContent(graph::Node& node, graph::Node now) {
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

void TakeTypes(graph::Scope& scope, const graph::Scope& now) {
  for (auto [use, other] : llvm::zip(scope.outputs, now.outputs)) use.type = other.type;
}

// Whether the nodes that the call makes now name the same values, of the same files.
bool SameNodes(Repeat& repeat) {
  auto same = [&](const auto& pair) {
    const auto& [old, node] = pair;
    return SameValues(old, node) && repeat.done.UnitOf(node.unit) == repeat.log->UnitOf(old.unit);
  };
  return llvm::all_of(llvm::zip(repeat.log->NodesOf(repeat.log->calls[repeat.index]), repeat.done.NodesOf(repeat.done.calls.back())), same);
}

// What the repeated calls of a log computed, there and in what was copied from it.
void TakeGraph(CallLog& log, std::deque<Repeat>& repeats, llvm::ArrayRef<Copy> copies) {
  llvm::BitVector changed_nodes(log.nodes.size()), changed_scopes(log.scopes.size());
  for (Repeat& repeat : repeats) {
    if (repeat.log != &log) continue;
    CallSummary &past = log.calls[repeat.index], &now = repeat.done.calls.back();
    for (auto [old, node] : llvm::zip(log.NodesOf(past), repeat.done.NodesOf(now))) TakeContent(old, std::move(node));
    for (auto [old, scope] : llvm::zip(log.ScopesOf(past), repeat.done.ScopesOf(now))) TakeTypes(old, scope);
    changed_nodes.set(past.nodes.first - log.nodes_before, past.nodes.end - log.nodes_before);
    changed_scopes.set(past.scopes.first - log.scopes_before, past.scopes.end - log.scopes_before);
  }
  // In the order in which they were made: what was copied may hold copies.
  for (const Copy& copy : copies) {
    for (uint32_t i = 0; i < copy.nodes; ++i) {
      if (!changed_nodes[copy.node + i]) continue;
      TakeContent(log.nodes[copy.to_node + i], log.nodes[copy.node + i]);
      changed_nodes.set(copy.to_node + i);
    }
    for (uint32_t i = 0; i < copy.scopes; ++i) {
      if (!changed_scopes[copy.scope + i]) continue;
      TakeTypes(log.scopes[copy.to_scope + i], log.scopes[copy.scope + i]);
      changed_scopes.set(copy.to_scope + i);
    }
  }
}

// The calls of a log, the last of which was made again, take the places that `past` had in another.
void MoveTo(const CallSummary& past, CallLog& done) {
  const CallSummary& now = done.calls.back();
  uint32_t nodes = past.nodes.first - now.nodes.first, scopes = past.scopes.first - now.scopes.first, types = past.types.first - now.types.first;
  uint32_t losses = past.losses.first - now.losses.first, answers = past.answers.first - now.answers.first, calls = past.first_call - now.first_call;
  for (CallSummary& call : done.calls) {
    call.nodes.Move(nodes);
    call.scopes.Move(scopes);
    call.types.Move(types);
    call.losses.Move(losses);
    call.answers.Move(answers);
    call.first_call += calls;
    call.certainty |= past.certainty;
    call.at_any_certainty &= call.certainty == kSure;
    for (uint32_t& use : call.uses) use += calls;
  }
  for (Answer& answer : done.answers) {
    answer.call += calls;
    answer.first_node += nodes;
    answer.first_scope += scopes;
  }
}

}  // namespace

// What stands in the place of the repeats now, as repeats that may take it again.
static std::deque<Repeat> WhatTheyReplace(const std::deque<Repeat>& repeats) {
  std::deque<Repeat> replaced;
  for (const Repeat& repeat : repeats) {
    const CallLog& log = *repeat.log;
    const CallSummary& past = log.calls[repeat.index];
    uint32_t first = past.first_call - log.calls_before;
    CallLog then;
    then.files = log.files;
    std::tie(then.first_node, then.first_scope) = std::tie(log.first_node, log.first_scope);
    std::tie(then.nodes_before, then.scopes_before, then.types_before) = std::tie(past.nodes.first, past.scopes.first, past.types.first);
    std::tie(then.calls_before, then.answers_before) = std::tie(past.first_call, past.answers.first);
    llvm::append_range(then.nodes, log.NodesOf(past));
    llvm::append_range(then.scopes, log.ScopesOf(past));
    llvm::append_range(then.types, log.TypesOf(past));
    llvm::append_range(then.answers, log.AnswersOf(past));
    then.calls.assign(log.calls.begin() + first, log.calls.begin() + repeat.index + 1);
    // Calls outside may have other places then.
    for (CallSummary& call : then.calls) call.lasting &= llvm::all_of(call.uses, [&](uint32_t use) { return use >= past.first_call; });
    // Where it is once all of them have taken theirs.
    uint32_t index = repeat.index;
    for (const Repeat& other : repeats) {
      if (other.log != repeat.log || other.index > repeat.index) continue;
      index += other.done.calls.size() - (other.index + log.calls_before - log.calls[other.index].first_call + 1);
    }
    replaced.push_back(Repeat{repeat.log, index, std::move(then)});
  }
  return replaced;
}

// Puts back what the last repeats replaced, if the text that they were made again for is what it was then.
bool Interp::TakeBack(Piece& piece) {
  if (!piece.replaced) return false;
  std::optional<llvm::DenseSet<NodeId>> changed = ChangedFunctions(piece.replaced->since);
  if (!changed || llvm::any_of(piece.saw.executed, [&](NodeId function) { return changed->contains(function); })) return false;
  std::shared_ptr<Replaced> replaced = std::move(piece.replaced);
  return TakeRepeats(piece, replaced->repeats);
}

// Puts what the repeats recorded in the place of what was recorded, also where a call was answered by an equal one.
bool Interp::TakeRepeats(Piece& piece, std::deque<Repeat>& repeats) {
  std::erase_if(repeats, [](const Repeat& repeat) { return repeat.inside; });
  if (!llvm::all_of(repeats, SameNodes)) return false;
  std::vector<std::pair<CallLog*, std::vector<Copy>>> logs;
  auto plan = [&](CallLog& log) {
    if (llvm::none_of(repeats, [&](const Repeat& repeat) { return repeat.log == &log; })) return true;
    std::optional<std::vector<Copy>> copies = CopiesIn(log, repeats);
    if (copies) logs.emplace_back(&log, std::move(*copies));
    return copies.has_value();
  };
  if (!plan(piece) || !llvm::all_of(piece.set_aside, plan)) return false;
  if (!of_script_) piece.replaced = std::make_shared<Replaced>(Replaced{WhatTheyReplace(repeats), last_.changes});
  for (auto& [log, copies] : logs) TakeGraph(*log, repeats, copies);
  for (graph::Entry& entry : piece.entries) entry.run = graph::NewRun();
  // From the last one on, so that the places of those before it stay.
  for (Repeat& repeat : llvm::reverse(repeats)) TakeRepeat(piece, repeat);
  piece.repeated = script_->unit->changed.size();
  return true;
}

// The records of one repeat but for its part of the graph.
void Interp::TakeRepeat(Piece& piece, Repeat& repeat) {
  CallLog& log = *repeat.log;
  CallSummary past = log.calls[repeat.index];
  const CallSummary& now = repeat.done.calls.back();
  llvm::ArrayRef<RecordedType> types = repeat.done.TypesOf(now);
  llvm::copy(types, log.types.begin() + (past.types.first - log.types_before));
  if (log.types_shown) llvm::copy(types, piece.types.begin() + past.types.first);
  piece.telling.clear();
  piece.saw.Add(*now.saw);
  piece.steps += now.steps - past.steps;
  piece.objects += now.objects - past.objects;
  // The calls inside it, and what they were answered, are others now.
  uint32_t first = past.first_call, count = repeat.index + log.calls_before - first + 1, shift = repeat.done.calls.size() - count;
  uint32_t answers_shift = now.answers.size() - past.answers.size();
  auto renumbered = [&](uint32_t call) -> std::optional<uint32_t> {
    if (call < first) return call;
    if (call >= first + count) return call + shift;
    std::optional<uint32_t> counterpart = CounterpartOf(repeat, call - log.calls_before);
    return counterpart ? std::optional(first + *counterpart) : std::nullopt;
  };
  for (uint32_t i = 0; i < log.answers.size(); ++i) {
    if (!past.answers.contains(i + log.answers_before)) log.answers[i].call = *renumbered(log.answers[i].call);
  }
  for (CallSummary& call : llvm::MutableArrayRef(log.calls).drop_front(repeat.index + 1)) {
    if (call.first_call <= first) {
      auto saw = std::make_shared<Sights>(*call.saw);
      saw->Add(*now.saw);
      call.saw = std::move(saw);
      call.steps += now.steps - past.steps;
      call.objects += now.objects - past.objects;
      call.answers.end += answers_shift;
    } else {
      call.first_call += shift;
      call.answers.Move(answers_shift);
    }
    for (uint32_t& use : call.uses) {
      std::optional<uint32_t> number = renumbered(use);
      call.lasting &= number.has_value();
      use = number.value_or(use);
    }
  }
  MoveTo(past, repeat.done);
  repeat.done.calls.back().call = past.call;
  auto replace = [](auto& list, uint32_t at, uint32_t old_count, auto& others) {
    auto place = list.erase(list.begin() + at, list.begin() + at + old_count);
    list.insert(place, std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
  };
  replace(log.calls, first - log.calls_before, count, repeat.done.calls);
  replace(log.answers, past.answers.first - log.answers_before, past.answers.size(), repeat.done.answers);
}

}  // namespace trident::eval
