// Rewrites of the user's source for what the optimiser found: written, tried, and offered only when nothing else changes.
#include "core/graph/facts.h"
#include "core/ide/convert.h"
#include "core/ide/redundant.h"
#include "core/ide/report.h"
#include "core/ide/spelling.h"
#include "core/ide/statements.h"
#include "core/optimize/meaning.h"
#include "core/optimize/optimize.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

// A statement longer than this is broken into one argument a line, as formatters do.
constexpr size_t kLongLine = 100;
// A longer call is named in the title, not shown.
constexpr size_t kLongTitle = 60;
// Each rewrite that is tried costs an evaluation of the file.
constexpr size_t kMaxTried = 8;

using Offsets = std::pair<uint32_t, uint32_t>;

// All rewrites of one kind at one place of the script, in the order that they were found in.
struct Opportunity {
  std::string slug;
  Offsets place;
  std::vector<optimize::Rewrite> rewrites;
};

std::vector<Opportunity> OpportunitiesIn(const eval::Outcome& outcome, const eval::Unit& script) {
  std::map<std::pair<std::string, Offsets>, std::vector<optimize::Rewrite>> groups;
  const graph::Graph& graph = outcome.graph;
  for (const eval::ModelCall& call : outcome.models) {
    if (call.entry >= graph.entries.size()) continue;
    for (optimize::Rewrite& rewrite : optimize::Find(graph, graph.entries[call.entry]).applied) {
      bool here = rewrite.unit < graph.files.size() && graph.files[rewrite.unit] == script.path;
      if (here && optimize::IsWorthSaying(rewrite)) groups[{rewrite.slug, {rewrite.start, rewrite.end}}].push_back(std::move(rewrite));
    }
  }
  std::vector<Opportunity> found;
  for (auto& [key, rewrites] : groups) found.push_back({key.first, key.second, std::move(rewrites)});
  return found;
}

// Which operators nothing needs any more once one is written in another way.
class Vanishing {
 public:
  explicit Vanishing(const graph::Graph& graph) : graph_(graph) {
    for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
      for (const graph::Use& use : graph.nodes[i].outputs) makers_[use.value] = i;
      for (const graph::Argument& argument : graph.nodes[i].arguments) {
        if (argument.is(graph::Argument::Kind::Tensor)) readers_[argument.value()].push_back(i);
      }
    }
    for (const graph::Entry& entry : graph.entries) {
      for (const graph::Argument& argument : entry.output) {
        if (argument.is(graph::Argument::Kind::Tensor)) returned_.insert(argument.value());
      }
    }
  }

  // The operators that vanish with this rewrite, after the one that it replaces.
  std::vector<const graph::Node*> Add(const optimize::Rewrite& rewrite) {
    std::vector<const graph::Node*> nodes;
    if (rewrite.result.outputs.empty()) return nodes;
    auto last = makers_.find(rewrite.result.outputs[0].value);
    if (last == makers_.end()) return nodes;
    llvm::DenseSet<graph::ValueNumber> kept;
    for (const graph::Use& use : rewrite.result.inputs) kept.insert(use.value);
    for (const graph::Node& node : rewrite.inserted) {
      for (const graph::Use& use : node.inputs) kept.insert(use.value);
    }
    std::set<uint32_t> gone = {last->second};
    for (const graph::Node& node : rewrite.replaced) {
      for (const graph::Use& use : node.outputs) {
        if (auto made = makers_.find(use.value); made != makers_.end()) gone.insert(made->second);
      }
    }
    // Backwards: a maker comes before its readers.
    for (uint32_t i = last->second + 1; i-- > 0;) {
      const graph::Node& node = graph_.nodes[i];
      bool unread = !node.outputs.empty() && node.writes < 0 && llvm::all_of(node.outputs, [&](const graph::Use& use) {
        if (kept.contains(use.value) || returned_.contains(use.value)) return false;
        auto readers = readers_.find(use.value);
        return readers != readers_.end() && llvm::all_of(readers->second, [&](uint32_t reader) { return gone.count(reader) > 0; });
      });
      if (unread) gone.insert(i);
      if (i + kReach < last->second) break;
    }
    gone_.insert(gone.begin(), gone.end());
    for (auto each = gone.rbegin(); each != gone.rend(); ++each) nodes.push_back(&graph_.nodes[*each]);
    return nodes;
  }

  bool IsGone(uint32_t node) const { return gone_.count(node) > 0; }

 private:
  // How many operators before the last one a pattern may begin: a guess that spares long graphs.
  static constexpr uint32_t kReach = 1000;
  const graph::Graph& graph_;
  llvm::DenseMap<graph::ValueNumber, uint32_t> makers_;
  llvm::DenseMap<graph::ValueNumber, std::vector<uint32_t>> readers_;
  llvm::DenseSet<graph::ValueNumber> returned_;
  std::set<uint32_t> gone_;
};

