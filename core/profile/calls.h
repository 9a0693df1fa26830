// Measures which of the user's functions evaluation spends its time in: a tree of calls in which equal calls are one.
//
// A ScopedCall opens a call on this thread, under the call that is open. Figures of a node include what it calls;
// SelfNanoseconds gives them without. Events (one for each call, for a timeline) are recorded only while a command asked
// for them. Threads: each records its own; merge with Calls::Add. Cost of one call: two clock reads and two look-ups in
// small tables. Units: nanoseconds, bytes.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace trident::profile {

struct Function {
  std::string file;
  std::string name;   // "Attention.forward", "<module>", "<parse>"
  uint32_t line = 0;  // 1-based; 0: the whole file.
};

struct CallNode {
  uint32_t parent = 0;    // The root is its own parent; parents come before their children.
  uint32_t function = 0;  // Of no meaning at the root.
  uint64_t calls = 0;
  uint64_t replays = 0;   // Calls answered from a summary; they are not in `calls`.
  uint64_t nanoseconds = 0;
  uint64_t allocated_bytes = 0;
};

struct Event {
  uint32_t function = 0;
  uint64_t start = 0, duration = 0;  // Nanoseconds; start counts from an arbitrary point, the same for all threads.
  uint64_t held_bytes = 0;           // Held by this thread when the call ended.
};

// The figures of one function over all its calls.
struct FunctionTotal {
  uint32_t function = 0;
  uint64_t calls = 0, replays = 0;
  uint64_t nanoseconds = 0;       // With what it calls; a recursive call is counted once.
  uint64_t self_nanoseconds = 0;
  uint64_t allocated_bytes = 0;   // Self.
};

struct Calls {
  std::vector<Function> functions;
  std::vector<CallNode> nodes;  // The root first; empty when nothing was recorded.
  std::vector<Event> events;

  void Add(const Calls& other);
  std::vector<uint64_t> SelfNanoseconds() const;  // Parallel to nodes.
  std::vector<FunctionTotal> ByFunction() const;  // Most self time first.
};

// What identifies a function while one report is recorded: the object that holds its text, and its place in it.
using FunctionKey = std::pair<const void*, uint32_t>;
using DescribeFunction = llvm::function_ref<Function()>;

class ScopedCall {
 public:
  // `describe` is called for the first call of each function only.
  ScopedCall(FunctionKey key, DescribeFunction describe);
  // Measures nothing.
  ScopedCall() = default;
  ~ScopedCall();
  ScopedCall(const ScopedCall&) = delete;
  ScopedCall& operator=(const ScopedCall&) = delete;

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  uint32_t node_ = kNone, outer_ = 0;
  uint64_t start_ = 0, bytes_start_ = 0;
};

// A call that was answered from a summary, under the open call.
void CountReplay(FunctionKey key, DescribeFunction describe);

// Whether calls also become events, from now on and for all threads. Off at start.
void RecordEvents(bool on);
bool RecordsEvents();

}  // namespace trident::profile
