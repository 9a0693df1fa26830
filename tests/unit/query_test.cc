// The engine on a world of numbers: cells are inputs, sums are derived.
#include "core/query/database.h"

#include <doctest/doctest.h>

#include <thread>

using namespace trident;
using query::Database;
using query::Durability;
using query::Event;
using query::EventKind;

namespace {

struct World {
  std::map<std::string, int> cells;
  std::atomic<bool> cancel = false;
  std::atomic<int> sums = 0;
};

struct NumberQuery {
  using Key = std::string;
  using Value = int;
  static std::string Text(const Key& key) { return key; }
  static Fingerprint ContentOf(int value) { return {static_cast<uint64_t>(value), 1}; }
  static size_t BytesOf(int) { return 100; }
  static std::shared_ptr<const int> Recover(const Key&) { return std::make_shared<int>(-1); }
};

// Names that begin with '_' are installed: they rarely change.
struct Cell : NumberQuery {
  static constexpr const char* kName = "cell";
  static Durability DurabilityOf(const Key& key) { return key[0] == '_' ? Durability::High : Durability::Low; }
  static std::shared_ptr<const int> Execute(Database& db, const Key& key) { return std::make_shared<int>(db.World<World>().cells[key]); }
};

struct Absolute : NumberQuery {
  static constexpr const char* kName = "absolute";
  static std::shared_ptr<const int> Execute(Database& db, const Key& key) {
    std::shared_ptr<const int> value = db.Get<Cell>(key);
    return value ? std::make_shared<int>(std::abs(*value)) : nullptr;
  }
};

// "a+b": the sum of two absolutes.
struct Sum : NumberQuery {
  static constexpr const char* kName = "sum";
  static std::shared_ptr<const int> Execute(Database& db, const Key& key) {
    ++db.World<World>().sums;
    if (db.World<World>().cancel) return nullptr;
    std::shared_ptr<const int> a = db.Get<Absolute>(key.substr(0, 1)), b = db.Get<Absolute>(key.substr(2));
    return std::make_shared<int>(*a + *b);
  }
};

// Follows the cell's number to another cell: "x3" asks for "x" + cells["x3"] of itself.
struct Chase : NumberQuery {
  static constexpr const char* kName = "chase";
  static std::shared_ptr<const int> Execute(Database& db, const Key& key) {
    int next = *db.Get<Cell>(key);
    if (next == 0) return std::make_shared<int>(0);
    return std::make_shared<int>(1 + *db.Get<Chase>("x" + std::to_string(next)));
  }
};

struct Fixture {
  World world;
  Database db{&world};
  std::vector<std::string> log;

  Fixture() {
    world.cells = {{"a", 1}, {"b", 2}, {"_", 3}};
    db.SetLog([this](const Event& event) {
      if (event.kind == EventKind::WillExecute) log.push_back(std::string(event.query) + " " + event.key);
      if (event.kind == EventKind::DidBackdate) log.push_back("backdate " + event.key);
    });
  }
  void Set(const std::string& cell, int value) {
    world.cells[cell] = value;
    log.clear();
    db.Invalidate<Cell>(cell);
  }
};

using Log = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a second question is answered from the memo") {
  CHECK(*db.Get<Sum>("a+b") == 3);
  CHECK(log == Log{"sum a+b", "absolute a", "cell a", "absolute b", "cell b"});
  log.clear();
  CHECK(*db.Get<Sum>("a+b") == 3);
  CHECK(log.empty());
}

TEST_CASE_FIXTURE(Fixture, "a change runs what depends on it and nothing else") {
  db.Get<Sum>("a+b");
  Set("a", 5);
  CHECK(*db.Get<Sum>("a+b") == 7);
  CHECK(log == Log{"cell a", "absolute a", "sum a+b"});
}

