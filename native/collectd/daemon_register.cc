// What plugins register, and take back.
#include "collectd/daemon.h"

#include "collectd/convert.h"
#include "collectd/own_signals.h"

#include <algorithm>
#include <cerrno>
#include <cctype>

namespace mortise::collectd {
namespace {

std::string lower(std::string text) {
  for (char &letter : text)
    letter = static_cast<char>(tolower(static_cast<unsigned char>(letter)));
  return text;
}

// `what` of a plugin's thread that belongs to no plugin can't be registered: nobody would take it back.
bool is_valid(const char *name, bool has_callback) {
  return name && *name && has_callback && Work::here().plugin;
}

} // namespace

Owner &Daemon::owner_here() {
  const Work &here = Work::here();
  return here.plugin ? static_cast<Owner &>(here.plugin->plugin) : host_.collecting.embedder();
}

void Daemon::note(const char *kind, const std::string &name) {
  const std::lock_guard lock(mutex_);
  const CollectdPlugin *plugin = Work::here().plugin;
  const auto is_same = [&](const Named &one) {
    return one.kind == kind && one.name == name && one.plugin == plugin;
  };
  // What may be registered again is still one.
  if (std::none_of(noted_.begin(), noted_.end(), is_same)) noted_.push_back({kind, name, plugin});
}

void Daemon::unnote(const char *kind, const std::string &name) {
  const std::lock_guard lock(mutex_);
  noted_.erase(std::remove_if(noted_.begin(), noted_.end(),
                              [&](const Named &one) { return one.kind == kind && one.name == name; }),
               noted_.end());
}

int Daemon::refused(const Problem &problem) {
  log(log_error, problem.message.c_str());
  return EINVAL;
}

template <typename Add>
int Daemon::replace(const char *kind, const std::string &name, Remove remove, Add add) {
  Problem problem;
  if (!add(problem)) {
    if (problem.code != "MORTISE_ERR_COLLECT_NAME_TAKEN" || !(collector_.*remove)(name))
      return refused(problem);
    log(log_warning, ("a " + std::string(kind) + " callback named `" + name +
                      "' already exists - overwriting the old entry!")
                         .c_str());
    unnote(kind, name);
    if (!add(problem)) return refused(problem);
  }
  note(kind, name);
  return 0;
}

int Daemon::register_config(const char *name, config_cb callback, const char *const *keys, int count) {
  if (!is_valid(name, callback)) return EINVAL;
  SimpleConfig made;
  for (int i = 0; i < count; i++)
    if (keys[i]) made.keys.push_back(keys[i]);
  made.callback = make_callback(callback);
  note("config", name);
  const std::lock_guard lock(mutex_);
  configs_[lower(name)] = std::move(made);
  return 0;
}

int Daemon::register_complex_config(const char *name, complex_config_cb callback) {
  if (!is_valid(name, callback)) return EINVAL;
  note("config", name);
  const std::lock_guard lock(mutex_);
  complex_[lower(name)] = make_callback(callback);
  return 0;
}

int Daemon::register_init(const char *name, init_cb callback) {
  if (!is_valid(name, callback)) return EINVAL;
  const auto made = make_callback(callback);
  note("init", name);
  const std::lock_guard lock(mutex_);
  for (auto &one : inits_) {
    if (one.first != name) continue;
    one.second = made;
    return 0;
  }
  inits_.emplace_back(name, made);
  return 0;
}

int Daemon::register_read(const char *name, simple_read_cb callback) {
  if (!is_valid(name, callback)) return EINVAL;
  auto made = make_callback(callback);
  Problem problem;
  if (!collector_.add_reader(
          &owner_here(), name, "", made->context.interval, [made] { return (*made)(); }, problem))
    return refused(problem);
  note("read", name);
  return 0;
}

int Daemon::register_complex_read(const char *group, const char *name, read_cb callback, cdtime_t interval,
                                  const user_data_t *data) {
  if (!is_valid(name, callback)) return EINVAL;
  const Work &here = Work::here();
  plugin_ctx_t context = here.context;
  if (interval) context.interval = interval;
  const auto made = std::make_shared<Callback<read_cb>>(here.plugin, context, callback, data);
  Problem problem;
  const bool added = collector_.add_reader(
      &owner_here(), name, group ? group : "", context.interval, [made] { return (*made)(&made->data); },
      problem);
  if (!added) {
    made->data.free_func = nullptr; // the plugin's again
    return refused(problem);
  }
  note("read", name);
  return 0;
}

int Daemon::register_write(const char *name, write_cb callback, const user_data_t *data) {
  if (!is_valid(name, callback)) return EINVAL;
  const auto made = make_callback(callback, data);
  return replace("write", name, &collect::Collector::remove_writer, [&](Problem &problem) {
    return collector_.add_writer(
        &owner_here(), name,
        [this, made](const collect::Sample *const *samples, size_t count) {
          return write_samples(*made, samples, count);
        },
        problem);
  });
}

int Daemon::register_flush(const char *name, flush_cb callback, const user_data_t *data) {
  if (!is_valid(name, callback)) return EINVAL;
  const auto made = make_callback(callback, data);
  const int status = replace("flush", name, &collect::Collector::remove_flush, [&](Problem &problem) {
    return collector_.add_flush(
        &owner_here(), name,
        [made](collect::Time age, std::string_view identifier) -> int32_t {
          const std::string text(identifier);
          return (*made)(age, text.empty() ? nullptr : text.c_str(), &made->data);
        },
        problem);
  });
  const plugin_ctx_t context = made->context;
  if (status != 0 || context.flush_interval == 0) return status;
  Problem problem;
  const std::string of = name;
  const auto flush_old = [this, of, context] {
    collector_.flush(of, context.flush_timeout, "");
    return 0;
  };
  const std::string reader = "flush/" + of;
  if (!collector_.add_reader(&owner_here(), reader, "flush", context.flush_interval, flush_old, problem))
    return refused(problem);
  note("read", reader);
  return 0;
}

int Daemon::register_missing(const char *name, missing_cb callback, const user_data_t *data) {
  if (!is_valid(name, callback)) return EINVAL;
  const auto made = make_callback(callback, data);
  return replace("missing", name, &collect::Collector::remove_missing, [&](Problem &problem) {
    return collector_.add_missing(
        &owner_here(), name,
        [this, made](const collect::Series &series, collect::Time last) {
          const auto known = collector_.cache().find(series.identity);
          value_list_t list = {};
          set_identity(list, series.identity);
          list.time = last;
          list.interval = known ? known->interval : 0;
          return (*made)(&list, &made->data);
        },
        problem);
  });
}

int Daemon::register_shutdown(const char *name, shutdown_cb callback) {
  if (!is_valid(name, callback)) return EINVAL;
  const auto made = make_callback(callback);
  // Once, whether the collector ends or only the plugin: the second time it would free again what is freed.
  const auto has_run = std::make_shared<std::atomic<bool>>(false);
  return replace("shutdown", name, &collect::Collector::remove_shutdown, [&](Problem &problem) {
    return collector_.add_shutdown(
        &owner_here(), name,
        [made, has_run] {
          if (has_run->exchange(true)) return 0;
          keep_own_signals();
          return (*made)();
        },
        problem);
  });
}

int Daemon::register_log(const char *name, log_cb callback, const user_data_t *data) {
  if (!is_valid(name, callback)) return EINVAL;
  const auto made = make_callback(callback, data);
  return replace("log", name, &collect::Collector::remove_log, [&](Problem &problem) {
    return collector_.add_log(
        &owner_here(), name,
        [made](int32_t severity, std::string_view text) {
          (*made)(severity, std::string(text).c_str(), &made->data);
        },
        problem);
  });
}

int Daemon::register_notification(const char *name, notification_cb callback, const user_data_t *data) {
  if (!is_valid(name, callback)) return EINVAL;
  const auto made = make_callback(callback, data);
  return replace("notification", name, &collect::Collector::remove_notify, [&](Problem &problem) {
    return collector_.add_notify(
        &owner_here(), name,
        [made](const collect::Notification &notification) {
          notification_t given;
          from_notification(notification, given);
          const int status = (*made)(&given, &made->data);
          give_back(given.meta);
          return status;
        },
        problem);
  });
}

int Daemon::register_data_set(const data_set_t *set) {
  if (!set || !set->ds) return EINVAL;
  Problem problem;
  if (!collector_.types.add(to_set(*set), problem)) return refused(problem);
  note("data_set", set->type);
  return 0;
}

int Daemon::register_match(const char *name, const match_proc_t &match) {
  if (!is_valid(name, match.match)) return EINVAL;
  note("match", name);
  matches_.add({name, &owner_here(), match});
  return 0;
}

int Daemon::register_target(const char *name, const target_proc_t &target) {
  if (!is_valid(name, target.invoke)) return EINVAL;
  note("target", name);
  targets_.add({name, &owner_here(), target});
  return 0;
}

int Daemon::unregister(Registered what, const char *name) {
  if (!name) return EINVAL;
  bool was_there = false;
  const auto taken = [&](const char *kind, bool was) {
    was_there = was;
    unnote(kind, name);
  };
  switch (what) {
  case Registered::config:
  case Registered::complex_config: {
    unnote("config", name);
    const std::lock_guard lock(mutex_);
    was_there =
        what == Registered::config ? configs_.erase(lower(name)) > 0 : complex_.erase(lower(name)) > 0;
    break;
  }
  case Registered::init: {
    unnote("init", name);
    const std::lock_guard lock(mutex_);
    const auto end =
        std::remove_if(inits_.begin(), inits_.end(), [&](const auto &one) { return one.first == name; });
    was_there = end != inits_.end();
    inits_.erase(end, inits_.end());
    break;
  }
  // As collectd, without waiting: the caller may hold a lock that what runs wants.
  case Registered::read:
    taken("read", collector_.forget_reader(name));
    break;
  case Registered::read_group:
    was_there = collector_.forget_group(name);
    break;
  case Registered::write:
    taken("write", collector_.forget_writer(name));
    break;
  case Registered::flush:
    collector_.forget_reader("flush/" + std::string(name));
    unnote("read", "flush/" + std::string(name));
    taken("flush", collector_.forget_flush(name));
    break;
  case Registered::missing:
    taken("missing", collector_.forget_missing(name));
    break;
  case Registered::cache_event:
    was_there = forget_cache_event(name);
    break;
  case Registered::shutdown:
    taken("shutdown", collector_.forget_shutdown(name));
    break;
  case Registered::log:
    taken("log", collector_.forget_log(name));
    break;
  case Registered::notification:
    taken("notification", collector_.forget_notify(name));
    break;
  case Registered::data_set:
    was_there = collector_.types.remove(name);
    unnote("data_set", name);
    break;
  }
  return was_there ? 0 : -1;
}

} // namespace mortise::collectd
