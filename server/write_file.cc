#include "server/write_file.h"

#include "core/source/source.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <optional>

namespace trident::server {
namespace {

namespace fs = llvm::sys::fs;

// An error that nobody asks a stream for ends the process in its destructor: it is taken out here.
std::error_code WriteInto(llvm::raw_fd_ostream& out, llvm::function_ref<void(llvm::raw_ostream&)> write) {
  write(out);
  out.flush();
  std::error_code error = out.error();
  out.clear_error();
  return error;
}

std::error_code WriteInPlace(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream&)> write) {
  std::error_code opened;
  llvm::raw_fd_ostream out(path, opened);
  return opened ? opened : WriteInto(out, write);
}

// Nothing where no file can be made beside `path`. Not fs::TempFile: it takes over the handlers of signals, which the
// analysis thread has its own for.
std::optional<std::error_code> WriteBeside(const std::string& path, fs::perms permissions, llvm::function_ref<void(llvm::raw_ostream&)> write) {
  int descriptor = -1;
  llvm::SmallString<256> beside;
  if (fs::createUniqueFile(path + ".%%%%%%%%", descriptor, beside)) return std::nullopt;
  std::error_code error;
  {
    llvm::raw_fd_ostream out(descriptor, /*shouldClose=*/true);
    error = WriteInto(out, write);
  }
  if (!error) error = fs::setPermissions(beside, permissions);
  if (!error) error = fs::rename(beside, path);
  if (error) fs::remove(beside);
  return error;
}

}  // namespace

llvm::Error WriteFile(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream&)> write) {
  if (path == "-") {
    write(llvm::outs());
    return llvm::Error::success();
  }
  fs::file_status status;
  bool exists = !fs::status(path, status);
  std::optional<std::error_code> error;
  if (!exists) {
    error = WriteBeside(source::RealPath(path), static_cast<fs::perms>((fs::all_read | fs::all_write) & ~fs::getUmask()), write);
  } else if (fs::is_regular_file(status) && !fs::access(path, fs::AccessMode::Write)) {
    error = WriteBeside(source::RealPath(path), status.permissions(), write);
  }
  if (!error) error = WriteInPlace(path, write);
  return *error ? llvm::createStringError(path.str() + ": cannot be written: " + error->message()) : llvm::Error::success();
}

}  // namespace trident::server
