// Turns a file into facts: the types of its bindings, the problems that would occur at run time, the tensor graph.
//
// Input: a Program (files and import roots) and one parsed file, which is run as a script on abstract values; models
// that the script does not call are entered with symbolic sizes. Output: one immutable Outcome.
// Threads: Run may be called from any thread, each call on its own heap. Cost: proportional to the distinct calls
// executed. Nothing of the user's code is run by Python.
#pragma once

#include "core/base/moves.h"
#include "core/eval/unit.h"
#include "core/graph/graph.h"
#include "core/ops/ops.h"
#include "core/shape/shape.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace trident::eval {

class Program;

struct Options {
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(const std::string&)> called;  // Told the qualified name of each function of the script that is run.
  bool all_bindings = false;          // Of every file visited, not of the script alone.
  bool incremental = false;           // The script is being edited: keep what its entries did for its next run.
  uint64_t step_budget = 2'000'000;   // Statements and calls of one evaluation; models take up to some hundred thousand.
  size_t object_budget = 180'000;     // Objects of a run's entries, and before of its statements; about 110 MB.
};

struct Span {
  std::shared_ptr<const Unit> unit;
  parse::NodeId node = parse::kNoNode;
};

// Something that would fail, or deserves a warning, at run time.
struct Problem {
  std::string slug;
  std::string message;
  std::string label;                  // What the underlined expression is: "f32[N, 25088]".
  const Unit* unit = nullptr;
  parse::NodeId node = parse::kNoNode;
  std::vector<std::pair<const Unit*, parse::NodeId>> stack;  // Calls that led here, innermost first.
  struct Note {
    const Unit* unit;
    parse::NodeId node;
    std::string message;
    bool quotes = false;              // The source text follows the message: that is the report's, for layout may change.
  };
  std::vector<Note> notes;
  std::vector<int64_t> sizes;         // That clash, where they are numbers: what the message compares.
};

// Whether one of them is the same mistake at the same place.
bool IsAmong(llvm::ArrayRef<Problem> problems, const Problem& problem);

// The type of one binding: a tensor, a sequence of types, a constant, or unknown.
// Small and cheap to copy: evaluation records one for each value of a name or expression.
struct TypeDesc {
  enum class Kind : uint8_t { Unknown, Tensor, Sequence, Int, Bool, Float };
  Kind kind = Kind::Unknown;
  shape::TensorType tensor;
  shape::Dim number;                  // Of an Int, or 0 or 1 of a Bool. Of a Float only the kind is kept.

  llvm::ArrayRef<TypeDesc> elements() const { return elements_ ? llvm::ArrayRef<TypeDesc>(*elements_) : llvm::ArrayRef<TypeDesc>(); }
  void SetElements(std::vector<TypeDesc> elements) { elements_ = std::make_shared<const std::vector<TypeDesc>>(std::move(elements)); }
  // Whether it is a number of which it is known which one.
  bool is_number() const { return (kind == Kind::Int && number.is_constant()) || kind == Kind::Bool; }

  // A binding compares each value of a loop with all before it.
  friend bool operator==(const TypeDesc& a, const TypeDesc& b) {
    return a.kind == b.kind && a.tensor == b.tensor && a.number == b.number && (a.elements_ == b.elements_ || a.elements() == b.elements());
  }
  std::string ToJson() const;         // product.md: ["f32", [2, 64]]
  std::string ToString() const;       // "f32[2, 64]", "(f32[2], i64[2])", "3"
  bool HoldsTensor() const;

 private:
  std::shared_ptr<const std::vector<TypeDesc>> elements_;
};

// The expressions whose values are recorded, in the script: those that the text does not tell by itself.
bool IsRecorded(parse::NodeKind kind);

// What a statement gave a name, or, where the name is empty, what an expression of the script was: then `statement` is the
// expression, and tensors keep their layout.
struct Binding {
  TRIDENT_MOVES(Binding);

  const Unit* unit = nullptr;
  parse::NodeId statement = parse::kNoNode;
  Symbol name;
  std::vector<TypeDesc> types;        // Distinct, in order of first evaluation.
  // Parallel to types: false when the name was only ever given the object it already named (`x = identity(x)`).
  llvm::SmallVector<bool, 8> fresh;
  // Parallel to types: where the function around was called, in the same file, when it first had the type; kNoNode: not
  // from there.
  llvm::SmallVector<parse::NodeId, 2> callers;
  bool indexed = false;               // It had many types (TypePlaces).

  // More types help nobody and cost quadratic time: a binding that has as many is generic code.
  static constexpr size_t kMaxTypes = 256;
  // Where the type stands or would be added.
  size_t IndexOf(const TypeDesc& type) const { return std::find(types.begin(), types.end(), type) - types.begin(); }
  void Put(size_t index, TypeDesc type, bool is_fresh, parse::NodeId caller) {
    if (index < types.size()) {
      fresh[index] = fresh[index] || is_fresh;
      return;
    }
    types.push_back(std::move(type));
    fresh.push_back(is_fresh);
    callers.push_back(caller);
  }
};

