#include "core/profile/call_sum.h"

namespace trident::profile {

static Fingerprint NameOf(const Function& function) {
  return Combine(Combine(FingerprintOf(function.file), FingerprintOf(function.name)), function.line);
}

CallSum::CallSum(Calls& into) : into_(into) {
  for (uint32_t i = 0; i < into.functions.size(); ++i) functions_.try_emplace(NameOf(into.functions[i]), i);
  for (uint32_t i = 1; i < into.nodes.size(); ++i) children_[Child(into.nodes[i].parent, into.nodes[i].function)] = i;
}

void CallSum::Add(const Calls& other) {
  if (other.nodes.empty()) {
    return;
  }
  std::vector<uint32_t> function_of;
  for (const Function& function : other.functions) {
    auto [at, is_new] = functions_.try_emplace(NameOf(function), static_cast<uint32_t>(into_.functions.size()));
    if (is_new) {
      into_.functions.push_back(function);
    }
    function_of.push_back(at->second);
  }
  if (into_.nodes.empty()) {
    into_.nodes.push_back({});
  }
  std::vector<uint32_t> node_of(other.nodes.size(), 0);
  for (uint32_t i = 0; i < other.nodes.size(); ++i) {
    const CallNode& from = other.nodes[i];
    if (i > 0) {
      uint32_t parent = node_of[from.parent], function = function_of[from.function];
      auto [at, is_new] = children_.try_emplace(Child(parent, function), static_cast<uint32_t>(into_.nodes.size()));
      if (is_new) {
        into_.nodes.push_back({.parent = parent, .function = function});
      }
      node_of[i] = at->second;
    }
    CallNode& to = into_.nodes[node_of[i]];
    to.calls += from.calls;
    to.replays += from.replays;
    to.nanoseconds += from.nanoseconds;
    to.allocated_bytes += from.allocated_bytes;
  }
  for (Event event : other.events) {
    event.function = function_of[event.function];
    into_.events.push_back(event);
  }
}

}  // namespace trident::profile
