// A set of objects for one walk after another: clearing it costs nothing, and it keeps its memory.
#pragma once

#include "core/eval/object.h"

#include <vector>

namespace trident::eval {

class Visited {
 public:
  // False if it is there already.
  bool Insert(const Object* object) {
    if (2 * count_ >= slots_.size()) Grow();
    for (size_t at = Place(object);; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.walk != walk_) {
        slot = {object, walk_};
        ++count_;
        return true;
      }
      if (slot.object == object) return false;
    }
  }
  void Clear() {
    count_ = 0;
    if (++walk_ != 0) return;
    // Marks of walks as many ago must not be taken for those of this one.
    slots_.assign(slots_.size(), {});
    walk_ = 1;
  }

 private:
  struct Slot {
    const Object* object = nullptr;
    uint32_t walk = 0;
  };

  size_t Place(const Object* object) const { return (reinterpret_cast<uintptr_t>(object) * 0x9E3779B97F4A7C15ull >> 20) & (slots_.size() - 1); }
  void Grow() {
    std::vector<Slot> old(slots_.empty() ? 256 : 2 * slots_.size());
    old.swap(slots_);
    count_ = 0;
    for (const Slot& slot : old) {
      if (slot.walk == walk_) Insert(slot.object);
    }
  }

  std::vector<Slot> slots_;
  size_t count_ = 0;
  uint32_t walk_ = 1;
};

}  // namespace trident::eval