class Writer {
 public:
  Writer(const eval::Outcome& outcome, const eval::Unit& script, const Opportunity& opportunity)
      : graph_(outcome.graph), script_(script), tree_(script.tree()), statements_(script), opportunity_(opportunity) {}

  std::optional<Fix> Write() {
    Vanishing vanishing(graph_);
    std::vector<const graph::Node*> nodes;
    for (const optimize::Rewrite& rewrite : opportunity_.rewrites) {
      std::vector<const graph::Node*> these = vanishing.Add(rewrite);
      if (nodes.empty()) nodes = std::move(these);
    }
    expression_ = NodeAt(tree_, opportunity_.place.first, opportunity_.place.second);
    statement_ = expression_ == kNoNode || nodes.empty() ? kNoNode : statements_.StatementOf(expression_);
    // `x += …` is a statement, not an expression.
    if (statement_ == kNoNode || statement_ == expression_) return std::nullopt;
    Speller speller(graph_, script_, opportunity_.rewrites.front(), nodes);
    std::optional<std::string> call = speller.Call();
    if (!call) return std::nullopt;
    spelled_ = *call;
    repeated_ = speller.repeated();
    FindPlaces(vanishing);
    removed_ = {expression_};
    FindRemovals();
    if (!AllPlacesGo(nodes)) return std::nullopt;
    return Edits(speller, *call);
  }

 private:
  void FindPlaces(const Vanishing& vanishing) {
    for (uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      std::optional<Offsets> place = PlaceInScript(graph_, graph_.nodes[i], script_);
      if (!place) continue;
      bool& goes = places_.try_emplace(*place, true).first->second;
      goes &= vanishing.IsGone(i);
    }
  }

  // Whether operators stand in the statement, and all of them vanish or move into the new expression.
  bool OnlyVanishing(NodeId statement) const {
    bool any = false;
    for (auto each = places_.lower_bound({tree_.start(statement), 0}); each != places_.end() && each->first.first < tree_.end(statement); ++each) {
      if (!each->second && !IsRepeated(each->first)) return false;
      any |= each->second;
    }
    return any;
  }

  static bool Holds(Offsets outer, Offsets inner) { return outer.first <= inner.first && inner.second <= outer.second; }
  bool IsRepeated(Offsets place) const {
    return llvm::any_of(repeated_, [&](Offsets range) { return Holds(range, place); });
  }
  bool IsRemoved(Offsets place) const {
    return llvm::any_of(removed_, [&](NodeId gone) { return Holds({tree_.start(gone), tree_.end(gone)}, place); });
  }

  bool HasPlaces(NodeId statement) const {
    auto first = places_.lower_bound({tree_.start(statement), 0});
    return first != places_.end() && first->first.first < tree_.end(statement);
  }

  // Sizes and numbers: what has no effect and may go when nothing reads it.
  bool IsPlain(NodeId node) const {
    NodeKind kind = tree_.kind(node);
    if (kind == NodeKind::Name || kind == NodeKind::Int || kind == NodeKind::Float) return true;
    if (kind == NodeKind::Call) {
      NodeId function = tree_.child(node, 0);
      llvm::StringRef name = tree_.kind(function) == NodeKind::Attribute || tree_.kind(function) == NodeKind::Name ? Text(tree_.symbol(function)) : llvm::StringRef();
      if (name != "size" && name != "sqrt" && name != "float" && name != "int" && name != "dim") return false;
    }
    bool known = kind == NodeKind::Call || kind == NodeKind::Attribute || kind == NodeKind::Subscript || kind == NodeKind::BinOp || kind == NodeKind::UnaryOp;
    return known && llvm::all_of(tree_.children(node), [&](NodeId child) { return IsPlain(child); });
  }

