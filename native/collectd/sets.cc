#include "collectd/sets.h"

#include "collectd/convert.h"

#include <algorithm>

namespace mortise::collectd {

const data_set_t *Sets::of(const collect::DataSets::Shared &set) {
  if (!set) return nullptr;
  // Who writes asks for the same few again and again.
  struct Last {
    const Sets *sets = nullptr;
    const collect::DataSet *of = nullptr;
    const data_set_t *made = nullptr;
  };
  thread_local Last last[16];
  Last &known = last[(reinterpret_cast<uintptr_t>(set.get()) >> 6) % 16];
  if (known.sets == this && known.of == set.get()) return known.made;
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Made> &made = made_[set.get()];
  if (!made) {
    made = std::make_unique<Made>();
    made->of = set;
    made->sources.resize(set->sources.size());
    for (size_t i = 0; i < set->sources.size(); i++) {
      const collect::Source &from = set->sources[i];
      data_source_t &to = made->sources[i];
      to = {};
      collectd::set(to.name, from.name);
      to.type = static_cast<int>(from.kind);
      to.min = from.min;
      to.max = from.max;
    }
    made->set = {};
    collectd::set(made->set.type, set->type);
    made->set.ds_num = made->sources.size();
    made->set.ds = made->sources.data();
  }
  known = {this, set.get(), &made->set};
  return &made->set;
}

collect::DataSet to_set(const data_set_t &set) {
  collect::DataSet made;
  made.type = text_of(set.type);
  for (size_t i = 0; i < std::min(set.ds_num, collect::max_values + 1); i++) {
    const data_source_t &from = set.ds[i];
    made.sources.push_back(
        {std::string(text_of(from.name)), static_cast<collect::Kind>(from.type), from.min, from.max});
  }
  return made;
}

} // namespace mortise::collectd
