// Holds results of arithmetic on sizes that were worked out lately, one table for each thread. Internal to core/shape.
//
// Evaluation asks the same sums and quotients again and again, and asks them once more after every edit; normal forms are
// interned for the life of the process, so a result never becomes wrong. Cost: a look-up and no allocation; a result may
// be forgotten for another one with the same slot.
#pragma once

#include "core/shape/dim.h"

#include <array>

namespace trident::shape {

template <typename Result, size_t kSlots = 4096>
class Recent {
 public:
  template <typename Compute>
  const Result& Get(Dim a, Dim b, Compute compute) {
    uint64_t hash = (a.raw() * 0x9E3779B97F4A7C15ull) ^ (b.raw() * 0xC2B2AE3D27D4EB4Full);
    Slot& slot = slots_[(hash ^ hash >> 29) % kSlots];
    if (!slot.used || slot.a != a || slot.b != b) {
      // Computing may ask this table for others: the slot is taken when the result is there.
      Result result = compute();
      slot = {a, b, true, std::move(result)};
    }
    return slot.result;
  }

 private:
  struct Slot {
    Dim a, b;
    bool used = false;
    Result result{};
  };
  std::array<Slot, kSlots> slots_;
};

}  // namespace trident::shape
