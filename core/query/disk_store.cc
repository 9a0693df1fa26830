#include "core/query/disk_store.h"

#include "core/query/guarded.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/xxhash.h"

#include <elf.h>
#include <link.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

namespace trident::query {
namespace {

constexpr const char* kTableNames[] = {"dependencies", "types", "code"};
constexpr const char* kUsedTable = "used";

uint32_t Today() { return std::chrono::duration_cast<std::chrono::hours>(std::chrono::system_clock::now().time_since_epoch()).count() / 24; }

// What is stored for a value: the checksum of its key and content, then the content.
struct Record {
  static uint64_t Checksum(Fingerprint key, llvm::StringRef content) {
    return llvm::xxh3_64bits(content) ^ (key.low * 0x9E3779B97F4A7C15ull) ^ key.high;
  }
  static std::string Make(Fingerprint key, llvm::StringRef content) {
    uint64_t checksum = Checksum(key, content);
    return std::string(reinterpret_cast<const char*>(&checksum), sizeof checksum) + content.str();
  }
  static std::optional<std::string> Read(Fingerprint key, llvm::StringRef record) {
    uint64_t checksum = 0;
    if (record.size() < sizeof checksum) return std::nullopt;
    std::memcpy(&checksum, record.data(), sizeof checksum);
    llvm::StringRef content = record.drop_front(sizeof checksum);
    if (checksum != Checksum(key, content)) return std::nullopt;
    return content.str();
  }
};

struct Write {
  DiskStore::Table table;
  Fingerprint key;
  std::string record;  // Empty: the entry was used today.
};

// Values of up to half a page lie beside each other; larger ones take pages of their own.
uint64_t BytesOnDisk(uint64_t value_bytes) { return value_bytes < 2000 ? value_bytes + 100 : (value_bytes + 16 + 4095) / 4096 * 4096 + 64; }

uint64_t BytesOf(const MDB_stat& table) { return (table.ms_branch_pages + table.ms_leaf_pages + table.ms_overflow_pages) * table.ms_psize; }

MDB_val Val(llvm::StringRef text) { return {text.size(), const_cast<char*>(text.data())}; }
MDB_val Val(const Fingerprint& key) { return {sizeof key, const_cast<Fingerprint*>(&key)}; }
llvm::StringRef Ref(const MDB_val& value) { return {static_cast<const char*>(value.mv_data), value.mv_size}; }

std::string UsedKey(DiskStore::Table table, Fingerprint key) {
  return std::string(1, static_cast<char>(table)) + std::string(reinterpret_cast<const char*>(&key), sizeof key);
}

}  // namespace

struct DiskStore::Impl {
  DiskOptions options;
  std::string path;
  MDB_env* env = nullptr;
  std::array<MDB_dbi, kTables> tables{};
  MDB_dbi used = 0;
  std::atomic<bool> working = false;
  std::mutex telling;
  bool told = false;
  std::atomic<uint64_t> hits = 0, misses = 0;

  std::mutex mutex;
  std::condition_variable wake, written;
  std::deque<Write> queue;
  bool writing = false, stop = false;
  std::thread writer;

