// Holds what one entry of a run saw and did, so that the next run of the same script can do it again without evaluating.
//
// A run is the script's own statements, which are always run, and then entries: models and functions that are entered
// with symbolic sizes. Most edits concern few of them. An entry's piece lists what the entry saw: functions of the script
// that ran (their text), names of the script (their views, view.h), registries that the script filled, entries whose
// models it took; and what it did: types, problems, its part of the graph. It is used again when the
// script's tree kept its form (Unit::TakeText) and nothing that it saw is different; then its outcome is that of evaluating.
#pragma once

#include "core/eval/summary.h"

#include "llvm/ADT/DenseMap.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace trident::eval {

// The model that an entry constructed before it called it: a standing object, and what its construction saw and did. What
// it recorded comes first in its piece.
struct Construction {
  InstanceObj* model = nullptr;                  // Null: there is none that may be taken again.
  Sights saw;
  size_t types = 0, nodes = 0, losses = 0, entered = 0, imports = 0, skimmed = 0, asked = 0, calls = 0;
  llvm::SmallVector<std::pair<ClassObj*, InstanceObj*>, 4> made;  // Of the script's classes, the first of each.
  size_t first_object = 0, end_object = 0;       // Among the standing ones.
  uint32_t values = 0;
  uint64_t steps = 0;
  bool made_up = false;
  bool untouched = false;                        // What ran after it changed nothing that was there.
};

struct Replaced;  // What repeated calls recorded before (repeat.h).

struct Piece : CallLog {
  enum class Kind : uint8_t { Factory, Model, Function };
  using Label = std::pair<Kind, parse::NodeId>;  // With the definition that is entered.
  Label label;

  // --- what it saw
  Sights saw;
  struct Answer {
    parse::NodeId definition;
    bool made;                                   // Asked of a class: has a model of it been made. Of a function: has it been entered.
    bool yes;
    std::optional<Label> maker = std::nullopt;   // Of the model, if an entry made it.
    friend bool operator==(const Answer&, const Answer&) = default;
  };
  llvm::SmallVector<Answer, 4> asked;            // What earlier entries had done.
  llvm::SmallVector<Label, 2> models_of;         // Earlier pieces that made a model it was entered with.
  std::optional<bool> as_made_up;                // Whether that was taken for made up (EntryMode::made_up_before).
  llvm::SmallVector<parse::NodeId, 2> ran;       // Functions of the script that ran in no call that can be made again.
  bool sees_values = false;                      // Its graph names values made before it.
  bool writes = false;                           // It changed what was there before it.

  // --- what it did
  struct Parameter {
    Symbol name;
    shape::TensorType type;
  };
  std::vector<Parameter> parameters;             // Learnt after their call began.
  std::vector<uint32_t> telling;                 // Of its types, those that no earlier one says; found when it is first put.
  std::vector<Problem> problems;
  std::vector<Loss> losses;
  std::vector<ModelCall> models;
  std::vector<graph::Entry> entries;
  uint32_t first_entry = 0, first_model = 0, first_value = 0, values = 0;
  // Whether or not earlier pieces had done the same, which may not do it the next time.
  llvm::SmallVector<parse::NodeId, 8> entered;   // Functions.
  llvm::SmallVector<parse::NodeId, 4> made;      // Classes of which it made an instance.
  llvm::SmallVector<Symbol, 4> imports;
  std::vector<std::string> skimmed;
  bool ran_effects = false;                      // It let modules fill registries.
  bool made_up = false;                          // An argument of its model is of a kind that nobody wrote.
  uint64_t steps = 0, objects = 0;
  bool cut = false;                              // A budget of the whole run ended it: what it did depends on what was done before it.
  Construction construction;
  // Whether all models of the script's classes that it made are as they were when it began to call them.
  bool stands() const { return construction.model && construction.untouched && construction.made.size() == made.size(); }
  std::deque<CallLog> set_aside;                 // Of its passes that were rolled back: later calls may be equal to theirs.
  uint64_t content = 0;                          // A number; of pieces that run again as they were, the same.
  std::shared_ptr<Replaced> replaced;            // By the last calls that were made again.
  size_t repeated = 0;                           // Calls of it were made again when there were so many of Unit::changed; 0: never.
};

