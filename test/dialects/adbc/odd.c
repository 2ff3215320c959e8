/* A driver that does one thing wrong, as MODE says. */
#include <stdint.h>
#include <string.h>

#include "driver.h"

#define SILENT 1 /* init answers an error without a text */
#define EMPTY 2  /* init answers 0 and fills nothing */
#define SCHEMA 3 /* its results have a schema without a type */

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
static int no_next(struct stream *of, struct array *out) {
  (void)of;
  memset(out, 0, sizeof *out);
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
  fill(table);
  table[STATEMENT_EXECUTE] = (void *)execute;
  table[STATEMENT_SQL] = (void *)text;
  return 0;
}