  void FindRemovals() {
    for (NodeId each : statements_.Before(statement_)) {
      Symbol name = statements_.NameBoundBy(each);
      if (!name.valid()) continue;
      bool helps = tree_.kind(each) == NodeKind::Assign && !HasPlaces(each) && IsPlain(tree_.child(each, 0)) &&
                   llvm::any_of(removed_, [&](NodeId gone) { return statements_.Mentions(gone, name); }) && !IsIn(name, spelled_);
      if (!OnlyVanishing(each) && !helps) continue;
      removed_.push_back(each);
      if (statements_.IsReadAfter(each, name, removed_)) removed_.pop_back();
    }
  }

  static bool IsIn(Symbol name, llvm::StringRef text) { return text.contains(Text(name)); }

  // What vanishes or moves must go from the text, or it would be computed twice.
  bool AllPlacesGo(llvm::ArrayRef<const graph::Node*> nodes) const {
    for (const auto& [place, vanishes] : places_) {
      if (IsRepeated(place) && !IsRemoved(place)) return false;
    }
    return llvm::all_of(nodes, [&](const graph::Node* node) {
      std::optional<Offsets> place = PlaceInScript(graph_, *node, script_);
      return place && IsRemoved(*place);
    });
  }

  Fix Edits(const Speller& speller, const std::string& call) {
    Fix fix;
    fix.title = "Rewrite with `" + (call.size() <= kLongTitle ? call : speller.callee()) + "`";
    for (NodeId each : removed_) {
      if (each == expression_) continue;
      std::optional<TextEdit> removal = statements_.Removal(each);
      if (!removal) return {};
      fix.edits.push_back(std::move(*removal));
    }
    llvm::StringRef indentation = statements_.IndentationOf(statement_);
    uint32_t start = tree_.start(expression_), end = tree_.end(expression_);
    std::string comments = statements_.CommentsIn(start, end, indentation);
    if (!comments.empty()) {
      uint32_t line = script_.content().take_front(tree_.start(statement_)).rfind('\n') + 1;
      fix.edits.push_back({{script_.path, RangeOf(*script_.text, line, line)}, comments});
    }
    DropBrackets(start, end);
    size_t length = indentation.size() + (start - tree_.start(statement_)) + call.size() + (tree_.end(statement_) - end);
    fix.edits.push_back({{script_.path, RangeOf(*script_.text, start, end)}, length > kLongLine ? speller.Wrapped(indentation) : call});
    llvm::sort(fix.edits, [](const TextEdit& a, const TextEdit& b) { return a.location.range.start < b.location.range.start; });
    return fix;
  }

  // A call needs no brackets of its own, which `(weights @ v).transpose(1, 2)` does. Those of a call's arguments stay.
  void DropBrackets(uint32_t& start, uint32_t& end) const {
    llvm::StringRef text = script_.content();
    while (start > 0 && end < text.size() && text[start - 1] == '(' && text[end] == ')') {
      llvm::StringRef before = text.take_front(start - 1).rtrim(' ');
      bool groups = !before.empty() && (llvm::StringRef("=(,[{+-*/:@%").contains(before.back()) || before.ends_with(" return"));
      if (!groups) return;
      --start;
      ++end;
    }
  }

  const graph::Graph& graph_;
  const eval::Unit& script_;
  const parse::Tree& tree_;
  Statements statements_;
  const Opportunity& opportunity_;
  NodeId expression_ = kNoNode, statement_ = kNoNode;
  std::string spelled_;            // The new expression.
  std::vector<Offsets> repeated_;  // What it takes from elsewhere.
  std::map<Offsets, bool> places_;  // Where operators stand; whether all that ran there vanish.
  std::vector<NodeId> removed_;
};

std::string Applied(const eval::Unit& script, const Fix& fix) {
  std::string text = script.content().str();
  for (const TextEdit& edit : llvm::reverse(fix.edits)) {
    auto offset = [&](Position position) { return script.text->lines.ToOffset(script.content(), {position.line, position.column}); };
    uint32_t start = offset(edit.location.range.start), end = offset(edit.location.range.end);
    text.replace(start, end - start, edit.new_text);
  }
  return text;
}

// Problems by what they say and the text of their line, which a removal above does not change.
std::vector<std::string> ProblemsOf(const eval::Outcome& outcome) {
  std::vector<std::string> keys;
  for (const eval::Problem& problem : outcome.problems) {
    llvm::StringRef line = problem.unit->text->lines.Line(problem.unit->content(), problem.unit->LineOf(problem.node) - 1);
    keys.push_back(problem.slug + " " + problem.unit->path + " " + line.str());
  }
  llvm::sort(keys);
  return keys;
}