// Value numbers of the last run from `first` on, up to the next one's: what to add for those of this run.
struct Renumbering {
  uint32_t first, shift;
  bool as_before;                                // They are made as they were.
};

// Calls `visit` with every value number that the piece's part of the graph names.
template <typename Visit>
void ForEachValue(Piece& piece, Visit visit) {
  auto arguments = [&](llvm::MutableArrayRef<graph::Argument> list) {
    for (graph::Argument& argument : list) {
      if (!argument.is(graph::Argument::Kind::Tensor)) continue;
      graph::ValueNumber value = argument.value();
      visit(value);
      argument.bits = value;
    }
  };
  auto uses = [&](llvm::MutableArrayRef<graph::Use> list) {
    for (graph::Use& use : list) visit(use.value);
  };
  for (graph::Node& node : piece.nodes) {
    arguments(node.arguments);
    uses(node.inputs);
    uses(node.outputs);
  }
  for (graph::Scope& scope : piece.scopes) uses(scope.outputs);
  for (graph::Entry& entry : piece.entries) {
    arguments(entry.inputs);
    arguments(entry.output);
    for (graph::State& state : entry.state) visit(state.value);
  }
}

// The nodes from the root to `node`, both included. A node's subtree is a run of numbers that ends with its own.
llvm::SmallVector<parse::NodeId, 16> PathTo(const parse::Tree& tree, parse::NodeId node);

// Whether the path leads to a string that is a statement of its own: text for readers, as docstrings are.
bool IsForReaders(const parse::Tree& tree, llvm::ArrayRef<parse::NodeId> path);

// What a run is going to do again instead of evaluating, and how far that went well.
struct Plan {
  std::map<Piece::Label, std::shared_ptr<Piece>> pieces;  // To be used again.
  std::set<Piece::Label> as_before;              // Pieces that run though they saw nothing new.
  std::set<Piece::Label> unplanned;              // Pieces that were to be put and had to run, or whose models no longer stand.
  std::vector<Renumbering> renumbered;
  size_t place = 0;                              // Of the last run's pieces, behind the last one that this run has as well.
  bool failed = false;
  bool writer_put = false;                       // A piece that was put wrote to what was there before it.
  bool numbers_changed = false;                  // A piece that was put has other numbers now.
  std::deque<CallLog> tried;                     // Calls that were made again by themselves and gave something else.
};

// What a session keeps of the last run of a script.
struct Pieces {
  std::weak_ptr<const Unit> unit;
  size_t changes = 0;                            // Of Unit::changed, that the run saw.
  llvm::DenseMap<Symbol, Fingerprint> names;     // Views of the script's names when its entries began.
  llvm::DenseMap<Sights::NamedItem, Fingerprint> named_items;  // Of its dictionaries, and members of its enums.
  llvm::DenseMap<const Object*, Fingerprint> registries;
  llvm::DenseMap<Sights::Item, Fingerprint> items;
  llvm::DenseMap<parse::NodeId, Fingerprint> models;  // That the script made, by their classes.
  Fingerprint surroundings;                      // All else that importing made and the run changed.
  Fingerprint sharing;
  uint32_t first_value = 0;                      // Of the entries: the script's own statements made those before it.
  size_t nodes = 0;                              // Of the whole graph.
  std::vector<std::shared_ptr<Piece>> pieces;

  // Null: there is none.
  std::shared_ptr<Piece> Find(Piece::Label label) const;
};

// Whether what was seen, but for the text of functions, is in the one run what it is in the other.
bool SeesTheSame(const Sights& saw, const Pieces& one, const Pieces& other);

// Runs before the last one: pieces that an edit replaced stay for when it is taken back, or the value is tried again.
class EarlierRuns {
 public:
  // `run` is not the last one any more; `now` is.
  void Add(Pieces run, const Pieces& now);
  void Clear() { runs_.clear(); }
  llvm::ArrayRef<Pieces> runs() const { return runs_; }  // The latest first.

 private:
  static constexpr size_t kMaxRuns = 3;
  std::vector<Pieces> runs_;
};

}  // namespace trident::eval
