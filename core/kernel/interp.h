// Runs one kernel on types, statement by statement, as Triton's own front end visits it. Internal to core/kernel.
//
// A dynamic branch is visited from the same variables as its sibling and joined by Triton's rules; a branch on a constant
// visits the side that is taken, or both, silently joined, when the constant is not known.
// Threads: one.
#pragma once

#include "core/kernel/findings.h"
#include "core/kernel/trace.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

#include <map>
#include <optional>
#include <set>

namespace trident::kernel {

// Statements that hold others, of those that a kernel may have; and their bodies.
inline bool HoldsStatements(parse::NodeKind kind) {
  using parse::NodeKind;
  return kind == NodeKind::Block || kind == NodeKind::If || kind == NodeKind::For || kind == NodeKind::While || kind == NodeKind::With;
}

// What the decorators and the signature of a jit function say.
struct Parameter {
  Symbol name;
  parse::NodeId node = parse::kNoNode;
  parse::NodeId annotation = parse::kNoNode;
  parse::NodeId default_value = parse::kNoNode;
  bool is_constexpr = false;
  std::optional<Value> annotated;  // The type that its annotation gives.
};

struct Function {
  const Module* module = nullptr;
  parse::NodeId node = parse::kNoNode;
  bool jit = false;             // Else a plain function, or one whose decorators are not known.
  bool constexpr_function = false;
  bool decorated = false;       // By something that is not understood.
  bool noinline = false;
  bool restores = false;        // The tuner puts back what a trial changed, or something else is run around it.
  bool pruned = false;          // The tuner leaves out configurations by rules of its own.
  bool tuned = false;           // @triton.autotune, whether or not its configurations are understood.
  std::vector<Parameter> parameters;
  std::vector<Config> configs;
  std::vector<Symbol> heuristics;
  std::vector<std::pair<Symbol, parse::NodeId>> keys;
  std::vector<Symbol> not_specialized;
  std::set<Symbol> outer_names;  // Bound in functions around it: closures, of unknown content.
  bool has_outer = false;
  bool alternative = false;      // Another function of its name stands beside it under a condition of the module, or takes its place.
};

// What was asked of modules to find something out, in order: names, and functions that were looked into.
struct Reads {
  llvm::SetVector<std::pair<const Module*, Symbol>> names;
  llvm::SetVector<const Function*> functions;

  void Add(const Reads& other) {
    names.insert(other.names.begin(), other.names.end());
    functions.insert(other.functions.begin(), other.functions.end());
  }
};

// Finds functions and names of modules. One for a session.
class Globals {
 public:
  explicit Globals(Host& host) : host_(host) {}
  // What a name of a module is; Undefined when nothing binds it and nothing can.
  Value Resolve(const Module& module, Symbol name, int depth = 0);
  Value Attribute(const Value& object, Symbol name, int depth = 0);
  // An expression at module level, when it is simple.
  Value Evaluate(const Module& module, parse::NodeId node, int depth = 0);
  const Function& FunctionAt(const Module& module, parse::NodeId node);
  llvm::ArrayRef<parse::NodeId> FunctionsOf(const Module& module);
  // Whether the decorator or expression is triton.<name>, called or not.
  bool IsTriton(const Module& module, parse::NodeId node, llvm::StringRef name);

  // Notes what is asked while it lives.
  class Recording {
   public:
    Recording(Globals& globals, Reads& reads) : globals_(globals), reads_(reads), before_(globals.reads_) { globals_.reads_ = &reads; }
    // What was asked for a part was asked for the whole.
    ~Recording() {
      globals_.reads_ = before_;
      if (before_) before_->Add(reads_);
    }

   private:
    Globals& globals_;
    const Reads& reads_;
    Reads* before_;
  };

 private:
  void ReadFunction(Function& function);
  Value FromStatement(const Module& module, parse::NodeId statement, Symbol name, int depth, unsigned& sites);
  Value Imported(const Module& module, llvm::StringRef dotted, unsigned level, Symbol name, int depth);
  void ReadDecorators(Function& function);
  void ReadAutotune(Function& function, parse::NodeId call);
  void ReadConfig(Function& function, parse::NodeId node);
  void ReadParameters(Function& function);

