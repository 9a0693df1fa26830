// Writes a file whole or not at all: a disk that is full leaves what was there before.
//
// The text is written beside the file and moved into its place, with the old file's permissions and through links. What is
// no regular file (a pipe, /dev/null), or lies in a folder that takes no new ones, is written in place; `-` is standard
// output. Errors name the path. Threads: any.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace trident::server {

llvm::Error WriteFile(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream&)> write);

}  // namespace trident::server
