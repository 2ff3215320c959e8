// Ends the process at a signal that JavaScript can't hear, because a plugin doesn't come back.
// Node.js handles a signal in its event loop. So a thread of its own waits for the signals that would have ended the
// process, and gives the signal its default action when JavaScript hasn't heard of it in time.
#include "node/bindings.h"
#include "node/js.h"
#include "engines/doing.h"

#include <atomic>
#include <cstdlib>
#include <string>

#ifndef _WIN32
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <thread>
#include <unistd.h>
#endif

#ifndef _WIN32
// libuv's, which Node.js exports. Node-API has no other way to tell the main thread from a worker.
extern "C" struct uv_loop_s *uv_default_loop(void);
#endif

namespace mortise {
namespace {

#ifndef _WIN32

constexpr int max_signal = 32;
constexpr auto patience = std::chrono::milliseconds(2000);
// A terminal and a parent such as npm may both pass on one Ctrl-C. Later ones are a user's who means it.
constexpr auto same_signal = std::chrono::milliseconds(250);
// For workers to end their hosts, and for one module_fini: as long as a host waits for tasks.
constexpr auto max_end = std::chrono::seconds(10);

std::atomic<bool> ends[max_signal]; // the signal would end the process, as nobody but mortise listens to it
std::atomic<bool> pending{false};   // JavaScript hasn't heard of one yet
struct sigaction before[max_signal];
int ends_of_pipe[2] = {-1, -1};
pid_t owner = 0;

// Before what Node.js does at a signal. Only what is safe in a handler.
void on_signal(int signal, siginfo_t *info, void *context) {
  const int kept = errno;
  // A child that a plugin forked has the pipe too.
  if (ends[signal] && getpid() == owner) {
    pending = true;
    const char byte = static_cast<char>(signal);
    if (write(ends_of_pipe[1], &byte, 1) < 0) errno = kept; // full: there is enough to read
  }
  errno = kept;
  const struct sigaction &next = before[signal];
  if (next.sa_flags & SA_SIGINFO)
    next.sa_sigaction(signal, info, context);
  else
    next.sa_handler(signal);
}

// Gives a signal its default action.
void end_by(int signal) {
  ::signal(signal, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  raise(signal);
}

void end_by(int signal, const std::string &where) {
  const std::string line = "mortise: ended by signal " + std::to_string(signal) + " while in " + where +
                           ", which did not return\n";
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) errno = 0; // nobody is left to be told
  end_by(signal);
}

std::atomic<int> last_signal{0};

// The process is about to exit, and its workers to end. Afterwards, or when one of them doesn't end in time, it is
// ended by the signal, so that its parent sees that.
void end_after_workers(int signal) {
  if (signal <= 0 || signal >= max_signal || last_signal.exchange(signal) != 0) return;
  atexit([] { end_by(last_signal); });
  sigset_t all, kept;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &kept);
  std::thread([signal] {
    std::this_thread::sleep_for(max_end);
    end_by(signal);
  }).detach();
  pthread_sigmask(SIG_SETMASK, &kept, nullptr);
}

void watch() {
#ifdef __linux__
  pthread_setname_np(pthread_self(), "mortise-signal"); // so that the trial doesn't take it for a plugin's
#endif
  using Clock = std::chrono::steady_clock;
  Clock::time_point first;
  int signal = 0;          // the one that is pending, or that JavaScript is ending the process for
  bool obeyed = false;     // the latter
  std::string inside;      // where the main thread has been
  Clock::time_point since; // then
  for (;;) {
    pollfd readable = {ends_of_pipe[0], POLLIN, 0};
    const int limit = signal ? static_cast<int>(patience.count()) : -1;
    const int ready = poll(&readable, 1, limit);
    if (ready < 0 && errno != EINTR) return;
    char byte = 0;
    const bool came = ready > 0 && read(ends_of_pipe[0], &byte, 1) == 1;
    if (ready > 0 && !came) return;
    if (signal && !pending) obeyed = true;
    // One that is obeyed has no listeners any more: a further one ends the process at once.
    if (signal && !obeyed && !ends[signal]) signal = 0;
    if (came && pending && (!signal || obeyed)) {
      signal = byte;
      obeyed = false;
      inside.clear();
      first = Clock::now();
      continue;
    }
    if (!signal) continue;
    if (obeyed) {
      // What ends takes its time; one entry point doesn't take all of it.
      const std::string now = doing_now();
      if (now.empty() || now != inside) {
        inside = now;
        since = Clock::now();
      } else if (Clock::now() - since >= max_end) {
        end_by(signal, now);
      }
      continue;
    }
    const auto waited = Clock::now() - first;
    if (waited < (came ? same_signal : patience)) continue;
    const std::string where = doing_now();
    if (!where.empty()) end_by(came ? byte : signal, where);
  }
}

bool start() {
  if (owner) return ends_of_pipe[0] >= 0;
  owner = getpid();
  watch_this_thread();
  if (pipe(ends_of_pipe) != 0) return false;
  for (const int end : ends_of_pipe)
    fcntl(end, F_SETFD, FD_CLOEXEC);
  fcntl(ends_of_pipe[1], F_SETFL, O_NONBLOCK);
  sigset_t all, kept;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &kept);
  std::thread(watch).detach();
  pthread_sigmask(SIG_SETMASK, &kept, nullptr);
  return true;
}

void chain_handler(int signal) {
  struct sigaction now;
  if (sigaction(signal, nullptr, &now) != 0) return;
  const bool is_ours = (now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_signal;
  if (is_ours || now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN) return;
  before[signal] = now;
  now.sa_flags |= SA_SIGINFO;
  now.sa_sigaction = on_signal;
  sigaction(signal, &now, nullptr);
}

void watch_signal(int signal, bool does_end) {
  if (signal <= 0 || signal >= max_signal || !start()) return;
  if (does_end) chain_handler(signal);
  ends[signal] = does_end;
}

void heard() {
  pending = false;
}

bool is_main_thread(napi_env env) {
  struct uv_loop_s *loop = nullptr;
  return js::ok(env, napi_get_uv_event_loop(env, &loop)) && loop == uv_default_loop();
}

#else

bool is_main_thread(napi_env) {
  return false;
}
void watch_signal(int, bool) {}
void heard() {}
void end_after_workers(int) {}

#endif

// hearsSignals(): not on workers, nor on Windows, whose signals are others.
napi_value hears_signals(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  js::ok(env, napi_get_boolean(env, is_main_thread(env), &result));
  return result;
}

// watchSignal(number, ends): main thread only.
napi_value watch_signal_of(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  int32_t signal = 0;
  bool does_end = false;
  if (js::ok(env, napi_get_value_int32(env, arguments[0], &signal)) &&
      js::ok(env, napi_get_value_bool(env, arguments[1], &does_end)))
    watch_signal(signal, does_end);
  return nullptr;
}

// hearSignal(): JavaScript heard of what came until now.
napi_value hear_signal(napi_env, napi_callback_info) {
  heard();
  return nullptr;
}

// endAfterWorkers(number): the exit that comes now ends by that signal.
napi_value end_after_workers_of(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  int32_t signal = 0;
  if (js::ok(env, napi_get_value_int32(env, arguments[0], &signal))) end_after_workers(signal);
  return nullptr;
}

} // namespace

void define_signals(napi_env env, napi_value exports) {
  js::define(env, exports, "hearsSignals", hears_signals);
  js::define(env, exports, "watchSignal", watch_signal_of);
  js::define(env, exports, "hearSignal", hear_signal);
  js::define(env, exports, "endAfterWorkers", end_after_workers_of);
}

} // namespace mortise