std::vector<std::string> HintsOf(const eval::Outcome& outcome, const eval::Unit& script) {
  std::vector<std::string> slugs;
  for (const Opportunity& each : OpportunitiesIn(outcome, script)) slugs.push_back(each.slug);
  slugs.resize(slugs.size() + RedundantIn(outcome, script).size(), kRedundantOperation);
  llvm::sort(slugs);
  return slugs;
}

std::vector<std::optional<Fingerprint>> MeaningsOf(const graph::Graph& graph, const optimize::Equals& same = optimize::Equals()) {
  std::vector<std::optional<Fingerprint>> meanings;
  for (const graph::Entry& entry : graph.entries) meanings.push_back(optimize::MeaningOf(graph, entry, same));
  return meanings;
}

// A change of the text that may be offered for a hint.
struct Attempt {
  Fix fix;
  optimize::Equals same;  // What the change takes for equal.
};

class Attempts {
 public:
  Attempts(const eval::Outcome& outcome, const eval::Unit& script) : outcome_(outcome), script_(script) {}

  std::optional<Attempt> For(const Diagnostic& hint) {
    auto is_here = [&](uint32_t start, uint32_t end) { return RangeOf(*script_.text, start, end) == hint.location.range; };
    if (hint.code == kRedundantOperation) {
      if (!redundant_) redundant_ = RedundantIn(outcome_, script_);
      auto found = llvm::find_if(*redundant_, [&](const Redundant& each) { return is_here(each.start, each.end); });
      std::optional<Fix> fix = found == redundant_->end() ? std::nullopt : WithoutIt(script_, *found);
      if (!fix) return std::nullopt;
      return Attempt{std::move(*fix), found->same};
    }
    if (!opportunities_) opportunities_ = OpportunitiesIn(outcome_, script_);
    auto found = llvm::find_if(*opportunities_, [&](const Opportunity& each) { return each.slug == hint.code && is_here(each.place.first, each.place.second); });
    std::optional<Fix> fix = found == opportunities_->end() ? std::nullopt : Writer(outcome_, script_, *found).Write();
    if (!fix || fix->edits.empty()) return std::nullopt;
    return Attempt{std::move(*fix), optimize::Equals()};
  }

 private:
  const eval::Outcome& outcome_;
  const eval::Unit& script_;
  std::optional<std::vector<Opportunity>> opportunities_;
  std::optional<std::vector<Redundant>> redundant_;
};

}  // namespace

std::vector<Action> FusionActions(const eval::Outcome& outcome, const eval::Unit& script, Reevaluate reevaluate, const FileReport& report, const Range& range) {
  std::vector<Action> actions;
  Attempts attempts(outcome, script);
  std::vector<std::string> problems, hints;
  size_t tried = 0;
  for (size_t i = 0; i < report.diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = report.diagnostics[i];
    bool touches = diagnostic.severity == Severity::Hint && diagnostic.location.range.start <= range.end && range.start <= diagnostic.location.range.end;
    if (!touches) continue;
    std::optional<Attempt> attempt = attempts.For(diagnostic);
    if (!attempt || ++tried > kMaxTried) continue;
    std::shared_ptr<const eval::Unit> edited = eval::ParseInstead(script, Applied(script, attempt->fix));
    if (edited->parsed.errors.size() > script.parsed.errors.size()) continue;
    if (hints.empty()) {
      problems = ProblemsOf(outcome);
      hints = HintsOf(outcome, script);
    }
    std::vector<std::optional<Fingerprint>> meanings = MeaningsOf(outcome.graph, attempt->same);
    eval::Outcome result = reevaluate(edited);
    if (result.cancelled) return actions;
    std::vector<std::string> fewer = HintsOf(result, *edited);
    fewer.insert(llvm::lower_bound(fewer, diagnostic.code), diagnostic.code);
    bool known = llvm::all_of(meanings, [](const auto& meaning) { return meaning.has_value(); });
    if (!known || ProblemsOf(result) != problems || fewer != hints || MeaningsOf(result.graph) != meanings) continue;
    actions.push_back({std::move(attempt->fix), ActionKind::Rewrite, static_cast<int>(i)});
  }
  return actions;
}

}  // namespace trident::ide
