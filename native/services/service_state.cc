// mortise.state
#include "services/built_in.h"
#include "host/plugin.h"

namespace mortise {
namespace {

int64_t get(const mortise_host *host, mortise_text key, void *buffer, uint64_t capacity) {
  Plugin *plugin = Plugin::of(host);
  return plugin->owner.state.get(plugin->name, string_of(key), buffer, capacity);
}

int32_t put(const mortise_host *host, mortise_text key, const void *value, uint64_t bytes,
            mortise_error *error) {
  Plugin *plugin = Plugin::of(host);
  const std::string problem = plugin->owner.state.put(plugin->name, string_of(key), value, bytes);
  if (problem.empty()) return MORTISE_OK;
  plugin->report(Problem("MORTISE_ERR_SERVICE_LIMIT", problem)
                     .in("mortise.state.put")
                     .expects("keys and values within the bounds of mortise/state.h")
                     .got(std::to_string(bytes) + " bytes more")
                     .fix("Ask its author to keep less; large data belongs into files."));
  return mortise_fail(error, "%s", problem.c_str());
}

int32_t remove(const mortise_host *host, mortise_text key) {
  Plugin *plugin = Plugin::of(host);
  return plugin->owner.state.remove(plugin->name, string_of(key)) ? MORTISE_OK : MORTISE_PASS;
}

int32_t each(const mortise_host *host, mortise_state_visit visit, void *context) {
  Plugin *plugin = Plugin::of(host);
  if (!visit) return MORTISE_ERROR;
  // A copy, so that no lock is held while the plugin's code runs.
  for (const auto &entry : plugin->owner.state.list(plugin->name)) {
    const int32_t status = visit(context, text_of(entry.first), entry.second);
    if (status != MORTISE_OK) return status;
  }
  return MORTISE_OK;
}

} // namespace

const mortise_state_v1 state_table = {sizeof(mortise_state_v1), 0, get, put, remove, each};

} // namespace mortise
