// Holds results of arithmetic on sizes that were worked out lately, one table for each thread. Internal to core/shape.
//
// Evaluation asks the same sums and quotients again and again, and asks them once more after every edit; normal forms are
// interned for the life of the process, so a result never becomes wrong. Cost: a look-up; a result may be forgotten for
// another one with the same slot. A table begins small and grows with what is worked out: every page of it is one the
// system must first give to each thread, which a short run would pay for without using it.
#pragma once

#include "core/shape/dim.h"

#include <vector>

namespace trident::shape {

template <typename Result, size_t kMostSlots = 4096>
class Recent {
 public:
  template <typename Compute>
  const Result& Get(Dim a, Dim b, Compute compute) {
    uint64_t hash = (a.raw() * 0x9E3779B97F4A7C15ull) ^ (b.raw() * 0xC2B2AE3D27D4EB4Full);
    hash ^= hash >> 29;
    if (const Slot& slot = slots_[hash & (slots_.size() - 1)]; slot.used && slot.a == a && slot.b == b) {
      return slot.result;
    }
    // Computing may ask this table for others: the slot is taken when the result is there.
    Result result = compute();
    if (++computed_ > slots_.size() && slots_.size() < kMostSlots) {
      slots_ = std::vector<Slot>(slots_.size() * 4);
    }
    Slot& slot = slots_[hash & (slots_.size() - 1)];
    slot = {a, b, true, std::move(result)};
    return slot.result;
  }

 private:
  struct Slot {
    Dim a, b;
    bool used = false;
    Result result{};
  };
  static constexpr size_t kFirstSlots = 128;
  static_assert((kMostSlots & (kMostSlots - 1)) == 0 && kMostSlots >= kFirstSlots);
  std::vector<Slot> slots_ = std::vector<Slot>(kFirstSlots);
  size_t computed_ = 0;
};

}  // namespace trident::shape
