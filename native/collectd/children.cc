#include "collectd/children.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <dirent.h>

namespace mortise::collectd {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{30};

// "PID (NAME) STATE PARENT …"; a name may hold anything, parentheses too.
bool is_ended_child(const std::string &pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  if (!std::getline(file, line)) return false;
  const size_t after = line.rfind(')');
  if (after == std::string::npos || line.size() < after + 5 || line[after + 2] != 'Z') return false;
  return strtol(line.c_str() + after + 4, nullptr, 10) == getpid();
}

// `since`: when each was seen first.
void look(std::map<std::string, Clock::time_point> &since) {
  std::map<std::string, Clock::time_point> now;
  DIR *directory = opendir("/proc");
  if (!directory) return;
  while (const dirent *entry = readdir(directory)) {
    const std::string name = entry->d_name;
    if (name.find_first_not_of("0123456789") != std::string::npos || !is_ended_child(name)) continue;
    const auto known = since.find(name);
    const auto first = known == since.end() ? Clock::now() : known->second;
    if (Clock::now() - first >= patience)
      waitpid(static_cast<pid_t>(strtol(name.c_str(), nullptr, 10)), nullptr, WNOHANG);
    else
      now[name] = first;
  }
  closedir(directory);
  since = std::move(now);
}

} // namespace

ChildSignal::ChildSignal() {
  sigaction(SIGCHLD, nullptr, &before_);
}

bool ChildSignal::restore() {
  struct sigaction now = {};
  sigaction(SIGCHLD, nullptr, &now);
  const bool same = (now.sa_flags & SA_SIGINFO) == (before_.sa_flags & SA_SIGINFO) &&
                    (now.sa_flags & SA_SIGINFO ? now.sa_sigaction == before_.sa_sigaction
                                               : now.sa_handler == before_.sa_handler);
  if (same) return false;
  sigaction(SIGCHLD, &before_, nullptr);
  return true;
}

void reap_forgotten_children() {
  static std::once_flag once;
  std::call_once(once, [] {
    std::thread([] {
      std::map<std::string, Clock::time_point> since;
      for (;;) {
        std::this_thread::sleep_for(std::chrono::seconds(5));
        look(since);
      }
    }).detach();
  });
}

} // namespace mortise::collectd
