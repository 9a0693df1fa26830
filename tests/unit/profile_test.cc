#include "core/profile/profile.h"

#include <doctest/doctest.h>

#include <atomic>
#include <ctime>
#include <memory>
#include <thread>

namespace trident::profile {
namespace {

double ThreadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Of this thread: others of the process may be at work.
void Spin(double seconds) {
  double end = ThreadSeconds() + seconds;
  while (ThreadSeconds() < end) {
  }
}

TEST_CASE("nested stages subtract from their parent") {
  ResetCurrent();
  {
    ScopedStage outer(Stage::Eval);
    {
      ScopedStage inner(Stage::Lex);
      Spin(0.02);
    }
  }
  const Report& report = Current();
  CHECK(report[Stage::Lex].wall_seconds >= 0.015);
  CHECK(report[Stage::Eval].wall_seconds < report[Stage::Lex].wall_seconds);
  CHECK(report[Stage::Lex].cpu_seconds >= 0.015);
  CHECK(report[Stage::Lex].calls == 1);
  CHECK(report[Stage::Eval].calls == 1);
  ResetCurrent();
  CHECK(Current()[Stage::Lex].calls == 0);
}

// The address escapes, so that the compiler keeps the allocation.
std::unique_ptr<char[]> Take(size_t bytes) {
  static std::atomic<char*> escaped;
  auto memory = std::make_unique<char[]>(bytes);
  escaped = memory.get();
  return memory;
}

TEST_CASE("allocation is counted for the thread and the stage that made it") {
  ResetCurrent();
  uint64_t before = ThreadAllocatedBytes();
  {
    ScopedStage outer(Stage::Parse);
    auto own = Take(1000);
    ScopedStage inner(Stage::Lex);
    auto nested = Take(5000);
    std::thread other([] { auto foreign = Take(1 << 20); });
    other.join();
  }
  CHECK(ThreadAllocatedBytes() - before >= 6000);
  CHECK(Current()[Stage::Parse].allocated_bytes >= 1000);
  CHECK(Current()[Stage::Parse].allocated_bytes < 5000);
  CHECK(Current()[Stage::Lex].allocated_bytes >= 5000);
  CHECK(Current()[Stage::Lex].allocated_bytes < (1 << 20));
}

TEST_CASE("reports add up") {
  Report a, b;
  a[Stage::Eval].hits = 3;
  b[Stage::Eval].hits = 4;
  a.peak_bytes = 10;
  b.peak_bytes = 7;
  b.wall_seconds = 0.5;
  a.Add(b);
  CHECK(a[Stage::Eval].hits == 7);
  CHECK(a.peak_bytes == 10);
  CHECK(a.wall_seconds == 0.5);
}

TEST_CASE("every stage has a name") {
  for (size_t i = 0; i < static_cast<size_t>(Stage::Count); ++i) {
    CHECK(StageName(static_cast<Stage>(i))[0] != '\0');
  }
  uint64_t resident = ResidentBytes();
  CHECK(resident > 0);
  CHECK(PeakResidentBytes() >= resident);
}

}  // namespace
}  // namespace trident::profile