  Host& host_;
  std::map<std::pair<const Module*, Symbol>, Value> resolved_;
  std::set<std::pair<const Module*, Symbol>> resolving_;
  struct Known {
    Function function;
    Reads reads;  // Of its decorators and parameters.
  };
  std::map<std::pair<const Module*, parse::NodeId>, Known> functions_;
  std::map<const Module*, std::vector<parse::NodeId>> lists_;
  Reads* reads_ = nullptr;
};

using Variables = std::vector<std::pair<Symbol, Value>>;

struct Frame {
  Frame* parent = nullptr;
  parse::NodeId call = parse::kNoNode;  // In the parent.
  const Function* function = nullptr;
  Variables locals;
  std::vector<Symbol> defined;          // Since the innermost region began.
  std::optional<Value> returned;
  parse::NodeId first_return = parse::kNoNode;
  bool returned_maybe = false;          // A return on a path that may not be taken.
  int loops = 0;
  std::vector<std::pair<Symbol, parse::NodeId>> dropped;  // Defined only in a loop or one branch: gone afterwards.
};

class Interp;

// The arguments of a call of a builtin, by parameter; Undefined where none was given.
struct Site {
  Interp& interp;
  parse::NodeId node;                   // The call.
  const struct Rule& rule;
  llvm::SmallVector<Value, 8> values;
  llvm::SmallVector<parse::NodeId, 8> nodes;
  std::vector<Value> rest;              // Of a rule whose last parameter is *name.
  bool open = false;                    // An argument of unknown number was given.

  bool given(unsigned i) const { return i < values.size() && !values[i].undefined(); }
  // The i-th argument; None when it was not given.
  const Value& at(unsigned i) const;
  parse::NodeId node_of(unsigned i) const { return i < nodes.size() && nodes[i] != parse::kNoNode ? nodes[i] : node; }
  Value Fail(const char* slug, const std::string& message) const;
  Value FailAt(unsigned i, const char* slug, const std::string& message) const;
};

using RuleFunction = Value (*)(Site&);
struct Rule {
  const char* name;
  const char* parameters;  // "pointer, mask=, *rest"
  bool method;
  RuleFunction apply;
};
struct RuleParameter {
  llvm::StringRef name;
  bool optional = false;
  bool rest = false;                    // Takes all that follow.
};
llvm::ArrayRef<RuleParameter> ParametersOf(const Rule& rule);
// A name of triton.language; null when it is none.
const Rule* FindRule(llvm::StringRef name);
// Names of triton.language beside the rules and the dtypes, whose meaning is left open.
bool IsOtherLanguageName(llvm::StringRef name);
// The nearest known name, or empty.
std::string Suggestion(llvm::StringRef name);
// ": did you mean `other`?" of the nearest name; empty when none is near.
std::string DidYouMean(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> names);

class Interp {
 public:
  explicit Interp(Globals& globals) : globals_(globals) {}

  // Visits a kernel with these arguments, one for each parameter.
  // `facts`: of each argument, or empty.
  void RunKernel(const Function& function, llvm::ArrayRef<Value> arguments, llvm::ArrayRef<ArgumentFacts> facts, const std::string& when);
  void set_target(llvm::StringRef target) { target_ = target.str(); }
  void set_warps(int64_t warps) { warps_ = warps; }
  Findings TakeFindings();

  // --- statement.cc
  void Block(parse::NodeId block);
  void Statement(parse::NodeId node);
  void Assign(parse::NodeId statement, parse::NodeId target, const Value& value);
  Value Sanitize(parse::NodeId node, const Value& value);
  void Return(parse::NodeId node);
  void AnnAssign(parse::NodeId node);
  void AugAssign(parse::NodeId node);
  void With(parse::NodeId node);
  void SetName(Symbol name, Value value);
  void Record(parse::NodeId statement, Symbol name, const Value& value);

  // --- control.cc
  void If(parse::NodeId node);
  void DynamicIf(parse::NodeId node, bool certain);
  void EitherWay(parse::NodeId node);
  void For(parse::NodeId node);
  void StaticFor(parse::NodeId node, const Value& range);
  void DynamicFor(parse::NodeId node, const Value& range);
  void While(parse::NodeId node);
  void LoopBody(parse::NodeId node, parse::NodeId body, Symbol target, Variables& live);
  void CheckCarried(parse::NodeId node, parse::NodeId body, const Variables& live, const std::vector<Symbol>& defined, Symbol ignore, Variables& after);

  // --- expression.cc
  Value Eval(parse::NodeId node);
  Value EvalName(parse::NodeId node);
  Value EvalAttribute(parse::NodeId node);
  Value EvalSubscript(parse::NodeId node);
  Value IndexTuple(parse::NodeId node, const Value& tuple, const Value& index);
  Value IndexTensor(parse::NodeId node, const Value& tensor, const Value& index);
  Value EvalBoolOp(parse::NodeId node);
  Value EvalIfExp(parse::NodeId node);
  Value EvalCompare(parse::NodeId node);
  Value EvalUnary(parse::NodeId node);
  Value EvalJoinedStr(parse::NodeId node);
  Value EvalListComp(parse::NodeId node);
  Value TensorAttribute(parse::NodeId node, const Value& object, Symbol name);
  Value DTypeAttribute(const Value& object, llvm::StringRef name);
  Value Unsupported(parse::NodeId node, const std::string& what, const std::string& instead = "");

