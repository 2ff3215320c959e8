// What goes wrong again and again, told at most once a second.
#pragma once

#include "engines/collect/time.h"
#include "engines/owner.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace mortise::collect {

// Any thread; without a lock where it calls.
class Warnings {
public:
  using Report = std::function<void(Owner *owner, Problem)>;

  void set_report(Report report);
  void tell(Owner *owner, Problem problem) const;
  // Whether it is a second or more since this was last asked of the same subject and kind.
  bool is_due(const void *subject, int32_t kind);
  void forget(const void *subject);

private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Report> report_;
  std::map<std::pair<const void *, int32_t>, Time> told_;
};

} // namespace mortise::collect
