#include "core/diagnostics/catalogue.h"
#include "core/diagnostics/catalogue_data.h"

#include <doctest/doctest.h>

namespace trident::diagnostics {
namespace {

TEST_CASE("slugs are unique, lower case with hyphens, and have a summary and a page") {
  llvm::StringRef previous;
  for (const Entry& entry : All()) {
    llvm::StringRef slug = entry.slug;
    CAPTURE(slug.str());
    CHECK(slug != previous);
    CHECK(slug.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == llvm::StringRef::npos);
    CHECK(!llvm::StringRef(entry.summary).empty());
    CHECK(!llvm::StringRef(entry.summary).ends_with("."));
    CHECK(!Page(slug).empty());
    CHECK(Find(slug) == &entry);
    previous = slug;
  }
}

TEST_CASE("every page belongs to a slug and opens with its name") {
  for (unsigned i = 0; i < kPageCount; ++i) {
    CAPTURE(kPages[i].slug);
    CHECK(Find(kPages[i].slug) != nullptr);
    CHECK(llvm::StringRef(kPages[i].markdown).starts_with("# "));
  }
}

TEST_CASE("an unknown slug is nothing") {
  CHECK(Find("no-such-slug") == nullptr);
  CHECK(Page("no-such-slug").empty());
}

}  // namespace
}  // namespace trident::diagnostics
