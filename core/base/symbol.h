// Interns identifier and string texts for the life of the process.
//
// Symbol is a 32-bit id; equal texts have equal ids within a process. Ids differ between runs, so anything
// persistent uses Text() or Hash(). Threads: all functions from any thread; Text and Hash take no lock.
#pragma once

#include "core/base/ids.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace trident {

struct SymbolTag;
using Symbol = Id<SymbolTag>;

// Cost: one hash and one probe of a sharded table.
Symbol Intern(llvm::StringRef text);

// Valid for the life of the process; null-terminated.
llvm::StringRef Text(Symbol symbol);

// A content hash of the text (xxh3-64): stable across runs.
uint64_t Hash(Symbol symbol);

}  // namespace trident
