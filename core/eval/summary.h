// Holds what calls of modules saw, did and gave, so that an equal call need not be run: later in the run, or in the next one.
//
// A summary is found by the fingerprint of all that the call can see of callee and arguments (memo.cc). Within its run that
// is enough. In a later run of the same script it also takes that no function that ran inside it, no name of the script and
// no registry that it saw has changed, and that its entry's arguments are known as well as they were (recall.cc).
#pragma once

#include "core/base/moves.h"
#include "core/eval/eval.h"
#include "core/eval/evidence.h"
#include "core/eval/object.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <memory>
#include <vector>

namespace trident::eval {

// Among modules whose effects were asked for.
inline constexpr const ModuleObj* kAllModules = nullptr;

// What running code saw that an edit of the script may change.
struct Sights {
  using Item = std::pair<const Object*, uint64_t>;
  using NamedItem = std::pair<Symbol, uint64_t>;         // With the key's hash.
  llvm::SmallDenseSet<parse::NodeId, 4> executed;        // Functions of the script, and blocks within them.
  llvm::SmallDenseSet<Symbol, 4> names;                  // Of the script.
  llvm::SmallDenseSet<NamedItem, 2> named_items;         // Of dictionaries that names of the script stand for, nothing else of which was seen; members of its enums.
  llvm::SmallDenseSet<const Object*, 4> registries;      // Containers of imported modules that the run had changed.
  llvm::SmallDenseSet<Item, 4> items;                    // Of dictionaries among them of which nothing else was seen; with the key's hash.
  llvm::SmallDenseSet<parse::NodeId, 2> models;          // Classes of the script, of which it took the model that the script made.
  using Effects = llvm::SmallDenseSet<const ModuleObj*, 2>;
  Effects effects;                                       // Loaded modules that were asked to do what they do besides binding names.

  void Add(const Sights& other) {
    executed.insert(other.executed.begin(), other.executed.end());
    names.insert(other.names.begin(), other.names.end());
    named_items.insert(other.named_items.begin(), other.named_items.end());
    registries.insert(other.registries.begin(), other.registries.end());
    items.insert(other.items.begin(), other.items.end());
    models.insert(other.models.begin(), other.models.end());
    effects.insert(other.effects.begin(), other.effects.end());
  }
};

// A value apart from any heap: constants, tensors, and lists and tuples of them.
struct SavedValue {
  Value value;                                           // Where it is none of the others.
  std::shared_ptr<const TensorObj> tensor;
  std::shared_ptr<const ListObj> list;                   // Without its items.
  bool permanent = false;                                // The value is an object that importing made.
  std::vector<SavedValue> items;
};

struct Range {
  uint32_t first = 0, end = 0;
  uint32_t size() const { return end - first; }
  bool contains(uint32_t place) const { return first <= place && place < end; }
  void Move(uint32_t by) { first += by, end += by; }
};

// An earlier call of the same pass answered one that is equal to it. Where the copy of its part of the graph begins.
struct Answer {
  uint32_t call, first_node, first_scope;
};

// Where knowledge was lost (gaps.cc), and what became unknown with it.
struct Loss {
  const Unit* unit;
  parse::NodeId at;
  Symbol reason;
  parse::NodeId dependent = parse::kNoNode;              // A statement of the script; kNoNode: none.
  Symbol name;
  friend bool operator==(const Loss&, const Loss&) = default;
};

// What is known of an argument of the entry.
struct Learnt {
  Evidence sure, likely;
  bool leaked = false;                                   // Something of unknown rank was made of it.
  friend bool operator==(const Learnt&, const Learnt&) = default;
};

// How sure it is that a call happens as it is made: bits.
enum Certainty : uint8_t { kSure = 0, kUncertain = 1, kGuessing = 2 };

struct GivenCall;  // What is needed to make a call again by itself (repeat.h).
struct KeptModel;  // What a constructor of the script made (kept_model.h).

struct CallSummary {
  TRIDENT_MOVES(CallSummary);

