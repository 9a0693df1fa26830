#include "core/query/guarded.h"

#include <csetjmp>
#include <csignal>
#include <mutex>

namespace trident::query {
namespace {

thread_local sigjmp_buf* guard = nullptr;
struct sigaction previous[NSIG];

void OnFault(int signal, siginfo_t* info, void* context) {
  if (guard) siglongjmp(*guard, 1);
  const struct sigaction& before = previous[signal];
  if ((before.sa_flags & SA_SIGINFO) && before.sa_sigaction) return before.sa_sigaction(signal, info, context);
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN && before.sa_handler) return before.sa_handler(signal);
  std::signal(signal, SIG_DFL);
  raise(signal);
}

// Another part of the process may install its handlers later: each guarded run sees to it that this one is in front.
void Install() {
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  for (int signal : {SIGSEGV, SIGBUS}) {
    struct sigaction now = {};
    sigaction(signal, nullptr, &now);
    if ((now.sa_flags & SA_SIGINFO) && now.sa_sigaction == OnFault) continue;
    previous[signal] = now;
    struct sigaction action = {};
    action.sa_sigaction = OnFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

bool Guarded(llvm::function_ref<void()> code) {
  Install();
  sigjmp_buf place;
  sigjmp_buf* outer = guard;
  if (sigsetjmp(place, 1) != 0) {
    guard = outer;
    return false;
  }
  guard = &place;
  code();
  guard = outer;
  return true;
}

void EndGuarded() {
  if (guard) siglongjmp(*guard, 1);
}

}  // namespace trident::query
