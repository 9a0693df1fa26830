// Writes generated source to disk: whole or not at all, and never over what someone else wrote.
//
// A file is replaced only when it carries Trident's mark and has not been edited since it was written; equal text
// leaves the file as it is. A folder is made where there is none. Threads: any.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace trident::server {

llvm::Error WriteGenerated(llvm::StringRef path, llvm::StringRef text);

}  // namespace trident::server
