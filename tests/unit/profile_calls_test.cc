#include "core/profile/bottleneck.h"
#include "core/profile/profile.h"

#include <doctest/doctest.h>

#include <chrono>

namespace trident::profile {
namespace {

// By the clock that calls are measured with: others may run at another rate.
void Spin(double seconds) {
  auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
  }
}

int keys[4];

void Call(int which, const char* name, double seconds, llvm::function_ref<void()> inside = [] {}) {
  ScopedCall call({&keys[which], 1}, [&] { return Function{"model.py", name, 10}; });
  Spin(seconds);
  inside();
}

TEST_CASE("equal calls are one node under the same caller") {
  ResetCurrent();
  Call(0, "outer", 0.001, [] {
    // Long enough that a process that has to wait meanwhile changes no order.
    Call(1, "inner", 0.05);
    Call(1, "inner", 0.05);
  });
  Call(1, "inner", 0.001);
  const Calls& calls = Current().calls;
  REQUIRE(calls.nodes.size() == 4);  // The root, outer, inner in outer, inner alone.
  CHECK(calls.functions.size() == 2);
  CHECK(calls.nodes[2].parent == 1);
  CHECK(calls.nodes[2].calls == 2);
  CHECK(calls.nodes[3].parent == 0);
  CHECK(calls.nodes[1].nanoseconds >= calls.nodes[2].nanoseconds);
  std::vector<FunctionTotal> totals = calls.ByFunction();
  CHECK(calls.functions[totals[0].function].name == "inner");
  CHECK(totals[0].calls == 3);
  CHECK(totals[0].self_nanoseconds >= 100'000'000);
  CHECK(totals[1].self_nanoseconds < totals[1].nanoseconds);
}

TEST_CASE("a recursive call is counted once in the time with what it calls") {
  ResetCurrent();
  Call(0, "f", 0.002, [] { Call(0, "f", 0.002); });
  std::vector<FunctionTotal> totals = Current().calls.ByFunction();
  REQUIRE(totals.size() == 1);
  CHECK(totals[0].calls == 2);
  CHECK(totals[0].nanoseconds == Current().calls.nodes[1].nanoseconds);
}

TEST_CASE("reports of several files become one tree") {
  ResetCurrent();
  Call(0, "outer", 0, [] { Call(1, "inner", 0); });
  CountReplay({&keys[1], 1}, [] { return Function{"model.py", "inner", 10}; });
  Report first = Current();
  ResetCurrent();
  Call(2, "other", 0);
  Call(3, "outer", 0, [] { Call(1, "inner", 0); });
  first.Add(Current());
  CHECK(first.calls.functions.size() == 3);
  REQUIRE(first.calls.nodes.size() == 5);
  CHECK(first.calls.nodes[1].calls == 2);
  CHECK(first.calls.nodes[2].calls == 2);
  CHECK(first.calls.nodes[3].replays == 1);
  CHECK(first.calls.nodes[3].calls == 0);
}

TEST_CASE("events are recorded only when asked for") {
  ResetCurrent();
  Call(0, "f", 0);
  CHECK(Current().calls.events.empty());
  RecordEvents(true);
  Call(0, "f", 0.002);
  RecordEvents(false);
  REQUIRE(Current().calls.events.size() == 1);
  CHECK(Current().calls.events[0].duration >= 1'900'000);  // Two clocks.
}

TEST_CASE("the bottleneck is the function with most self time in the longest stage") {
  ResetCurrent();
  CHECK(!FindBottleneck(Current()));
  {
    ScopedStage stage(Stage::Eval);
    Call(0, "outer", 0.001, [] { Call(1, "slow", 0.25); });  // Long beside what a busy machine takes away.
  }
  {
    ScopedStage stage(Stage::Parse);
    Call(2, kParsing, 0.005);
  }
  std::optional<Bottleneck> found = FindBottleneck(Current());
  REQUIRE(found);
  CHECK(found->stage == Stage::Eval);
  CHECK(found->share > 0.5);
  REQUIRE(found->function);
  CHECK(Current().calls.functions[found->function->function].name == "slow");
  CHECK(found->function_share <= found->share + 0.01);
  ResetCurrent();
}

}  // namespace
}  // namespace trident::profile
