// What a component of MySQL's is made of, as far as those of the tests need it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

struct Listed {
  const char *name;
  const void *second;
};

struct Component {
  const char *name;
  const Listed *provides;
  const Listed *needs;
  const Listed *metadata;
  int (*init)();
  int (*deinit)();
};

struct Prepared {
  bool maybe_null;
  unsigned decimals;
  unsigned long max_size;
  char *kept;
  bool is_constant;
  void *extension;
};

struct Arguments {
  unsigned count;
  int *kinds;
  char **values;
  unsigned long *sizes;
  char *maybe_null;
  char **names;
  unsigned long *name_sizes;
  void *extension;
};

enum { text = 0, real = 1, integer = 2, decimal = 4 };

struct Registry {
  int (*acquire)(const char *, void **);
  int (*acquire_related)(const char *, void *, void **);
  int (*release)(void *);
};
struct Registration {
  int (*add)(const char *, void *);
  int (*remove)(const char *);
  int (*set_default)(const char *);
};
struct Query {
  int (*create)(const char *, void **);
  int (*get)(void *, const char **);
  int (*next)(void *);
  int (*is_valid)(void *);
  void (*release)(void *);
};
using Any = void (*)();
using Prepare = bool (*)(Prepared *, Arguments *, char *);
using Finish = void (*)(Prepared *);
struct Functions {
  int (*add)(const char *, int kind, Any, Prepare, Finish);
  int (*remove)(const char *, int *was_present);
};
struct Aggregates {
  int (*add)(const char *, int kind, Any, Prepare, Finish,
             void (*add_row)(Prepared *, Arguments *, unsigned char *, unsigned char *),
             void (*clear)(Prepared *, unsigned char *, unsigned char *));
  int (*remove)(const char *, int *was_present);
};
struct Metadata {
  int (*argument_get)(Arguments *, const char *, unsigned, void **);
  int (*result_get)(Prepared *, const char *, void **);
  int (*argument_set)(Arguments *, const char *, unsigned, void *);
  int (*result_set)(Prepared *, const char *, void *);
};
struct Variables {
  int (*add)(const char *component, const char *name, int flags, const char *comment, void *check,
             void *update, void *about, void *value);
  int (*get)(const char *component, const char *name, void **value, size_t *size);
};
struct VariableRemoval {
  int (*remove)(const char *component, const char *name);
};
struct Channels {
  int (*create)(const char **services, void **channel);
  int (*destroy)(void *channel);
  int (*invalidate)(void *channel);
};
struct Caches {
  int (*create)(void *channel, const Registry *, void **cache);
  int (*destroy)(void *cache);
  int (*get)(void *cache, unsigned service, void *const **references);
  int (*flush)(void *cache);
};
struct Greeting {
  int (*greet)(char *to, size_t size);
};

#define LIBRARY(component)                                                                                   \
  extern "C" __attribute__((visibility("default"))) const Component *list_components() {                     \
    return &component;                                                                                       \
  }
