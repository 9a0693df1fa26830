#include "core/diagnostics/catalogue.h"

#include "core/diagnostics/catalogue_data.h"

#include <algorithm>
#include <vector>

namespace trident::diagnostics {

llvm::ArrayRef<Entry> All() {
  static const std::vector<Entry>* const sorted = [] {
    auto* entries = new std::vector<Entry>(kEntries, kEntries + kEntryCount);
    std::sort(entries->begin(), entries->end(), [](const Entry& a, const Entry& b) { return llvm::StringRef(a.slug) < b.slug; });
    return entries;
  }();
  return *sorted;
}

const Entry* Find(llvm::StringRef slug) {
  llvm::ArrayRef<Entry> all = All();
  const Entry* found = std::lower_bound(all.begin(), all.end(), slug, [](const Entry& entry, llvm::StringRef wanted) { return entry.slug < wanted; });
  return found != all.end() && slug == found->slug ? found : nullptr;
}

llvm::StringRef Page(llvm::StringRef slug) {
  const PageText* end = kPages + kPageCount;
  const PageText* found = std::find_if(kPages, end, [&](const PageText& page) { return slug == page.slug; });
  return found == end ? llvm::StringRef() : llvm::StringRef(found->markdown);
}

}  // namespace trident::diagnostics
