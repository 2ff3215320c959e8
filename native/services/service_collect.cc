// mortise.collect
#include "services/built_in.h"
#include "host/plugin.h"

namespace mortise {
namespace {

// It is reported to the operator too: a plugin may ignore the answer.
int32_t refused(Plugin *plugin, Problem problem, mortise_error *error) {
  const int32_t status = mortise_fail(error, "%s", problem.message.c_str());
  plugin->report(std::move(problem).failing_start());
  return status;
}

int32_t add(const mortise_host *host, const mortise_collect_callbacks *callbacks, mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  Problem problem;
  return plugin->collect.add(callbacks, problem) ? MORTISE_OK : refused(plugin, std::move(problem), error);
}

int32_t remove(const mortise_host *host, mortise_text name, uint32_t which) {
  return Plugin::of(host)->collect.remove(name, which) ? MORTISE_OK : MORTISE_PASS;
}

int32_t remove_group(const mortise_host *host, mortise_text group) {
  return Plugin::of(host)->collect.remove_group(group) ? MORTISE_OK : MORTISE_PASS;
}

int32_t dispatch(const mortise_host *host, const mortise_collect_report *report) {
  return Plugin::of(host)->collect.dispatch(report);
}

int32_t notify(const mortise_host *host, const mortise_collect_notification *notification) {
  return Plugin::of(host)->collect.notify(notification);
}

int32_t add_set(const mortise_host *host, const mortise_collect_set *set, mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  Problem problem;
  return plugin->collect.add_set(set, problem) ? MORTISE_OK : refused(plugin, std::move(problem), error);
}

const mortise_collect_set *find_set(const mortise_host *host, mortise_text type) {
  return Plugin::of(host)->collect.find_set(type);
}

uint64_t interval(const mortise_host *host) {
  return nanoseconds_of(Plugin::of(host)->owner.collector().interval_here());
}

} // namespace

const mortise_collect_v1 collect_table = {
    sizeof(mortise_collect_v1), 0, add, remove, remove_group, dispatch, notify, add_set, find_set, interval};

} // namespace mortise
