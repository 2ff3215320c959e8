/* Provides data.source: "rows" in the query is how many numbers it answers, in batches of 1000. */
#include <errno.h>
#include <mortise/mortise.h>
#include <mortise/data_source.h>
#include <stdlib.h>
#include <string.h>

MORTISE_MODULE(.name = "numbers", .version = "1.0.0")
MORTISE_PROVIDE_SERVICE(mortise_data_source, "data.source", 1, 0)

/* Arrow's C data interface. */
struct schema {
  const char *format, *name, *metadata;
  int64_t flags, count;
  struct schema **children, *dictionary;
  void (*release)(struct schema *);
  void *data;
};
struct array {
  int64_t length, nulls, offset, buffer_count, child_count;
  const void **buffers;
  struct array **children, *dictionary;
  void (*release)(struct array *);
  void *data;
};
struct stream {
  int (*schema)(struct stream *, struct schema *);
  int (*next)(struct stream *, struct array *);
  const char *(*last)(struct stream *);
  void (*release)(struct stream *);
  void *data;
};

static const char *const no_buffers[1] = {NULL};

static void release_schema(struct schema *schema) {
  for (int64_t i = 0; i < schema->count; i++) {
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
    free(schema->children[i]);
  }
  free(schema->children);
  schema->release = NULL;
}

static int give_schema(struct stream *stream, struct schema *out) {
  (void)stream;
  struct schema *child = calloc(1, sizeof *child);
  child->format = "l";
  child->name = "number";
  child->flags = 2;
  child->release = release_schema;
  memset(out, 0, sizeof *out);
  out->format = "+s";
  out->name = "";
  out->count = 1;
  out->children = malloc(sizeof *out->children);
  out->children[0] = child;
  out->release = release_schema;
  return 0;
}

static void release_array(struct array *array) {
  for (int64_t i = 0; i < array->child_count; i++) {
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
    free(array->children[i]);
  }
  if (array->child_count > 0) free(array->children);
  if (array->data) {
    free((void *)array->buffers[1]);
    free(array->data);
  }
  array->release = NULL;
}

struct rest {
  int64_t next, rows;
};

static int give_batch(struct stream *stream, struct array *out) {
  struct rest *rest = stream->data;
  memset(out, 0, sizeof *out);
  if (rest->rows == 0) return 0;
  if (rest->rows == 13) return EIO;
  const int64_t length = rest->rows < 1000 ? rest->rows : 1000;
  int64_t *values = malloc((size_t)length * sizeof *values);
  for (int64_t i = 0; i < length; i++)
    values[i] = rest->next++;
  rest->rows -= length;
  struct array *child = calloc(1, sizeof *child);
  const void **buffers = calloc(2, sizeof *buffers);
  buffers[1] = values;
  child->length = length;
  child->buffer_count = 2;
  child->buffers = buffers;
  child->data = buffers;
  child->release = release_array;
  out->length = length;
  out->buffer_count = 1;
  out->buffers = (const void **)no_buffers;
  out->child_count = 1;
  out->children = malloc(sizeof *out->children);
  out->children[0] = child;
  out->release = release_array;
  return 0;
}

static const char *say_why(struct stream *stream) {
  (void)stream;
  return "thirteen is unlucky";
}

static void release_stream(struct stream *stream) {
  free(stream->data);
  stream->release = NULL;
}

static int32_t health(const mortise_host *host, mortise_error *said) {
  (void)host;
  mortise_fail(said, "it counts");
  return MORTISE_OK;
}

static int32_t query(const mortise_host *host, mortise_text text, void *out, mortise_error *error) {
  (void)host;
  char copy[4096] = {0};
  memcpy(copy, text.data, text.size < sizeof copy - 1 ? text.size : sizeof copy - 1);
  const char *found = strstr(copy, "\"rows\":");
  if (!found) return mortise_fail(error, "the query names no rows");
  struct rest *rest = malloc(sizeof *rest);
  *rest = (struct rest){0, strtoll(found + 7, NULL, 10)};
  struct stream *stream = out;
  *stream = (struct stream){give_schema, give_batch, say_why, release_stream, rest};
  if (rest->rows < 0) stream->next = NULL;
  return MORTISE_OK;
}

static const mortise_data_source_v1 source = {sizeof source, 0, health, query};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, 0), mortise_text_of("data.source"),
                                   &source, mortise_text_of(mortise_data_source_signature)};
  return host->register_service(host, &service, error);
}