TEST_CASE_FIXTURE(Fixture, "a result with the same content as before leaves its users alone") {
  db.Get<Sum>("a+b");
  Set("a", -1);
  CHECK(*db.Get<Sum>("a+b") == 3);
  CHECK(log == Log{"cell a", "absolute a", "backdate a"});
  Set("a", -1);
  CHECK(*db.Get<Sum>("a+b") == 3);
  CHECK(log == Log{"cell a", "backdate a"});
}

TEST_CASE_FIXTURE(Fixture, "what depends on durable inputs only is not looked at") {
  CHECK(*db.Get<Sum>("_+_") == 6);
  db.Get<Sum>("a+b");
  Set("a", 9);
  std::vector<std::string> seen;
  db.SetLog([&](const Event& event) { seen.push_back(std::string(query::EventName(event.kind)) + " " + event.query + " " + event.key); });
  db.Get<Sum>("_+_");
  CHECK(seen == Log{"DidValidate sum _+_"});
  Set("_", 4);
  CHECK(*db.Get<Sum>("_+_") == 8);
}

TEST_CASE_FIXTURE(Fixture, "a cancelled query keeps nothing and can be asked again") {
  world.cancel = true;
  CHECK(db.Get<Sum>("a+b") == nullptr);
  world.cancel = false;
  CHECK(*db.Get<Sum>("a+b") == 3);
  Set("a", 2);
  world.cancel = true;
  CHECK(db.Get<Sum>("a+b") == nullptr);
  world.cancel = false;
  CHECK(*db.Get<Sum>("a+b") == 4);
}

TEST_CASE("a cycle has the same value whichever member was asked first") {
  for (const char* first : {"x1", "x2", "x3"}) {
    World world;
    world.cells = {{"x1", 2}, {"x2", 3}, {"x3", 1}, {"x4", 1}};
    Database db(&world);
    CHECK(*db.Get<Chase>(first) == -1);
    for (const char* other : {"x1", "x2", "x3"}) CHECK(*db.Get<Chase>(other) == -1);
    CHECK(*db.Get<Chase>("x4") == 0);
    // The cycle is broken: the values are those of a new database.
    world.cells["x3"] = 0;
    db.Invalidate<Cell>("x3");
    CHECK(*db.Get<Chase>("x1") == 2);
    CHECK(*db.Get<Chase>("x4") == 3);
  }
}

TEST_CASE("what was not used longest is dropped, and computed again when asked") {
  World world;
  for (int i = 0; i < 10; ++i) world.cells["x" + std::to_string(i)] = i;
  Database db(&world, /*budget_bytes=*/500);
  for (int i = 0; i < 10; ++i) CHECK(*db.Get<Cell>("x" + std::to_string(i)) == i);
  CHECK(db.bytes() <= 500);
  CHECK(db.bytes() >= 400);
  std::vector<std::string> executed;
  db.SetLog([&](const Event& event) {
    if (event.kind == EventKind::WillExecute) executed.push_back(event.key);
  });
  db.Get<Cell>("x9");
  CHECK(executed.empty());
  db.Get<Cell>("x0");
  CHECK(executed == Log{"x0"});
  for (int i = 0; i < 10; ++i) CHECK(*db.Get<Cell>("x" + std::to_string(i)) == i);
}

TEST_CASE("threads that ask for the same thing compute it once") {
  World world;
  world.cells = {{"a", 1}, {"b", 2}};
  Database db(&world);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 200; ++k) wrong += *db.Get<Sum>("a+b") != 3;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(world.sums == 1);
}

TEST_CASE("random changes give what a new database gives") {
  World world;
  uint32_t state = 1;
  auto random = [&](int below) { return static_cast<int>((state = state * 1664525u + 1013904223u) >> 8) % below; };
  Database db(&world, 1500);
  for (int step = 0; step < 2000; ++step) {
    std::string cell = "x" + std::to_string(random(8));
    world.cells[cell] = random(8);
    db.Invalidate<Cell>(cell);
    std::string asked = "x" + std::to_string(random(8));
    Database cold(&world);
    CHECK(*db.Get<Chase>(asked) == *cold.Get<Chase>(asked));
  }
}
