#include "core/ide/entry_memos.h"

namespace trident::ide {

template <typename T, typename Make>
T EntryMemos::Ask(const graph::Entry& entry, std::optional<T> Memo::* member, Make make) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    auto known = known_.find(entry.run);
    if (known != known_.end() && known->second.*member) return *(known->second.*member);
  }
  T made = make();
  std::lock_guard<std::mutex> lock(mutex_);
  auto [memo, added] = known_.try_emplace(entry.run);
  memo->second.*member = made;
  if (added) order_.push_back(entry.run);
  if (order_.size() > kMaxEntries) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return made;
}

cost::Flops EntryMemos::FlopsOf(const graph::Graph& graph, const graph::Entry& entry) {
  return Ask(entry, &Memo::flops, [&] { return cost::SumFlops(graph, entry.first_node, entry.end_node); });
}

cost::Cost EntryMemos::CostOf(const graph::Graph& graph, const graph::Entry& entry) {
  return Ask(entry, &Memo::cost, [&] { return cost::Sum(graph, entry.first_node, entry.end_node); });
}

std::shared_ptr<const optimize::Findings> EntryMemos::FindingsOf(const graph::Graph& graph, const graph::Entry& entry) {
  return Ask(entry, &Memo::findings, [&] { return recall_.Find(graph, entry); });
}

}  // namespace trident::ide
