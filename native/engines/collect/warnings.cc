#include "engines/collect/warnings.h"

namespace mortise::collect {

void Warnings::set_report(Report report) {
  std::lock_guard<std::mutex> lock(mutex_);
  report_ = report ? std::make_shared<const Report>(std::move(report)) : nullptr;
}

void Warnings::tell(Owner *owner, Problem problem) const {
  std::shared_ptr<const Report> report;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    report = report_;
  }
  if (report) (*report)(owner, std::move(problem));
}

bool Warnings::is_due(const void *subject, int32_t kind) {
  const Time now = running_for();
  std::lock_guard<std::mutex> lock(mutex_);
  const auto [at, is_new] = told_.try_emplace({subject, kind}, now);
  if (!is_new && now - at->second < second) return false;
  at->second = now;
  return true;
}

void Warnings::forget(const void *subject) {
  std::lock_guard<std::mutex> lock(mutex_);
  told_.erase(told_.lower_bound({subject, INT32_MIN}), told_.upper_bound({subject, INT32_MAX}));
}

} // namespace mortise::collect
