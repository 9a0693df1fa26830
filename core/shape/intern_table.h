// Holds equal values once and names each by a 32-bit index, for the life of the process.
//
// Threads: Get from any thread without a lock; Intern takes the table's lock. Entries never move.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace trident::shape {

template <typename T>
class InternTable {
 public:
  const T& Get(uint32_t index) const {
    Place place = PlaceOf(index);
    return blocks_[place.block].load(std::memory_order_acquire)[place.offset];
  }

  // The index of the entry that `equal` accepts among those of this hash, else of make(), added now.
  uint32_t Intern(uint64_t hash, llvm::function_ref<bool(const T&)> equal, llvm::function_ref<T()> make) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (count_ * 2 >= slots_.size()) {
      Grow();
    }
    size_t mask = slots_.size() - 1, slot = hash & mask;
    for (; slots_[slot] != kEmpty; slot = (slot + 1) & mask) {
      if (hashes_[slots_[slot]] == hash && equal(Get(slots_[slot]))) {
        return slots_[slot];
      }
    }
    Place place = PlaceOf(count_);
    if (place.offset == 0) {
      blocks_[place.block].store(new T[1ull << (place.block + kFirstBlockBits)], std::memory_order_release);
    }
    blocks_[place.block].load(std::memory_order_relaxed)[place.offset] = make();
    hashes_.push_back(hash);
    slots_[slot] = count_;
    return count_++;
  }

 private:
  // Block k holds 2^(k + kFirstBlockBits) entries.
  static constexpr unsigned kFirstBlockBits = 8, kMaxBlocks = 24;
  static constexpr uint32_t kEmpty = 0xFFFFFFFFu;
  struct Place {
    unsigned block;
    uint32_t offset;
  };

  static Place PlaceOf(uint32_t index) {
    uint64_t biased = static_cast<uint64_t>(index) + (1u << kFirstBlockBits);
    unsigned bits = 63 - __builtin_clzll(biased);
    return {bits - kFirstBlockBits, static_cast<uint32_t>(biased - (1ull << bits))};
  }

  void Grow() {
    slots_.assign(slots_.empty() ? 256 : slots_.size() * 2, kEmpty);
    size_t mask = slots_.size() - 1;
    for (uint32_t i = 0; i < count_; ++i) {
      size_t slot = hashes_[i] & mask;
      while (slots_[slot] != kEmpty) {
        slot = (slot + 1) & mask;
      }
      slots_[slot] = i;
    }
  }

  std::mutex mutex_;
  std::vector<uint32_t> slots_;   // Open addressing.
  std::vector<uint64_t> hashes_;  // By index.
  uint32_t count_ = 0;
  std::atomic<T*> blocks_[kMaxBlocks] = {};
};

}  // namespace trident::shape
