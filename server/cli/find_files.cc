#include "server/cli/find_files.h"

#include "core/source/source.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>

namespace trident::cli {
namespace {

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

bool IsSkipped(const std::string& path, llvm::StringRef name) {
  return name.starts_with(".") || name == "site-packages" || name == "node_modules" || name == "__pycache__" || Exists(path + "/pyvenv.cfg");
}

// What the entry is, without following a link to a folder: that is how loops arise.
unsigned char KindOf(const std::string& path, unsigned char listed) {
  struct stat status;
  if (listed == DT_DIR || listed == DT_REG) {
    return listed;
  }
  if (listed == DT_UNKNOWN && lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return DT_DIR;
  }
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) ? DT_REG : DT_UNKNOWN;
}

}  // namespace

void CollectPython(const std::string& folder, size_t limit, FoundFiles& into) {
  std::vector<std::string> todo = {folder};
  while (!todo.empty() && into.files.size() < limit) {
    std::string here = std::move(todo.back());
    todo.pop_back();
    DIR* handle = opendir(here.c_str());
    if (!handle) {
      into.failures.push_back(here + ": cannot be read: " + std::strerror(errno));
      continue;
    }
    std::vector<std::string> files, folders;
    while (const dirent* entry = readdir(handle)) {
      llvm::StringRef name = entry->d_name;
      // Most of what lies in a folder of data.
      if (name == "." || name == ".." || (entry->d_type == DT_REG && !name.ends_with(".py"))) {
        continue;
      }
      std::string path = (here == "/" ? here : here + "/") + name.str();
      unsigned char kind = KindOf(path, entry->d_type);
      if (kind == DT_DIR && !IsSkipped(path, name)) {
        folders.push_back(std::move(path));
      } else if (kind == DT_REG && name.ends_with(".py")) {
        files.push_back(std::move(path));
      }
    }
    closedir(handle);
    llvm::sort(files);
    for (std::string& file : files) {
      if (into.files.size() < limit) {
        into.files.push_back(std::move(file));
      }
    }
    // The stack gives back the last first.
    llvm::sort(folders, std::greater<>());
    llvm::append_range(todo, folders);
  }
}

FoundFiles FindFiles(llvm::ArrayRef<std::string> paths) {
  FoundFiles found;
  std::vector<std::string> here = {"."};
  for (const std::string& path : paths.empty() ? llvm::ArrayRef(here) : paths) {
    struct stat status;
    if (stat(path.c_str(), &status) != 0) {
      found.failures.push_back(path + (errno == ENOENT || errno == ENOTDIR ? ": no such file or folder" : std::string(": cannot be read: ") + std::strerror(errno)));
      continue;
    }
    std::string absolute = source::NormalPath(path);
    if (!S_ISDIR(status.st_mode)) {
      found.files.push_back(absolute);
      continue;
    }
    size_t files = found.files.size(), failures = found.failures.size();
    CollectPython(absolute, std::numeric_limits<size_t>::max(), found);
    if (found.files.size() == files && found.failures.size() == failures) {
      found.failures.push_back(path + ": no Python files in this folder");
    }
  }
  llvm::StringSet<> seen;
  llvm::erase_if(found.files, [&](const std::string& path) { return !seen.insert(path).second; });
  return found;
}

}  // namespace trident::cli
