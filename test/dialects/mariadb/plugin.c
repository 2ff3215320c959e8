// A plugin of MariaDB's interface, in the layouts of release 10.11. What is wrong with it is chosen by -D.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

#ifndef NAME
#define NAME "fixture"
#endif
#ifndef TYPE
#define TYPE 8
#endif
#ifndef INFO
#define INFO 0x0101
#endif
#ifndef INTERFACE
#define INTERFACE 0x010f
#endif
#ifndef STRUCT_SIZE
#define STRUCT_SIZE 104
#endif
#ifndef PRINT_VERSION
#define PRINT_VERSION 0x0100
#endif
#ifndef INIT_STATUS
#define INIT_STATUS 0
#endif

struct print_error {
  void (*by_number)(unsigned, unsigned long, ...);
  void (*in_words)(unsigned, const char *, unsigned long, ...);
  void (*in_words_list)(unsigned, const char *, unsigned long, va_list);
};
struct formatting {
  size_t (*write)(char *, size_t, const char *, ...);
  size_t (*write_list)(char *, size_t, const char *, va_list);
};

EXPORT struct print_error *my_print_error_service = (void *)PRINT_VERSION;
EXPORT struct formatting *my_snprintf_service = (void *)0x0100;
#ifdef UNKNOWN_SERVICE
EXPORT void *debug_sync_service = (void *)0x1000;
#endif
#ifdef EMPTY_CELL
EXPORT void *sql_service;
#endif
#ifdef CONSTANT_CELL
EXPORT void *const thd_rnd_service = (void *)0x0100;
#endif
#ifdef RELRO_CELL
EXPORT __attribute__((section(".data.rel.ro"))) void *thd_rnd_service = (void *)0x0100;
#endif
#ifdef ZERO_CELL
EXPORT __attribute__((section(".data"))) void *sql_service = NULL;
#endif
#ifdef FOREIGN_INFO
extern char **environ; // of the C library
#endif
#ifdef SERVER_SYMBOL
extern int thd_sql_command(const void *);
EXPORT int (*uses_server)(const void *) = thd_sql_command;
#endif
#ifdef FILLS_ITS_CELL
__attribute__((constructor)) static void fill(void) {
  static struct print_error own;
  my_print_error_service = &own;
}
#endif

struct text {
  const char *data;
  size_t size;
};

// One variable of each type.
struct variable {
  uint32_t flags;
  const char *name, *comment;
  void *check, *update, *value;
  union {
    struct {
      int32_t standard, least, most, block;
    } i;
    struct {
      int64_t standard, least, most, block;
    } l;
    struct {
      double standard, least, most, block;
    } d;
    struct {
      const char *standard;
    } s;
    struct {
      uint64_t standard;
      const void *names;
    } c;
    int8_t b;
  };
};

static int8_t boolean = 7;
static int32_t integer = 7;
static uint32_t natural = 7;
static int64_t large = 7;
static char *words = (char *)"untouched";
static char *nothing = (char *)"untouched";
static uint64_t choice = 7, set = 7;
static double real = 7;

static const char *const names[] = {"red", "green", "blue", NULL};
static const struct {
  uint32_t count;
  const char *title;
  const char *const *names;
  const uint32_t *sizes;
} colours = {3, "colours", names, NULL};

static struct variable variables[] = {
    {.flags = 1, .name = "boolean", .comment = "", .value = &boolean, .b = 1},
    {.flags = 2, .name = "integer", .comment = "", .value = &integer, .i = {-5, -10, 10, 1}},
    {.flags = 0x82, .name = "natural", .comment = "", .value = &natural, .i = {8, 0, 0, 4}},
    {.flags = 4, .name = "large", .comment = "", .value = &large, .l = {1L << 40, 0, INT64_MAX, 1}},
    {.flags = 5, .name = "words", .comment = "", .value = &words, .s = {"standard"}},
    {.flags = 5, .name = "nothing", .comment = "", .value = &nothing, .s = {NULL}},
    {.flags = 6, .name = "choice", .comment = "", .value = &choice, .c = {1, &colours}},
    {.flags = 7, .name = "set", .comment = "", .value = &set, .c = {5, &colours}},
    {.flags = 8, .name = "real", .comment = "", .value = &real, .d = {0.5, 0, 1, 0}},
    {.flags = 0x102,
     .name = "session",
     .comment = "",
     .value = (void *)(uintptr_t)0x7f00000000,
     .i = {1, 0, 9, 1}},
};
static struct variable *list[] = {&variables[0], &variables[1], &variables[2], &variables[3],
                                  &variables[4], &variables[5], &variables[6], &variables[7],
                                  &variables[8], &variables[9], NULL};

