#include "host/collect_share.h"

#include "host/collect_arguments.h"
#include "host/plugin.h"

#include <algorithm>

namespace mortise {
namespace {

using collect::Collector;

// One of each is looked for and added at a time. Never destroyed: a thread may ask while the process ends.
std::mutex &sets_mutex = *new std::mutex;

struct Kind {
  uint32_t which;
  bool (Collector::*remove)(std::string_view);
};
// What writes goes first, so that nothing that is removed with it waits for it.
const Kind kinds[] = {{MORTISE_COLLECT_READ, &Collector::remove_reader},
                      {MORTISE_COLLECT_WRITE, &Collector::remove_writer},
                      {MORTISE_COLLECT_FLUSH, &Collector::remove_flush},
                      {MORTISE_COLLECT_LOG, &Collector::remove_log},
                      {MORTISE_COLLECT_NOTIFIED, &Collector::remove_notify},
                      {MORTISE_COLLECT_MISSING, &Collector::remove_missing},
                      {MORTISE_COLLECT_SHUTDOWN, &Collector::remove_shutdown}};

} // namespace

std::string CollectShare::full(mortise_text name) const {
  return name.size == 0 ? plugin_.name : plugin_.name + "/" + string_of(name);
}

// Those that were registered; fewer than all when one could not be.
uint32_t CollectShare::put(const std::string &name, const std::string &group,
                           const mortise_collect_callbacks &c, CollectCallback &callback, Problem &problem) {
  Collector &to = plugin_.owner.collector();
  Owner *owner = &plugin_;
  uint32_t done = 0;
  const auto did = [&](uint32_t which, bool worked) {
    if (worked) done |= which;
    return worked;
  };
  // A flush before its writer, and readers last, so that nothing runs without what belongs to it.
  (!c.flush || did(MORTISE_COLLECT_FLUSH, to.add_flush(owner, name, callback.flush(), problem))) &&
      (!c.write || did(MORTISE_COLLECT_WRITE, to.add_writer(owner, name, callback.write(), problem))) &&
      (!c.log || did(MORTISE_COLLECT_LOG, to.add_log(owner, name, callback.log(), problem))) &&
      (!c.notified ||
       did(MORTISE_COLLECT_NOTIFIED, to.add_notify(owner, name, callback.notified(), problem))) &&
      (!c.missing ||
       did(MORTISE_COLLECT_MISSING, to.add_missing(owner, name, callback.missing(), problem))) &&
      (!c.shutdown ||
       did(MORTISE_COLLECT_SHUTDOWN, to.add_shutdown(owner, name, callback.shutdown(), problem))) &&
      (!c.read || did(MORTISE_COLLECT_READ,
                      to.add_reader(owner, name, group, time_of(c.interval), callback.read(), problem)));
  return done;
}

// Waits for those that run: without the lock.
void CollectShare::take(const std::string &name, CollectCallback &callback, uint32_t which) {
  for (const Kind &kind : kinds)
    if (which & kind.which) (plugin_.owner.collector().*kind.remove)(name);
  callback.drop(which);
}

bool CollectShare::add(const mortise_collect_callbacks *callbacks, Problem &problem) {
  if (!check_callbacks(callbacks, problem)) return false;
  const std::string name = full(callbacks->name);
  const uint32_t wanted = kinds_of(*callbacks);
  std::shared_ptr<CollectCallback> callback;
  uint32_t done = 0;
  {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    if (left_ || plugin_.leaving) {
      problem = Problem("MORTISE_ERR_SERVICE_ARGUMENT", "registered callbacks while it stops")
                    .in("mortise.collect.add")
                    .expects("callbacks before the plugin stops")
                    .got("some for " + name)
                    .fix("Ask its author to register in module_register.");
      return false;
    }
    if (entries_.size() >= MORTISE_COLLECT_CALLBACKS_MAX) {
      const std::string most = std::to_string(MORTISE_COLLECT_CALLBACKS_MAX);
      problem = Problem("MORTISE_ERR_SERVICE_LIMIT", "registered more than " + most + " sets of callbacks")
                    .in("mortise.collect.add")
                    .expects("at max " + most)
                    .got("one more")
                    .fix("Ask its author to remove those that it no longer needs.");
      return false;
    }
    const std::string group = callbacks->group.size == 0 ? "" : full(callbacks->group);
    callback = std::make_shared<CollectCallback>(calls_, *callbacks, wanted);
    done = put(name, group, *callbacks, *callback, problem);
    if (done == wanted) {
      callback->take_over();
      entries_.emplace(name, Entry{callback, wanted, group});
      return true;
    }
  }
  take(name, *callback, done);
  callback->drop(wanted);
  return false;
}

// Those of which `which` answers some, with the lock held only while they are looked for.
template <typename Which> bool CollectShare::remove_those(const Which &which) {
  std::vector<std::pair<std::string, Entry>> taken;
  {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    for (auto at = entries_.begin(); at != entries_.end();) {
      Entry &entry = at->second;
      const uint32_t its = entry.which & which(at->first, entry);
      if (its) taken.push_back({at->first, {entry.callback, its, ""}});
      entry.which &= ~its;
      at = entry.which == 0 ? entries_.erase(at) : std::next(at);
    }
  }
  for (const auto &[name, entry] : taken)
    take(name, *entry.callback, entry.which);
  return !taken.empty();
}

bool CollectShare::remove(mortise_text name, uint32_t which) {
  const std::string wanted = full(name);
  return remove_those([&](const std::string &its, const Entry &) {
    return its == wanted ? (which == 0 ? UINT32_MAX : which) : 0;
  });
}

bool CollectShare::remove_group(mortise_text group) {
  if (group.size == 0) return false;
  const std::string wanted = full(group);
  return remove_those([&](const std::string &, const Entry &entry) {
    return static_cast<uint32_t>(entry.group == wanted ? MORTISE_COLLECT_READ : 0);
  });
}

// A plugin may do the same wrong a million times a second.
int32_t CollectShare::refuse(Problem problem) {
  const uint64_t now = collect::now();
  uint64_t last = told_.load(std::memory_order_relaxed);
  const bool due = now < last || now - last >= collect::second;
  if (due && told_.compare_exchange_strong(last, now)) plugin_.report(std::move(problem));
  return MORTISE_ERROR;
}

int32_t CollectShare::dispatch(const mortise_collect_report *report) {
  if (gone_) return MORTISE_ERROR;
  Problem problem;
  collect::Report made;
  collect::Metadata metadata;
  if (!check_report(report, plugin_.name, made, metadata, problem)) return refuse(std::move(problem));
  return plugin_.owner.collector().dispatch(&plugin_, made) == 0 ? MORTISE_OK : MORTISE_ERROR;
}

int32_t CollectShare::notify(const mortise_collect_notification *notification) {
  if (gone_) return MORTISE_ERROR;
  Problem problem;
  collect::Notification made;
  if (!check_notification(notification, made, problem)) return refuse(std::move(problem));
  return plugin_.owner.collector().notify(made) == 0 ? MORTISE_OK : MORTISE_ERROR;
}

bool CollectShare::add_set(const mortise_collect_set *set, Problem &problem) {
  collect::DataSet made;
  if (!check_set(set, made, problem)) return false;
  const std::lock_guard<std::recursive_mutex> lock(mutex_);
  const std::lock_guard<std::mutex> only(sets_mutex);
  collect::DataSets &types = plugin_.owner.collector().types;
  const std::string type = made.type;
  if (const collect::DataSets::Shared there = types.find(type)) {
    if (same_set(*there, made)) return true;
    problem = Problem("MORTISE_ERR_COLLECT_DATA_SET",
                      "added a data set for " + type + ", of which there is another one")
                  .in("mortise.collect.add_set")
                  .expects("the data set that is there, or a type that has none")
                  .got(std::to_string(made.sources.size()) + " sources, which are not the same")
                  .fix("Ask its author to give the type another name; or take it out of types.db.");
    return false;
  }
  if (left_ || !types.add(std::move(made), problem)) return false;
  sets_.push_back(types.find(type));
  return true;
}

const mortise_collect_set *CollectShare::find_set(mortise_text type) {
  if (type.size > collect::max_name) return nullptr;
  const collect::DataSets::Shared set = plugin_.owner.collector().types.find(view_of(type));
  return set ? calls_.sets.find(set) : nullptr;
}

bool CollectShare::leave(std::chrono::milliseconds limit) {
  std::vector<collect::DataSets::Shared> sets;
  std::multimap<std::string, Entry> entries;
  {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    left_ = true;
    entries.swap(entries_);
    sets.swap(sets_);
  }
  for (const auto &[name, entry] : entries)
    entry.callback->drop(entry.which);
  for (const collect::DataSets::Shared &set : sets) {
    const std::lock_guard<std::mutex> only(sets_mutex);
    collect::DataSets &types = plugin_.owner.collector().types;
    if (types.find(set->type) == set) types.remove(set->type);
  }
  std::unique_lock<std::mutex> lock(calls_.mutex);
  const bool ended = calls_.ended.wait_for(lock, std::max(limit, std::chrono::milliseconds(100)),
                                           [this] { return calls_.count == 0; });
  gone_ = true;
  return ended;
}

} // namespace mortise
