#include "core/profile/calls.h"

#include "core/profile/call_sum.h"
#include "core/profile/profile.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <ctime>

namespace trident::profile {
namespace {

// A tree that grows without end would cost more than it says: calls beyond this many distinct ones count for their callers.
constexpr size_t kMaxNodes = 1 << 16;
// A timeline longer than this is of no use to a viewer; a guess.
constexpr size_t kMaxEvents = 1 << 20;

std::atomic<bool> records_events = false;

uint64_t Now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

// What finds the nodes of the report being recorded.
struct Recorder {
  llvm::DenseMap<FunctionKey, uint32_t> functions;
  llvm::DenseMap<std::pair<uint32_t, uint32_t>, uint32_t> nodes;  // (parent, function)
  uint32_t open = 0;
};

thread_local Recorder recorder;

// The child of the open call; the open call itself when the tree is full.
uint32_t NodeFor(FunctionKey key, DescribeFunction describe) {
  Calls& calls = Current().calls;
  if (calls.nodes.empty()) {
    calls.nodes.emplace_back();
  }
  auto [function, is_new_function] = recorder.functions.try_emplace(key, static_cast<uint32_t>(calls.functions.size()));
  if (is_new_function) {
    calls.functions.push_back(describe());
  }
  auto [node, is_new_node] = recorder.nodes.try_emplace({recorder.open, function->second}, static_cast<uint32_t>(calls.nodes.size()));
  if (is_new_node) {
    if (calls.nodes.size() >= kMaxNodes) {
      node->second = recorder.open;
      return recorder.open;
    }
    calls.nodes.push_back({.parent = recorder.open, .function = function->second});
  }
  return node->second;
}

}  // namespace

void ResetRecorder() { recorder = Recorder(); }

void RecordEvents(bool on) { records_events = on; }
bool RecordsEvents() { return records_events; }

ScopedCall::ScopedCall(FunctionKey key, DescribeFunction describe)
    : node_(NodeFor(key, describe)), outer_(recorder.open), start_(Now()), bytes_start_(ThreadAllocatedBytes()) {
  recorder.open = node_;
}

ScopedCall::~ScopedCall() {
  if (node_ == kNone) {
    return;
  }
  recorder.open = outer_;
  if (node_ == outer_) {
    return;  // The tree is full: the caller's own scope counts this time.
  }
  uint64_t duration = Now() - start_;
  CallNode& node = Current().calls.nodes[node_];
  node.calls += 1;
  node.nanoseconds += duration;
  node.allocated_bytes += ThreadAllocatedBytes() - bytes_start_;
  if (records_events.load(std::memory_order_relaxed) && Current().calls.events.size() < kMaxEvents) {
    Current().calls.events.push_back({node.function, start_, duration, ThreadHeldBytes()});
  }
}

void CountReplay(FunctionKey key, DescribeFunction describe) {
  uint32_t node = NodeFor(key, describe);
  if (node != recorder.open) {
    Current().calls.nodes[node].replays += 1;
  }
}

void Calls::Add(const Calls& other) { CallSum(*this).Add(other); }

std::vector<uint64_t> Calls::SelfNanoseconds() const {
  std::vector<uint64_t> self(nodes.size(), 0);
  for (size_t i = 1; i < nodes.size(); ++i) {
    self[i] += nodes[i].nanoseconds;
  }
  // Rounding of clocks never makes a child longer than its parent by much; what is below zero is zero.
  for (size_t i = 1; i < nodes.size(); ++i) {
    uint64_t& parent = self[nodes[i].parent];
    parent -= std::min(parent, nodes[i].nanoseconds);
  }
  return self;
}

std::vector<FunctionTotal> Calls::ByFunction() const {
  std::vector<FunctionTotal> totals(functions.size());
  std::vector<uint64_t> self = SelfNanoseconds();
  std::vector<uint64_t> self_bytes(nodes.size(), 0);
  for (size_t i = 1; i < nodes.size(); ++i) {
    self_bytes[i] += nodes[i].allocated_bytes;
    self_bytes[nodes[i].parent] -= std::min(self_bytes[nodes[i].parent], nodes[i].allocated_bytes);
  }
  for (size_t i = 1; i < nodes.size(); ++i) {
    const CallNode& node = nodes[i];
    FunctionTotal& total = totals[node.function];
    total.function = node.function;
    total.calls += node.calls;
    total.replays += node.replays;
    total.self_nanoseconds += self[i];
    total.allocated_bytes += self_bytes[i];
    bool is_inner = false;
    for (uint32_t up = node.parent; up != 0 && !is_inner; up = nodes[up].parent) {
      is_inner = nodes[up].function == node.function;
    }
    total.nanoseconds += is_inner ? 0 : node.nanoseconds;
  }
  llvm::stable_sort(totals, [](const FunctionTotal& a, const FunctionTotal& b) { return a.self_nanoseconds > b.self_nanoseconds; });
  return totals;
}

}  // namespace trident::profile
