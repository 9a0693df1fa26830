#include "server/generated_file.h"

#include "core/ide/ide.h"
#include "server/write_file.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace trident::server {

llvm::Error WriteGenerated(llvm::StringRef path, llvm::StringRef text) {
  if (llvm::sys::fs::is_directory(path)) return llvm::createStringError(path.str() + " is a folder");
  if (llvm::sys::fs::is_regular_file(path)) {
    llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> old = llvm::MemoryBuffer::getFile(path);
    if (!old) return llvm::createStringError(old.getError(), "cannot read " + path);
    if ((*old)->getBuffer() == text) return llvm::Error::success();
    switch (ide::OriginOf((*old)->getBuffer())) {
      case ide::Origin::Generated: break;
      case ide::Origin::Foreign: return llvm::createStringError(path.str() + " exists and was not written by Trident; it is left as it is");
      case ide::Origin::Edited: return llvm::createStringError(path.str() + " was edited since Trident wrote it; it is left as it is");
    }
  }
  llvm::StringRef folder = llvm::sys::path::parent_path(path);
  if (!folder.empty()) {
    if (std::error_code error = llvm::sys::fs::create_directories(folder)) return llvm::createStringError(error, "cannot make " + folder);
  }
  return WriteFile(path, [&](llvm::raw_ostream& out) { out << text; });
}

}  // namespace trident::server
