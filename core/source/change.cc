#include "core/source/change.h"

#include <algorithm>

namespace trident::source {

Change ChangeBetween(llvm::StringRef before, llvm::StringRef after) {
  // What both end with, without what both begin with. Texts are long and differ in little: blocks first.
  constexpr size_t kBlock = 256;
  size_t left = std::min(before.size(), after.size());
  Change change;
  while (left >= kBlock && before.take_front(kBlock) == after.take_front(kBlock)) {
    before = before.drop_front(kBlock), after = after.drop_front(kBlock);
    left -= kBlock, change.start += kBlock;
  }
  while (left > 0 && before.front() == after.front()) {
    before = before.drop_front(), after = after.drop_front();
    --left, ++change.start;
  }
  while (left >= kBlock && before.take_back(kBlock) == after.take_back(kBlock)) {
    before = before.drop_back(kBlock), after = after.drop_back(kBlock);
    left -= kBlock;
  }
  while (left > 0 && before.back() == after.back()) {
    before = before.drop_back(), after = after.drop_back();
    --left;
  }
  change.old_end = change.start + static_cast<uint32_t>(before.size());
  change.new_end = change.start + static_cast<uint32_t>(after.size());
  return change;
}

}  // namespace trident::source
