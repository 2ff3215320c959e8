// Parts of texts replaced by others.
#include "collectd/library/exports.h"

#include <cstring>
#include <string>

namespace mortise::collectd {

// `replacement` instead of the bytes from `first` to before `last`. What doesn't fit is cut. Null for arguments that
// make no sense.
MORTISE_EXPORT char *subst(char *to, size_t size, const char *text, size_t first, size_t last,
                           const char *replacement) {
  if (!to || size == 0 || !text || !replacement) return nullptr;
  const size_t length = strlen(text);
  if (first > length || last > length || first > last) return nullptr;
  const std::string made =
      std::string(text, first) + replacement + (text + last); // before writing: `to` may be `text`
  return sstrncpy(to, made.c_str(), size);
}

// Until no `needle` is left, in what was put in neither; where that never ends, after `size` rounds.
MORTISE_EXPORT char *subst_string(char *to, size_t size, const char *text, const char *needle,
                                  const char *replacement) {
  if (!to || size == 0 || !text || !needle || !replacement) return nullptr;
  std::string made = text;
  for (size_t round = 0;; round++) {
    const size_t at = made.find(needle);
    if (at == std::string::npos) break;
    if (round == size) {
      plugin_log(log_warning, "subst_string: there is no end to replacing \"%s\" by \"%s\"", needle,
                 replacement);
      break;
    }
    made.replace(at, strlen(needle), replacement);
    if (made.size() >= size) made.resize(size - 1);
  }
  return sstrncpy(to, made.c_str(), size);
}

} // namespace mortise::collectd
