#include "server/job_thread.h"

#include "core/base/check.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace trident::server {

struct JobThread::Shared {
  std::mutex mutex;
  std::condition_variable wake;
  std::function<void()> job;
  bool stop = false;
  int finished = -1;
  pthread_t thread = {};
  // Written by the failing thread before it signals `finished`, which orders the read after it.
  std::atomic<bool> failed = false;
  char reason[512] = {};

  ~Shared() { close(finished); }
};

namespace {

// What the failure handlers find; set by a job thread for itself. A raw pointer, for a signal handler reads it.
struct FailureSlot {
  std::atomic<bool>* failed;
  char* reason;
  size_t reason_size;
  int finished;
};
thread_local FailureSlot* slot = nullptr;
std::atomic<int> parked = 0;

// Reports the end of the job and never returns. Async-signal-safe.
[[noreturn]] void Park() {
  FailureSlot* own = slot;
  ++parked;
  own->failed->store(true);
  uint64_t one = 1;
  while (write(own->finished, &one, sizeof one) < 0 && errno == EINTR) {
  }
  while (true) {
    pause();
  }
}

bool MayPark() { return slot != nullptr && parked.load() < JobThread::kMaxParked; }

void OnCheckFailure(const char* file, int line, const char* condition) {
  if (MayPark()) {
    std::snprintf(slot->reason, slot->reason_size, "internal error at %s:%d: %s", file, line, condition);
    Park();
  }
  std::abort();
}

void OnFault(int signal) {
  if (MayPark()) {
    const char* text = signal == SIGSEGV ? "internal error: memory fault or exhausted stack" : "internal error: fault";
    size_t length = std::strlen(text);
    std::memcpy(slot->reason, text, length + 1);
    Park();
  }
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void InstallHandlers() {
  static const bool installed = [] {
    SetCheckFailureHandler(OnCheckFailure);
    struct sigaction action = {};
    action.sa_handler = OnFault;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
      sigaction(signal, &action, nullptr);
    }
    return true;
  }();
  (void)installed;
}

// The handler needs a stack of its own: the usual fault is that the thread's has no room left.
void GiveSignalStack() {
  constexpr size_t kBytes = 64 << 10;
  void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) {
    stack_t stack = {};
    stack.ss_sp = memory;
    stack.ss_size = kBytes;
    sigaltstack(&stack, nullptr);
  }
}

}  // namespace

bool AnyParked() { return parked.load() > 0; }

JobThread::JobThread() {
  InstallHandlers();
  Start();
}

void JobThread::Start() {
  shared_ = std::make_shared<Shared>();
  shared_->finished = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  auto* argument = new std::shared_ptr<Shared>(shared_);
  auto run = [](void* raw) -> void* {
    std::shared_ptr<Shared> shared = *static_cast<std::shared_ptr<Shared>*>(raw);
    delete static_cast<std::shared_ptr<Shared>*>(raw);
    GiveSignalStack();
    FailureSlot own{&shared->failed, shared->reason, sizeof shared->reason, shared->finished};
    slot = &own;
    std::unique_lock lock(shared->mutex);
    while (true) {
      shared->wake.wait(lock, [&] { return shared->stop || shared->job; });
      if (!shared->job) {
        return nullptr;
      }
      std::function<void()> job = std::move(shared->job);
      shared->job = nullptr;
      lock.unlock();
      job();
      job = nullptr;
      uint64_t one = 1;
      while (write(shared->finished, &one, sizeof one) < 0 && errno == EINTR) {
      }
      lock.lock();
    }
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  // A limit on address space may forbid the deep stack: take what there is.
  int error = EAGAIN;
  for (size_t bytes = kStackBytes; error != 0 && bytes >= size_t{1} << 20; bytes /= 4) {
    pthread_attr_setstacksize(&attributes, bytes);
    error = pthread_create(&shared_->thread, &attributes, run, argument);
  }
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    std::fprintf(stderr, "trident: cannot start a thread: %s\n", std::strerror(error));
    std::_Exit(2);
  }
}

JobThread::~JobThread() {
  if (shared_->failed) {
    pthread_detach(shared_->thread);
    return;
  }
  {
    std::lock_guard lock(shared_->mutex);
    shared_->stop = true;
  }
  shared_->wake.notify_one();
  // The running job may still fail: a parked thread would never be joined.
  while (busy_ && !Wait(1000)) {
  }
  if (shared_->failed) {
    pthread_detach(shared_->thread);
  } else {
    pthread_join(shared_->thread, nullptr);
  }
}

void JobThread::Submit(std::function<void()> job) {
  busy_ = true;
  {
    std::lock_guard lock(shared_->mutex);
    shared_->job = std::move(job);
  }
  shared_->wake.notify_one();
}

int JobThread::Finished() const { return shared_->finished; }

JobThread::End JobThread::Collect() {
  uint64_t count = 0;
  while (read(shared_->finished, &count, sizeof count) < 0 && errno == EINTR) {
  }
  busy_ = false;
  End end;
  if (shared_->failed) {
    end = {true, shared_->reason};
    pthread_detach(shared_->thread);
    Start();
  }
  return end;
}

bool JobThread::Wait(int milliseconds) {
  pollfd descriptor = {shared_->finished, POLLIN, 0};
  return poll(&descriptor, 1, milliseconds) > 0;
}

}  // namespace trident::server
