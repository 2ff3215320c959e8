/*
 * A driver whose results are damaged in their C structs: a query is a number, from which follows what is wrong with its
 * schema, its arrays or their buffers. What owns memory stays as it is, so that everything can be released.
 */
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "driver.h"

enum { ROOT, ID, ITEM, TAGS, KIND, SOLD, PAIR, TAG, KINDS, PRICE, COUNT, ROWS = 5 };

/* One result: two trees of the same form, and what the arrays' buffers point to. */
struct result {
  struct schema schemas[COUNT], *schema_children[COUNT][6];
  struct array arrays[COUNT], *array_children[COUNT][6];
  const void *buffers[COUNT][3];
  int64_t ids[ROWS];
  double prices[ROWS];
  int32_t ends[8], list_ends[8], numbers[8];
  int8_t kinds[8];
  uint8_t bits[8];
  char text[8], key[8], value[8];
  int32_t metadata[8];
  uint64_t seed;
  int given;
};

static uint64_t below(struct result *result, uint64_t limit) {
  uint64_t x = result->seed;
  x ^= x << 13, x ^= x >> 7, x ^= x << 17;
  result->seed = x;
  return (x >> 11) % limit;
}

static void release_schema(struct schema *schema) {
  schema->release = NULL;
}
static void release_array(struct array *array) {
  array->release = NULL;
}

static void node(struct result *result, int at, const char *format, int n, const int *children, int buffers) {
  struct schema *schema = &result->schemas[at];
  struct array *array = &result->arrays[at];
  *schema =
      (struct schema){format, "a name", NULL, 2, n, result->schema_children[at], NULL, release_schema, NULL};
  *array = (struct array){
      ROWS, 0, 0, buffers, n, result->buffers[at], result->array_children[at], NULL, release_array, NULL};
  for (int i = 0; i < n; i++) {
    result->schema_children[at][i] = &result->schemas[children[i]];
    result->array_children[at][i] = &result->arrays[children[i]];
  }
}

static void make(struct result *result) {
  node(result, ROOT, "+s", 6, (const int[]){ID, ITEM, TAGS, KIND, SOLD, PAIR}, 1);
  node(result, ID, "l", 0, NULL, 2);
  node(result, ITEM, "u", 0, NULL, 3);
  node(result, TAGS, "+l", 1, (const int[]){TAG}, 2);
  node(result, KIND, "c", 0, NULL, 2);
  node(result, SOLD, "b", 0, NULL, 2);
  node(result, PAIR, "+s", 1, (const int[]){PRICE}, 1);
  node(result, TAG, "i", 0, NULL, 2);
  node(result, KINDS, "u", 0, NULL, 3);
  node(result, PRICE, "g", 0, NULL, 2);
  result->schemas[KIND].dictionary = &result->schemas[KINDS];
  result->arrays[KIND].dictionary = &result->arrays[KINDS];
  result->arrays[KINDS].length = 2;
  for (int i = 0; i < ROWS; i++) {
    result->ids[i] = i;
    result->prices[i] = i / 2.0;
    result->kinds[i] = i % 2;
    result->numbers[i] = i;
  }
  for (int i = 0; i <= ROWS; i++)
    result->ends[i] = result->list_ends[i] = i;
  result->bits[0] = 21;
  memcpy(result->text, "abcde", 6);
  /* One pair: its count, the key with its size, the value with its size. */
  const int32_t metadata[] = {1, 4, 0, 4, 0};
  memcpy(result->metadata, metadata, sizeof metadata);
  memcpy(&result->metadata[2], "key:", 4);
  memcpy(&result->metadata[4], "said", 4);
  result->schemas[ITEM].metadata = (const char *)result->metadata;
  result->buffers[ITEM][0] = result->buffers[SOLD][0] = result->bits;
  result->arrays[ITEM].null_count = -1;
  result->buffers[ID][1] = result->ids;
  result->buffers[ITEM][1] = result->buffers[KINDS][1] = result->ends;
  result->buffers[ITEM][2] = result->buffers[KINDS][2] = result->text;
  result->buffers[TAGS][1] = result->list_ends;
  result->buffers[TAG][1] = result->numbers;
  result->buffers[KIND][1] = result->kinds;
  result->buffers[SOLD][1] = result->bits;
  result->arrays[SOLD].null_count = 2;
  result->buffers[PRICE][1] = result->prices;
}

static char *forbidden; /* a page that nobody may read */

static uint64_t odd_number(struct result *result) {
  const uint64_t odd[] = {
      0, 1, 2, 3, 6, 64, 65536, INT32_MAX, UINT32_MAX, INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX, 5};
  return odd[below(result, sizeof odd / sizeof *odd)];
}

