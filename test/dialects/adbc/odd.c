/* A driver that does one thing wrong, as MODE says. Its table is laid out as ADBC's specification has it. */
#include <stdint.h>
#include <string.h>

#define SILENT 1 /* init answers an error without a text */
#define EMPTY 2  /* init answers 0 and fills nothing */
#define SCHEMA 3 /* its results have a schema without a type */

/* Where functions stand in the table, which starts with two words of data and `release`. */
enum {
  DATABASE_INIT = 3,
  DATABASE_NEW,
  DATABASE_RELEASE = 6,
  CONNECTION_INIT = 12,
  CONNECTION_NEW,
  CONNECTION_RELEASE = 16,
  STATEMENT_EXECUTE = 20,
  STATEMENT_NEW = 23,
  STATEMENT_RELEASE = 25,
  STATEMENT_SQL = 27
};

struct error {
  char *message;
  int32_t vendor;
  char state[5];
  void (*release)(struct error *);
};
struct object {
  void *data;
  void *driver;
};
struct schema {
  const char *format, *name, *metadata;
  int64_t flags, n;
  void *children, *dictionary;
  void (*release)(struct schema *);
  void *data;
};
struct stream {
  int (*schema)(struct stream *, struct schema *);
  int (*next)(struct stream *, void *);
  const char *(*last)(struct stream *);
  void (*release)(struct stream *);
  void *data;
};

static uint8_t fine(struct object *one, struct error *error) {
  (void)error;
  one->data = one;
  return 0;
}
static uint8_t connect(struct object *one, struct object *of, struct error *error) {
  (void)of;
  (void)error;
  one->data = one;
  return 0;
}
static uint8_t text(struct object *one, const char *sql, struct error *error) {
  (void)one;
  (void)sql;
  (void)error;
  return 0;
}
static void release_schema(struct schema *one) {
  one->release = 0;
}
static int no_schema(struct stream *of, struct schema *out) {
  (void)of;
  memset(out, 0, sizeof *out);
  out->release = release_schema;
  return 0;
}
static int no_next(struct stream *of, void *out) {
  (void)of;
  memset(out, 0, 80);
  return 0;
}
static const char *no_text(struct stream *of) {
  (void)of;
  return 0;
}
static void release_stream(struct stream *of) {
  of->release = 0;
}
static uint8_t execute(struct object *one, struct stream *out, int64_t *rows, struct error *error) {
  (void)one;
  (void)error;
  if (rows) *rows = -1;
  if (out) *out = (struct stream){no_schema, no_next, no_text, release_stream, 0};
  return 0;
}

__attribute__((visibility("default"))) uint8_t INIT(int version, void **table, struct error *error) {
  (void)error;
  if (MODE == SILENT) return 9;
  if (version > 1000000) return 2;
  if (MODE == EMPTY) return 0;
  table[DATABASE_INIT] = (void *)fine;
  table[DATABASE_NEW] = (void *)fine;
  table[DATABASE_RELEASE] = (void *)fine;
  table[CONNECTION_INIT] = (void *)connect;
  table[CONNECTION_NEW] = (void *)fine;
  table[CONNECTION_RELEASE] = (void *)fine;
  table[STATEMENT_EXECUTE] = (void *)execute;
  table[STATEMENT_NEW] = (void *)connect;
  table[STATEMENT_RELEASE] = (void *)fine;
  table[STATEMENT_SQL] = (void *)text;
  return 0;
}