// "values" reports the variables, "hang" never comes back; anything else is a format that is given every kind of argument.
static int validate(const struct text *user, const struct text *password, const struct text *host) {
  char buffer[512];
  if (strcmp(password->data, "values") == 0) {
    my_snprintf_service->write(buffer, sizeof buffer, "%d %d %u %lld %s %s %llu %llu %g", boolean, integer,
                               natural, (long long)large, words, nothing, (unsigned long long)choice,
                               (unsigned long long)set, real);
    my_print_error_service->in_words(1819, "%s", 0x800, buffer);
    return 0;
  }
  if (strcmp(password->data, "hang") == 0) {
    puts("hangs");
    fflush(stdout);
    for (;;)
      sleep(1);
  }
  if (strcmp(password->data, "number") == 0) {
    my_print_error_service->by_number(29, 0, user->data, 2);
    my_print_error_service->by_number(4711, 0, (void *)1);
    return 1;
  }
  if (strcmp(password->data, "short") == 0) {
    const size_t size = my_snprintf_service->write(buffer, 5, "%s", "abcdefgh");
    my_print_error_service->in_words(1, "%zu %s", 0, size, buffer);
    return 1;
  }
  my_print_error_service->in_words(1, password->data, 0, user->data, 42, host->data);
  return 1;
}

#if TYPE == 9
// Each key fails in a way of its own.
enum {
  vault_forbids = 3,
  fails_loudly,
  fails_silently,
  not_encrypted,
  long_key,
  endless_key,
  lying_key,
  noted
};
static uint32_t latest(uint32_t id) {
  if (id == vault_forbids) my_print_error_service->in_words(1, "the vault answered 403", 0);
  if (id == noted) my_print_error_service->in_words(1, "key %u not found", 1024, id);
  if (id == not_encrypted) return 0;
  return id == 2 || id == vault_forbids || id == noted ? UINT32_MAX : 3;
}
static uint32_t key(uint32_t id, uint32_t version, uint8_t *to, uint32_t *size) {
  const uint32_t want = id == long_key ? 5000 : 2 << 20;
  if (id == fails_loudly) my_print_error_service->in_words(1, "the HSM is on fire", 0);
  if (id == fails_loudly) return 99;
  if (id == fails_silently) return 42;
  if (id == lying_key) {
    *size = want;
    return 0;
  }
  if (id == long_key || id == endless_key) {
    if (*size < want) {
      *size = want;
      return 100;
    }
    memset(to, 7, want);
    *size = want;
    return 0;
  }
  if (id != 1 || version > 3) return UINT32_MAX;
  if (!to || *size < 2) {
    *size = 2;
    return 100;
  }
  to[0] = 1;
  to[1] = (uint8_t)version;
  *size = 2;
  return 0;
}
static struct {
  int32_t version;
  uint32_t (*latest)(uint32_t);
  uint32_t (*key)(uint32_t, uint32_t, uint8_t *, uint32_t *);
} info = {INFO, latest, key};
#elif TYPE == 7
static int authenticate(void *channel, void *login) {
  return 0;
}
static int hash(const char *password, size_t size, char *to, size_t *to_size) {
  if (size == 4 && memcmp(password, "loud", 4) == 0)
    my_print_error_service->in_words(1, "the HSM is on fire", 0);
  return -1;
}
static struct {
  int32_t version;
  const char *client;
  int (*authenticate)(void *, void *);
  int (*hash)(const char *, size_t, char *, size_t *);
  int (*prepare)(const char *, size_t, uint8_t *, size_t *);
} info = {INFO, "", authenticate,
#ifdef KEEPS_NONE
          0,
#else
          hash,
#endif
          0};
#else
static struct {
  int32_t version;
  int (*validate)(const struct text *, const struct text *, const struct text *);
} info = {INFO, validate};
#endif

static int init(void *instance) {
  const struct text *name = instance;
  my_print_error_service->in_words(0, "init of %.*s", 1024, (int)name->size, name->data);
#ifdef INIT_MESSAGE
  my_print_error_service->in_words(1, INIT_MESSAGE, 0);
#endif
  return INIT_STATUS;
}

static int deinit(void *instance) {
  const struct text *name = instance;
  my_print_error_service->in_words(0, "deinit of %.*s", 1024, (int)name->size, name->data);
  return 1; // please stay loaded
}

struct declaration {
  int32_t type;
  void *info;
  const char *name, *author, *description;
  int32_t license;
  int (*init)(void *), (*deinit)(void *);
  uint32_t version;
  void *status;
  struct variable **variables;
  const char *version_text;
  uint32_t maturity;
};

#ifdef FOREIGN_INFO
#define RECORD &environ
#else
#define RECORD &info
#endif

#define DECLARATION(called)                                                                                  \
  {.type = TYPE,                                                                                             \
   .info = RECORD,                                                                                           \
   .name = called,                                                                                           \
   .author = "a test",                                                                                       \
   .description = "a fixture",                                                                               \
   .license = 1,                                                                                             \
   .init = init,                                                                                             \
   .deinit = deinit,                                                                                         \
   .version = 0x0203,                                                                                        \
   .variables = list,                                                                                        \
   .version_text = "2.3"}

EXPORT int _maria_plugin_interface_version_ = INTERFACE;
EXPORT int _maria_sizeof_struct_st_plugin_ = STRUCT_SIZE;
EXPORT struct declaration _maria_plugin_declarations_[] = {
    DECLARATION(NAME),
#ifdef SECOND
    DECLARATION(SECOND),
#endif
#ifndef NO_END
    {0},
#endif
};
