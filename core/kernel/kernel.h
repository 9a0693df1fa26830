// Turns the @triton.jit functions of a file into the types of their locals and what the Triton compiler would reject.
//
// Input: modules (parsed files) and the launches that are known. Output: problems and bindings. A kernel is checked once
// with what its text says of its parameters, and once for each launch and autotune configuration. Nothing is run.
// Threads: one Session belongs to one thread; modules must outlive it. Cost: proportional to the statements visited; a
// helper function is visited once for each combination of argument types. A Recall may be used by several threads.
#pragma once

#include "core/kernel/value.h"
#include "core/outline/outline.h"

#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace trident::kernel {

struct Module {
  std::string path;
  llvm::StringRef text;
  const parse::Tree* tree = nullptr;
  const outline::Outline* outline = nullptr;
};

// Finds the files that a kernel's module imports.
class Host {
 public:
  virtual ~Host() = default;
  // `from` imports `dotted` (relative by `level` dots); null when there is no such file of the user's.
  virtual const Module* Import(const Module& from, llvm::StringRef dotted, unsigned level) = 0;
  // A kernel is visited, and not recalled. For what counts the work.
  virtual void Visiting(llvm::StringRef kernel) { (void)kernel; }
};

using Place = std::pair<const Module*, parse::NodeId>;

// A change of a kernel's text.
struct Fix {
  // A node of the file that the problem is in: its place in the text may move.
  struct Edit {
    enum class Where : uint8_t { Whole, Behind, LastArgument };
    parse::NodeId node;
    Where where;
    std::string text;
  };
  std::string title;
  std::vector<Edit> edits;
};

struct Problem {
  const char* slug = "";
  std::string message;
  Place place;
  std::vector<Place> calls;  // Of helpers, innermost first.
  std::vector<std::pair<Place, std::string>> notes;
  std::string when;          // "BLOCK=100": only then; empty: always.
  std::vector<Fix> fixes;
};

// Distinct ones, in order of first evaluation.
struct Values {
  std::vector<Value> all;
  std::vector<std::string> texts;  // Of each, as ToString gives it.
  bool refer_to_modules = false;   // Some do: functions and modules.

  // Nothing when one with this text is among them.
  void Add(const Value& value, const std::string& text) {
    if (std::find(texts.begin(), texts.end(), text) != texts.end()) return;
    all.push_back(value);
    texts.push_back(text);
    refer_to_modules |= RefersToModule(value);
  }
};

struct Binding {
  const Module* module = nullptr;
  parse::NodeId statement = parse::kNoNode;
  Symbol name;
  std::shared_ptr<const Values> values;  // Never null: shared with what is recalled.
};

// A configuration that the tuner tries.
struct Config {
  std::vector<std::pair<Symbol, Value>> values;
  std::vector<std::pair<Symbol, Value>> options;  // num_warps, num_stages, ...
  parse::NodeId node = parse::kNoNode;            // None: evaluation made it.
};

// An argument of a launch that no parameter of a kernel can take, whatever the kernel does with it.
struct Misfit {
  size_t argument;   // Of the positional ones, then the keywords.
  std::string type;  // "list"
};

// A call kernel[grid](...) or another place that says what a kernel's parameters are.
struct Launch {
  Place function;
  Place call;
  std::vector<Value> positional;
  std::vector<std::pair<Symbol, Value>> keywords;
  bool open = false;     // There are arguments that are not known (*args, **kwargs).
  bool by_type = false;  // The values are types and constants, as in a signature: nothing is specialised.
  std::string target;    // "cuda:90"; empty: not known.
  std::vector<Misfit> misfits;
  Value grid;                   // Undefined: not known.
  std::vector<Config> configs;  // As evaluation found them; empty: not known, or there are none.
};

// How a load or store of a launched kernel reaches memory.
struct Reach {
  Place place;
  bool is_store = false;
  int64_t elements = 1;  // Of one instruction of a thread.
  int64_t bits = 0;      // Of an element.
};

// What one launch of a kernel needs of a GPU.
struct Estimate {
  Place function;
  std::string when;      // "BLOCK_M=128, BLOCK_N=64"
  int64_t warps = 4, stages = 3;
  std::vector<std::pair<std::string, int64_t>> shared;  // Bytes by target.
  // Of each parameter, as a signature says it: "*fp32:16", "i32"; a constant as "=128". Empty: not all are known.
  std::vector<std::pair<std::string, std::string>> signature;
  std::string target;     // "cuda:90"; empty: not known.
  int64_t registers = 0;  // Of a thread, about; 0: not known.
  std::vector<Reach> accesses;
};

struct Report {
  std::vector<Problem> problems;
  std::vector<Binding> bindings;
  std::vector<Estimate> estimates;
  unsigned kernels = 0;  // Functions decorated with triton.jit.
};

// All the jit functions of `module`. `launches` may name functions of other modules, which are left out. `recall`: what
// earlier checks found, which is used and added to; may be null.
class Recall;
Report Check(const Module& module, llvm::ArrayRef<Launch> launches, Host& host, Recall* recall = nullptr);

// Whether the text can hold a kernel at all: the cheap question asked of every file.
bool MayHoldKernels(llvm::StringRef text);

// A function of triton.language: "load", {"pointer", "mask=", ...}; a parameter with `=` may be left out.
struct LanguageFunction {
  std::string name;
  std::vector<std::string> parameters;
};
std::vector<LanguageFunction> LanguageFunctions();

// "*fp32", "i32", "tensordesc<fp16[16,16]>": a parameter's type in a signature. Unknown for anything else.
Value FromSignature(llvm::StringRef text);

}  // namespace trident::kernel