// A call of a module from outside any module: an entry for cost, optimisation and code generation.
struct ModelCall {
  std::string class_name;
  const Unit* unit = nullptr;         // Where it is called.
  parse::NodeId node = parse::kNoNode;
  const Unit* class_unit = nullptr;   // Where its class is defined.
  parse::NodeId class_node = parse::kNoNode;
  int64_t parameters = -1;            // -1: not a number.
  std::vector<std::pair<std::string, shape::TensorType>> state;  // state_dict order.
  uint32_t first_node = 0, end_node = 0;  // Its part of the graph.
  uint32_t scope = 0;                 // Of the graph: the call itself.
  uint32_t entry = 0;                 // Index into Graph::entries.
};

// A module that was asked for and what the import search found: a dependency, also when it found nothing.
struct Import {
  std::string name;
  std::string path;                   // A file, a folder, a name in the prelude; empty: not found.
};

// An argument of a kernel launch, as a plain value that outlives the evaluation.
struct LaunchValue {
  enum class Kind : uint8_t { Unknown, Tensor, Int, Float, Bool, None, Str, DType, Function, Tuple, Descriptor, Type, Misfit };
  Kind kind = Kind::Unknown;
  bool known = false;                 // Int, Float, Bool: the content is known.
  shape::DType dtype = shape::DType::Unknown;  // Tensor, Descriptor.
  shape::Dim integer;                 // Int, Bool; Tensor: the number of elements.
  double number = 0;
  std::string text;                   // Str; DType: its name in triton.language; Type: of a signature ("*fp32"); Misfit: its Python type.
  const Unit* unit = nullptr;         // Function.
  parse::NodeId node = parse::kNoNode;
  std::vector<LaunchValue> elements;  // Tuple; Descriptor: the block's sizes.
};

// A call of a Triton kernel, or another place that says what its parameters are.
struct KernelLaunch {
  const Unit* unit = nullptr;         // Of the kernel.
  parse::NodeId function = parse::kNoNode;
  const Unit* call_unit = nullptr;    // Of the call.
  parse::NodeId call = parse::kNoNode;
  std::vector<LaunchValue> positional;
  std::vector<std::pair<std::string, LaunchValue>> keywords;
  bool open = false;                  // More arguments than these may be given.
  bool by_type = false;               // A signature: the values are types and constants.
  std::string target;                 // "cuda:90"
  LaunchValue grid;
  // Of the tuner: what each configuration sets, options among it.
  std::vector<std::vector<std::pair<std::string, LaunchValue>>> configs;
};

// Where knowledge was lost and why, with the names of the script that stayed unknown for it.
struct Gap {
  const Unit* unit = nullptr;
  parse::NodeId node = parse::kNoNode;
  std::string reason;
  const Unit* script = nullptr;
  std::vector<std::pair<parse::NodeId, Symbol>> dependents;  // Statement of the script and name.
};

struct Outcome {
  // Every file that the script's modules import, directly or not; the script first. Keeps the pointers below alive.
  std::vector<std::shared_ptr<const Unit>> units;
  std::vector<Import> imports;        // By name.
  std::vector<std::string> skimmed;   // Files that were read and not parsed: they lacked the name that was looked for.
  std::vector<Problem> problems;
  std::set<const Unit*> installed;    // Files of installed packages, of those that problems and their calls lie in.
  std::vector<Binding> bindings;
  std::vector<ModelCall> models;
  std::vector<Gap> gaps;              // Those with the most dependents first.
  std::vector<KernelLaunch> launches;
  graph::Graph graph;
  uint64_t calls = 0, memo_hits = 0;
  bool cancelled = false;
};

class Interp;

// Evaluates files one after another and keeps what importing modules made, so that the second run of a script, or a
// script that imports the same modules, does not import them again. The outcome is the one a new Session would give.
// Invariant: no file but the script changes while a Session lives; Forget() when one does. Threads: one at a time.
class Session {
 public:
  explicit Session(Program& program);
  ~Session();

  Outcome Run(std::shared_ptr<const Unit> script, const Options& options);
  void Forget();
  // Whether a module that is kept was read from `path`.
  bool Uses(llvm::StringRef path) const;
  // The offsets of the unit's text have changed.
  void Move(const Unit& unit, const OffsetMap& moved);

 private:
  Outcome Measured(std::shared_ptr<const Unit> script, const Options& options);
  Outcome RunHere(std::shared_ptr<const Unit> script, const Options& options);

  Program& program_;
  std::unique_ptr<Interp> interp_;
};

}  // namespace trident::eval
