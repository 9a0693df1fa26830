// Runs jobs one at a time on a thread with a deep stack, and survives a job that fails inside.
//
// A failed CHECK or a fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL, as from an exhausted stack) in a job ends that job, not
// the process: the thread is parked for good where it stands, because unwinding past code in an unknown state could
// corrupt what others share, while a stopped thread cannot. What it held stays held: its stack, and the Workspace it
// worked on, which must not be used again. After kMaxParked such ends the next one is let through to end the process.
//
// Threads: Submit, state and Collect from the owner's thread only. Finished() is a file descriptor that becomes
// readable when the job has ended either way, for poll(2) and uv_poll.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace trident::server {

class JobThread {
 public:
  // Deep enough for thousands of nested abstract calls; only touched pages cost memory.
  static constexpr size_t kStackBytes = size_t{256} << 20;
  static constexpr int kMaxParked = 16;

  struct End {
    bool failed = false;
    std::string reason;  // Of a failure: "internal error at FILE:LINE: CONDITION".
  };

  JobThread();
  // Waits for a running job; a parked thread is left behind.
  ~JobThread();

  // Only when idle.
  void Submit(std::function<void()> job);
  bool busy() const { return busy_; }
  int Finished() const;
  // Call once Finished() is readable. After a failure a new thread takes the next job.
  End Collect();
  // Waits until the running job ended or the time is over; true when it ended. For programs without an event loop.
  bool Wait(int milliseconds);

 private:
  struct Shared;
  void Start();

  std::shared_ptr<Shared> shared_;
  bool busy_ = false;
};

// Whether any thread was parked: the process then ends with _exit, as destructors might wait for what it holds.
bool AnyParked();

}  // namespace trident::server
