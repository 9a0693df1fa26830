#include "core/query/disk_store.h"

#include <doctest/doctest.h>

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <lmdb.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace trident;
using query::DiskOptions;
using query::DiskStore;
using Table = query::DiskStore::Table;

namespace {

struct Folder {
  llvm::SmallString<64> path;
  std::vector<std::string> log;
  Folder() { llvm::sys::fs::createUniqueDirectory("trident-disk", path); }
  ~Folder() {
    chmod(path.c_str(), 0755);
    llvm::sys::fs::remove_directories(path);
  }
  DiskOptions Options(uint64_t max_bytes = 8 << 20) {
    return {.folder = path.str().str(), .schema = "test", .max_bytes = max_bytes, .log = [this](const std::string& line) { log.push_back(line); }};
  }
  std::string File() { return DiskStore::FileFor(Options()); }
};

Fingerprint Key(uint64_t n) { return {n * 0x9E3779B97F4A7C15ull, n}; }
std::string Content(uint64_t n) { return std::string(100 + n * 37 % 5000, static_cast<char>('a' + n % 26)) + std::to_string(n); }

void Fill(DiskStore& store, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) store.Put(Table::Types, Key(i), Content(i));
  store.Flush();
}

// Every value that is found is the one that was put.
uint64_t CountRight(DiskStore& store, uint64_t count) {
  uint64_t found = 0;
  for (uint64_t i = 0; i < count; ++i) {
    std::optional<std::string> content = store.Get(Table::Types, Key(i));
    if (!content) continue;
    ++found;
    CHECK(*content == Content(i));
  }
  return found;
}

}  // namespace

TEST_CASE("what one store puts another finds") {
  Folder folder;
  {
    DiskStore store(folder.Options());
    CHECK(!store.Get(Table::Types, Key(1)));
    Fill(store, 200);
    CHECK(!store.Get(Table::Code, Key(1)));
  }
  DiskStore store(folder.Options());
  CHECK(CountRight(store, 200) == 200);
  CHECK(store.hits() == 200);
  CHECK(folder.log.empty());
}

TEST_CASE("another build's values are not seen") {
  Folder folder;
  {
    DiskStore store(folder.Options());
    Fill(store, 3);
  }
  DiskOptions other = folder.Options();
  other.schema = "other";
  DiskStore store(other);
  CHECK(CountRight(store, 3) == 0);
  CHECK(store.Stats()->other_builds == 1);
}

TEST_CASE("a file cut short or altered loses entries, never gives a wrong one, and a later store works again") {
  for (uint32_t damage = 0; damage < 40; ++damage) {
    Folder folder;
    {
      DiskStore store(folder.Options());
      Fill(store, 300);
    }
    uint64_t size = 0;
    REQUIRE(!llvm::sys::fs::file_size(folder.File(), size));
    uint32_t state = damage * 7919 + 1;
    auto random = [&](uint64_t below) { return (state = state * 1664525u + 1013904223u) % below; };
    if (damage % 4 == 0) {
      REQUIRE(truncate(folder.File().c_str(), random(size)) == 0);
    } else {
      std::fstream file(folder.File(), std::ios::in | std::ios::out | std::ios::binary);
      for (uint32_t i = 0; i < 400; ++i) {
        file.seekp(damage % 4 == 1 ? random(16384) : random(size));
        file.put(static_cast<char>(random(256)));
      }
    }
    {
      DiskStore store(folder.Options());
      CountRight(store, 300);
      Fill(store, 300);
      CountRight(store, 300);
    }
    CHECK(folder.log.size() <= 2);
    // A store that found the damage while reading leaves the file to the next, which may have to begin anew.
    { DiskStore store(folder.Options()); Fill(store, 10); }
    DiskStore store(folder.Options());
    CountRight(store, 300);
  }
}

