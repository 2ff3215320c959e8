// Texts made fit for names, protocols and files, in place.
#include "collectd/library/exports.h"
#include "collectd/slashes.h"

#include <cctype>
#include <cstring>
#include <string>

namespace mortise::collectd {

// A part of an identity without slashes: "/" is "root", a leading one goes, others become underscores.
MORTISE_EXPORT int escape_slashes(char *text, size_t size) {
  return escape_slashes_of(text, size) ? 0 : -1;
}

// Quoted when it has blanks, quotes or backslashes, as collectd's plain text protocol wants it. What doesn't fit is
// cut, but the last quote is there.
MORTISE_EXPORT int escape_string(char *text, size_t size) {
  if (!strpbrk(text, " \t\"\\")) return 0;
  if (size < 3) return -1;
  std::string quoted = "\"";
  for (const char *at = text; *at; at++) {
    const bool special = *at == '"' || *at == '\\';
    if (quoted.size() + (special ? 2 : 1) + 2 > size) break;
    if (special) quoted += '\\';
    quoted += *at;
  }
  quoted += '"';
  memcpy(text, quoted.c_str(), quoted.size() + 1);
  return 0;
}

MORTISE_EXPORT void replace_special(char *text, size_t size) {
  for (size_t i = 0; i < size && text[i]; i++)
    if (!isalnum(static_cast<unsigned char>(text[i])) && text[i] != '-') text[i] = '_';
}

// \t, \n and \r are what they usually are; before anything else the backslash only goes.
MORTISE_EXPORT int strunescape(char *text, size_t size) {
  size_t to = 0;
  for (size_t from = 0; from < size && text[from]; from++) {
    char next = text[from];
    if (next == '\\') {
      if (from + 1 >= size || !text[from + 1]) {
        daemon_log(log_error, "string unescape: backslash found at end of string.");
        text[to] = 0;
        return -1;
      }
      next = text[++from];
      if (next == 't') next = '\t';
      if (next == 'n') next = '\n';
      if (next == 'r') next = '\r';
    }
    text[to++] = next;
  }
  if (to < size) text[to] = 0;
  return 0;
}

MORTISE_EXPORT size_t strstripnewline(char *text) {
  size_t length = strlen(text);
  while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
    text[--length] = 0;
  return length;
}

} // namespace mortise::collectd
