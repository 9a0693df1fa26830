// Measures Trident itself: what each stage of its own pipeline cost.
//
// A ScopedStage opens a stage on this thread; nested stages subtract from their parent ("self" figures). Figures are
// collected always. Threads: each thread records into its own Recorder; merge with Report::Add. Cost of one scope:
// two clock reads. Units: seconds, bytes.
#pragma once

#include "core/profile/calls.h"

#include "llvm/ADT/StringRef.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace trident::profile {

enum class Stage : uint8_t { Read, Lex, Parse, Outline, Resolve, Eval, Graph, Cost, Optimize, Codegen, Ide, Cache, Remote, Count };

const char* StageName(Stage stage);

struct StageMetrics {
  double wall_seconds = 0;       // Self: without nested stages.
  double cpu_seconds = 0;        // Self, this thread's CPU clock.
  uint64_t allocated_bytes = 0;  // Self.
  uint64_t peak_bytes = 0;       // The most that a thread held while the stage was open, nested stages included; see MeasureHeldBytes.
  uint64_t items = 0;            // Files read, tokens, nodes, calls evaluated: what the stage counts.
  uint64_t hits = 0;             // Answered from a memo.
  uint64_t misses = 0;
  uint64_t calls = 0;  // How often the stage was entered.
};

struct Report {
  std::array<StageMetrics, static_cast<size_t>(Stage::Count)> stages{};
  double wall_seconds = 0;  // Whole run.
  uint64_t peak_bytes = 0;  // Peak resident memory of the process.
  Calls calls;              // By function of the user.

  StageMetrics& operator[](Stage stage) { return stages[static_cast<size_t>(stage)]; }
  const StageMetrics& operator[](Stage stage) const { return stages[static_cast<size_t>(stage)]; }
  void Add(const Report& other);
};

// The calling thread's figures so far; Reset before a run, read after it.
Report& Current();
void ResetCurrent();

class ScopedStage {
 public:
  explicit ScopedStage(Stage stage);
  ~ScopedStage();
  ScopedStage(const ScopedStage&) = delete;
  ScopedStage& operator=(const ScopedStage&) = delete;

 private:
  Stage stage_;
  ScopedStage* parent_;
  double wall_start_, cpu_start_;
  uint64_t bytes_start_, outer_peak_;
  double child_wall_ = 0, child_cpu_ = 0;
  uint64_t child_bytes_ = 0;
};

// Total bytes this thread has asked operator new for since it started (counted by core/profile's operator new).
uint64_t ThreadAllocatedBytes();
// Starts to count what threads hold; called before there is a second thread. Until then the two below are 0.
void MeasureHeldBytes();
// Bytes from operator new that this thread holds: what it allocated less what it freed, never below zero. A thread that
// frees what another allocated holds more than it seems.
uint64_t ThreadHeldBytes();
// The most ThreadHeldBytes since the last call of RestartThreadPeak, which begins anew at what is held now.
uint64_t ThreadPeakBytes();
void RestartThreadPeak();
// Peak and current resident memory of the process in bytes; 0 where the system does not tell.
uint64_t PeakResidentBytes();
uint64_t ResidentBytes();

}  // namespace trident::profile