  // --- operators.cc
  Value Binary(parse::NodeId node, parse::BinaryOp op, const Value& a, const Value& b);
  Value CompareValues(parse::NodeId node, parse::CompareOp op, const Value& a, const Value& b);
  Value Logical(parse::NodeId node, const Value& a, const Value& b, llvm::StringRef word);
  Value Negate(parse::NodeId node, const Value& value);
  // A constant as the tensor that an operation makes of it.
  Value ToTensor(parse::NodeId node, const Value& value);
  // The value cast to int1 as `not`, `and` and `or` do.
  bool BooleanOperand(parse::NodeId node, const Value& value, llvm::StringRef word);
  // Numbers by promotion and broadcasting; `literals`: constants are weak.
  Value Combine(parse::NodeId node, llvm::StringRef op, const Value& a, const Value& b, bool division, bool literals, bool pointers = false);
  Value Shaped(parse::NodeId node, Type type, shape::Shape a, shape::Shape b, llvm::StringRef op);
  std::optional<shape::Shape> BroadcastOrReport(parse::NodeId node, shape::Shape a, shape::Shape b, llvm::StringRef op, const char* slug = "triton-broadcast");

  // --- fold.cc: constants by Python's own rules
  Value Fold(parse::NodeId node, parse::BinaryOp op, const Value& a, const Value& b);
  Value FoldCompare(parse::CompareOp op, const Value& a, const Value& b);
  std::optional<bool> Truth(const Value& constant);

  // --- call.cc
  Value EvalCall(parse::NodeId node);
  Value Call(parse::NodeId node, const Value& callee, std::vector<Value> positional, std::vector<parse::NodeId> nodes,
             std::vector<std::pair<Symbol, std::pair<Value, parse::NodeId>>> keywords, bool open);
  Value CallFunction(parse::NodeId node, const Function& function, std::vector<Value> positional,
                     const std::vector<std::pair<Symbol, std::pair<Value, parse::NodeId>>>& keywords, bool open);
  Value CallRule(parse::NodeId node, const Rule& rule, std::vector<Value> positional, std::vector<parse::NodeId> nodes,
                 const std::vector<std::pair<Symbol, std::pair<Value, parse::NodeId>>>& keywords, bool open);
  Value CallPython(parse::NodeId node, llvm::StringRef name, std::vector<Value> positional);
  // The result of a jit function for these arguments, by position; used by tl.reduce and the like too.
  Value Invoke(parse::NodeId node, const Function& function, std::vector<Value> arguments);

  // --- what the kernel asks of the hardware (workload.cc)
  bool InLoop() const;
  void NoteLoad(const Value& value, bool descriptor, bool aligned = false);
  // `to` holds what `from` holds, in another type or order.
  void NoteSame(const Value& from, const Value& to);
  void NoteProduct(const Value& a, const Value& b);
  void NoteStore(const Value& value, Scalar element);
  // What a function makes warps hand each other.
  void NoteExchange(const Site& site, const Value& out);
  // A reduction along an axis (of all dims without one), or a scan.
  void NoteReduction(const Value& input, std::optional<int64_t> axis, bool scan);
  // How a block of this shape was last loaded or stored.
  Spread SpreadOf(const shape::Shape& shape) const;
  void NoteSpread(const Value& pointer, const Value* stored, const Access& access);
  void NoteLive(parse::NodeId statement, Symbol name);

  // --- what is known of values beyond their types (trace.cc)
  Trace TraceOf(const Value& value) const;
  void SetTrace(const Value& value, Trace trace);
  void TraceArgument(const Value& value, const ArgumentFacts& facts);
  void TraceBinary(parse::NodeId node, parse::BinaryOp op, const Value& a, const Value& b, const Value& out);
  void TraceCompare(parse::CompareOp op, const Value& a, const Value& b, const Value& out);
  void TraceIndex(const Value& tensor, llvm::ArrayRef<bool> added, const Value& out);
  void TraceRule(const Site& site, const Value& out);
  void TraceEither(const Value& a, const Value& b, const Value& out);
  // A loop begins and ends: which names it assigns, what it stores.
  void NoteBounds(parse::NodeId iterable);
  void NoteLoading() { found_.loads_in_loop |= !loops_.empty(); }
  void NoteTraffic(const Value& pointer, bool is_store, bool atomic);
  void EnterLoop(parse::NodeId loop, parse::NodeId body);
  void LeaveLoop();

