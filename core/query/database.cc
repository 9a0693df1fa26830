#include "core/query/database.h"

#include "core/base/check.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"

namespace trident::query {

// One query of one key: its last value and how it came about. Never moves.
struct Database::Memo {
  const Operations* operations = nullptr;
  std::string key;
  Compute compute;
  RecoverValue recover;
  AnyValue value;               // Null: never computed, or evicted.
  Fingerprint content;          // Of the last value; kept when it is evicted.
  size_t bytes = 0;
  uint64_t verified = 0;        // The last revision in which the value was known to be right.
  uint64_t changed = 0;         // The last revision in which its content changed.
  uint64_t used = 0;
  Durability durability = Durability::High;
  bool stale = false;           // An input that must be read again.
  bool recovered = false;       // The value is the fallback of a cycle: it says nothing of what the dependencies hold.
  bool running = false;
  std::thread::id runner;
  std::vector<Memo*> dependencies;  // In the order in which they were first asked.
};

struct Database::Table {
  llvm::StringMap<std::unique_ptr<Memo>> memos;
};

// A memo that this thread brings up to date. While it is executed, what it asks is recorded.
struct Database::Frame {
  Frame* parent;
  Memo* memo;
  const Database* database;
  bool executing = false;
  bool in_cycle = false;
  std::vector<Memo*> dependencies;
  llvm::SmallPtrSet<Memo*, 32> seen;
};

thread_local Database::Frame* Database::frame_ = nullptr;

namespace {

// Which thread waits for which memo: to see a deadlock before it happens. Guarded by the Database's lock.
std::map<std::thread::id, const void*>& Waits() {
  static auto* waits = new std::map<std::thread::id, const void*>;
  return *waits;
}

}  // namespace

const char* EventName(EventKind kind) {
  static constexpr const char* kNames[] = {"WillExecute", "DidHit", "DidValidate", "DidBackdate", "DidEvict"};
  return kNames[static_cast<size_t>(kind)];
}

Database::Database(void* world, size_t budget_bytes) : world_(world), budget_bytes_(budget_bytes) {}
Database::~Database() = default;

void Database::Log(EventKind kind, const Memo& memo) {
  if (log_) log_({kind, memo.operations->name, memo.key});
}

Database::Memo& Database::Find(const Operations& operations, std::string key, Durability durability, Compute compute, RecoverValue recover) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::unique_ptr<Table>& table = tables_[&operations];
  if (!table) table = std::make_unique<Table>();
  std::unique_ptr<Memo>& memo = table->memos[key];
  if (!memo) {
    memo = std::make_unique<Memo>();
    memo->operations = &operations;
    memo->key = std::move(key);
    memo->compute = std::move(compute);
    memo->recover = std::move(recover);
    memo->durability = durability;
  }
  return *memo;
}

// Whether the thread that computes `memo` waits, directly or not, for this one.
bool Database::WouldDeadlock(const Memo& memo) const {
  const Memo* at = &memo;
  for (size_t i = 0; i <= Waits().size(); ++i) {
    if (!at->running) return false;
    if (at->runner == std::this_thread::get_id()) return true;
    auto wait = Waits().find(at->runner);
    if (wait == Waits().end()) return false;
    at = static_cast<const Memo*>(wait->second);
  }
  return false;
}

Database::AnyValue Database::Fetch(Memo& memo) {
  bool asked_by_query = frame_ && frame_->database == this && frame_->executing;
  if (asked_by_query && frame_->seen.insert(&memo).second) frame_->dependencies.push_back(&memo);
  std::unique_lock<std::mutex> lock(mutex_);
  while (memo.running) {
    if (WouldDeadlock(memo)) {
      // Everything between the two calls is part of the cycle and gets its fallback, whoever was asked first.
      for (Frame* frame = frame_; frame; frame = frame->parent) {
        frame->in_cycle = true;
        if (frame->memo == &memo) break;
      }
      return memo.recover().value;
    }
    Waits()[std::this_thread::get_id()] = &memo;
    finished_.wait(lock);
    Waits().erase(std::this_thread::get_id());
  }
  return Bring(memo, true, lock) ? memo.value : nullptr;
}

bool Database::Bring(Memo& memo, bool need_value, std::unique_lock<std::mutex>& lock) {
  memo.used = ++clock_;
  bool verified = memo.verified == revision_ && !memo.stale;
  if (verified && (memo.value || !need_value)) {
    Log(EventKind::DidHit, memo);
    return true;
  }
  memo.running = true;
  memo.runner = std::this_thread::get_id();
  Frame frame{frame_, &memo, this, false, false, {}, {}};
  frame_ = &frame;
  bool good = Refresh(memo, need_value, lock);
  frame_ = frame.parent;
  memo.running = false;
  finished_.notify_all();
  return good;
}

