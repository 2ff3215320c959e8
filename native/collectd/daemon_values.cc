// Values, notifications and messages, from plugins and to them.
#include "collectd/daemon.h"

#include "collectd/convert.h"
#include "collectd/metadata_box.h"
#include "collectd/slashes.h"

#include <mortise/log.h>

#include <cerrno>

namespace mortise::collectd {
namespace {

bool has_slash(const collect::Identity &identity) {
  for (const std::string_view part :
       {identity.host, identity.plugin, identity.plugin_instance, identity.type, identity.type_instance})
    if (memchr(part.data(), '/', part.size())) return true;
  return false;
}

// `use(report)` with what a list says.
template <typename Use> int with_report(const value_list_t &list, const char *hostname, Use use) {
  if (!list.values || list.values_len == 0) return EINVAL;
  collect::Report report = {identity_of(list), values_of(list), list.values_len};
  if (report.identity.host.empty()) report.identity.host = hostname;
  value_list_t names;
  if (has_slash(report.identity)) {
    set_identity(names, report.identity);
    for (auto *part : {&names.host, &names.plugin, &names.plugin_instance, &names.type, &names.type_instance})
      escape_slashes_of(*part, sizeof *part);
    report.identity = identity_of(names);
  }
  report.time = list.time;
  report.interval = list.interval ? list.interval : Work::here().context.interval;
  if (!list.meta) return use(report);
  const std::lock_guard lock(list.meta->mutex);
  if (!list.meta->entries.empty()) report.metadata = &list.meta->entries;
  return use(report);
}

int32_t severity_of(int severity) {
  if (severity <= log_error) return MORTISE_LOG_ERROR;
  if (severity == log_warning) return MORTISE_LOG_WARNING;
  return severity >= log_debug ? MORTISE_LOG_DEBUG : MORTISE_LOG_INFO;
}

} // namespace

// As with collectd, what is wrong with values is no matter of the plugin's: the host tells it.
int Daemon::dispatch(const value_list_t *list) {
  return with_report(*list, hostname_, [&](const collect::Report &report) {
    return collector_.dispatch(&owner_here(), report) == collect::outcome_closed ? -1 : 0;
  });
}

int Daemon::write(const char *writer, const data_set_t *, const value_list_t *list) {
  return with_report(*list, hostname_, [&](const collect::Report &report) {
    return collector_.write(writer ? writer : "", report) == collect::outcome_dispatched ? 0 : ENOENT;
  });
}

int Daemon::flush(const char *plugin, cdtime_t timeout, const char *identifier) {
  collector_.flush(plugin ? plugin : "", timeout, identifier ? identifier : "");
  return 0;
}

int Daemon::notify(const notification_t *notification) {
  return collector_.notify(to_notification(*notification));
}

void Daemon::log(int severity, const char *text) {
  Owner &owner = owner_here();
  const int32_t kept = severity_of(severity);
  if (kept >= host_.log.lowest_severity.load(std::memory_order_relaxed)) host_.log.write(&owner, kept, text);
  Work &here = Work::here();
  if (here.is_logging) return; // a log plugin that has something to say itself
  here.is_logging = true;
  collector_.log(&owner, severity, text);
  here.is_logging = false;
}

const data_set_t *Daemon::data_set(const char *type) {
  return sets_.of(collector_.types.find(type));
}

int32_t Daemon::write_samples(Callback<write_cb> &callback, const collect::Sample *const *samples,
                              size_t count) {
  const Working working(callback.plugin, callback.context);
  Work &here = Work::here();
  value_list_t list;
  int32_t failed = 0;
  for (size_t i = 0; i < count; i++) {
    const collect::Sample &sample = *samples[i];
    if (i == 0 || sample.series != samples[i - 1]->series) set_identity(list, sample.series->identity);
    list.values = reinterpret_cast<value_t *>(const_cast<collect::Value *>(sample.values()));
    list.values_len = sample.count;
    list.time = sample.time;
    list.interval = sample.interval;
    list.meta = sample.metadata ? box(*sample.metadata) : nullptr;
    here.sample = &sample;
    here.list = &list;
    const int status = callback.function(sets_.of(sample.series->set), &list, &callback.data);
    if (status != 0) failed = status;
    delete list.meta;
  }
  return failed;
}

} // namespace mortise::collectd