static uint64_t odd_pointer(struct result *result, uint64_t now) {
  static const char *const texts[] = {"",      "+",       "+l",        "+s",  "+w:3",
                                      "+w:-1", "d:5",     "d:99999,1", "tsu", "tsu:UTC",
                                      "zz",    "+ud:0,1", "+us:200",   "w:",  "w:99999999999999999999",
                                      "l\xff"};
  switch (below(result, 8)) {
  case 0:
    return 0;
  case 1:
    return (uintptr_t)forbidden;
  case 2:
    return (uintptr_t)forbidden - 4; /* what lies there goes on into it */
  case 3:
    return UINT64_MAX - 7;
  case 4:
    return now + 1;
  case 5:
    return (uintptr_t)&result->arrays[below(result, COUNT)]; /* of another type, or round in a circle */
  case 6:
    return (uintptr_t)&result->schemas[below(result, COUNT)];
  default:
    return (uintptr_t)texts[below(result, sizeof texts / sizeof *texts)];
  }
}

static void set(struct result *result, uint64_t *word, int is_pointer) {
  *word = is_pointer ? odd_pointer(result, *word) : odd_number(result);
}

static void damage(struct result *result) {
  const uint64_t at = below(result, COUNT);
  uint64_t *schema = (uint64_t *)&result->schemas[at], *array = (uint64_t *)&result->arrays[at];
  switch (below(result, 8)) {
  case 0:
  case 1: { /* format, name, metadata, flags, n_children, children, dictionary */
    const uint64_t word = below(result, 7);
    return set(result, &schema[word], word < 3 || word > 4);
  }
  case 2:
  case 3: { /* length, null_count, offset, n_buffers, n_children, buffers, children, dictionary */
    const uint64_t word = below(result, 8);
    return set(result, &array[word], word > 4);
  }
  case 4:
    return set(result, (uint64_t *)&result->buffers[at][below(result, 3)], 1);
  case 5:
    return set(result,
               (uint64_t *)(below(result, 2) ? (void *)&result->schema_children[at][below(result, 6)]
                                             : (void *)&result->array_children[at][below(result, 6)]),
               1);
  case 6:
    result->ends[below(result, 6)] = (int32_t)odd_number(result);
    result->list_ends[below(result, 6)] = (int32_t)odd_number(result);
    result->kinds[below(result, ROWS)] = (int8_t)odd_number(result);
    return;
  default:
    if (below(result, 4) == 0)
      (below(result, 2) ? (void)(result->schemas[at].release = NULL)
                        : (void)(result->arrays[at].release = NULL));
    else
      result->metadata[below(result, 5)] = (int32_t)odd_number(result);
  }
}

static int get_schema(struct stream *stream, struct schema *out) {
  *out = ((struct result *)stream->data)->schemas[ROOT];
  return 0;
}
static int get_next(struct stream *stream, struct array *out) {
  struct result *result = stream->data;
  memset(out, 0, sizeof *out);
  if (!result->given) *out = result->arrays[ROOT];
  result->given = 1;
  return 0;
}
static const char *say_nothing(struct stream *stream) {
  (void)stream;
  return NULL;
}
/* What it gave may be used longer: it stays until the process ends. */
static void release_stream(struct stream *stream) {
  stream->release = NULL;
}

static uint8_t text(struct object *one, const char *sql, void *error) {
  (void)error;
  struct result *result = calloc(1, sizeof *result);
  result->seed = strtoull(sql, NULL, 10) * 0x9e3779b97f4a7c15u;
  one->data = result;
  make(result);
  /* The query 0 is whole. */
  if (result->seed == 0) return 0;
  for (uint64_t left = 1 + below(result, 3); left > 0; left--)
    damage(result);
  return 0;
}
static uint8_t execute(struct object *one, struct stream *out, int64_t *affected, void *error) {
  (void)error;
  *affected = -1;
  *out = (struct stream){get_schema, get_next, say_nothing, release_stream, one->data};
  return 0;
}

__attribute__((visibility("default"))) uint8_t AdbcDriverInit(int version, void **table, void *error) {
  (void)error;
  if (version != 1000000) return 2;
  if (!forbidden) {
    char *pages = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(pages, 'l', 4096);
    mprotect(pages + 4096, 4096, PROT_NONE);
    forbidden = pages + 4096;
  }
  fill(table);
  table[STATEMENT_SQL] = (void *)text;
  table[STATEMENT_EXECUTE] = (void *)execute;
  return 0;
}
