#include "core/source/source.h"

#include "core/source/decode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>

namespace trident::source {
namespace {

llvm::Error Refusal(const llvm::Twine& message) { return llvm::createStringError(message); }

llvm::Error TooLarge(llvm::StringRef path) { return Refusal(path + ": is too large: the limit is " + llvm::Twine(kMaxFileBytes >> 20) + " MiB"); }

// What a path was found to be, kept until Changed() or a new overlay: an absent file is knowledge too.
struct Entry {
  std::weak_ptr<const Text> text;
  Fingerprint fingerprint;
  std::string refusal;
};

std::shared_ptr<const Text> MakeText(std::string content, int64_t version) {
  auto text = std::make_shared<Text>();
  text->content = std::move(content);
  text->fingerprint = FingerprintOf(text->content);
  text->lines = LineTable(text->content);
  text->version = version;
  return text;
}

// The raw bytes. Opened without blocking, so that a named pipe or a device is refused instead of waited for.
llvm::Expected<std::string> ReadBytes(llvm::StringRef path) {
  std::string name = path.str();
  int file = open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return Refusal(path + ": no such file");
    }
    return Refusal(path + ": cannot be read: " + llvm::StringRef(strerror(errno)));
  }
  struct Closer {
    int file;
    ~Closer() { close(file); }
  } closer{file};
  struct stat status;
  if (fstat(file, &status) != 0) {
    return Refusal(path + ": cannot be read: " + llvm::StringRef(strerror(errno)));
  }
  if (S_ISDIR(status.st_mode)) {
    return Refusal(path + ": is a folder, not a file");
  }
  if (!S_ISREG(status.st_mode)) {
    return Refusal(path + ": is not a regular file");
  }
  if (static_cast<uint64_t>(status.st_size) > kMaxFileBytes) {
    return TooLarge(path);
  }
  // One byte more than announced: the last read then reports the end, and a file that grew meanwhile is seen.
  std::string bytes;
  bytes.resize(status.st_size + 1);
  size_t filled = 0;
  while (true) {
    ssize_t count = read(file, bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return Refusal(path + ": cannot be read: " + llvm::StringRef(strerror(errno)));
    }
    if (count == 0) {
      break;
    }
    filled += count;
    if (filled > kMaxFileBytes) {
      return TooLarge(path);
    }
    if (filled == bytes.size()) {
      bytes.resize(bytes.size() * 2);
    }
  }
  bytes.resize(filled);
  return bytes;
}

bool IsUnder(llvm::StringRef path, llvm::StringRef folder) {
  return path.size() > folder.size() && path.starts_with(folder) && (path[folder.size()] == '/' || folder == "/");
}

template <typename Map>
void ForgetTree(Map& map, llvm::StringRef path) {
  for (auto it = map.begin(); it != map.end();) {
    auto here = it++;
    if (here->getKey() == path || IsUnder(here->getKey(), path)) {
      map.erase(here);
    }
  }
}

}  // namespace

struct FileStore::Impl {
  std::mutex mutex;
  llvm::StringMap<std::shared_ptr<const Text>> overlays;
  llvm::StringMap<Entry> entries;
  llvm::StringMap<PathKind> kinds;
  llvm::StringMap<std::vector<std::string>> lists;

  std::deque<std::shared_ptr<const Text>> kept;  // In the order in which they were read.
  size_t kept_bytes = 0;

  // Of two threads that read the same file, the first decides what both see. Call with the lock held.
  llvm::Expected<std::shared_ptr<const Text>> Store(const std::string& path, std::shared_ptr<const Text> text, std::string refusal) {
    auto [slot, is_new] = entries.try_emplace(path);
    Entry& entry = slot->second;
    if (std::shared_ptr<const Text> known = entry.text.lock()) return known;
    if (!is_new && !entry.refusal.empty()) return Refusal(entry.refusal);
    entry = {text, text ? text->fingerprint : Fingerprint(), std::move(refusal)};
    if (!text) return Refusal(entry.refusal);
    kept_bytes += text->content.size();
    kept.push_back(text);
    while (kept_bytes > kMaxKeptBytes && kept.size() > 1) {
      kept_bytes -= kept.front()->content.size();
      kept.pop_front();
    }
    return text;
  }

  // A path that appears or goes changes what its folders are and contain. Call with the lock held.
  void ForgetParents(llvm::StringRef path) {
    lists.erase(llvm::sys::path::parent_path(path));
    for (llvm::StringRef folder = path; !folder.empty(); folder = llvm::sys::path::parent_path(folder)) {
      kinds.erase(folder);
    }
  }
};

FileStore::FileStore() : impl_(std::make_unique<Impl>()) {}
FileStore::~FileStore() = default;

