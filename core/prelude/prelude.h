// Holds the Python sources that describe torch.nn and the standard library to the interpreter.
//
// Input: none; the texts are compiled into the binary. Output: the text of a module by path.
// Threads: constant data, any thread. Lifetime: process.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace trident::prelude {

struct EmbeddedFile {
  const char* path;  // Relative to core/prelude/lib, e.g. "torch/nn/__init__.py".
  const char* text;
};

extern const EmbeddedFile kEmbeddedFiles[];
extern const unsigned kEmbeddedFileCount;

// The text of the embedded file at `path`, or nullopt. Cost: one binary search.
std::optional<llvm::StringRef> FindFile(llvm::StringRef path);

// Whether any embedded file lies in the folder `path` ("torch/nn").
bool HasFolder(llvm::StringRef path);

}  // namespace trident::prelude
