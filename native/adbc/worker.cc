#include "adbc/worker.h"

#include <thread>

#ifndef _WIN32
#include <csignal>
#include <pthread.h>
#endif

namespace mortise::adbc {
namespace {

// Longer than a connection in use has nothing to do, so that its queries needn't wait for a thread to start.
constexpr auto patience = std::chrono::seconds(5);

} // namespace

void start_thread(std::function<void()> run) {
#ifndef _WIN32
  // Signals are the main thread's.
  sigset_t all, kept;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &kept);
  try {
    std::thread(std::move(run)).detach();
  } catch (...) {
    pthread_sigmask(SIG_SETMASK, &kept, nullptr);
    throw;
  }
  pthread_sigmask(SIG_SETMASK, &kept, nullptr);
#else
  std::thread(std::move(run)).detach();
#endif
}

void Worker::post(Job job) {
  std::unique_lock<std::mutex> lock(state_->mutex);
  if (!state_->has_thread) start_thread([state = state_] { run(state); });
  state_->has_thread = true;
  state_->jobs.push_back(std::move(job));
  const bool is_waiting = state_->is_waiting;
  lock.unlock(); // else it wakes up to wait for this
  if (is_waiting) state_->changed.notify_one();
}

bool Worker::wait_until(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock<std::mutex> lock(state_->mutex);
  return state_->idle.wait_until(lock, deadline, [this] { return state_->jobs.empty() && !state_->is_busy; });
}

void Worker::run(std::shared_ptr<State> state) {
#ifdef __linux__
  pthread_setname_np(pthread_self(), "mortise-adbc"); // so that the trial doesn't take it for a plugin's
#endif
  std::unique_lock<std::mutex> lock(state->mutex);
  for (;;) {
    state->is_waiting = true;
    const bool is_wanted = state->changed.wait_for(lock, patience, [&] { return !state->jobs.empty(); });
    state->is_waiting = false;
    if (!is_wanted) break;
    {
      const Job job = std::move(state->jobs.front());
      state->jobs.pop_front();
      state->is_busy = true;
      lock.unlock();
      job();
    } // with what it held, which may be the last of a connection
    lock.lock();
    state->is_busy = false;
    if (state->jobs.empty()) state->idle.notify_all();
  }
  state->has_thread = false;
}

} // namespace mortise::adbc
