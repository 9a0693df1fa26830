// Holds the tables that embed.cmake generates; only catalogue.cc reads them.
//
// Both tables end with an entry of null pointers that the counts leave out, so that they may be empty.
#pragma once

#include "core/diagnostics/catalogue.h"

namespace trident::diagnostics {

struct PageText {
  const char* slug;
  const char* markdown;
};

extern const Entry kEntries[];
extern const unsigned kEntryCount;
extern const PageText kPages[];  // By slug.
extern const unsigned kPageCount;

}  // namespace trident::diagnostics
