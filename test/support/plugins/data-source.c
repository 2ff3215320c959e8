#define _POSIX_C_SOURCE 199309L
/*
 * Provides data.source: "rows" in the query is how many numbers it answers, in batches of 1000; "wait" waits until it is
 * cancelled. The resource "pieces" has a body of three pieces, one of which is null; "echo" the request's.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <mortise/mortise.h>
#include <mortise/data_source.h>
#include <stdlib.h>
#include <string.h>

#include "arrow.h"

MORTISE_MODULE(.name = "numbers", .version = "1.0.0")
#ifdef FIRST
MORTISE_PROVIDE_SERVICE(mortise_data_source, "data.source", 1, 0)
#else
MORTISE_PROVIDE_SERVICE(mortise_data_source, "data.source", 1, 1)
#endif

static const char *const no_buffers[1] = {NULL};

static void release_schema(struct schema *schema) {
  for (int64_t i = 0; i < schema->n_children; i++) {
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
  out->n_children = 1;
  out->children = malloc(sizeof *out->children);
  out->children[0] = child;
  out->release = release_schema;
  return 0;
}

static void release_array(struct array *array) {
  for (int64_t i = 0; i < array->n_children; i++) {
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
    free(array->children[i]);
  }
  if (array->n_children > 0) free(array->children);
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
  child->n_buffers = 2;
  child->buffers = buffers;
  child->data = buffers;
  child->release = release_array;
  out->length = length;
  out->n_buffers = 1;
  out->buffers = (const void **)no_buffers;
  out->n_children = 1;
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

static _Atomic uint64_t cancelled;

static void cancel(const mortise_host *host, uint64_t call) {
  (void)host;
  cancelled = call;
}

static int32_t wait_for_cancel(uint64_t call, mortise_error *error) {
  const struct timespec step = {0, 1000000};
  while (cancelled != call)
    nanosleep(&step, NULL);
  return mortise_fail(error, "it was told to stop");
}

static int32_t query(const mortise_host *host, mortise_text text, void *out, mortise_error *error) {
  (void)host;
  char copy[4096] = {0};
  memcpy(copy, text.data, text.size < sizeof copy - 1 ? text.size : sizeof copy - 1);
  const char *found = strstr(copy, "\"rows\":");
  if (strstr(copy, "\"wait\":true"))
    return wait_for_cancel(strtoull(strstr(copy, "\"call\":") + 7, NULL, 10), error);
  if (!found) return mortise_fail(error, "the query names no rows");
  struct rest *rest = malloc(sizeof *rest);
  *rest = (struct rest){0, strtoll(found + 7, NULL, 10)};
  struct stream *stream = out;
  *stream = (struct stream){give_schema, give_batch, say_why, release_stream, rest};
  if (rest->rows < 0) stream->next = NULL;
  return MORTISE_OK;
}

/* A resource's pieces: text, and where each begins. */
struct body {
  int32_t offsets[4];
  uint8_t present;
  char *text;
  int is_given;
  char metadata[128];
  size_t metadata_size;
};

static void add_metadata(struct body *body, const char *text) {
  const int32_t size = (int32_t)strlen(text);
  memcpy(body->metadata + body->metadata_size, &size, sizeof size);
  memcpy(body->metadata + body->metadata_size + sizeof size, text, (size_t)size);
  body->metadata_size += sizeof size + (size_t)size;
}

static int give_body_schema(struct stream *stream, struct schema *out) {
  give_schema(stream, out);
  out->children[0]->format = "z";
  out->metadata = ((struct body *)stream->data)->metadata;
  return 0;
}

static void free_body(struct body *body) {
  free(body->text);
  free(body);
}

/* An array outlives its stream, and then owns the body. */
static void release_piece(struct array *array) {
  free(array->buffers);
  free_body(array->data);
  array->release = NULL;
}

static int give_body(struct stream *stream, struct array *out) {
  struct body *body = stream->data;
  memset(out, 0, sizeof *out);
  if (body->is_given) return 0;
  body->is_given = 1;
  struct array *child = calloc(1, sizeof *child);
  child->buffers = calloc(3, sizeof *child->buffers);
  child->buffers[0] = &body->present;
  child->buffers[1] = body->offsets;
  child->buffers[2] = body->text;
  child->length = 3;
  child->null_count = 1;
  child->n_buffers = 3;
  child->data = body;
  child->release = release_piece;
  out->length = 3;
  out->n_buffers = 1;
  out->buffers = (const void **)no_buffers;
  out->n_children = 1;
  out->children = malloc(sizeof *out->children);
  out->children[0] = child;
  out->release = release_array;
  return 0;
}

static void release_body(struct stream *stream) {
  struct body *body = stream->data;
  if (!body->is_given) free_body(body);
  stream->release = NULL;
}

static int32_t resource(const mortise_host *host, mortise_text request, const void *bytes, uint64_t size,
                        void *out, mortise_error *error) {
  (void)host;
  char copy[4096] = {0};
  memcpy(copy, request.data, request.size < sizeof copy - 1 ? request.size : sizeof copy - 1);
  const int is_echo = strstr(copy, "\"path\":\"echo\"") != NULL;
  const int is_odd = strstr(copy, "\"path\":\"odd\"") != NULL;
  if (!is_echo && !is_odd && !strstr(copy, "\"path\":\"pieces\""))
    return mortise_fail(error, "no such resource");
  struct body *body = calloc(1, sizeof *body);
  const char *text = is_echo ? bytes : "onethree";
  const size_t length = is_echo ? (size_t)size : 8;
  body->text = malloc(length + 1);
  if (length > 0) memcpy(body->text, text, length);
  body->offsets[1] = body->offsets[2] = is_echo ? 0 : 3;
  body->offsets[3] = (int32_t)length;
  body->present = 5; /* the second is null */
  const int32_t count = 2;
  memcpy(body->metadata, &count, sizeof count);
  body->metadata_size = sizeof count;
  add_metadata(body, "status");
  add_metadata(body, is_odd ? "many" : is_echo ? "201" : "200");
  add_metadata(body, "headers");
  add_metadata(body, "{\"content-type\":[\"text/plain\"],\"connection\":[\"close\"]}");
  *(struct stream *)out = (struct stream){give_body_schema, give_body, say_why, release_body, body};
  return MORTISE_OK;
}

#ifdef FIRST /* as a plugin that was built with the header of 1.0 */
#define MINOR 0
#define SIZE offsetof(mortise_data_source_v1, resource)
#else
#define MINOR 1
#define SIZE sizeof(mortise_data_source_v1)
#endif
static const mortise_data_source_v1 source = {SIZE, 0, health, query, resource, cancel};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, MINOR), mortise_text_of("data.source"),
                                   &source, mortise_text_of(mortise_data_source_signature)};
  return host->register_service(host, &service, error);
}
