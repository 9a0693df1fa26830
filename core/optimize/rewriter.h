// Holds a program while passes rewrite it: who makes and reads each value, what is replaced, and what was done.
//
// A pass matches from a node backwards. `Alone(value)` is the usual condition: nothing else reads it, so it may vanish.
// Become() gives a node another operator and keeps its result's number; Forward() lets all readers of one value read
// another. Finish() drops what died and puts new nodes in their places. Threads: one.
#pragma once

#include "core/cost/device.h"
#include "core/graph/facts.h"
#include "core/optimize/program.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <initializer_list>

namespace trident::optimize {

// The kernels that run before a rewrite or after it.
struct Runs {
  std::vector<cost::Run> kernels;
  bool known = true;  // All their sizes are numbers.
  void Add(const graph::Node& node);
  double Seconds(const cost::Device& device) const;
};

// What was done, or could be, and where.
struct Rewrite {
  const char* slug = "";
  std::string message;                  // "attention spelled out is scaled_dot_product_attention"
  uint32_t unit = graph::kNoUnit;       // The place of the operator that stays.
  uint32_t start = 0, end = 0;
  uint32_t other_unit = graph::kNoUnit, other_start = 0, other_end = 0;  // What it is merged into.
  std::vector<graph::Node> replaced;    // What ran before and does not any more.
  std::vector<graph::Node> inserted;    // What makes arguments of `result`, and did not run before.
  graph::Node result;                   // The operator that stays, as it is afterwards.
  std::vector<std::string> conditions;  // Why it is legal, in words.
  uint32_t kernels_saved = 0;
  shape::Dim bytes_saved = 0;
  Runs before, after;                   // Of the operators that vanish, the one that stays and the one it is merged into.
};

struct Rejection {
  const char* slug = "";
  std::string reason;
  uint32_t unit = graph::kNoUnit;
  uint32_t start = 0, end = 0;
};

struct Log {
  std::vector<Rewrite> applied;
  std::vector<Rejection> rejected;
};

// Whether some node's short name is one of `names`: a pass that begins with none of those has nothing to index.
bool HasAny(const Program& program, std::initializer_list<llvm::StringRef> names);

class Rewriter {
 public:
  using Arguments = llvm::SmallVector<graph::Argument, 6>;

  Rewriter(Program& program, Log& log);

  Program& program() { return program_; }
  size_t size() const { return program_.nodes.size(); }
  graph::Node& node(size_t i) { return program_.nodes[i]; }
  const graph::Node& node(size_t i) const { return program_.nodes[i]; }
  bool alive(size_t i) const { return !dead_[i]; }
  // Empty where the first argument is not known: no pattern begins with such a node.
  llvm::StringRef name(size_t i) const {
    const graph::Node& node = program_.nodes[i];
    bool known = node.arguments.empty() || !node.arguments[0].is(graph::Argument::Kind::Unknown);
    return known ? graph::ShortName(node.op) : "";
  }

  // The node that makes the value, or -1: an input, a weight, a constant.
  int MakerOf(ValueNumber value) const;
  // The same, when its short name is one of `names` and nothing else reads the value.
  int MadeBy(ValueNumber value, std::initializer_list<llvm::StringRef> names) const;
  unsigned ReadersOf(ValueNumber value) const;
  std::vector<size_t> ReadingNodes(ValueNumber value) const;
  bool Alone(ValueNumber value) const { return ReadersOf(value) == 1; }
  const graph::State* StateOf(ValueNumber value) const;
  shape::TensorType TypeOf(ValueNumber value) const;
  bool Training(size_t i) const { return program_.graph->scopes[program_.nodes[i].scope].training; }

  void Kill(size_t i);
  void Forward(ValueNumber from, ValueNumber to);
  void Become(size_t i, llvm::StringRef op, Arguments arguments);
  // A new node that runs just before node `i`, in its place of the source; its result.
  // `scope`: whose call it is part of; that of node `i` unless given.
  ValueNumber Insert(size_t i, llvm::StringRef op, Arguments arguments, shape::TensorType type, uint32_t scope = graph::kNoUnit);
  // The same with results whose numbers are given; several are a sequence.
  void InsertMany(size_t i, llvm::StringRef op, Arguments arguments, llvm::ArrayRef<graph::Use> results, uint32_t scope);
  void NoteType(ValueNumber value, shape::TensorType type) { types_[value] = type; }
  void Finish();

  // Kernels and bytes are what the nodes killed since Begin() cost less what the remaining one costs.
  void Applied(const char* slug, std::string message, size_t at, llvm::ArrayRef<size_t> replaced, std::vector<std::string> conditions);
  // The other place that the last Applied() concerns: what the operator is merged into.
  void SetOther(size_t at);
  void Rejected(const char* slug, std::string reason, size_t at);

 private:
  void IndexNode(size_t i);
  void NoteResult(size_t i);

  Program& program_;
  Log& log_;
  std::vector<char> dead_;
  llvm::DenseMap<ValueNumber, int> maker_;
  llvm::DenseMap<ValueNumber, llvm::SmallVector<uint32_t, 2>> readers_;
  llvm::DenseMap<ValueNumber, unsigned> returned_;
  llvm::DenseMap<ValueNumber, uint32_t> state_;
  llvm::DenseMap<ValueNumber, shape::TensorType> types_;
  std::vector<std::pair<size_t, graph::Node>> inserted_;
  llvm::SmallVector<size_t, 8> last_replaced_;
  size_t last_applied_ = ~size_t{0};  // The node that the log's last rewrite is about, when it is this Rewriter's.
};

// --- what patterns are written with ---

// The number that an argument is, an Int or a Float constant.
std::optional<double> NumberOf(const graph::Argument* argument);
std::optional<int64_t> IntOf(const graph::Argument* argument);
// The tensor that an argument is, or kNoValue.
ValueNumber TensorOf(const graph::Argument* argument);
// Operand `i` of a binary operator: a tensor's number or a constant's value.
struct Operand {
  ValueNumber tensor = graph::kNoValue;
  std::optional<double> number;
};
Operand OperandOf(const graph::Node& node, unsigned i);
// A dim argument that means the last one.
bool IsLastDim(const graph::Argument* argument, unsigned rank);
bool IsTrue(const graph::Argument* argument);
// The sizes of the node's first result; empty unless all are numbers.
llvm::SmallVector<int64_t, 4> ResultSizes(const graph::Node& node);
graph::Argument Named(llvm::StringRef keyword, graph::Argument argument);

// The passes, in the order that they run in.
void Simplify(Program& program, Log& log);        // 1
void KeepBatchFirst(Program& program, Log& log);  // 1: part of Simplify
void FoldWeights(Program& program, Log& log);     // 2: batch norms into weights, merged projections
void FuseAttention(Program& program, Log& log);   // 2
void FuseSpelledOut(Program& program, Log& log);  // 2: norms, activations, linear layers, losses
void JoinParts(Program& program, Log& log);       // 3: cat and split that undo each other
void ArrangeLayout(Program& program, Log& log);   // 3

}  // namespace trident::optimize
