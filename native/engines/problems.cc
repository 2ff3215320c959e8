#include "engines/problems.h"

namespace mortise {

void ProblemList::add(const Owner *plugin, Problem problem) {
  bool first;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const Entry &entry : entries_) {
      if (entry.plugin == plugin && entry.problem.code == problem.code &&
          entry.problem.message == problem.message && entry.problem.where == problem.where)
        return;
    }
    if (entries_.size() == max) {
      lost_++;
      return;
    }
    first = entries_.empty();
    entries_.push_back({plugin, std::move(problem)});
  }
  if (first && wake) wake();
}

std::vector<ProblemList::Entry> ProblemList::take(uint64_t &lost) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Entry> taken;
  taken.swap(entries_);
  lost += lost_;
  lost_ = 0;
  return taken;
}

std::vector<ProblemList::Entry> ProblemList::take_failures(const Owner *plugin) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Entry> taken, kept;
  for (Entry &entry : entries_)
    (entry.plugin == plugin && entry.problem.fails_start ? taken : kept).push_back(std::move(entry));
  entries_ = std::move(kept);
  return taken;
}

} // namespace mortise
