/*
 * Writes all that it is told into memory that the test reads: `buffer` is its address, `capacity` its size.
 * Without a buffer it answers with a hash of it instead, as the shard.
 *
 * Numbers are 32-bit, little-endian: shards, has_replicas, has_primary, in_transaction, write_override, the
 * SQL's size, its bytes, the count of parameters, and for each format, is_null, whether data is null, size,
 * bytes. The first number is the size of all that follows; 0xffffffff: it didn't fit.
 */
#include <mortise/mortise.h>

#ifndef NAME
#define NAME "echo"
#endif

MORTISE_MODULE(.name = NAME, .version = "1.0.0")

static uint8_t *buffer;
static uint64_t capacity;

typedef struct sink {
  uint64_t used, hash;
  int full;
} sink;

static void put(sink *to, const void *bytes, uint64_t size) {
  const uint8_t *at = bytes;
  if (!buffer) {
    for (uint64_t i = 0; i < size; i++)
      to->hash = (to->hash ^ at[i]) * 1099511628211u; /* FNV-1a */
  } else if (size > capacity - to->used) {
    to->full = 1;
  } else if (size > 0) {
    memcpy(buffer + to->used, bytes, size);
    to->used += size;
  }
}

static void put_u32(sink *to, uint64_t number) {
  uint32_t value = (uint32_t)number;
  put(to, &value, sizeof value);
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)error;
  buffer = (uint8_t *)(uintptr_t)mortise_config_u64(host, "buffer", 0);
  capacity = mortise_config_u64(host, "capacity", 0);
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  sink to = {buffer ? 4 : 0, 14695981039346656037u, 0};
  if (context->size != sizeof *context) return -2;
  put_u32(&to, context->shards);
  put_u32(&to, context->has_replicas);
  put_u32(&to, context->has_primary);
  put_u32(&to, context->in_transaction);
  put_u32(&to, context->write_override);
  put_u32(&to, context->sql.size);
  put(&to, context->sql.data, context->sql.size);
  put_u32(&to, context->parameter_count);
  for (uint64_t i = 0; i < context->parameter_count; i++) {
    const mortise_parameter *parameter = &context->parameters[i];
    put_u32(&to, (uint32_t)parameter->format);
    put_u32(&to, (uint32_t)parameter->is_null);
    put_u32(&to, parameter->data == NULL);
    put_u32(&to, parameter->size);
    put(&to, parameter->data, parameter->size);
  }
  if (!buffer) return mortise_direct(route, (to.hash >> 32) % context->shards);
  uint32_t size = to.full ? UINT32_MAX : (uint32_t)(to.used - 4);
  memcpy(buffer, &size, sizeof size);
  return mortise_all(route);
}
