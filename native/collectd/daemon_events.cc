// Cache events: collectd tells of each new, changed and forgotten series those who asked. Here they are a writer's
// samples and the series that are missing.
#include "collectd/daemon.h"

#include "collectd/convert.h"

#include <cerrno>
#include <unordered_map>

namespace mortise::collectd {
namespace {

struct Listener {
  explicit Listener(std::shared_ptr<Callback<cache_event_cb>> callback_) : callback(std::move(callback_)) {}

  const std::shared_ptr<Callback<cache_event_cb>> callback;
  std::mutex mutex;
  std::unordered_map<uint64_t, bool> wanted; // by the series' numbers: whether it asked for more

  bool tell(cache_event_type_e type, const std::string &name, const value_list_t &list) {
    cache_event_t event = {type, &list, name.c_str(), 0};
    (*callback)(&event, &callback->data);
    return event.ret != 0;
  }
};

} // namespace

int Daemon::register_cache_event(const char *name, cache_event_cb callback, const user_data_t *data) {
  if (!name || !*name || !callback || !Work::here().plugin) return EINVAL;
  const auto listener = std::make_shared<Listener>(make_callback(callback, data));
  const std::string registered = std::string("cache_event/") + name;
  const auto write = [listener](const collect::Sample *const *samples, size_t count) -> int32_t {
    for (size_t i = 0; i < count; i++) {
      const collect::Sample &sample = *samples[i];
      value_list_t list = {};
      set_identity(list, sample.series->identity);
      list.values = reinterpret_cast<value_t *>(const_cast<collect::Value *>(sample.values()));
      list.values_len = sample.count;
      list.time = sample.time;
      list.interval = sample.interval;
      bool is_new, wants;
      {
        const std::lock_guard lock(listener->mutex);
        const auto [at, added] = listener->wanted.emplace(sample.series->number, false);
        is_new = added;
        wants = at->second;
      }
      if (is_new) {
        wants = listener->tell(cache_value_new, sample.series->text, list);
        const std::lock_guard lock(listener->mutex);
        listener->wanted[sample.series->number] = wants;
      } else if (wants)
        listener->tell(cache_value_update, sample.series->text, list);
    }
    return 0;
  };
  const auto missing = [listener](const collect::Series &series, collect::Time last) -> int32_t {
    bool wants = false;
    {
      const std::lock_guard lock(listener->mutex);
      const auto found = listener->wanted.find(series.number);
      if (found != listener->wanted.end()) {
        wants = found->second;
        listener->wanted.erase(found);
      }
    }
    if (!wants) return 0;
    value_list_t list = {};
    set_identity(list, series.identity);
    list.time = last;
    listener->tell(cache_value_expired, series.text, list);
    return 0;
  };
  Problem problem;
  if (!collector_.add_writer(&owner_here(), registered, write, problem)) return refused(problem);
  if (!collector_.add_missing(&owner_here(), registered, missing, problem)) {
    collector_.remove_writer(registered);
    return refused(problem);
  }
  note("cache_event", name);
  return 0;
}

bool Daemon::forget_cache_event(const std::string &name) {
  unnote("cache_event", name);
  collector_.forget_missing("cache_event/" + name);
  return collector_.forget_writer("cache_event/" + name);
}

} // namespace mortise::collectd
