/* Decides what a comment in the SQL says, so that a test chooses each route by itself. */
#include <mortise/mortise.h>
#include <stdlib.h>
#include <string.h>

MORTISE_MODULE(.name = "chooser", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)

static int contains(mortise_text text, const char *word) {
  return memmem(text.data, text.size, word, strlen(word)) != NULL;
}

/* What the plugin saw, for a test that asks: each parameter's format and bytes. */
static void tell(const mortise_context *context) {
  for (uint64_t i = 0; i < context->parameter_count; i++) {
    const mortise_parameter *parameter = &context->parameters[i];
    if (parameter->is_null) {
      mortise_log(MORTISE_LOG_INFO, "null");
      continue;
    }
    char hex[2 * 64 + 1] = "";
    uint64_t size = parameter->size < 64 ? parameter->size : 64;
    for (uint64_t at = 0; at < size; at++)
      snprintf(hex + 2 * at, 3, "%02x", ((const unsigned char *)parameter->data)[at]);
    const char *format = parameter->format == MORTISE_FORMAT_TEXT ? "text" : "binary";
    mortise_log(MORTISE_LOG_INFO, "%s %" PRIu64 " %s", format, (uint64_t)parameter->size, hex);
  }
}

MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  mortise_text sql = context->sql;
  int32_t access = contains(sql, "@read")    ? MORTISE_ACCESS_READ
                   : contains(sql, "@write") ? MORTISE_ACCESS_WRITE
                                             : MORTISE_ACCESS_UNKNOWN;
  int64_t first = 0;
  if (contains(sql, "@tell")) tell(context);
  if (contains(sql, "@blocked")) return mortise_block(route);
  if (contains(sql, "@all")) return mortise_answer(route, MORTISE_TARGET_ALL, 0, access);
  if (contains(sql, "@0")) return mortise_answer(route, MORTISE_TARGET_DIRECT, 0, access);
  if (contains(sql, "@1")) return mortise_answer(route, MORTISE_TARGET_DIRECT, 1, access);
  if (contains(sql, "@param") && mortise_param_i64(context, 0, &first))
    return mortise_answer(route, MORTISE_TARGET_DIRECT, (uint64_t)llabs(first) % context->shards, access);
  if (access != MORTISE_ACCESS_UNKNOWN) return mortise_answer(route, MORTISE_TARGET_UNKNOWN, 0, access);
  return MORTISE_PASS;
}
