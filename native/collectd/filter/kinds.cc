#include "collectd/filter/kinds.h"

#include "collectd/config/read.h"

#include <algorithm>
#include <utility>

namespace mortise::collectd {

template <typename Proc> void Kinds<Proc>::add(Kind<Proc> kind) {
  const std::lock_guard lock(mutex_);
  kinds_.push_back(std::make_shared<const Kind<Proc>>(std::move(kind)));
}

template <typename Proc> void Kinds<Proc>::remove(const Owner *owner) {
  const std::lock_guard lock(mutex_);
  const auto is_its = [owner](const Shared &kind) { return kind->owner == owner; };
  kinds_.erase(std::remove_if(kinds_.begin(), kinds_.end(), is_its), kinds_.end());
}

template <typename Proc> typename Kinds<Proc>::Shared Kinds<Proc>::find(const std::string &name) const {
  const std::lock_guard lock(mutex_);
  for (const Shared &kind : kinds_)
    if (same_key(kind->name, name)) return kind;
  return nullptr;
}

template <typename Proc> std::vector<std::string> Kinds<Proc>::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const Shared &kind : kinds_)
    names.push_back(kind->name);
  return names;
}

template class Kinds<match_proc_t>;
template class Kinds<target_proc_t>;

} // namespace mortise::collectd
