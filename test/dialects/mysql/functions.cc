// A component with functions of all kinds, system variables and a service of its own.
#include "component.h"

#include <cstdio>
#include <cstring>

#ifndef NAME
#define NAME "fixture"
#endif

static const Registry *registry;
static const Functions *functions;
static const Aggregates *aggregates;
static const Metadata *metadata;
static const Variables *variables;
static const VariableRemoval *removal;

static int number;
static bool is_on;
static char *word;
static unsigned long level;
static const char *levels[] = {"low", "high", nullptr};
static struct {
  size_t count;
  const char *title;
  const char **names;
  unsigned *sizes;
} level_names = {2, "levels", levels, nullptr};

static bool two_reals(Prepared *, Arguments *arguments, char *message) {
  if (arguments->count == 2 && arguments->kinds[0] == real && arguments->kinds[1] == real) return false;
  strcpy(message, "add_reals takes two reals");
  return true;
}

static double add_reals(Prepared *, Arguments *arguments, unsigned char *is_null, unsigned char *) {
  for (unsigned i = 0; i < 2; i++)
    if (!arguments->values[i]) *is_null = 1;
  if (*is_null) return 0;
  return *reinterpret_cast<double *>(arguments->values[0]) +
         *reinterpret_cast<double *>(arguments->values[1]);
}

static bool utf8(Prepared *prepared, Arguments *, char *) {
  return metadata->result_set(prepared, "charset", const_cast<char *>("utf8mb4")) != 0;
}

static bool unknown_charset(Prepared *prepared, Arguments *, char *) {
  return metadata->result_set(prepared, "charset", const_cast<char *>("klingon")) != 0;
}

// What the host said of its arguments, and the values of the variables.
static char *tell(Prepared *, Arguments *arguments, char *to, unsigned long *size, unsigned char *,
                  unsigned char *) {
  char shown[64];
  void *value = shown;
  size_t room = sizeof shown;
  if (variables->get(NAME, "level", &value, &room)) strcpy(shown, "?");
  int at =
      snprintf(to, *size, "number=%d on=%d word=%s level=%s", number, is_on, word ? word : "(null)", shown);
  for (unsigned i = 0; i < arguments->count; i++) {
    void *charset = nullptr;
    metadata->argument_get(arguments, "charset", i, &charset);
    at +=
        snprintf(to + at, *size - at, " %d:%s:%.*s", arguments->kinds[i], static_cast<const char *>(charset),
                 static_cast<int>(arguments->kinds[i] == text ? arguments->sizes[i] : 0),
                 arguments->values[i] ? arguments->values[i] : "");
  }
  *size = at;
  return to;
}

// Asks for all as the type that the first says.
static bool as_first(Prepared *, Arguments *arguments, char *) {
  const char *wanted = arguments->values[0];
  const int kind = *wanted - '0';
  for (unsigned i = 1; i < arguments->count; i++)
    arguments->kinds[i] = kind;
  return false;
}
static char *as(Prepared *, Arguments *arguments, char *to, unsigned long *size, unsigned char *,
                unsigned char *) {
  size_t at = 0;
  for (unsigned i = 1; i < arguments->count; i++) {
    const char *value = arguments->values[i];
    if (!value)
      at += snprintf(to + at, *size - at, " NULL");
    else if (arguments->kinds[i] == integer)
      at += snprintf(to + at, *size - at, " %lld", *reinterpret_cast<const long long *>(value));
    else if (arguments->kinds[i] == real)
      at += snprintf(to + at, *size - at, " %.17g", *reinterpret_cast<const double *>(value));
    else
      at += snprintf(to + at, *size - at, " %.*s", static_cast<int>(arguments->sizes[i]), value);
  }
  *size = at;
  return to;
}

static char *beyond(Prepared *, Arguments *, char *to, unsigned long *, unsigned char *, unsigned char *) {
  return to + 1; // as many bytes as there are, from the second on
}

static char *same(Prepared *, Arguments *arguments, char *, unsigned long *size, unsigned char *is_null,
                  unsigned char *) {
  *size = arguments->sizes[0];
  if (!arguments->values[0]) *is_null = 1;
  return arguments->values[0];
}

