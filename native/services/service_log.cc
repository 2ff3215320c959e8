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

// Apart: a usual line keeps nothing in registers until it is written, which would take longer than to look who hears it.
#if defined(__GNUC__)
__attribute__((noinline))
#endif
void write_and_tell(Plugin *plugin, int32_t severity, std::string_view text, std::string_view fields) {
  plugin->owner.log.write(plugin, severity, text, fields);
  plugin->owner.collecting.hear(*plugin, severity, text);
}

void write(const mortise_host *host, int32_t severity, mortise_text message) {
  Plugin *plugin = Plugin::of(host);
  LogRing &log = plugin->owner.log;
  if (!message.data || !keeps(log, severity)) return;
  if (plugin->owner.collecting.may_hear()) return write_and_tell(plugin, severity, view_of(message), {});
  log.write_inline(plugin, severity, view_of(message), {});
}

void write_fields(const mortise_host *host, int32_t severity, mortise_text message,
                  const mortise_member *fields, uint32_t count) {
  Plugin *plugin = Plugin::of(host);
  LogRing &log = plugin->owner.log;
  if (!message.data || !keeps(log, severity)) return;
  char encoded[fields_capacity];
  const size_t size = encode_fields(fields, count, encoded);
  write_and_tell(plugin, severity, view_of(message), {encoded, size});
}

} // namespace

const mortise_log_v1 log_table = {sizeof(mortise_log_v1), 0, enabled, write, write_fields};

} // namespace mortise
