/*
 * A library with the symbols of a PgDog plugin, in C: RUSTC, REQUIRES (its pg_query) and NAME are texts, HIDES_RUSTC,
 * UNSIGNED, LACKS_RUSTC, LACKS_ROUTE, ROUTE_IS_DATA and EXTRA say how it differs, STEPS names a file that its steps are written to.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef RUSTC
#define RUSTC "1.2.3 (abcdef012 2026-01-01)"
#endif
#ifndef SIGNED
#define SIGNED RUSTC
#endif
#ifndef REQUIRES
#define REQUIRES ""
#endif
#ifndef NAME
#define NAME "fake"
#endif

typedef struct {
  size_t length;
  const char *data;
} Text;

typedef struct {
  int32_t version;
  uint64_t length;
  void *data;
} Statement;

typedef struct {
  uint64_t count;
  void *parameters;
  uint64_t format_count;
  void *formats;
} Parameters;

typedef struct {
  uint64_t shards;
  uint8_t has_replicas, has_primary, in_transaction, write_override;
  Statement query;
  Parameters parameters;
} Context;

typedef struct {
  int64_t shard;
  uint8_t read_write;
} Route;

#define SAYS(symbol, text)                                                                                   \
  __attribute__((visibility("default"))) void symbol(Text *out);                                             \
  void symbol(Text *out) {                                                                                   \
    out->length = sizeof(text) - 1;                                                                          \
    out->data = text;                                                                                        \
  }

#ifndef UNSIGNED
__asm__(".section .comment,\"MS\",@progbits,1\n.string \"rustc version " SIGNED "\"\n.previous\n");
#endif

#ifdef HIDES_RUSTC /* from who reads the code */
__attribute__((visibility("default"))) void pgdog_rustc_version(Text *out);
void pgdog_rustc_version(Text *out) {
  static const char *volatile text = "rustc " RUSTC;
  out->data = text;
  out->length = strlen(out->data);
}
#elif !defined LACKS_RUSTC
SAYS(pgdog_rustc_version, "rustc " RUSTC)
#endif
SAYS(pgdog_plugin_version, "4.5.6")
SAYS(pgdog_pg_query_version, REQUIRES)

#ifdef EXTRA
__attribute__((visibility("default"))) void EXTRA(void);
void EXTRA(void) {}
#endif

#ifdef STEPS
static void note(const char *step) {
  FILE *file = fopen(STEPS, "a");
  if (!file) abort();
  fprintf(file, NAME " %s\n", step);
  fclose(file);
}
__attribute__((visibility("default"))) void pgdog_init(void);
void pgdog_init(void) {
  note("init");
}
__attribute__((visibility("default"))) void pgdog_fini(void);
void pgdog_fini(void) {
  note("fini");
}
#endif

#ifdef ROUTE_IS_DATA
__attribute__((visibility("default"))) int pgdog_route = 7;
#elif !defined LACKS_ROUTE
__attribute__((visibility("default"))) void pgdog_route(Context context, Route *out);
void pgdog_route(Context context, Route *out) {
  if (context.shards == 0 || !context.query.data || !context.parameters.formats) abort();
#ifdef SHARD
  out->shard = SHARD;
  out->read_write = READ_WRITE;
#else
  (void)out; /* answers nothing */
#endif
}
#endif
