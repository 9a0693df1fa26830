// Holds results on disk, by content: what one process computed, another need not.
//
// A key is the fingerprint of everything a value was computed from, so that a value is never out of date, only unused.
// Values are checked when they are read: one that is not what was written is as if it were not there. Several processes
// may read and write at once (LMDB). What goes wrong with the disk costs time, never an answer: the store then goes on
// without the entry or, when it cannot go on at all, without the disk, and says so once.
// Threads: any. Put returns at once; a thread of the store's writes in batches.
#pragma once

#include "core/base/fingerprint.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trident::query {

struct DiskOptions {
  std::string folder;                      // Made when it is missing.
  std::string schema;                      // Names the build: values of another build are not looked at.
  uint64_t max_bytes = uint64_t{512} << 20;
  unsigned max_days = 30;                  // Entries not used for longer are dropped.
  std::chrono::milliseconds patience{5000};  // How long the end of the store waits for what was put to be written.
  std::function<void(const std::string&)> log;  // Told once what is wrong with the disk. May be called from any thread.
};

struct TableStats {
  std::string name;
  uint64_t entries = 0, bytes = 0;
};

struct DiskStats {
  std::string path;
  uint64_t file_bytes = 0;
  std::vector<TableStats> tables;
  uint64_t other_builds = 0, other_bytes = 0;  // Files of other builds.
};

class DiskStore {
 public:
  // The names are those of docs/design/caching.md: what was read, what was inferred, what was generated.
  enum class Table : uint8_t { Dependencies, Types, Code };
  static constexpr size_t kTables = 3;
  static const char* NameOf(Table table);

  // Never fails: a store that cannot be opened finds nothing and keeps nothing.
  explicit DiskStore(DiskOptions options);
  ~DiskStore();
  DiskStore(const DiskStore&) = delete;

  std::optional<std::string> Get(Table table, Fingerprint key);
  void Put(Table table, Fingerprint key, std::string value);
  // Waits until what was put is written.
  void Flush();

  uint64_t hits() const;
  uint64_t misses() const;
  // False once the disk was given up.
  bool working() const;

  llvm::Expected<DiskStats> Stats();
  // Drops what is too old, then what was used longest ago until the rest fits; returns the entries dropped.
  llvm::Expected<uint64_t> Collect();
  // Removes the files of all builds under `folder`.
  static llvm::Error Clear(llvm::StringRef folder);
  static std::string FileFor(const DiskOptions& options);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// $XDG_CACHE_HOME/trident, else ~/.cache/trident; empty when there is no home.
std::string DefaultCacheFolder();

// Names this build by the linker's build id.
std::string BuildSchema();

}  // namespace trident::query
