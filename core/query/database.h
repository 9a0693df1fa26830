// Holds what queries computed, and decides what of it must be computed again.
//
// A query is a stateless struct that the Query concept checks: a pure function of its key, of the queries it asks
// through the Database while it runs, and of nothing else. What it asks is recorded; when an input changes, only what
// depends on it is looked at, and only what really changed runs again: a result with the same content as before leaves
// those who asked for it alone (backdating). Inputs are queries that read the world (files); Invalidate says that what
// they read may be different.
// Revisions: each Invalidate begins one. It must not run while queries do; the owner sees to that.
// Threads: Get from any number of them; one that asks for what another is computing waits for it. Cost of a hit: one
// lock and one lookup. Invariant: this folder knows no Python.
#pragma once

#include "core/base/fingerprint.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <atomic>
#include <concepts>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trident::query {

class Database;

// How often an input changes: what a person types, or what was installed. A result that only depends on High inputs is
// not looked at when a Low one changed.
enum class Durability : uint8_t { Low, High };

// Execute returns null when the work was cancelled: nothing is kept then, and null goes up to whoever asked first.
// Text names the key in logs. ContentOf tells results apart; Recover is the value of a query that asks for itself.
template <typename Q>
concept Query = requires(Database& db, const typename Q::Key& key, const typename Q::Value& value) {
  { Q::kName } -> std::convertible_to<const char*>;
  { Q::Text(key) } -> std::convertible_to<std::string>;
  { Q::Execute(db, key) } -> std::same_as<std::shared_ptr<const typename Q::Value>>;
  { Q::Recover(key) } -> std::same_as<std::shared_ptr<const typename Q::Value>>;
  { Q::ContentOf(value) } -> std::same_as<Fingerprint>;
  { Q::BytesOf(value) } -> std::convertible_to<size_t>;
};

// A query without dependencies that reads the world.
template <typename Q>
concept Input = Query<Q> && requires(const typename Q::Key& key) {
  { Q::DurabilityOf(key) } -> std::same_as<Durability>;
};

enum class EventKind : uint8_t { WillExecute, DidHit, DidValidate, DidBackdate, DidEvict };
inline constexpr size_t kEventKinds = 5;
const char* EventName(EventKind kind);

struct Event {
  EventKind kind;
  const char* query;
  std::string key;
};

class Database {
 public:
  // `world` is what inputs read: queries get at it with World<T>().
  explicit Database(void* world, size_t budget_bytes = size_t{500} << 20);
  ~Database();
  Database(const Database&) = delete;

  template <typename T>
  T& World() const {
    return *static_cast<T*>(world_);
  }

  template <Query Q>
  std::shared_ptr<const typename Q::Value> Get(const typename Q::Key& key) {
    return std::static_pointer_cast<const typename Q::Value>(Fetch(MemoOf<Q>(key)));
  }

  // What the input reads may be different: a new revision. Nothing happens when nobody asked for it yet.
  template <Input Q>
  void Invalidate(const typename Q::Key& key) {
    Stale(MemoOf<Q>(key), Q::DurabilityOf(key));
  }

  // The same for every key that was asked for.
  template <Input Q>
  void InvalidateAll() {
    StaleAll(OperationsOf<Q>());
  }

  // Least recently used values are dropped until the rest fits; those who hold one keep it.
  void SetBudget(size_t bytes) { budget_bytes_ = bytes; }
  size_t bytes() const { return bytes_; }
  uint64_t revision() const { return revision_; }

  // The thread ended inside a query and will never come back: those who wait for it compute for themselves.
  void Forsake(std::thread::id thread);

  // Every event from now on; for tests and profiles. Called under a lock: it must not ask the Database.
  void SetLog(std::function<void(const Event&)> log) { log_ = std::move(log); }
  const std::function<void(const Event&)>& log() const { return log_; }

 private:
  struct Memo;
  struct Table;
  struct Frame;
  using AnyValue = std::shared_ptr<const void>;

  // What the engine needs of a query, without its types.
  struct Operations {
    const char* name;
    bool is_input;
  };

  template <Query Q>
  static const Operations& OperationsOf() {
    static const Operations operations = {Q::kName, Input<Q>};
    return operations;
  }

  template <Query Q>
  Memo& MemoOf(const typename Q::Key& key) {
    Durability durability = Durability::High;
    if constexpr (Input<Q>) durability = Q::DurabilityOf(key);
    return Find(OperationsOf<Q>(), Q::Text(key), durability, [key](Database& db) -> Computed {
      std::shared_ptr<const typename Q::Value> value = Q::Execute(db, key);
      if (!value) return {};
      return {value, Q::ContentOf(*value), Q::BytesOf(*value)};
    }, [key]() -> Computed {
      std::shared_ptr<const typename Q::Value> value = Q::Recover(key);
      return {value, Q::ContentOf(*value), Q::BytesOf(*value)};
    });
  }

  struct Computed {
    AnyValue value;
    Fingerprint content;
    size_t bytes = 0;
  };
  using Compute = std::function<Computed(Database&)>;
  using RecoverValue = std::function<Computed()>;

  // Keys with equal text are equal.
  Memo& Find(const Operations& operations, std::string key, Durability durability, Compute compute, RecoverValue recover);
  AnyValue Fetch(Memo& memo);
  // Brings the memo up to this revision, with its value or without; false when the work was cancelled.
  bool Bring(Memo& memo, bool need_value, std::unique_lock<std::mutex>& lock);
  bool Refresh(Memo& memo, bool need_value, std::unique_lock<std::mutex>& lock);
  bool DependenciesHold(Memo& memo, std::unique_lock<std::mutex>& lock, bool& cancelled);
  bool Execute(Memo& memo, std::unique_lock<std::mutex>& lock);
  bool WouldDeadlock(const Memo& memo) const;
  void Stale(Memo& memo, Durability durability);
  void StaleAll(const Operations& operations);
  void NewRevision(Durability durability);
  void Evict();
  void Log(EventKind kind, const Memo& memo);

  void* world_;
  size_t budget_bytes_;
  std::atomic<size_t> bytes_ = 0;
  std::atomic<uint64_t> revision_ = 1;
  std::array<uint64_t, 2> last_change_ = {1, 1};  // By durability: the last revision that changed such an input.
  uint64_t clock_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable finished_;
  std::map<const Operations*, std::unique_ptr<Table>> tables_;
  std::function<void(const Event&)> log_;
  static thread_local Frame* frame_;
};

}  // namespace trident::query
