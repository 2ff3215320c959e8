#include "collectd/own_signals.h"

#include <signal.h>
#include <unistd.h>

#include <mutex>

namespace mortise::collectd {
namespace {

struct sigaction before;

bool is_own(const siginfo_t *info) {
#if defined(SI_TKILL)
  return info->si_code == SI_TKILL && info->si_pid == getpid();
#else
  return info->si_pid == getpid();
#endif
}

void handle(int signal, siginfo_t *info, void *context) {
  if (is_own(info)) return;
  if (before.sa_flags & SA_SIGINFO) return before.sa_sigaction(signal, info, context);
  if (before.sa_handler == SIG_IGN) return;
  if (before.sa_handler != SIG_DFL) return before.sa_handler(signal);
  sigaction(signal, &before, nullptr);
  kill(getpid(), signal);
}

} // namespace

// It stays: a thread that is slow to run gets its signal after the plugin's shutdown has ended.
void keep_own_signals() {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  struct sigaction now = {};
  sigaction(SIGTERM, nullptr, &now);
  if ((now.sa_flags & SA_SIGINFO) && now.sa_sigaction == handle) return;
  before = now;
  struct sigaction action = {};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO; // without SA_RESTART: calls that wait are to end
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
}

} // namespace mortise::collectd
