// mortise.log
#include "services/built_in.h"
#include "engines/log_fields.h"
#include "engines/log_write.h"
#include "host/plugin.h"

#include <algorithm>

namespace mortise {
namespace {

bool keeps(const LogRing &log, int32_t severity) {
  return severity >= log.lowest_severity.load(std::memory_order_relaxed);
}

int32_t enabled(const mortise_host *host, int32_t severity) {
  return keeps(Plugin::of(host)->owner.log, severity);
}

// What is beyond the longest line doesn't fit a size_t everywhere.
std::string_view view_of(mortise_text text) {
  return {text.data, static_cast<size_t>(std::min<uint64_t>(text.size, LogRing::max_text))};
}

void write(const mortise_host *host, int32_t severity, mortise_text message) {
  Plugin *plugin = Plugin::of(host);
  LogRing &log = plugin->owner.log;
  if (!message.data || !keeps(log, severity)) return;
  log.write_inline(plugin, severity, view_of(message), {});
  plugin->owner.collecting.hear(*plugin, severity, view_of(message));
}

void write_fields(const mortise_host *host, int32_t severity, mortise_text message,
                  const mortise_member *fields, uint32_t count) {
  Plugin *plugin = Plugin::of(host);
  LogRing &log = plugin->owner.log;
  if (!message.data || !keeps(log, severity)) return;
  char encoded[fields_capacity];
  const size_t size = encode_fields(fields, count, encoded);
  log.write(plugin, severity, view_of(message), {encoded, size});
  plugin->owner.collecting.hear(*plugin, severity, view_of(message));
}

} // namespace

const mortise_log_v1 log_table = {sizeof(mortise_log_v1), 0, enabled, write, write_fields};

} // namespace mortise
