// Keeps what visits of kernels found, and gives it to later checks that would find the same.
//
// A visit follows from the kernel's top-level statement, the arguments, and what it asked of modules: the values of names,
// and the statements of the functions among them. Statements are told by fingerprints of their text and tree, wherever they
// stand; places in what was found are moved to where they stand now.
// Threads: a Recall from any; Visits belong to one check. Cost of a visit that is recalled: one look-up for each name
// that it asked for, and a copy of what it found. Memory: the least recently used go beyond kRecallBytes.
#pragma once

#include "core/kernel/interp.h"

#include "core/base/fingerprint.h"

#include "llvm/ADT/StringMap.h"

#include <list>
#include <mutex>

namespace trident::kernel {

inline constexpr size_t kRecallBytes = 32 << 20;

// One visit, which outlives the modules that it was made with.
struct KeptVisit;

class Recall {
 public:
  explicit Recall(size_t capacity = kRecallBytes) : capacity_(capacity) {}

  std::shared_ptr<const KeptVisit> Find(llvm::StringRef key);
  // In the place of what was kept under this key.
  void Keep(llvm::StringRef key, std::shared_ptr<const KeptVisit> visit, size_t bytes);
  size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const KeptVisit> visit;
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
  // False when what it refers to is not among them.
  bool Apply(Place& place) const;
  bool Apply(Value& value) const;
  bool Apply(Findings& findings) const;

 private:
  llvm::SmallVector<std::pair<const Module*, const Module*>, 4> modules_;
  llvm::SmallVector<std::pair<StatementNodes, StatementNodes>, 4> statements_;
};

// The visits of one check.
class Visits {
 public:
  Visits(Globals& globals, Host& host, Recall* recall) : globals_(globals), host_(host), recall_(recall) {}
  Findings Find(const Visit& visit);

 private:
  Findings Run(const Visit& visit);
  // Empty for a visit whose arguments refer to modules.
  std::string KeyOf(const Visit& visit);
  std::optional<Findings> Recalled(const KeptVisit& kept, const Visit& visit);
  bool SameName(const KeptVisit& kept, size_t index, Moves& moves);
  void Remember(const std::string& key, const Visit& visit, const Reads& reads, const Findings& found);
  Fingerprint ContentOf(const StatementNodes& statement);

  Globals& globals_;
  Host& host_;
  Recall* recall_;
  llvm::DenseMap<std::pair<const Module*, parse::NodeId>, Fingerprint> contents_;
};

}  // namespace trident::kernel
