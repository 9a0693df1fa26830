// Adds up the call trees of many reports: each costs what it holds itself, however much was added before.
//
// Equal functions under equal callers are one. Threads: one at a time.
#pragma once

#include "core/base/fingerprint.h"
#include "core/profile/calls.h"

#include <unordered_map>

namespace trident::profile {

class CallSum {
 public:
  // What `into` holds already is part of the sum. It must outlive this, and be changed by nobody else meanwhile.
  explicit CallSum(Calls& into);
  void Add(const Calls& other);

 private:
  static uint64_t Child(uint32_t parent, uint32_t function) { return uint64_t{parent} << 32 | function; }

  Calls& into_;
  std::unordered_map<Fingerprint, uint32_t, FingerprintHash> functions_;
  std::unordered_map<uint64_t, uint32_t> children_;  // Child() to node.
};

}  // namespace trident::profile
