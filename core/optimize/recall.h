// Finds what could be rewritten in an entry, and recalls it for an entry of the same content.
//
// Most edits leave most entries as they were, or move them: an entry's content is its nodes, types and scopes, not where
// they stand in the source, so findings name nodes. Threads: any. Memory: a bounded number of entries, the oldest go first.
#pragma once

#include "core/base/fingerprint.h"
#include "core/optimize/optimize.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>

namespace trident::optimize {

struct Findings {
  Log log;  // The positions are those of the entry it was first found in; the nodes and rejections are left out.
  struct Nodes {
    uint32_t at = graph::kNoUnit, other = graph::kNoUnit;  // Within the entry.
  };
  std::vector<Nodes> nodes;  // Parallel to log.applied.
};

class Recall {
 public:
  std::shared_ptr<const Findings> Find(const graph::Graph& graph, const graph::Entry& entry);

 private:
  // A file of ten thousand lines has some hundred.
  static constexpr size_t kMaxEntries = 1024;

  std::mutex mutex_;
  std::map<Fingerprint, std::shared_ptr<const Findings>> known_;
  std::deque<Fingerprint> order_;
};

}  // namespace trident::optimize
