// Quick fixes of errors: changes of one place, each tried before it is offered.
#include "core/diagnostics/catalogue.h"
#include "core/eval/program.h"
#include "core/ide/convert.h"
#include "core/ide/report.h"
#include "core/parse/literal.h"

#include <algorithm>

namespace trident::ide {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

// Each change that is tried costs an evaluation of the file.
constexpr size_t kMaxDiagnostics = 4;
constexpr size_t kMaxCandidates = 8;

struct Candidate {
  std::string title;
  uint32_t start, end;
  std::string text;
  friend bool operator==(const Candidate& a, const Candidate& b) { return a.start == b.start && a.end == b.end && a.text == b.text; }
};

llvm::StringRef TextOf(const eval::Unit& unit, NodeId node) { return unit.content().slice(unit.tree().start(node), unit.tree().end(node)); }

class Candidates {
 public:
  Candidates(const eval::Unit& unit, const eval::Problem& problem) : unit_(unit), tree_(unit.tree()), problem_(problem) {}

  std::vector<Candidate> Find() {
    // Where a size comes from is changed rather than where it does not fit.
    for (const eval::Problem::Note& note : problem_.notes) {
      if (note.unit == &unit_) Literals(note.node);
    }
    if (problem_.unit == &unit_) {
      Literals(problem_.node);
      Transposed(problem_.node);
      if (problem_.slug == "view-size") Inferred(problem_.node);
    }
    if (found_.size() > kMaxCandidates) found_.resize(kMaxCandidates);
    return std::move(found_);
  }

 private:
  void Add(Candidate candidate) {
    if (!llvm::is_contained(found_, candidate)) found_.push_back(std::move(candidate));
  }

  void EachInt(NodeId root, llvm::function_ref<void(NodeId, int64_t)> visit) {
    llvm::SmallVector<NodeId, 32> todo = {root};
    while (!todo.empty()) {
      NodeId node = todo.pop_back_val();
      if (tree_.kind(node) == NodeKind::Int) {
        if (std::optional<int64_t> value = parse::DecodeInt(unit_.content(), tree_, node)) visit(node, *value);
      }
      for (NodeId child : tree_.children(node)) {
        if (child != kNoNode) todo.push_back(child);
      }
    }
  }

  // A literal that is one of the sizes becomes the other.
  void Literals(NodeId node) {
    if (problem_.sizes.size() < 2) return;
    int64_t first = problem_.sizes[0], second = problem_.sizes[1];
    if (first == second) return;
    EachInt(node, [&](NodeId literal, int64_t value) {
      if (value != first && value != second) return;
      int64_t other = value == first ? second : first;
      Add({"Change " + std::to_string(value) + " to " + std::to_string(other), tree_.start(literal), tree_.end(literal), std::to_string(other)});
    });
  }

  // `q @ k` for `q @ k.transpose(-2, -1)`.
  void Transposed(NodeId node) {
    if (problem_.slug != "matmul-sizes") return;
    NodeId right = kNoNode;
    if (tree_.kind(node) == NodeKind::BinOp) right = tree_.child(node, 1);
    if (tree_.kind(node) == NodeKind::Call && tree_.children(node).size() == 3) right = tree_.child(node, 2);
    if (tree_.kind(node) == NodeKind::Call && tree_.children(node).size() == 2 && tree_.kind(tree_.child(node, 0)) == NodeKind::Attribute) right = tree_.child(node, 1);
    if (right == kNoNode) return;
    NodeKind kind = tree_.kind(right);
    bool simple = kind == NodeKind::Name || kind == NodeKind::Attribute || kind == NodeKind::Call || kind == NodeKind::Subscript;
    std::string text = TextOf(unit_, right).str();
    Add({"Transpose `" + text + "`", tree_.start(right), tree_.end(right), (simple ? text : "(" + text + ")") + ".transpose(-2, -1)"});
  }

  // A size given to view() that does not fit is left for torch to work out.
  void Inferred(NodeId node) {
    if (tree_.kind(node) != NodeKind::Call || TextOf(unit_, node).contains("-1")) return;
    for (NodeId argument : tree_.children(node).drop_front()) {
      if (tree_.kind(argument) == NodeKind::Int) Add({"Let -1 stand for " + TextOf(unit_, argument).str(), tree_.start(argument), tree_.end(argument), "-1"});
    }
  }

  const eval::Unit& unit_;
  const parse::Tree& tree_;
  const eval::Problem& problem_;
  std::vector<Candidate> found_;
};

// What tells problems of two texts apart: a change of one place moves no line.
std::vector<std::string> ProblemsOf(const eval::Outcome& outcome) {
  std::vector<std::string> keys;
  for (const eval::Problem& problem : outcome.problems) keys.push_back(problem.slug + " " + std::to_string(problem.unit->LineOf(problem.node)) + " " + problem.unit->path);
  llvm::sort(keys);
  return keys;
}

}  // namespace

bool MayHaveFixes(const FileReport& report) {
  return llvm::any_of(report.diagnostics, [](const Diagnostic& diagnostic) {
    const diagnostics::Entry* entry = diagnostics::Find(diagnostic.code);
    return entry && entry->level == diagnostics::Level::Error;
  });
}

void AddFixes(const eval::Outcome& outcome, const eval::Unit& script, Reevaluate reevaluate, FileReport& report) {
  std::vector<std::string> before;
  size_t tried = 0;
  for (const eval::Problem& problem : outcome.problems) {
    const diagnostics::Entry* entry = diagnostics::Find(problem.slug);
    if (!entry || entry->level != diagnostics::Level::Error) continue;
    std::vector<Candidate> candidates = Candidates(script, problem).Find();
    if (candidates.empty() || ++tried > kMaxDiagnostics) continue;
    Location location = LocationOf(*problem.unit, problem.node);
    auto diagnostic = llvm::find_if(report.diagnostics, [&](const Diagnostic& each) { return each.code == problem.slug && each.location.range == location.range; });
    if (diagnostic == report.diagnostics.end()) continue;
    if (before.empty()) before = ProblemsOf(outcome);
    for (const Candidate& candidate : candidates) {
      std::string text = script.content().str();
      text.replace(candidate.start, candidate.end - candidate.start, candidate.text);
      std::shared_ptr<const eval::Unit> edited = eval::ParseInstead(script, std::move(text));
      if (edited->parsed.errors.size() > script.parsed.errors.size()) continue;
      eval::Outcome result = reevaluate(edited);
      if (result.cancelled) return;
      std::vector<std::string> after = ProblemsOf(result);
      bool fewer = after.size() < before.size() && std::includes(before.begin(), before.end(), after.begin(), after.end());
      if (!fewer) continue;
      Fix fix;
      fix.title = candidate.title;
      fix.edits.push_back({{script.path, RangeOf(*script.text, candidate.start, candidate.end)}, candidate.text});
      diagnostic->fixes.push_back(std::move(fix));
    }
  }
}

}  // namespace trident::ide