  Fingerprint key;                                       // Of callee and arguments.
  uint8_t certainty = kSure;
  bool at_any_certainty = false;                         // It asked for none: less sure, it would have done the same.
  Fingerprint circumstances;                             // What was known of the entry's arguments, if it saw any.
  std::shared_ptr<const Sights> saw;                     // Null in a run that keeps nothing for the next.
  SavedValue result;
  std::shared_ptr<const KeptModel> model;                // Its result instead, of a constructor of the script's.
  int returns_argument = -1;
  Place call;                                            // Where it was called: what runs inside Trident's own prelude is placed there.
  // What it recorded, counted from where its entry began, as all places of calls are.
  Range nodes, scopes, types, losses;
  uint32_t first_call = 0;                               // Of the summaries before it, those from here on are of calls inside it.
  Range answers;                                         // To calls inside it.
  llvm::SmallVector<uint32_t, 2> uses;                   // Earlier summaries, of calls outside it, that answered calls inside it.
  llvm::SmallVector<parse::NodeId, 2> entered;           // Functions of the script that ran on arguments of known type;
  llvm::SmallVector<parse::NodeId, 2> entered_surely;    // of the script's calls, also where that is sure to happen.
  // Functions that ran on tensors whose types are still to be learnt. Those are among the visible ones, by their place, or
  // after them among those of the result.
  std::vector<std::pair<parse::NodeId, llvm::SmallVector<uint32_t, 2>>> awaited;
  std::vector<uint32_t> inputs;                          // Value numbers of all tensors the call could see, before it.
  std::vector<uint32_t> after;                           // The same after it: different where it worked in place.
  std::vector<uint32_t> made;                            // Of the result's tensors, which the caller may change in place later.
  std::vector<Place> gaps;                               // Where the shapes of those were lost; parallel to `made`, empty if nowhere.
  std::vector<Learnt> learnt;                             // What was known of the entry's arguments after it; empty if as before.
  uint32_t first_value = 0, values = 0;                  // The numbers it gave.
  uint64_t steps = 0, objects = 0;
  uint32_t misused = 0;                                  // Operators that were given arguments of a wrong kind.
  bool lasting = false;                                  // May stand for a call of a later run,
  bool by_serial = false;                                // but of none whose script ran again: something in its key is told by its object.
  llvm::SmallVector<parse::NodeId, 2> ran;               // Functions of the script that ran in it, and in no call in it that can be made again.
  std::shared_ptr<const GivenCall> given;                // Null: it cannot be made again by itself.
  std::vector<uint32_t> given_numbers;                   // Value numbers of the tensors that it was given.
};

// The type of a name or an expression of the script.
struct RecordedType {
  parse::NodeId at;
  Symbol name;
  TypeDesc type;
  bool fresh;
  parse::NodeId caller;
};

// Numbers of values that importing makes; they are the same in each run.
inline constexpr uint32_t kFirstImportedNode = 0x80000000;

// Summaries with what their calls recorded. Numbers of scopes and nodes are those of the run that recorded them.
struct CallLog {
  std::vector<RecordedType> types;
  std::vector<Loss> lost;                                // In the order of events.
  std::vector<const Unit*> files;                        // Of the graph, by the numbers that its nodes have.
  std::vector<graph::Node> nodes;
  std::vector<graph::Scope> scopes;
  std::vector<CallSummary> calls;
  std::vector<Answer> answers;                           // In the order of events.
  // How much the entry had recorded before.
  uint32_t types_before = 0, losses_before = 0, nodes_before = 0, scopes_before = 0, calls_before = 0, answers_before = 0;
  uint32_t first_node = 0, first_scope = 0;              // Where the entry began in the graph.
  bool types_shown = false;                              // Its types are among those of its piece as well.

