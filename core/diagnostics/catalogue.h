// Lists every diagnostic Trident can publish: slug, default level, one-line summary.
//
// Each stage declares its own in core/<stage>/diagnostics.def (TRIDENT_DIAGNOSTIC("slug", Level, "summary")); this
// folder gathers them and embeds docs/diagnostics/<slug>.md for `trident explain`. A test holds that every slug has a
// page and every page a slug. Threads: constant data.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace trident::diagnostics {

enum class Level : uint8_t { Error, Warning, Information, Hint };

struct Entry {
  const char* slug;
  Level level;
  const char* summary;
};

llvm::ArrayRef<Entry> All();
// nullptr when there is no such slug.
const Entry* Find(llvm::StringRef slug);
// The documentation page in Markdown; empty when there is no such slug.
llvm::StringRef Page(llvm::StringRef slug);

}  // namespace trident::diagnostics