TEST_CASE("a file that is no database begins anew, with a line that says so") {
  Folder folder;
  std::ofstream(folder.File()) << std::string(100'000, 'x');
  DiskStore store(folder.Options());
  Fill(store, 5);
  CHECK(CountRight(store, 5) == 5);
  REQUIRE(folder.log.size() == 1);
  CHECK(folder.log[0].find("begins anew") != std::string::npos);
}

TEST_CASE("a folder that cannot be written costs the cache and one line") {
  Folder folder;
  DiskOptions options = folder.Options();
  options.folder = "/proc/nowhere";
  DiskStore store(options);
  Fill(store, 5);
  CHECK(CountRight(store, 5) == 0);
  CHECK(!store.working());
  CHECK(folder.log.size() == 1);
}

TEST_CASE("a full store drops what was used longest ago and goes on") {
  Folder folder;
  DiskStore store(folder.Options(4 << 20));
  for (uint64_t i = 0; i < 6000; ++i) {
    store.Put(Table::Types, Key(i), Content(i));
    if (i % 500 == 0) store.Flush();
  }
  store.Flush();
  CHECK(llvm::join(folder.log, "; ") == "");
  CHECK(store.working());
  uint64_t found = CountRight(store, 6000);
  CHECK(found > 0);
  CHECK(found < 6000);
  REQUIRE(store.Collect());
  // Half-filled pages come on top of what the entries take.
  CHECK(store.Stats()->tables[1].bytes <= 8 << 20);
}

TEST_CASE("more than there is room for, put at once, is written as far as there is") {
  Folder folder;
  DiskStore store(folder.Options(4 << 20));
  for (uint64_t i = 0; i < 20'000; ++i) store.Put(Table::Types, Key(i), Content(i));
  store.Flush();
  CHECK(llvm::join(folder.log, "; ") == "");
  CHECK(store.working());
  CHECK(CountRight(store, 20'000) > 0);
}

// What is left of the map is for dropping entries, and for pages that somebody still reads.
TEST_CASE("entries take no more than they may, but for what is written at once") {
  Folder folder;
  DiskStore store(folder.Options(4 << 20));
  uint64_t most = 0;
  for (uint64_t i = 0; i < 10'000; ++i) {
    store.Put(Table::Types, Key(i), Content(i));
    if (i % 100 != 0) continue;
    store.Flush();
    most = std::max(most, store.Stats()->tables[1].bytes);
  }
  CHECK(most > 3 << 20);
  CHECK(most < 5 << 20);
}

// Holds the file's lock until it is killed; says on `ready` when it does.
[[noreturn]] static void HoldLock(const std::string& file, int ready) {
  MDB_env* env = nullptr;
  MDB_txn* transaction = nullptr;
  mdb_env_create(&env);
  mdb_env_open(env, file.c_str(), MDB_NOSUBDIR | MDB_NOTLS, 0644);
  char held = mdb_txn_begin(env, nullptr, 0, &transaction) == 0;
  if (write(ready, &held, 1) == 1) pause();
  _exit(0);
}

TEST_CASE("a writer that is left behind when the store ends tells nobody what goes wrong with it") {
  static std::atomic<int> told = 0;
  Folder folder;
  DiskOptions options = folder.Options();
  options.patience = std::chrono::milliseconds(50);
  options.log = [](const std::string&) { ++told; };
  pid_t holder = 0;
  {
    DiskStore store(options);
    Fill(store, 50);
    int ready[2];
    char held = 0;
    REQUIRE(pipe(ready) == 0);
    holder = fork();
    if (holder == 0) HoldLock(folder.File(), ready[1]);
    REQUIRE(read(ready[0], &held, 1) == 1);
    REQUIRE(held == 1);
    store.Put(Table::Types, Key(100), Content(100));
  }
  REQUIRE(truncate(folder.File().c_str(), 0) == 0);
  kill(holder, SIGKILL);
  waitpid(holder, nullptr, 0);
  // The writer has the lock now, and a file that is none.
  usleep(300'000);
  CHECK(told == 0);
}

TEST_CASE("killing a writer at any moment leaves right answers for those who read") {
  Folder folder;
  for (int round = 0; round < 20; ++round) {
    pid_t writer = fork();
    if (writer == 0) {
      DiskStore store(folder.Options());
      for (uint64_t i = 0;; ++i) {
        store.Put(Table::Types, Key(i % 2000), Content(i % 2000));
        if (i % 50 == 0) store.Flush();
      }
    }
    pid_t reader = fork();
    if (reader == 0) {
      DiskStore store(folder.Options());
      for (int k = 0; k < 20; ++k) {
        for (uint64_t i = 0; i < 2000; i += 7) {
          std::optional<std::string> content = store.Get(Table::Types, Key(i));
          if (content && *content != Content(i)) _exit(1);
        }
      }
      _exit(0);
    }
    usleep(2000 + round * 1500);
    kill(writer, SIGKILL);
    int status = 0;
    waitpid(writer, &status, 0);
    waitpid(reader, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    DiskStore store(folder.Options());
    CountRight(store, 2000);
    store.Put(Table::Types, Key(5000 + round), Content(5000 + round));
    store.Flush();
    CHECK(store.Get(Table::Types, Key(5000 + round)) == Content(5000 + round));
  }
}
