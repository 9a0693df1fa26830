#include "core/profile/profile.h"

#include <algorithm>
#include <ctime>

namespace trident::profile {

// Defined beside what they change, and called from here only.
void ResetRecorder();
void RaiseThreadPeak(uint64_t bytes);

namespace {

thread_local Report current_report;
thread_local ScopedStage* open_stage = nullptr;

double Seconds(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

const char* StageName(Stage stage) {
  switch (stage) {
    case Stage::Read: return "read";
    case Stage::Lex: return "lex";
    case Stage::Parse: return "parse";
    case Stage::Outline: return "outline";
    case Stage::Resolve: return "resolve";
    case Stage::Eval: return "eval";
    case Stage::Graph: return "graph";
    case Stage::Cost: return "cost";
    case Stage::Optimize: return "optimize";
    case Stage::Codegen: return "codegen";
    case Stage::Ide: return "ide";
    case Stage::Cache: return "cache";
    case Stage::Remote: return "remote";
    case Stage::Count: break;
  }
  return "";
}

void Report::Add(const Report& other) {
  for (size_t i = 0; i < stages.size(); ++i) {
    StageMetrics& into = stages[i];
    const StageMetrics& from = other.stages[i];
    into.wall_seconds += from.wall_seconds;
    into.cpu_seconds += from.cpu_seconds;
    into.allocated_bytes += from.allocated_bytes;
    into.peak_bytes = std::max(into.peak_bytes, from.peak_bytes);
    into.items += from.items;
    into.hits += from.hits;
    into.misses += from.misses;
    into.calls += from.calls;
  }
  wall_seconds += other.wall_seconds;
  peak_bytes = std::max(peak_bytes, other.peak_bytes);
  calls.Add(other.calls);
}

Report& Current() { return current_report; }

void ResetCurrent() {
  current_report = Report();
  ResetRecorder();
}

ScopedStage::ScopedStage(Stage stage)
    : stage_(stage),
      parent_(open_stage),
      wall_start_(Seconds(CLOCK_MONOTONIC)),
      cpu_start_(Seconds(CLOCK_THREAD_CPUTIME_ID)),
      bytes_start_(ThreadAllocatedBytes()),
      outer_peak_(ThreadPeakBytes()) {
  RestartThreadPeak();
  open_stage = this;
}

ScopedStage::~ScopedStage() {
  double wall = Seconds(CLOCK_MONOTONIC) - wall_start_;
  double cpu = Seconds(CLOCK_THREAD_CPUTIME_ID) - cpu_start_;
  uint64_t bytes = ThreadAllocatedBytes() - bytes_start_;
  StageMetrics& metrics = current_report[stage_];
  metrics.wall_seconds += wall - child_wall_;
  metrics.cpu_seconds += cpu - child_cpu_;
  metrics.allocated_bytes += bytes - child_bytes_;
  metrics.peak_bytes = std::max(metrics.peak_bytes, ThreadPeakBytes());
  metrics.calls += 1;
  RaiseThreadPeak(outer_peak_);
  if (parent_) {
    parent_->child_wall_ += wall;
    parent_->child_cpu_ += cpu;
    parent_->child_bytes_ += bytes;
  }
  open_stage = parent_;
}

}  // namespace trident::profile