  // --- advice.cc: what could be faster or is likely wrong, where that is known
  void AdviseAccess(const Site& site, const Value& pointer, const Value* mask, bool is_store);
  void AdviseSteps(const Site& site, const Value& pointer, const Trace& trace, unsigned fastest, bool is_store);
  void AdviseBound(parse::NodeId node, parse::CompareOp op, const Value& left);
  void AdviseReduction(const Site& site);
  void AdviseAccumulation(parse::NodeId statement, parse::NodeId value, Symbol name, const Value& result);
  void AdviseProduct(const Site& site, const Value& a, const Value& b, const Value& out);
  void AdviseOffset(parse::NodeId node, const Value& out, const Axis& axis);
  void AdviseDivision(parse::NodeId node, parse::BinaryOp op, const Value& a, const Value& b);
  void AdviseKernel();

  // --- reporting
  Value Report(const char* slug, parse::NodeId node, const std::string& message, std::vector<std::pair<Place, std::string>> notes = {}, std::vector<Fix> fixes = {});
  // A problem that is reported later, or never.
  Problem Describe(const char* slug, parse::NodeId node, const std::string& message) const;
  void Keep(Problem problem);
  bool silent() const { return muted_ > 0; }
  // Whether what is visited is compiled at all is not known.
  bool doubtful() const { return doubt_ > 0; }
  std::string SourceOf(parse::NodeId node) const;
  const parse::Tree& tree() const { return *frame_->function->module->tree; }
  const Module& module() const { return *frame_->function->module; }
  Value* Find(Symbol name);
  Value Fresh(Type type);
  Value Fresh(Value value);
  Globals& globals() { return globals_; }
  const std::string& target() const { return target_; }
  const std::string& when() const { return when_; }

  struct Mute {
    explicit Mute(Interp& interp, bool on = true) : interp_(interp), on_(on) { interp_.muted_ += on_; }
    ~Mute() { interp_.muted_ -= on_; }
    Interp& interp_;
    bool on_;
  };
  // A path that may not be taken.
  struct Doubt {
    explicit Doubt(Interp& interp) : interp_(interp) { ++interp_.doubt_; interp_.muted_ += interp_.launched_; }
    ~Doubt() { --interp_.doubt_; interp_.muted_ -= interp_.launched_; }
    Interp& interp_;
  };

 private:
  friend struct Site;

  Globals& globals_;
  Findings found_;
  std::vector<Values> bound_;  // Of found_.bindings, which get them at the end.
  Frame* frame_ = nullptr;
  std::string when_;
  std::string target_;
  bool launched_ = false;
  int muted_ = 0, doubt_ = 0, depth_ = 0;
  uint32_t next_id_ = 1;
  uint32_t steps_ = 0;
  llvm::StringMap<Value> memo_;
  struct Loaded {
    uint32_t id;      // Of the load.
    bool in_loop, descriptor, aligned;
    int64_t bytes;
  };
  llvm::DenseMap<uint64_t, Spread> spreads_;  // By shape.
  llvm::DenseMap<Symbol, uint32_t> last_use_; // Of the kernel's names: the end of the last text that reads them.
  llvm::DenseMap<uint32_t, Loaded> loaded_;  // By the value that holds it.
  std::set<uint32_t> fed_;                   // Loads that are operands of a product.
  llvm::DenseMap<uint32_t, unsigned> trace_index_;  // By the number of a value.
  std::vector<Trace> traces_;
  llvm::DenseMap<uint32_t, ArgumentFacts> facts_;   // By the number of a parameter's value.
  struct Loop {
    parse::NodeId node, body;
    const Frame* frame;
    int branches;
    bool stores = false;                     // Or does what may change memory.
    std::vector<parse::NodeId> loads;        // That read the same in each iteration.
    std::set<uint32_t> divisors = {};        // Parameters by which it divides blocks.
  };
  std::vector<Loop> loops_;
  llvm::DenseSet<uint32_t> whole_;           // Blocks of offsets whose trace is whole.
  struct Seen {
    parse::NodeId node;
    const Function* function;
    uint32_t base;
    llvm::SmallVector<uint32_t, 2> offsets, bounded;
    bool masked, is_store, certain;
    parse::NodeId mask;
  };
  std::vector<Seen> accesses_;
  struct Strided {
    uint32_t base;
    int64_t by;                              // 0: known at run time only.
    parse::NodeId node;
    bool is_store;
    Problem problem;
  };
  std::vector<Strided> strided_;
  llvm::DenseMap<uint32_t, Symbol> parameter_names_;  // By the number of their values.
  int64_t warps_ = 4;
  int branches_ = 0;                         // Runtime conditions around.
  llvm::DenseMap<std::pair<const Module*, std::pair<parse::NodeId, Symbol>>, unsigned> binding_index_;
  std::set<std::string> seen_;  // Problems, by place, slug and message.

 public:
  void set_launched(bool launched) { launched_ = launched; }
};

}  // namespace trident::kernel