// The memo is claimed and the lock held.
bool Database::Refresh(Memo& memo, bool need_value, std::unique_lock<std::mutex>& lock) {
  if (memo.changed != 0 && !memo.stale && (memo.value || !need_value)) {
    bool cancelled = false;
    bool durable = last_change_[static_cast<size_t>(memo.durability)] <= memo.verified;
    // Who finds itself in a cycle while it is verified has a value from outside of that cycle.
    if (durable || (!memo.recovered && DependenciesHold(memo, lock, cancelled) && !frame_->in_cycle)) {
      memo.verified = revision_;
      Log(EventKind::DidValidate, memo);
      return true;
    }
    if (cancelled) return false;
  }
  return Execute(memo, lock);
}

bool Database::DependenciesHold(Memo& memo, std::unique_lock<std::mutex>& lock, bool& cancelled) {
  if (memo.operations->is_input) return true;
  // In the order in which they were asked: whether a later one is asked at all may depend on an earlier one.
  for (size_t i = 0; i < memo.dependencies.size(); ++i) {
    Memo& dependency = *memo.dependencies[i];
    if (dependency.verified != revision_ || dependency.stale) {
      // Another thread brings it up to date as well as this one would; in a cycle it is taken as changed.
      while (dependency.running && !WouldDeadlock(dependency)) {
        Waits()[std::this_thread::get_id()] = &dependency;
        finished_.wait(lock);
        Waits().erase(std::this_thread::get_id());
      }
      if (dependency.running) return false;
      cancelled = !Bring(dependency, /*need_value=*/false, lock);
      if (cancelled) return false;
    }
    if (dependency.changed > memo.verified) return false;
  }
  return true;
}

bool Database::Execute(Memo& memo, std::unique_lock<std::mutex>& lock) {
  Log(EventKind::WillExecute, memo);
  Frame& frame = *frame_;
  frame.executing = true;
  lock.unlock();
  Computed computed = memo.compute(*this);
  bool recovered = computed.value && frame.in_cycle;
  if (recovered) computed = memo.recover();
  lock.lock();
  if (!computed.value) return false;
  bool same = memo.changed != 0 && memo.content == computed.content;
  if (same) Log(EventKind::DidBackdate, memo);
  else memo.changed = revision_;
  memo.content = computed.content;
  bytes_ += computed.bytes;
  bytes_ -= memo.value ? memo.bytes : 0;
  memo.value = std::move(computed.value);
  memo.bytes = computed.bytes;
  memo.verified = revision_;
  memo.stale = false;
  memo.recovered = recovered;
  memo.dependencies = std::move(frame.dependencies);
  if (!memo.operations->is_input) {
    memo.durability = Durability::High;
    for (const Memo* dependency : memo.dependencies) memo.durability = std::min(memo.durability, dependency->durability);
  }
  Evict();
  return true;
}

void Database::Forsake(std::thread::id thread) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [operations, table] : tables_) {
    for (auto& entry : table->memos) {
      if (entry.second->running && entry.second->runner == thread) entry.second->running = false;
    }
  }
  finished_.notify_all();
}

void Database::Stale(Memo& memo, Durability durability) {
  std::lock_guard<std::mutex> lock(mutex_);
  CHECK(frame_ == nullptr);
  if (memo.changed == 0) return;
  memo.stale = true;
  NewRevision(durability);
}

void Database::StaleAll(const Operations& operations) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto table = tables_.find(&operations);
  if (table == tables_.end()) return;
  Durability highest = Durability::Low;
  for (auto& entry : table->second->memos) {
    entry.second->stale = true;
    highest = std::max(highest, entry.second->durability);
  }
  if (!table->second->memos.empty()) NewRevision(highest);
}

void Database::NewRevision(Durability durability) {
  ++revision_;
  // A result of low durability depends on inputs of both kinds.
  for (size_t i = 0; i <= static_cast<size_t>(durability); ++i) last_change_[i] = revision_;
  Evict();
}

// Down to nine tenths, so that the next results do not come back here at once.
void Database::Evict() {
  if (bytes_ <= budget_bytes_) return;
  std::vector<Memo*> candidates;
  for (auto& [operations, table] : tables_) {
    for (auto& entry : table->memos) {
      if (entry.second->value && !entry.second->running) candidates.push_back(entry.second.get());
    }
  }
  llvm::sort(candidates, [](const Memo* a, const Memo* b) { return a->used < b->used; });
  for (Memo* memo : candidates) {
    if (bytes_ <= budget_bytes_ / 10 * 9) return;
    memo->value.reset();
    bytes_ -= memo->bytes;
    Log(EventKind::DidEvict, *memo);
  }
}

}  // namespace trident::query