static char *too_long(Prepared *, Arguments *, char *to, unsigned long *size, unsigned char *,
                      unsigned char *) {
  *size = 1ul << 40;
  return to;
}

static long long fails(Prepared *, Arguments *, unsigned char *, unsigned char *error) {
  *error = 1;
  return 0;
}

static char *ten(Prepared *, Arguments *, char *to, unsigned long *size, unsigned char *, unsigned char *) {
  memcpy(to, "10.50", 5);
  *size = 5;
  return to;
}

static bool begin(Prepared *prepared, Arguments *arguments, char *message) {
  if (arguments->count != 1 || arguments->kinds[0] != integer) {
    strcpy(message, "total takes an integer");
    return true;
  }
  prepared->kept = reinterpret_cast<char *>(new long long(1000));
  return false;
}
static void end(Prepared *prepared) {
  delete reinterpret_cast<long long *>(prepared->kept);
}
static void clear(Prepared *prepared, unsigned char *, unsigned char *) {
  *reinterpret_cast<long long *>(prepared->kept) = 0;
}
static void add_row(Prepared *prepared, Arguments *arguments, unsigned char *, unsigned char *) {
  if (arguments->values[0])
    *reinterpret_cast<long long *>(prepared->kept) += *reinterpret_cast<long long *>(arguments->values[0]);
}
static long long total(Prepared *prepared, Arguments *, unsigned char *, unsigned char *) {
  return *reinterpret_cast<long long *>(prepared->kept);
}

static int greet(char *to, size_t size) {
  snprintf(to, size, "hello from " NAME);
  return 0;
}
static const Greeting greeting = {greet};

static int init() {
  struct {
    int standard, min, max, block;
  } range = {8, 0, 100, 0};
  bool on = true;
  const char *standard = "default";
  struct {
    unsigned long standard;
    void *names;
  } choice = {1, &level_names};
  if (variables->add(NAME, "number", 2, "", nullptr, nullptr, &range, &number) ||
      variables->add(NAME, "is_on", 1, "", nullptr, nullptr, &on, &is_on) ||
      variables->add(NAME, "word", 5, "", nullptr, nullptr, &standard, &word) ||
      variables->add(NAME, "level", 6, "", nullptr, nullptr, &choice, &level))
    return 1;
#ifdef TWICE
  return functions->add("tell", text, Any(tell), nullptr, nullptr) |
         functions->add("TELL", text, Any(tell), nullptr, nullptr);
#else
  return functions->add("add_reals", real, Any(add_reals), two_reals, nullptr) |
         functions->add("Tell", text, Any(tell), utf8, nullptr) |
         functions->add("as", text, Any(as), as_first, nullptr) |
         functions->add("beyond", text, Any(beyond), nullptr, nullptr) |
         functions->add("same", text, Any(same), nullptr, nullptr) |
         functions->add("too_long", text, Any(too_long), nullptr, nullptr) |
         functions->add("fails", integer, Any(fails), nullptr, nullptr) |
         functions->add("ten", decimal, Any(ten), nullptr, nullptr) |
         functions->add("unknown_charset", text, Any(ten), unknown_charset, nullptr) |
         aggregates->add("total", integer, Any(total), begin, end, add_row, clear);
#endif
}

static int deinit() {
  int was_present = 0, status = 0;
#ifndef FORGETS
  for (const char *name :
       {"add_reals", "as", "beyond", "tell", "same", "too_long", "fails", "ten", "unknown_charset", "total"})
    status |= functions->remove(name, &was_present);
  for (const char *name : {"number", "is_on", "word", "level"})
    status |= removal->remove(NAME, name);
#endif
  return status;
}

static const Listed provides[] = {{"greeting." NAME, &greeting}, {}};
static const Listed needs[] = {{"registry", &registry},
                               {"udf_registration", &functions},
                               {"udf_registration_aggregate", &aggregates},
                               {"mysql_udf_metadata.mysql_server", &metadata},
                               {"component_sys_variable_register", &variables},
                               {"component_sys_variable_unregister", &removal},
                               {}};
static const Listed about[] = {{"mysql.author", "the tests"}, {"mysql.version", "1.2.3"}, {}};
static const Component component = {"mysql:" NAME, provides, needs, about, init, deinit};
LIBRARY(component)