llvm::Expected<std::shared_ptr<const Text>> FileStore::Read(llvm::StringRef path) {
  std::string normal = NormalPath(path);
  {
    std::lock_guard lock(impl_->mutex);
    if (auto overlay = impl_->overlays.find(normal); overlay != impl_->overlays.end()) {
      if (overlay->second->content.size() > kMaxFileBytes) {
        return TooLarge(normal);
      }
      return overlay->second;
    }
    if (auto known = impl_->entries.find(normal); known != impl_->entries.end()) {
      if (std::shared_ptr<const Text> text = known->second.text.lock()) return text;
      if (!known->second.refusal.empty()) return Refusal(known->second.refusal);
    }
  }
  // The disk is read without the lock; of two threads that race, the first to finish decides what all see.
  std::shared_ptr<const Text> text;
  std::string refusal;
  llvm::Expected<std::string> bytes = ReadBytes(normal);
  if (!bytes) {
    refusal = llvm::toString(bytes.takeError());
  } else if (llvm::Expected<std::string> content = DecodePython(std::move(*bytes))) {
    text = MakeText(std::move(*content), 0);
  } else {
    refusal = normal + ": " + llvm::toString(content.takeError());
  }
  std::lock_guard lock(impl_->mutex);
  return impl_->Store(normal, std::move(text), std::move(refusal));
}

PathKind FileStore::Kind(llvm::StringRef path) {
  std::string normal = NormalPath(path);
  {
    std::lock_guard lock(impl_->mutex);
    if (impl_->overlays.contains(normal)) {
      return PathKind::File;
    }
    if (auto known = impl_->kinds.find(normal); known != impl_->kinds.end()) {
      return known->second;
    }
  }
  struct stat status;
  PathKind kind = PathKind::Missing;
  if (stat(normal.c_str(), &status) == 0) {
    kind = S_ISDIR(status.st_mode) ? PathKind::Folder : PathKind::File;
  }
  std::lock_guard lock(impl_->mutex);
  return impl_->kinds.try_emplace(normal, kind).first->second;
}

std::vector<std::string> FileStore::List(llvm::StringRef folder) {
  std::string normal = NormalPath(folder);
  {
    std::lock_guard lock(impl_->mutex);
    if (auto known = impl_->lists.find(normal); known != impl_->lists.end()) {
      return known->second;
    }
  }
  std::vector<std::string> names;
  if (DIR* handle = opendir(normal.c_str())) {
    while (const dirent* entry = readdir(handle)) {
      llvm::StringRef name = entry->d_name;
      if (name != "." && name != "..") {
        names.push_back(name.str());
      }
    }
    closedir(handle);
  }
  std::lock_guard lock(impl_->mutex);
  for (const auto& overlay : impl_->overlays) {
    if (llvm::sys::path::parent_path(overlay.getKey()) == normal) {
      names.push_back(llvm::sys::path::filename(overlay.getKey()).str());
    }
  }
  llvm::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return impl_->lists.try_emplace(normal, std::move(names)).first->second;
}

FileStore::Change FileStore::SetOverlay(llvm::StringRef path, std::string text, int64_t version) {
  std::string normal = NormalPath(path);
  std::shared_ptr<const Text> made = MakeText(std::move(text), version);
  std::lock_guard lock(impl_->mutex);
  auto [slot, is_new] = impl_->overlays.try_emplace(normal);
  Fingerprint before = slot->second ? slot->second->fingerprint : Fingerprint();
  slot->second = made;
  if (is_new) {
    auto kind = impl_->kinds.find(normal);
    bool was_missing = kind != impl_->kinds.end() && kind->second == PathKind::Missing;
    impl_->ForgetParents(normal);
    if (was_missing) return Change::Existence;
    if (auto known = impl_->entries.find(normal); known != impl_->entries.end()) before = known->second.fingerprint;
  }
  return before == made->fingerprint ? Change::Nothing : Change::Content;
}

void FileStore::ClearOverlay(llvm::StringRef path) {
  std::string normal = NormalPath(path);
  std::lock_guard lock(impl_->mutex);
  impl_->overlays.erase(normal);
  // The disk may have moved on while the document shadowed it.
  impl_->entries.erase(normal);
  impl_->ForgetParents(normal);
}

void FileStore::Changed(llvm::StringRef path) {
  std::string normal = NormalPath(path);
  std::lock_guard lock(impl_->mutex);
  ForgetTree(impl_->entries, normal);
  ForgetTree(impl_->kinds, normal);
  ForgetTree(impl_->lists, normal);
  impl_->ForgetParents(normal);
}

std::string RealPath(llvm::StringRef path) {
  llvm::SmallString<256> real;
  return llvm::sys::fs::real_path(path, real) ? NormalPath(path) : real.str().str();
}

std::string NormalPath(llvm::StringRef path) {
  // Most callers pass what this function returned: see that without building a copy twice.
  bool is_normal = path.starts_with("/") && !path.contains("//") && !path.contains("/.") && (path.size() == 1 || !path.ends_with("/"));
  if (is_normal) {
    return path.str();
  }
  llvm::SmallString<256> result = path;
  llvm::sys::fs::make_absolute(result);
  llvm::sys::path::remove_dots(result, /*remove_dot_dot=*/true);
  while (result.size() > 1 && result.ends_with("/")) {
    result.pop_back();
  }
  return std::string(result);
}

}  // namespace trident::source