  void Tell(const std::string& line);
  void GiveUp(const std::string& why);
  void Abandon();
  void Open();
  int OpenEnvironment();
  int OpenTables();
  std::optional<std::string> Get(Table table, Fingerprint key);
  int WriteBatch(const std::deque<Write>& batch);
  // An entry by its key in the table of used entries: its own table, and its key there.
  struct Used {
    uint32_t day;
    std::string name;
    uint64_t bytes;
    size_t Table() const { return static_cast<unsigned char>(name[0]); }
    llvm::StringRef Key() const { return llvm::StringRef(name).drop_front(1); }
  };
  int ReadStats(std::array<MDB_stat, kTables>& found);
  int ReadUsed(std::vector<Used>& entries);
  int Drop(llvm::ArrayRef<Used> entries);
  int DropAll();
  int MakeRoom(uint64_t max_bytes, uint64_t& dropped);
  int KeepRoom();
  std::deque<Write> TakeBatch();
  void Work();
};

void DiskStore::Impl::Tell(const std::string& line) {
  std::lock_guard<std::mutex> lock(telling);
  if (!told && options.log) options.log(line);
  told = true;
}

// One line, once; from then on the disk is left alone.
void DiskStore::Impl::GiveUp(const std::string& why) {
  working = false;
  Tell("the cache is not used: " + path + ": " + why);
}

// After a fault this process may hold the file's lock for ever: the next ones begin anew, beside it.
void DiskStore::Impl::Abandon() {
  GiveUp("it is damaged");
  llvm::sys::fs::remove(path);
  llvm::sys::fs::remove(path + "-lock");
}

int DiskStore::Impl::OpenEnvironment() {
  if (int error = mdb_env_create(&env)) return error;
  mdb_env_set_maxdbs(env, kTables + 1);
  mdb_env_set_maxreaders(env, 512);
  mdb_env_set_mapsize(env, options.max_bytes + options.max_bytes / 4 + (uint64_t{16} << 20));
  // Not waiting for the disk may lose the last entries when the machine fails; the checksums see to the rest.
  // Pages are changed in the map, not in copies on the heap: what a damaged page says of its own size cannot write beside
  // a copy and break the process.
  int error = mdb_env_open(env, path.c_str(), MDB_NOSUBDIR | MDB_NOTLS | MDB_NOSYNC | MDB_NORDAHEAD | MDB_WRITEMAP, 0644);
  mdb_env_set_assert(env, [](MDB_env*, const char*) { EndGuarded(); });
  int dead = 0;
  if (error == 0) mdb_reader_check(env, &dead);
  return error;
}

int DiskStore::Impl::OpenTables() {
  MDB_txn* transaction = nullptr;
  if (int error = mdb_txn_begin(env, nullptr, 0, &transaction)) return error;
  int error = 0;
  for (size_t i = 0; i < kTables && error == 0; ++i) error = mdb_dbi_open(transaction, kTableNames[i], MDB_CREATE, &tables[i]);
  if (error == 0) error = mdb_dbi_open(transaction, kUsedTable, MDB_CREATE, &used);
  if (error != 0) {
    mdb_txn_abort(transaction);
    return error;
  }
  return mdb_txn_commit(transaction);
}

void DiskStore::Impl::Open() {
  if (options.folder.empty()) return;
  path = FileFor(options);
  if (std::error_code error = llvm::sys::fs::create_directories(options.folder)) return GiveUp(error.message());
  // A second try makes a new file in place of one that cannot be read.
  for (int attempt = 0; attempt < 2; ++attempt) {
    int error = 0;
    bool sound = Guarded([&] {
      error = OpenEnvironment();
      if (error == 0) error = OpenTables();
    });
    if (sound && error == 0) {
      working = true;
      return;
    }
    // What the environment holds after a fault is not known: it is left where it is.
    if (sound && env) mdb_env_close(env);
    env = nullptr;
    bool damaged = !sound || error == MDB_INVALID || error == MDB_CORRUPTED || error == MDB_VERSION_MISMATCH || error == MDB_PANIC || error == MDB_PAGE_NOTFOUND ||
                   error == MDB_INCOMPATIBLE || error == MDB_BAD_TXN;
    if (!damaged || attempt == 1) return GiveUp(sound ? mdb_strerror(error) : "it is damaged");
    Tell("the cache was damaged and begins anew: " + path);
    llvm::sys::fs::remove(path);
    llvm::sys::fs::remove(path + "-lock");
  }
}

std::optional<std::string> DiskStore::Impl::Get(Table table, Fingerprint key) {
  std::optional<std::string> content;
  MDB_txn* transaction = nullptr;
  int error = 0;
  MDB_val value = {0, nullptr};
  bool sound = Guarded([&] {
    error = mdb_txn_begin(env, nullptr, MDB_RDONLY, &transaction);
    if (error != 0) return;
    MDB_val name = Val(key);
    error = mdb_get(transaction, tables[static_cast<size_t>(table)], &name, &value);
  });
  if (sound && error == 0) {
    // The length may be nonsense too; memory for the copy is taken outside of the guarded code.
    std::string copy;
    sound = value.mv_size <= options.max_bytes;
    if (sound) copy.resize(value.mv_size);
    sound = sound && Guarded([&] { std::memcpy(copy.data(), value.mv_data, value.mv_size); });
    if (sound) content = Record::Read(key, copy);
  }
  if (sound && transaction) mdb_txn_abort(transaction);
  if (!sound) {
    Abandon();
  } else if (error != 0 && error != MDB_NOTFOUND) {
    GiveUp(mdb_strerror(error));
  }
  return content;
}

int DiskStore::Impl::WriteBatch(const std::deque<Write>& batch) {
  MDB_txn* transaction = nullptr;
  if (int error = mdb_txn_begin(env, nullptr, 0, &transaction)) return error;
  uint32_t today = Today();
  for (const Write& write : batch) {
    MDB_val name = Val(write.key), value = Val(write.record);
    std::string used_name = UsedKey(write.table, write.key);
    MDB_val used_key = Val(used_name), day = {sizeof today, &today};
    int error = write.record.empty() ? 0 : mdb_put(transaction, tables[static_cast<size_t>(write.table)], &name, &value, 0);
    if (error == 0) error = mdb_put(transaction, used, &used_key, &day, 0);
    if (error != 0) {
      mdb_txn_abort(transaction);
      return error;
    }
  }
  return mdb_txn_commit(transaction);
}

int DiskStore::Impl::ReadStats(std::array<MDB_stat, kTables>& found) {
  MDB_txn* transaction = nullptr;
  int error = mdb_txn_begin(env, nullptr, MDB_RDONLY, &transaction);
  for (size_t i = 0; i < kTables && error == 0; ++i) error = mdb_stat(transaction, tables[i], &found[i]);
  if (transaction) mdb_txn_abort(transaction);
  return error;
}

// All entries with the day they were last used.
int DiskStore::Impl::ReadUsed(std::vector<Used>& entries) {
  MDB_txn* transaction = nullptr;
  if (int error = mdb_txn_begin(env, nullptr, MDB_RDONLY, &transaction)) return error;
  MDB_cursor* cursor = nullptr;
  int error = mdb_cursor_open(transaction, used, &cursor);
  MDB_val name, day;
  while (error == 0 && (error = mdb_cursor_get(cursor, &name, &day, MDB_NEXT)) == 0) {
    if (name.mv_size != 1 + sizeof(Fingerprint) || day.mv_size != sizeof(uint32_t)) continue;
    Used entry{0, Ref(name).str(), 0};
    std::memcpy(&entry.day, day.mv_data, sizeof entry.day);
    MDB_val key = Val(entry.Key()), value;
    if (entry.Table() < kTables && mdb_get(transaction, tables[entry.Table()], &key, &value) == 0) entry.bytes = BytesOnDisk(value.mv_size);
    entries.push_back(std::move(entry));
  }
  if (cursor) mdb_cursor_close(cursor);
  mdb_txn_abort(transaction);
  return error == MDB_NOTFOUND ? 0 : error;
}

int DiskStore::Impl::Drop(llvm::ArrayRef<Used> entries) {
  MDB_txn* transaction = nullptr;
  if (int error = mdb_txn_begin(env, nullptr, 0, &transaction)) return error;
  for (const Used& entry : entries) {
    MDB_val key = Val(entry.Key()), used_key = Val(entry.name);
    int error = entry.Table() < kTables ? mdb_del(transaction, tables[entry.Table()], &key, nullptr) : 0;
    if (error == 0 || error == MDB_NOTFOUND) error = mdb_del(transaction, used, &used_key, nullptr);
    if (error != 0 && error != MDB_NOTFOUND) {
      mdb_txn_abort(transaction);
      return error;
    }
  }
  return mdb_txn_commit(transaction);
}

// For when there is no room even for the pages that dropping entries one by one changes.
int DiskStore::Impl::DropAll() {
  MDB_txn* transaction = nullptr;
  if (int error = mdb_txn_begin(env, nullptr, 0, &transaction)) return error;
  int error = mdb_drop(transaction, used, 0);
  for (size_t i = 0; i < kTables && error == 0; ++i) error = mdb_drop(transaction, tables[i], 0);
  if (error == 0) return mdb_txn_commit(transaction);
  mdb_txn_abort(transaction);
  return error;
}

// Drops entries until what is left takes at most `max_bytes` and was used within max_days.
int DiskStore::Impl::MakeRoom(uint64_t max_bytes, uint64_t& dropped) {
  // A few at a time: a transaction that changes pages all over needs as many free ones.
  constexpr size_t kAtATime = 64;
  std::vector<Used> entries;
  if (int error = ReadUsed(entries)) return error;
  uint64_t total = 0;
  for (const Used& entry : entries) total += entry.bytes;
  std::sort(entries.begin(), entries.end(), [](const Used& a, const Used& b) { return std::tie(a.day, a.name) < std::tie(b.day, b.name); });
  uint32_t oldest = Today() - std::min(Today(), options.max_days);
  size_t count = 0;
  for (; count < entries.size() && (entries[count].day < oldest || total > max_bytes); ++count) total -= entries[count].bytes;
  for (size_t i = 0; i < count; i += kAtATime) {
    int error = Drop(llvm::ArrayRef(entries).slice(i, std::min(kAtATime, count - i)));
    if (error == MDB_MAP_FULL) {
      dropped = entries.size();
      return DropAll();
    }
    if (error != 0) return error;
    dropped = std::min(i + kAtATime, count);
  }
  return 0;
}

// Before the map is full: dropping entries needs free pages too, and those that are given up stay taken for as long as
// somebody reads.
int DiskStore::Impl::KeepRoom() {
  std::array<MDB_stat, kTables> found{};
  if (int error = ReadStats(found)) return error;
  uint64_t bytes = 0, dropped = 0;
  for (const MDB_stat& table : found) bytes += BytesOf(table);
  return bytes > options.max_bytes ? MakeRoom(options.max_bytes / 2, dropped) : 0;
}

// What comes together is written together, as far as there is surely room for it.
std::deque<Write> DiskStore::Impl::TakeBatch() {
  std::deque<Write> batch;
  uint64_t bytes = 0;
  while (!queue.empty() && (batch.empty() || bytes < options.max_bytes / 8)) {
    bytes += BytesOnDisk(queue.front().record.size());
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return batch;
}

void DiskStore::Impl::Work() {
  std::unique_lock<std::mutex> lock(mutex);
  while (true) {
    wake.wait(lock, [&] { return stop || !queue.empty(); });
    if (queue.empty()) return;
    std::deque<Write> batch = TakeBatch();
    writing = true;
    lock.unlock();
    if (working) {
      int error = 0;
      uint64_t dropped = 0;
      bool sound = Guarded([&] {
        error = KeepRoom();
        if (error == 0) error = WriteBatch(batch);
        if (error != MDB_MAP_FULL) return;
        error = MakeRoom(options.max_bytes / 2, dropped);
        if (error == 0) error = WriteBatch(batch);
      });
      if (!sound) Abandon();
      // Still full: other processes read what was dropped. These entries are lost, the next ones may find room.
      else if (error != 0 && error != MDB_MAP_FULL) GiveUp(mdb_strerror(error));
    }
    lock.lock();
    writing = false;
    written.notify_all();
  }
}

const char* DiskStore::NameOf(Table table) { return kTableNames[static_cast<size_t>(table)]; }

DiskStore::DiskStore(DiskOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  impl_->Open();
}

DiskStore::~DiskStore() {
  Flush();
  {
    std::lock_guard<std::mutex> lock(impl_->mutex);
    impl_->stop = true;
  }
  impl_->wake.notify_all();
  if (!impl_->writer.joinable()) {
    if (impl_->env && impl_->working) mdb_env_close(impl_->env);
    return;
  }
  std::unique_lock<std::mutex> lock(impl_->mutex);
  if (impl_->writing) {
    // Another process holds the file's lock: the thread is left behind with all it looks at.
    lock.unlock();
    {
      // Whom it would tell of a failure may be gone by then.
      std::lock_guard<std::mutex> quiet(impl_->telling);
      impl_->told = true;
    }
    impl_->writer.detach();
    (void)impl_.release();
    return;
  }
  lock.unlock();
  impl_->writer.join();
  if (impl_->env && impl_->working) mdb_env_close(impl_->env);
}

std::optional<std::string> DiskStore::Get(Table table, Fingerprint key) {
  if (!impl_->working) return std::nullopt;
  std::optional<std::string> content = impl_->Get(table, key);
  ++(content ? impl_->hits : impl_->misses);
  if (content) Put(table, key, "");
  return content;
}

void DiskStore::Put(Table table, Fingerprint key, std::string value) {
  if (!impl_->working) return;
  std::string record = value.empty() ? "" : Record::Make(key, value);
  std::lock_guard<std::mutex> lock(impl_->mutex);
  if (!impl_->writer.joinable()) impl_->writer = std::thread([impl = impl_.get()] { impl->Work(); });
  impl_->queue.push_back({table, key, std::move(record)});
  impl_->wake.notify_all();
}

void DiskStore::Flush() {
  std::unique_lock<std::mutex> lock(impl_->mutex);
  impl_->written.wait_for(lock, impl_->options.patience, [&] { return impl_->queue.empty() && !impl_->writing; });
}

uint64_t DiskStore::hits() const { return impl_->hits; }
uint64_t DiskStore::misses() const { return impl_->misses; }
bool DiskStore::working() const { return impl_->working; }

llvm::Expected<DiskStats> DiskStore::Stats() {
  DiskStats stats;
  stats.path = impl_->path;
  if (!impl_->working) return llvm::createStringError(impl_->path + ": cannot be used");
  int error = 0;
  std::array<MDB_stat, kTables> found{};
  bool sound = Guarded([&] { error = impl_->ReadStats(found); });
  if (!sound || error != 0) return llvm::createStringError(impl_->path + ": " + (sound ? mdb_strerror(error) : "is damaged"));
  for (size_t i = 0; i < kTables; ++i) {
    stats.tables.push_back({kTableNames[i], found[i].ms_entries, BytesOf(found[i])});
  }
  std::error_code ignored;
  for (llvm::sys::fs::directory_iterator it(impl_->options.folder, ignored), end; it != end && !ignored; it.increment(ignored)) {
    struct stat file;
    if (!llvm::StringRef(it->path()).ends_with(".mdb") || stat(it->path().c_str(), &file) != 0) continue;
    // The file is as large as it may become, with holes: what lies on the disk is less.
    uint64_t bytes = uint64_t{512} * static_cast<uint64_t>(file.st_blocks);
    if (it->path() == impl_->path) {
      stats.file_bytes = bytes;
    } else {
      ++stats.other_builds;
      stats.other_bytes += bytes;
    }
  }
  return stats;
}

llvm::Expected<uint64_t> DiskStore::Collect() {
  uint64_t dropped = 0;
  if (!impl_->working) return llvm::createStringError(impl_->path + ": cannot be used");
  Flush();
  int error = 0;
  bool sound = Guarded([&] { error = impl_->MakeRoom(impl_->options.max_bytes, dropped); });
  if (!sound || error != 0) return llvm::createStringError(impl_->path + ": " + (sound ? mdb_strerror(error) : "is damaged"));
  // Other builds' files that nobody opened for as long as an entry may lie unused.
  std::error_code ignored;
  for (llvm::sys::fs::directory_iterator it(impl_->options.folder, ignored), end; it != end && !ignored; it.increment(ignored)) {
    llvm::ErrorOr<llvm::sys::fs::basic_file_status> status = it->status();
    if (it->path() == impl_->path || !llvm::StringRef(it->path()).ends_with(".mdb") || !status) continue;
    auto age = std::chrono::system_clock::now() - status->getLastModificationTime();
    if (age < std::chrono::hours(24) * impl_->options.max_days) continue;
    llvm::sys::fs::remove(it->path());
    llvm::sys::fs::remove(it->path() + "-lock");
  }
  return dropped;
}

llvm::Error DiskStore::Clear(llvm::StringRef folder) {
  std::error_code error;
  for (llvm::sys::fs::directory_iterator it(folder, error), end; it != end && !error; it.increment(error)) {
    llvm::StringRef name = llvm::sys::path::filename(it->path());
    if (!name.ends_with(".mdb") && !name.ends_with(".mdb-lock")) continue;
    if (std::error_code failed = llvm::sys::fs::remove(it->path())) return llvm::createStringError(it->path() + ": " + failed.message());
  }
  if (error && error != std::errc::no_such_file_or_directory) return llvm::createStringError(folder + ": " + error.message());
  return llvm::Error::success();
}

std::string DiskStore::FileFor(const DiskOptions& options) { return options.folder + "/" + options.schema + ".mdb"; }

std::string DefaultCacheFolder() {
  if (std::optional<std::string> folder = llvm::sys::Process::GetEnv("XDG_CACHE_HOME"); folder && llvm::sys::path::is_absolute(*folder)) return *folder + "/trident";
  llvm::SmallString<128> home;
  if (!llvm::sys::path::home_directory(home)) return "";
  return std::string(home) + "/.cache/trident";
}

std::string BuildSchema() {
  static const std::string schema = [] {
    std::string id;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* out) {
          for (int i = 0; i < info->dlpi_phnum; ++i) {
            if (info->dlpi_phdr[i].p_type != PT_NOTE) continue;
            const char* at = reinterpret_cast<const char*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
            const char* end = at + info->dlpi_phdr[i].p_memsz;
            while (at + sizeof(ElfW(Nhdr)) < end) {
              const auto* note = reinterpret_cast<const ElfW(Nhdr)*>(at);
              const char* name = at + sizeof *note;
              const char* content = name + ((note->n_namesz + 3) & ~3u);
              if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4) {
                *static_cast<std::string*>(out) = llvm::toHex(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(content), note->n_descsz), /*LowerCase=*/true);
              }
              at = content + ((note->n_descsz + 3) & ~3u);
            }
          }
          return 1;  // The first is the program itself.
        },
        &id);
    return id.substr(0, 16);
  }();
  return schema;
}

}  // namespace trident::query
