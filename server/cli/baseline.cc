#include "server/cli/baseline.h"

#include "core/source/source.h"
#include "server/write_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace trident::cli {
namespace {

std::string Row(const ide::Diagnostic& diagnostic, llvm::StringRef folder) {
  llvm::StringRef path = diagnostic.location.path;
  if (path.starts_with(folder) && path.drop_front(folder.size()).starts_with("/")) {
    path = path.drop_front(folder.size() + 1);
  }
  std::string row = diagnostic.code + "\t" + path.str() + "\t" + diagnostic.message;
  std::replace(row.begin(), row.end(), '\n', ' ');
  return row;
}

std::string FolderOf(llvm::StringRef path) { return llvm::sys::path::parent_path(source::NormalPath(path)).str(); }

}  // namespace

llvm::Error WriteBaseline(llvm::StringRef path, const Findings& findings) {
  std::string folder = FolderOf(path);
  std::vector<std::string> rows;
  for (const ide::Diagnostic& diagnostic : findings.diagnostics) {
    rows.push_back(Row(diagnostic, folder));
  }
  llvm::sort(rows);
  return server::WriteFile(path, [&](llvm::raw_ostream& out) {
    out << "# Known problems that `trident check --baseline` leaves out. Written by `trident check --write-baseline`.\n";
    for (const std::string& row : rows) {
      out << row << "\n";
    }
  });
}

llvm::Error ApplyBaseline(llvm::StringRef path, Findings& findings) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) {
    return llvm::createStringError(path + ": cannot be read: " + buffer.getError().message());
  }
  llvm::StringMap<size_t> known;
  llvm::SmallVector<llvm::StringRef> lines;
  (*buffer)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines) {
    if (!line.starts_with("#")) {
      ++known[line.rtrim('\r')];
    }
  }
  std::string folder = FolderOf(path);
  llvm::erase_if(findings.diagnostics, [&](const ide::Diagnostic& diagnostic) {
    auto row = known.find(Row(diagnostic, folder));
    if (row == known.end() || row->second == 0) {
      return false;
    }
    --row->second;
    ++findings.baselined;
    return true;
  });
  return llvm::Error::success();
}

}  // namespace trident::cli
