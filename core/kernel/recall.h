// Keeps what kernels, and visits of them, were found to be, and gives it to later checks that would find the same.
//
// A visit follows from the kernel's top-level statement, the arguments, and what it asked of modules: the values of names,
// and the statements of the functions among them. Statements are told by fingerprints of their text and tree, wherever they
// stand; places in what was found are moved to where they stand now. What is said of a kernel as a whole follows from its
// visits, its decorators and its launches.
// Threads: a Recall from any; Visits belong to one check. Cost of what is recalled: one look-up for each name that was
// asked for, and a copy of what was found, which shares its values. Memory: the least recently used go beyond kRecallBytes.
#pragma once

#include "core/kernel/interp.h"

#include "core/base/fingerprint.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

#include <list>
#include <mutex>

namespace trident::kernel {

inline constexpr size_t kRecallBytes = 32 << 20;

// What was found once, which outlives the modules that it was found in.
struct Kept;

class Recall {
 public:
  explicit Recall(size_t capacity = kRecallBytes) : capacity_(capacity) {}

  std::shared_ptr<const Kept> Find(llvm::StringRef key);
  // In the place of what was kept under this key.
  void Keep(llvm::StringRef key, std::shared_ptr<const Kept> kept, size_t bytes);
  size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Kept> kept;
    size_t bytes;
  };
  void Drop(std::list<Entry>::iterator entry);

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // The last used first.
  llvm::StringMap<std::list<Entry>::iterator> index_;
  size_t bytes_ = 0, capacity_;
};

// What a kernel is visited with.
struct Visit {
  const Function& function;
  llvm::ArrayRef<Value> arguments;
  llvm::ArrayRef<ArgumentFacts> facts;
  std::string when;
  bool launched = false;
  std::string target = {};
  int64_t warps = 4;
};

// The nodes of a top-level statement, the statement itself last.
struct StatementNodes {
  const Module* module = nullptr;
  parse::NodeId first = 0, last = 0;
};

// Modules and statements of one check beside the same of another.
class Moves {
 public:
  // Null when the module is not among them.
  const Module* Of(const Module* from) const;
  void Add(const Module* from, const Module* to) { modules_.emplace_back(from, to); }
  // The statement that holds the place; null when it is not among them.
  const StatementNodes* StatementOf(const Place& from) const;
  // False when the statement was added with another one beside it.
  bool Add(const StatementNodes& from, const StatementNodes& to);
  // A place of its own, whatever statement it is in.
  void Add(const Place& from, const Place& to) { places_.emplace_back(from, to); }
  // False when what it refers to is not among them.
  bool Apply(Place& place) const;
  bool Apply(Value& value) const;
  bool Apply(Findings& findings) const;
  bool Apply(KernelFindings& findings) const;

 private:
  bool Apply(std::vector<Problem>& problems) const;
  bool Apply(std::vector<Binding>& bindings) const;
  bool Apply(std::vector<Reach>& accesses) const;

  llvm::SmallVector<std::pair<Place, Place>, 4> places_;
  llvm::SmallVector<std::pair<const Module*, const Module*>, 4> modules_;
  llvm::SmallVector<std::pair<StatementNodes, StatementNodes>, 4> statements_;
};

// The visits of one check.
class Visits {
 public:
  Visits(Globals& globals, Host& host, Recall* recall) : globals_(globals), host_(host), recall_(recall) {}
  Findings Find(const Visit& visit);
  // `check` says what is found of the kernel with these launches, by visits and of what `globals` gives.
  KernelFindings Find(const Function& function, llvm::ArrayRef<const Launch*> launches, llvm::function_ref<KernelFindings()> check);

 private:
  // What is asked of a kernel. An empty key: it cannot be told from others.
  struct Question {
    const Function& function;
    std::string key;
    llvm::SmallVector<Place, 4> calls;  // Of its launches.
  };
  template <typename Found>
  Found Ask(const Question& question, llvm::function_ref<Found()> find);
  Findings Run(const Visit& visit);
  std::string KeyOf(const Function& function);
  // Empty for a visit whose arguments refer to modules.
  std::string KeyOf(const Visit& visit);
  template <typename Found>
  std::optional<Found> Recalled(const Kept& kept, const Question& question);
  bool SameName(const Kept& kept, size_t index, Moves& moves);
  template <typename Found>
  void Remember(const Question& question, const Reads& reads, const Found& found);
  Fingerprint ContentOf(const StatementNodes& statement);

  Globals& globals_;
  Host& host_;
  Recall* recall_;
  llvm::DenseMap<std::pair<const Module*, parse::NodeId>, Fingerprint> contents_;
  std::vector<uint32_t> words_;  // Of the statement that is looked at.
};

}  // namespace trident::kernel
