#include "core/prelude/prelude.h"

#include <algorithm>
#include <string>

namespace trident::prelude {
namespace {

const EmbeddedFile* LowerBound(llvm::StringRef path) {
  return std::lower_bound(kEmbeddedFiles, kEmbeddedFiles + kEmbeddedFileCount, path,
                          [](const EmbeddedFile& file, llvm::StringRef wanted) { return llvm::StringRef(file.path) < wanted; });
}

}  // namespace

std::optional<llvm::StringRef> FindFile(llvm::StringRef path) {
  const EmbeddedFile* found = LowerBound(path);
  if (found == kEmbeddedFiles + kEmbeddedFileCount || path != found->path) {
    return std::nullopt;
  }
  return llvm::StringRef(found->text);
}

bool HasFolder(llvm::StringRef path) {
  std::string prefix = path.str() + "/";
  const EmbeddedFile* found = LowerBound(prefix);
  return found != kEmbeddedFiles + kEmbeddedFileCount && llvm::StringRef(found->path).starts_with(prefix);
}

}  // namespace trident::prelude
