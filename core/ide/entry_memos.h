// Keeps what reports say of entries of the graph: most edits leave most entries as they were.
//
// Threads: any. Memory: a bounded number of entries, the oldest go first.
#pragma once

#include "core/cost/cost.h"
#include "core/graph/graph.h"
#include "core/optimize/recall.h"

#include "llvm/ADT/DenseMap.h"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace trident::ide {

// By graph::Entry::run. What they give holds for an entry wherever it stands, and whatever numbers its values have.
class EntryMemos {
 public:
  cost::Flops FlopsOf(const graph::Graph& graph, const graph::Entry& entry);
  cost::Cost CostOf(const graph::Graph& graph, const graph::Entry& entry);
  std::shared_ptr<const optimize::Findings> FindingsOf(const graph::Graph& graph, const graph::Entry& entry);

 private:
  // A file of ten thousand lines has some hundred.
  static constexpr size_t kMaxEntries = 1024;

  struct Memo {
    std::optional<cost::Flops> flops;
    std::optional<cost::Cost> cost;
    std::optional<std::shared_ptr<const optimize::Findings>> findings;
  };
  template <typename T, typename Make>
  T Ask(const graph::Entry& entry, std::optional<T> Memo::* member, Make make);

  optimize::Recall recall_;
  std::mutex mutex_;
  llvm::DenseMap<uint64_t, Memo> known_;
  std::deque<uint64_t> order_;
};

}  // namespace trident::ide
