#include "host/collect_arguments.h"

#include "host/collect_view.h"

#include <algorithm>
#include <cstddef>

namespace mortise {
namespace {

constexpr uint64_t shortest_interval = 1000000;          // 1 ms
constexpr uint64_t longest_interval = UINT64_C(1) << 60; // 36 years; keeps sums of times from wrapping round
constexpr int all_of_ascii_but_controls = 0x20;

bool wrong(Problem &problem, const char *function, std::string what, std::string expected,
           std::string found) {
  problem = Problem("MORTISE_ERR_SERVICE_ARGUMENT", std::move(what))
                .in(std::string("mortise.collect.") + function)
                .expects(std::move(expected))
                .got(std::move(found))
                .fix("Ask its author to follow include/mortise/collect.h.");
  return false;
}

bool is_too_small(const char *function, const char *type, uint32_t size, size_t least, Problem &problem) {
  if (size >= least) return false;
  return !wrong(problem, function, std::string("passed a ") + type + " whose size is too small",
                std::to_string(least) + " bytes", std::to_string(size));
}

bool is_null(const char *function, const char *type, const void *pointer, Problem &problem) {
  if (pointer) return false;
  return !wrong(problem, function, std::string("passed no ") + type, std::string("a ") + type, "null");
}

bool is_control(char byte) {
  const unsigned char value = static_cast<unsigned char>(byte);
  return value < all_of_ascii_but_controls || value == 0x7f;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}

enum class Empty { refused, fine };

// A name without control characters, which would break the lines that writers write.
bool check_name(const char *function, const char *what, mortise_text name, Empty empty, Problem &problem) {
  const std::string expected =
      (empty == Empty::fine ? "at most " : "1 to ") + std::to_string(collect::max_name) + " bytes";
  if (name.size > collect::max_name)
    return wrong(problem, function, std::string("passed a name that is too long: ") + what, expected,
                 std::to_string(name.size) + " bytes");
  if (!name.data && name.size > 0)
    return wrong(problem, function, std::string("passed a name that isn't there: ") + what, expected,
                 "null, and a size of " + std::to_string(name.size));
  if (name.size == 0 && empty == Empty::refused)
    return wrong(problem, function, std::string("passed an empty name: ") + what, expected, "none");
  if (has_control(view_of(name)))
    return wrong(problem, function, std::string("passed a name with a control character: ") + what,
                 "text without control characters", "one with");
  return true;
}

bool check_value(const char *function, const mortise_value &value, collect::MetadataValue &made,
                 Problem &problem) {
  switch (value.type) {
  case MORTISE_VALUE_BOOLEAN:
    made = value.as.boolean != 0;
    return true;
  case MORTISE_VALUE_INTEGER:
    made = value.as.integer;
    return true;
  case MORTISE_VALUE_DOUBLE:
    made = value.as.number;
    return true;
  case MORTISE_VALUE_TEXT:
    if (value.as.text.size > MORTISE_COLLECT_TEXT_BYTES || (!value.as.text.data && value.as.text.size > 0))
      return wrong(problem, function, "passed a text in metadata that is too long, or isn't there",
                   "at most " + std::to_string(MORTISE_COLLECT_TEXT_BYTES) + " bytes",
                   value.as.text.data ? std::to_string(value.as.text.size) + " bytes" : "null");
    made = std::string(view_of(value.as.text));
    return true;
  default:
    return wrong(problem, function, "passed metadata of a type that it can't have",
                 "a boolean, an integer, a double or a text", "type " + std::to_string(value.type));
  }
}

bool check_metadata(const char *function, const mortise_member *members, uint32_t count,
                    collect::Metadata &made, Problem &problem) {
  if (count == 0) return true;
  if (count > MORTISE_COLLECT_METADATA || !members)
    return wrong(problem, function, "passed too much metadata, or none where it says that there is some",
                 "at most " + std::to_string(MORTISE_COLLECT_METADATA) + " members",
                 members ? std::to_string(count) : "null");
  for (uint32_t i = 0; i < count; i++) {
    if (!check_name(function, "a key of metadata", members[i].key, Empty::refused, problem)) return false;
    if (!check_value(function, members[i].value, made[std::string(view_of(members[i].key))], problem))
      return false;
  }
  return true;
}

bool check_identity(const char *function, const mortise_collect_identity &identity, Empty type,
                    Problem &problem) {
  return check_name(function, "host", identity.host, Empty::fine, problem) &&
         check_name(function, "plugin", identity.plugin, Empty::fine, problem) &&
         check_name(function, "plugin_instance", identity.plugin_instance, Empty::fine, problem) &&
         check_name(function, "type", identity.type, type, problem) &&
         check_name(function, "type_instance", identity.type_instance, Empty::fine, problem);
}

// A name of callbacks, or a group: what people type.
bool check_own_name(const char *what, mortise_text name, Problem &problem) {
  const std::string_view text = view_of(name);
  const bool fits = name.size <= MORTISE_COLLECT_CALLBACK_BYTES && (name.data || name.size == 0);
  if (fits && std::all_of(text.begin(), text.end(), [](char byte) { return byte > 0x20 && byte < 0x7f; }))
    return true;
  return wrong(problem, "add", std::string("passed a ") + what + " that isn't one",
               "at most " + std::to_string(MORTISE_COLLECT_CALLBACK_BYTES) +
                   " printable characters of ASCII, no blank",
               fits ? "others" : std::to_string(name.size) + " bytes");
}

} // namespace

uint32_t kinds_of(const mortise_collect_callbacks &callbacks) {
  const auto bit = [](bool there, uint32_t kind) { return there ? kind : 0; };
  return bit(callbacks.read, MORTISE_COLLECT_READ) | bit(callbacks.write, MORTISE_COLLECT_WRITE) |
         bit(callbacks.flush, MORTISE_COLLECT_FLUSH) | bit(callbacks.log, MORTISE_COLLECT_LOG) |
         bit(callbacks.notified, MORTISE_COLLECT_NOTIFIED) | bit(callbacks.missing, MORTISE_COLLECT_MISSING) |
         bit(callbacks.shutdown, MORTISE_COLLECT_SHUTDOWN);
}

bool check_callbacks(const mortise_collect_callbacks *callbacks, Problem &problem) {
  constexpr const char *type = "mortise_collect_callbacks";
  if (is_null("add", type, callbacks, problem) ||
      is_too_small("add", type, callbacks->size, sizeof *callbacks, problem))
    return false;
  if (kinds_of(*callbacks) == 0)
    return wrong(problem, "add", "passed callbacks that are all null", "at least one", "none");
  if (callbacks->interval != 0 &&
      (callbacks->interval < shortest_interval || callbacks->interval > longest_interval))
    return wrong(problem, "add", "passed an interval that isn't one", "0, or at least a million nanoseconds",
                 std::to_string(callbacks->interval));
  return check_own_name("name", callbacks->name, problem) &&
         check_own_name("group", callbacks->group, problem);
}

bool check_set(const mortise_collect_set *set, collect::DataSet &made, Problem &problem) {
  constexpr const char *type = "mortise_collect_set";
  if (is_null("add_set", type, set, problem) ||
      is_too_small("add_set", type, set->size, sizeof *set, problem) ||
      !check_name("add_set", "type", set->type, Empty::refused, problem))
    return false;
  if (set->count < 1 || set->count > MORTISE_COLLECT_VALUES || !set->sources)
    return wrong(problem, "add_set", "passed a data set with no sources, or too many",
                 "1 to " + std::to_string(MORTISE_COLLECT_VALUES),
                 set->sources ? std::to_string(set->count) : "null");
  made.type = view_of(set->type);
  for (uint32_t i = 0; i < set->count; i++) {
    const mortise_collect_source &source = set->sources[i];
    if (!check_name("add_set", "a source", source.name, Empty::refused, problem)) return false;
    if (source.kind < MORTISE_COLLECT_COUNTER || source.kind > MORTISE_COLLECT_ABSOLUTE)
      return wrong(problem, "add_set", "passed a source of an unknown kind", "MORTISE_COLLECT_COUNTER …",
                   std::to_string(source.kind));
    made.sources.push_back(
        {std::string(view_of(source.name)), static_cast<collect::Kind>(source.kind), source.min, source.max});
  }
  return true;
}

bool check_report(const mortise_collect_report *from, const std::string &plugin, collect::Report &made,
                  collect::Metadata &metadata, Problem &problem) {
  constexpr const char *type = "mortise_collect_report";
  if (is_null("dispatch", type, from, problem) ||
      is_too_small("dispatch", type, from->size, sizeof *from, problem) ||
      !check_identity("dispatch", from->identity, Empty::refused, problem))
    return false;
  if (from->count < 1 || from->count > MORTISE_COLLECT_VALUES || !from->values)
    return wrong(problem, "dispatch", "passed no values, or too many",
                 "1 to " + std::to_string(MORTISE_COLLECT_VALUES),
                 from->values ? std::to_string(from->count) : "null");
  if (from->interval > longest_interval)
    return wrong(problem, "dispatch", "passed an interval that isn't one", "nanoseconds, at most 36 years",
                 std::to_string(from->interval));
  if (!check_metadata("dispatch", from->metadata, from->metadata_count, metadata, problem)) return false;
  made.identity = {view_of(from->identity.host), view_of(from->identity.plugin),
                   view_of(from->identity.plugin_instance), view_of(from->identity.type),
                   view_of(from->identity.type_instance)};
  if (made.identity.plugin.empty()) made.identity.plugin = plugin;
  // The two unions have the same members.
  made.values = reinterpret_cast<const collect::Value *>(from->values);
  made.count = from->count;
  made.time = time_of(from->time);
  made.interval = time_of(from->interval);
  made.metadata = metadata.empty() ? nullptr : &metadata;
  return true;
}

bool check_notification(const mortise_collect_notification *from, collect::Notification &made,
                        Problem &problem) {
  constexpr const char *type = "mortise_collect_notification";
  if (is_null("notify", type, from, problem) ||
      is_too_small("notify", type, from->size, sizeof *from, problem) ||
      !check_identity("notify", from->identity, Empty::fine, problem))
    return false;
  const bool known = from->severity == MORTISE_COLLECT_FAILURE || from->severity == MORTISE_COLLECT_WARNING ||
                     from->severity == MORTISE_COLLECT_OKAY;
  if (!known)
    return wrong(problem, "notify", "passed a severity that isn't one", "MORTISE_COLLECT_FAILURE …",
                 std::to_string(from->severity));
  if (!from->message.data || from->message.size == 0)
    return wrong(problem, "notify", "passed a notification without a message", "a message", "none");
  if (!check_metadata("notify", from->metadata, from->metadata_count, made.metadata, problem)) return false;
  made.severity = static_cast<collect::Severity>(from->severity);
  made.time = from->time == 0 ? collect::now() : time_of(from->time);
  const uint64_t most = MORTISE_COLLECT_TEXT_BYTES;
  made.message.assign(from->message.data, static_cast<size_t>(std::min(from->message.size, most)));
  made.host = view_of(from->identity.host);
  made.plugin = view_of(from->identity.plugin);
  made.plugin_instance = view_of(from->identity.plugin_instance);
  made.type = view_of(from->identity.type);
  made.type_instance = view_of(from->identity.type_instance);
  return true;
}

} // namespace mortise
