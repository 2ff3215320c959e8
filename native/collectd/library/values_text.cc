// Values from text and back: "1764280200.123:42:U".
#include "collectd/library/exports.h"

#include <cctype>
#include <cerrno>
#include <cinttypes>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace mortise::collectd {

extern "C" {
double *uc_get_rate(const data_set_t *set, const value_list_t *list);
ssize_t read_text_file_contents(const char *path, char *to, size_t size);
size_t strstripnewline(char *text);
}

MORTISE_EXPORT int parse_value(const char *text, value_t *value, int type) {
  if (!text) return EINVAL;
  std::string trimmed = text;
  while (!trimmed.empty() && isspace(static_cast<unsigned char>(trimmed.back())))
    trimmed.pop_back();
  const char *from = trimmed.c_str();
  char *end = nullptr;
  switch (type) {
  case ds_counter:
    value->counter = strtoull(from, &end, 0);
    break;
  case ds_gauge:
    value->gauge = strtod(from, &end);
    break;
  case ds_derive:
    value->derive = strtoll(from, &end, 0);
    break;
  case ds_absolute:
    value->absolute = strtoull(from, &end, 0);
    break;
  default:
    daemon_log(log_error, "parse_value: Invalid data source type: %i.", type);
    return -1;
  }
  if (end == from) {
    daemon_log(log_error, "parse_value: \"%s\" is not a valid value.", from);
    return -1;
  }
  if (*end) daemon_log(log_info, "parse_value: Ignoring \"%s\" behind the value in \"%s\".", end, from);
  return 0;
}

// "TIME:VALUE:VALUE…": N is now, U an unknown gauge. Cuts `text` up.
MORTISE_EXPORT int parse_values(char *text, value_list_t *list, const data_set_t *set) {
  if (!text || !list || !set) return EINVAL;
  char *rest = nullptr;
  size_t count = 0;
  bool has_time = false;
  for (char *part = strtok_r(text, ":", &rest); part; part = strtok_r(nullptr, ":", &rest)) {
    if (!has_time) {
      char *end = nullptr;
      errno = 0;
      const double seconds = strcmp(part, "N") == 0 ? 0 : strtod(part, &end);
      if (end && (errno != 0 || end == part || *end)) return -1;
      list->time = end ? static_cast<cdtime_t>(seconds * static_cast<double>(one_second)) : cdtime();
      has_time = true;
      continue;
    }
    if (count >= list->values_len || count >= set->ds_num) return -1;
    const int type = set->ds[count].type;
    if (strcmp(part, "U") == 0 && type == ds_gauge)
      list->values[count].gauge = NAN;
    else if (parse_value(part, &list->values[count], type) != 0)
      return -1;
    count++;
  }
  return count > 0 ? 0 : -1;
}

// A file that holds one number.
MORTISE_EXPORT int parse_value_file(const char *path, value_t *value, int type) {
  char text[256];
  if (read_text_file_contents(path, text, sizeof text) < 0) return -1;
  strstripnewline(text);
  return parse_value(text, value, type);
}

// "TIME:VALUE:VALUE…", as rates when asked for them.
MORTISE_EXPORT int format_values(char *to, size_t size, const data_set_t *set, const value_list_t *list,
                                 bool as_rates) {
  if (size == 0 || strcmp(set->type, list->type) != 0) return -1;
  double *rates = nullptr;
  size_t length = 0;
  const auto append = [&](const char *format, auto value) {
    const int more = snprintf(to + length, size - length, format, value);
    if (more < 1 || static_cast<size_t>(more) >= size - length) return false;
    length += static_cast<size_t>(more);
    return true;
  };
  bool fits = append("%.3f", static_cast<double>(list->time) / static_cast<double>(one_second));
  for (size_t i = 0; fits && i < set->ds_num; i++) {
    const int type = set->ds[i].type;
    if (type == ds_gauge) {
      fits = append(":%.15g", list->values[i].gauge);
    } else if (as_rates) {
      if (!rates) rates = uc_get_rate(set, list);
      if (!rates) {
        daemon_log(log_warning, "format_values: there is no rate yet.");
        return -1;
      }
      fits = append(":%.15g", rates[i]);
    } else if (type == ds_derive) {
      fits = append(":%" PRIi64, list->values[i].derive);
    } else {
      fits = append(":%" PRIu64, list->values[i].absolute); // a counter is the same bits
    }
  }
  free(rates);
  return fits ? 0 : -1;
}

} // namespace mortise::collectd
