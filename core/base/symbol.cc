#include "core/base/symbol.h"

#include "core/base/check.h"

#include "llvm/Support/Allocator.h"
#include "llvm/Support/xxhash.h"

#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

namespace trident {
namespace {

struct Entry {
  const char* data;
  uint32_t size;
  uint64_t hash;
};

// Entries live in blocks that never move, so Text() needs no lock: block k holds kFirstBlock << k entries.
constexpr unsigned kFirstBlockBits = 12;
constexpr unsigned kMaxBlocks = 20;
constexpr unsigned kShardBits = 4;
constexpr unsigned kShards = 1u << kShardBits;

struct Shard {
  std::mutex mutex;
  llvm::BumpPtrAllocator arena;
  std::vector<uint32_t> slots;  // Open addressing; kEmpty or a local entry number.
  uint32_t count = 0;
  std::atomic<Entry*> blocks[kMaxBlocks] = {};
};

constexpr uint32_t kEmpty = 0xFFFFFFFFu;

Shard& ShardAt(unsigned index) {
  static Shard* shards = new Shard[kShards];  // Never destroyed: texts outlive static destruction.
  return shards[index];
}

struct Place {
  unsigned block;
  uint32_t offset;
};

Place PlaceOf(uint32_t local) {
  uint64_t biased = static_cast<uint64_t>(local) + (1u << kFirstBlockBits);
  unsigned bits = 63 - __builtin_clzll(biased);
  return {bits - kFirstBlockBits, static_cast<uint32_t>(biased - (1ull << bits))};
}

Entry& EntryAt(Shard& shard, uint32_t local) {
  Place place = PlaceOf(local);
  return shard.blocks[place.block].load(std::memory_order_acquire)[place.offset];
}

void Grow(Shard& shard) {
  size_t size = shard.slots.empty() ? 1024 : shard.slots.size() * 2;
  std::vector<uint32_t> slots(size, kEmpty);
  for (uint32_t local = 0; local < shard.count; ++local) {
    size_t slot = (EntryAt(shard, local).hash >> kShardBits) & (size - 1);
    while (slots[slot] != kEmpty) {
      slot = (slot + 1) & (size - 1);
    }
    slots[slot] = local;
  }
  shard.slots = std::move(slots);
}

}  // namespace

Symbol Intern(llvm::StringRef text) {
  uint64_t hash = llvm::xxh3_64bits(text);
  unsigned shard_index = hash & (kShards - 1);
  Shard& shard = ShardAt(shard_index);
  std::lock_guard<std::mutex> lock(shard.mutex);
  if (shard.count * 2 >= shard.slots.size()) {
    Grow(shard);
  }
  size_t mask = shard.slots.size() - 1;
  size_t slot = (hash >> kShardBits) & mask;
  while (shard.slots[slot] != kEmpty) {
    const Entry& entry = EntryAt(shard, shard.slots[slot]);
    if (entry.hash == hash && entry.size == text.size() && std::memcmp(entry.data, text.data(), text.size()) == 0) {
      return Symbol((shard.slots[slot] << kShardBits) | shard_index);
    }
    slot = (slot + 1) & mask;
  }
  uint32_t local = shard.count++;
  CHECK(local < (1u << (32 - kShardBits)) - 16);
  Place place = PlaceOf(local);
  if (place.offset == 0) {
    shard.blocks[place.block].store(new Entry[size_t(1) << (place.block + kFirstBlockBits)], std::memory_order_release);
  }
  char* copy = shard.arena.Allocate<char>(text.size() + 1);
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  EntryAt(shard, local) = {copy, static_cast<uint32_t>(text.size()), hash};
  shard.slots[slot] = local;
  return Symbol((local << kShardBits) | shard_index);
}

static const Entry& EntryOf(Symbol symbol) {
  CHECK(symbol.valid());
  return EntryAt(ShardAt(symbol.index & (kShards - 1)), symbol.index >> kShardBits);
}

llvm::StringRef Text(Symbol symbol) {
  const Entry& entry = EntryOf(symbol);
  return {entry.data, entry.size};
}

uint64_t Hash(Symbol symbol) { return EntryOf(symbol).hash; }

}  // namespace trident