  llvm::MutableArrayRef<graph::Node> NodesOf(const CallSummary& call) { return llvm::MutableArrayRef(nodes).slice(call.nodes.first - nodes_before, call.nodes.size()); }
  llvm::MutableArrayRef<graph::Scope> ScopesOf(const CallSummary& call) { return llvm::MutableArrayRef(scopes).slice(call.scopes.first - scopes_before, call.scopes.size()); }
  llvm::ArrayRef<graph::Node> NodesOf(const CallSummary& call) const { return llvm::ArrayRef(nodes).slice(call.nodes.first - nodes_before, call.nodes.size()); }
  llvm::ArrayRef<graph::Scope> ScopesOf(const CallSummary& call) const { return llvm::ArrayRef(scopes).slice(call.scopes.first - scopes_before, call.scopes.size()); }
  llvm::ArrayRef<Loss> LossesOf(const CallSummary& call) const { return llvm::ArrayRef(lost).slice(call.losses.first - losses_before, call.losses.size()); }
  llvm::ArrayRef<Answer> AnswersOf(const CallSummary& call) const { return llvm::ArrayRef(answers).slice(call.answers.first - answers_before, call.answers.size()); }
  llvm::ArrayRef<RecordedType> TypesOf(const CallSummary& call) const { return llvm::ArrayRef(types).slice(call.types.first - types_before, call.types.size()); }
  const Unit* UnitOf(uint32_t unit) const { return unit == graph::kNoUnit ? nullptr : files[unit]; }
};

// By what a call is known to be equal to another.
struct CallKeys {
  Fingerprint content;              // Of callee and arguments.
  Fingerprint circumstances;        // Of what is known of the entry's arguments, if it can see any.
  Fingerprint known;                // The same, whether or not it can.
  uint8_t certainty = kSure;
  bool lasting = false;             // Nothing in it is told by what only this run has,
  bool by_serial = false;           // but by what stands.
};

// What was there when a call began.
struct OpenCall {
  uint32_t mark = 0, written_before = 0, first_node = 0, first_scope = 0, first_type = 0, first_loss = 0, first_value = 0, misused = 0, hidden_errors = 0;
  size_t awaited = 0, asked_before = 0;
  uint64_t unsummarised = 0, reported = 0, environment_reads = 0, certainty_asked = 0, steps = 0, objects = 0;
  uint32_t time = 0;                                     // Of the heap.
  std::shared_ptr<const GivenCall> given;                // Null: it cannot be made again by itself.
  std::vector<uint32_t> given_numbers;
};

// What is noted of a call while it runs.
struct CallNotes {
  TRIDENT_MOVES(CallNotes);

  Sights saw;
  llvm::SmallVector<parse::NodeId, 2> entered, entered_surely;
  llvm::SmallVector<uint32_t, 2> uses;
  llvm::SmallVector<parse::NodeId, 2> ran;
  uint32_t first_call = 0, first_answer = 0;
  bool constructs = false;                               // It is a constructor of the script's.
  llvm::SmallVector<InstanceObj*, 4> made;               // By constructors, of classes of the script.
};

// From the value numbers of a recorded call to those that it has here.
struct Renaming {
  llvm::DenseMap<uint32_t, uint32_t> numbers;
  uint32_t first = 0, count = 0, first_here = 0;  // Those that the call gave, which are given in the same order.
  std::optional<uint32_t> Of(uint32_t number) const;
};

// A call's part of a graph, of this run (`files` is null) or of the last.
struct Recorded {
  llvm::ArrayRef<graph::Node> nodes;
  llvm::ArrayRef<graph::Scope> scopes;
  uint32_t first_node = 0, first_scope = 0;
  const std::vector<const Unit*>* files = nullptr;
};

// Lengths of lists that are cut back when an entry is run again.
struct Mark {
  size_t types = 0, losses = 0, nodes = 0, scopes = 0, calls = 0, answers = 0;
};

}  // namespace trident::eval
