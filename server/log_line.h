// Tells whoever started the process, on standard error. Threads: any.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace trident::server {

// "trident: " and the line, in one piece: other threads may write at the same time.
void WriteLogLine(llvm::StringRef line);

}  // namespace trident::server
