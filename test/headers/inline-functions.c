/* What the functions in the headers answer at their limits; run with the sanitizers. */
#include "check.h"
#include "fake-host.h"

#include <stdlib.h>

MORTISE_MODULE(.name = "inline_functions", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)

/* Reads a copy of just these bytes, so that the sanitizer sees a byte too far. */
static int read_bytes(const void *bytes, uint64_t size, int32_t format, int64_t *value) {
  uint8_t *copy = malloc(size ? size : 1);
  mortise_parameter parameter = {copy, size, format, 0};
  int answer;
  memcpy(copy, bytes, size);
  answer = mortise_param_as_i64(&parameter, value);
  free(copy);
  return answer;
}

static int reads_as(const char *text, int64_t expected) {
  int64_t value = ~expected;
  return read_bytes(text, strlen(text), MORTISE_FORMAT_TEXT, &value) && value == expected;
}

static int refuses(const char *text) {
  int64_t value = 7;
  return !read_bytes(text, strlen(text), MORTISE_FORMAT_TEXT, &value) && value == 7;
}

static void parameters_as_text(void) {
  CHECK(reads_as("0", 0));
  CHECK(reads_as("-0", 0));
  CHECK(reads_as("+5", 5));
  CHECK(reads_as("-1", -1));
  CHECK(reads_as("0042", 42));
  CHECK(reads_as("9223372036854775807", INT64_MAX));
  CHECK(reads_as("-9223372036854775807", -INT64_MAX));
  CHECK(reads_as("-9223372036854775808", INT64_MIN));
  CHECK(refuses("9223372036854775808"));
  CHECK(refuses("-9223372036854775809"));
  CHECK(refuses("9999999999999999999"));
  CHECK(refuses("18446744073709551616"));
  CHECK(refuses("18446744073709551617"));
  CHECK(refuses("99999999999999999999999999999999"));
  CHECK(refuses(""));
  CHECK(refuses("-"));
  CHECK(refuses("+"));
  CHECK(refuses("--1"));
  CHECK(refuses(" 1"));
  CHECK(refuses("1 "));
  CHECK(refuses("1.0"));
  CHECK(refuses("1e3"));
  CHECK(refuses("0x10"));
  CHECK(refuses("/"));
  CHECK(refuses(":"));
  CHECK(refuses("\xd9\xa1")); /* an Arabic digit */
  {
    int64_t value = 7;
    CHECK(!read_bytes("1\0002", 3, MORTISE_FORMAT_TEXT, &value) && value == 7);
  }
}

static void parameters_as_bytes(void) {
  const uint8_t ones[16] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  const uint8_t lowest[8] = {0x80, 0, 0, 0, 0, 0, 0, 0},
                highest[8] = {0x7f, 255, 255, 255, 255, 255, 255, 255};
  const uint8_t counting[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  int64_t value = 7;
  for (uint64_t size = 0; size <= 16; size++) {
    int known = size == 2 || size == 4 || size == 8;
    value = 7;
    CHECK(read_bytes(ones, size, MORTISE_FORMAT_BINARY, &value) == known);
    CHECK(value == (known ? -1 : 7));
  }
  CHECK(read_bytes(counting, 2, MORTISE_FORMAT_BINARY, &value) && value == 0x0102);
  CHECK(read_bytes(counting, 4, MORTISE_FORMAT_BINARY, &value) && value == 0x01020304);
  CHECK(read_bytes(counting, 8, MORTISE_FORMAT_BINARY, &value) && value == 0x0102030405060708);
  CHECK(read_bytes(lowest, 2, MORTISE_FORMAT_BINARY, &value) && value == INT16_MIN);
  CHECK(read_bytes(lowest, 4, MORTISE_FORMAT_BINARY, &value) && value == INT32_MIN);
  CHECK(read_bytes(lowest, 8, MORTISE_FORMAT_BINARY, &value) && value == INT64_MIN);
  CHECK(read_bytes(highest, 4, MORTISE_FORMAT_BINARY, &value) && value == INT32_MAX);
  CHECK(read_bytes(highest, 8, MORTISE_FORMAT_BINARY, &value) && value == INT64_MAX);
}

static void parameters_of_a_context(void) {
  const mortise_parameter parameters[] = {
      {(const uint8_t *)"42", 2, MORTISE_FORMAT_TEXT, 0},
      {NULL, 0, MORTISE_FORMAT_TEXT, 1},
      {(const uint8_t *)"\0\7", 2, MORTISE_FORMAT_BINARY, 0},
      {(const uint8_t *)"", 0, MORTISE_FORMAT_TEXT, 0},
      {NULL, 8, MORTISE_FORMAT_BINARY, 1},
  };
  const mortise_context context = {
      .size = sizeof context, .shards = 1, .parameters = parameters, .parameter_count = 5};
  const mortise_context empty = {.size = sizeof empty, .shards = 1};
  int64_t value = 7;
  mortise_text text = {"before", 6};
  CHECK(mortise_param(&context, 4) == &parameters[4]);
  CHECK(!mortise_param(&context, 5));
  CHECK(!mortise_param(&context, UINT64_MAX));
  CHECK(!mortise_param(&empty, 0));
  CHECK(mortise_param_i64(&context, 0, &value) && value == 42);
  CHECK(!mortise_param_i64(&context, 1, &value) && value == 42);
  CHECK(mortise_param_i64(&context, 2, &value) && value == 7);
  CHECK(!mortise_param_i64(&context, 3, &value));
  CHECK(!mortise_param_i64(&context, 4, &value));
  CHECK(!mortise_param_i64(&context, 5, &value) && value == 7);
  CHECK(!mortise_param_text(&context, 1, &text) && text.size == 6);
  CHECK(!mortise_param_text(&context, 2, &text) && text.size == 6);
  CHECK(!mortise_param_text(&context, 5, &text) && text.size == 6);
  CHECK(mortise_param_text(&context, 0, &text) && mortise_text_equal(text, mortise_text_of("42")));
  CHECK(mortise_param_text(&context, 3, &text) && text.size == 0);
}

static void texts(void) {
  char shown[8];
  mortise_text cut = {"abcdef", 3}, huge = {"", (uint64_t)INT32_MAX + 1};
  CHECK(mortise_text_of(NULL).size == 0 && !mortise_text_of(NULL).data);
  CHECK(mortise_text_of("").size == 0);
  CHECK(mortise_text_equal(mortise_text_of(NULL), mortise_text_of("")));
  CHECK(mortise_text_equal(cut, mortise_text_of("abc")));
  CHECK(!mortise_text_equal(cut, mortise_text_of("abd")));
  CHECK(!mortise_text_equal(cut, mortise_text_of("abcd")));
  CHECK(!mortise_text_equal(cut, mortise_text_of(NULL)));
  snprintf(shown, sizeof shown, "%.*s", MORTISE_TEXT_ARGS(cut));
  CHECK(strcmp(shown, "abc") == 0);
  snprintf(shown, sizeof shown, "%.*s", MORTISE_TEXT_ARGS(huge)); /* the precision stays an int */
  CHECK(strcmp(shown, "") == 0);
}

static int answered(const mortise_route *route, int32_t target, uint64_t shard, int32_t read_write) {
  return route->target == target && route->shard == shard && route->read_write == read_write;
}

static void answers(void) {
  mortise_route route = {.size = sizeof route};
  CHECK(mortise_direct(&route, UINT64_MAX) == MORTISE_OK);
  CHECK(answered(&route, MORTISE_TARGET_DIRECT, UINT64_MAX, MORTISE_ACCESS_UNKNOWN));
  CHECK(mortise_answer(&route, MORTISE_TARGET_ALL, 3, MORTISE_ACCESS_WRITE) == MORTISE_OK);
  CHECK(answered(&route, MORTISE_TARGET_ALL, 3, MORTISE_ACCESS_WRITE));
  CHECK(mortise_all(&route) == MORTISE_OK);
  CHECK(answered(&route, MORTISE_TARGET_ALL, 0, MORTISE_ACCESS_UNKNOWN));
  CHECK(mortise_block(&route) == MORTISE_OK);
  CHECK(answered(&route, MORTISE_TARGET_BLOCKED, 0, MORTISE_ACCESS_UNKNOWN));
  CHECK(route.size == sizeof route);
}

static void reasons(void) {
  char long_text[5000];
  mortise_route route = {.size = sizeof route};
  memset(long_text, 'x', sizeof long_text - 1);
  long_text[sizeof long_text - 1] = 0;
  CHECK(mortise_block_because(&route, NULL, "tenant %d", 42) == MORTISE_OK);
  CHECK(answered(&route, MORTISE_TARGET_BLOCKED, 0, MORTISE_ACCESS_UNKNOWN));
  CHECK(strcmp(route.reason, "tenant 42") == 0 && route.sqlstate[0] == 0);
  CHECK(mortise_block_because(&route, "57P03", "%s", long_text) == MORTISE_OK);
  CHECK(strlen(route.reason) == 255 && strcmp(route.sqlstate, "57P03") == 0);
  /* Too long: cut, and still too long for the host to take it. */
  CHECK(mortise_block_because(&route, long_text, "%s", "") == MORTISE_OK);
  CHECK(route.reason[0] == 0 && strcmp(route.sqlstate, "xxxxxxx") == 0);
  /* A host of older headers has no room. */
  {
    const mortise_route before = route;
    route.size = offsetof(mortise_route, reason);
    CHECK(mortise_block_because(&route, "57P03", "no") == MORTISE_OK);
    CHECK(answered(&route, MORTISE_TARGET_BLOCKED, 0, MORTISE_ACCESS_UNKNOWN));
    CHECK(memcmp(before.sqlstate, route.sqlstate, sizeof route - offsetof(mortise_route, sqlstate)) == 0);
  }
}

static void configuration(void) {
  static const mortise_value items[] = {INTEGER(1), TEXT("two")};
  static const mortise_member members[] = {
      {KEY("lowest"), INTEGER(INT64_MIN)}, {KEY("highest"), INTEGER(INT64_MAX)}, {KEY("yes"), BOOLEAN(1)},
      {KEY("half"), DOUBLE(0.5)},          {KEY("name"), TEXT("zoë")},           {KEY("list"), LIST(items)},
  };
  const mortise_host *host = &fake_host;
  fake_configure(members, 6);
  CHECK(mortise_config_i64(host, "lowest", 3) == INT64_MIN);
  CHECK(mortise_config_i64(host, "highest", 3) == INT64_MAX);
  CHECK(mortise_config_u64(host, "highest", 3) == (uint64_t)INT64_MAX);
  CHECK(mortise_config_f64(host, "half", 3) == 0.5);
  CHECK(mortise_config_f64(host, "highest", 3) == (double)INT64_MAX);
  CHECK(mortise_config_bool(host, "yes", 0) == 1);
  CHECK(strcmp(mortise_config_string(host, "name", ""), "zoë") == 0);
  CHECK(mortise_config_list(host, "list")->count == 2);
  CHECK(mortise_config_list(host, "list")->as.items[1].as.text.size == 3);
  CHECK(fake_refusals[0] == 0);

  CHECK(mortise_config_i64(host, "none", -3) == -3);
  CHECK(mortise_config_u64(host, "none", UINT64_MAX) == UINT64_MAX);
  CHECK(mortise_config_f64(host, "none", 1.5) == 1.5);
  CHECK(mortise_config_bool(host, "none", 1) == 1);
  CHECK(!mortise_config_string(host, "none", NULL));
  CHECK(!mortise_config_list(host, "none"));
  CHECK(fake_refusals[0] == 0);

  CHECK(mortise_config_u64(host, "lowest", 9) == 9);
  CHECK(mortise_config_i64(host, "half", 9) == 9);
  CHECK(mortise_config_f64(host, "yes", 9) == 9);
  CHECK(mortise_config_bool(host, "highest", 9) == 9);
  CHECK(strcmp(mortise_config_string(host, "list", "other"), "other") == 0);
  CHECK(!mortise_config_list(host, "name"));
  CHECK(strcmp(fake_refusals, "lowest: must be an integer of at least 0\n"
                              "half: must be an integer\n"
                              "yes: must be a number\n"
                              "highest: must be true or false\n"
                              "list: must be a string\n"
                              "name: must be a list\n") == 0);
}

/* A service of an earlier minor than the headers'. */
static mortise_log_v1 earlier_log;

static void configuration_inside(void) {
  static const mortise_value sizes[] = {INTEGER(1), INTEGER(2)};
  static const mortise_member auth[] = {{KEY("user"), TEXT("zoë")}};
  static const mortise_member node[] = {{KEY("weight"), INTEGER(-2)},
                                        {KEY("half"), DOUBLE(0.5)},
                                        {KEY("yes"), BOOLEAN(1)},
                                        {KEY("sizes"), LIST(sizes)},
                                        {KEY("auth"), TABLE(auth)}};
  static const mortise_value nodes[] = {TABLE(node)};
  static const mortise_member members[] = {{KEY("nodes"), LIST(nodes)}, {KEY("top"), INTEGER(7)}};
  const mortise_host *host = &fake_host;
  fake_configure(members, 2);
  const mortise_value *in = &mortise_config_list(host, "nodes")->as.items[0];
  CHECK(mortise_config_i64_in(host, in, "weight", 3) == -2);
  CHECK(mortise_config_f64_in(host, in, "half", 3) == 0.5 &&
        mortise_config_f64_in(host, in, "weight", 3) == -2);
  CHECK(mortise_config_bool_in(host, in, "yes", 0) == 1);
  CHECK(mortise_config_list_in(host, in, "sizes")->count == 2);
  CHECK(strcmp(mortise_config_string_in(host, mortise_config_table_in(host, in, "auth"), "user", ""),
               "zoë") == 0);
  CHECK(mortise_config_u64_in(host, NULL, "top", 3) == 7);
  CHECK(mortise_config_i64_in(host, in, "none", 4) == 4 && mortise_config_u64_in(host, in, "none", 4) == 4);
  CHECK(mortise_config_f64_in(host, in, "none", 4) == 4 && mortise_config_bool_in(host, in, "none", 1) == 1);
  CHECK(!mortise_config_string_in(host, in, "none", NULL) && !mortise_config_table_in(host, in, "none"));
  CHECK(fake_refusals[0] == 0);
  CHECK(mortise_config_u64_in(host, in, "weight", 9) == 9);
  CHECK(mortise_config_i64_in(host, in, "half", 9) == 9);
  CHECK(strcmp(fake_refusals, "weight: must be an integer of at least 0\nhalf: must be an integer\n") == 0);
  /* A host of 1.0 has a shorter table, behind which nothing may be read. */
  mortise_config old = *host->config;
  mortise_host older = *host;
  old.size = 24;
  older.config = &old;
  CHECK(mortise_config_i64_in(&older, in, "weight", 3) == 3 &&
        mortise_config_f64_in(&older, in, "half", 3) == 3);
}

static void fields(void) {
  const mortise_member list[] = {mortise_field_i64("i", INT64_MIN), mortise_field_f64("f", 0.5),
                                 mortise_field_bool("b", 7), mortise_field_text("t", "text"),
                                 mortise_field_text("n", NULL)};
  CHECK(list[0].value.type == MORTISE_VALUE_INTEGER && list[0].value.as.integer == INT64_MIN);
  CHECK(list[1].value.type == MORTISE_VALUE_DOUBLE && list[1].value.as.number == 0.5);
  CHECK(list[2].value.type == MORTISE_VALUE_BOOLEAN && list[2].value.as.boolean == 1);
  CHECK(list[3].value.type == MORTISE_VALUE_TEXT && list[3].value.as.text.size == 4 && list[3].key.size == 1);
  CHECK(list[4].value.as.text.size == 0 && !list[4].value.as.text.data);
  fake_configure(NULL, 0);
  mortise_log_fields(MORTISE_LOG_INFO, "with fields", list, 5);
  CHECK(strcmp(fake_lines, "with fields\n") == 0 && fake_fields == 5);
  earlier_log = fake_log;
  earlier_log.size = offsetof(mortise_log_v1, write_fields);
  earlier_log.write_fields = NULL;
  mortise_log_service = &earlier_log;
  CHECK(!MORTISE_SERVICE_HAS(mortise_log_service, write_fields) &&
        MORTISE_SERVICE_HAS(mortise_log_service, write));
  mortise_log_fields(MORTISE_LOG_WARNING, "without", list, 5);
  CHECK(strcmp(fake_lines, "with fields\nwithout!\n") == 0);
  mortise_log_service = NULL;
  mortise_log_fields(MORTISE_LOG_INFO, "unheard", list, 5);
  mortise_log_service = &fake_log;
}

static void messages(void) {
  char long_text[5000];
  mortise_error error = {.size = sizeof error};
  memset(long_text, 'x', sizeof long_text - 1);
  long_text[sizeof long_text - 1] = 0;
  CHECK(mortise_fail(NULL, "%s", long_text) == MORTISE_ERROR);
  CHECK(mortise_fail(&error, "no %s %d", "file", 3) == MORTISE_ERROR);
  CHECK(strcmp(error.message, "no file 3") == 0);
  CHECK(mortise_fail(&error, "%s", long_text) == MORTISE_ERROR);
  CHECK(strlen(error.message) == sizeof error.message - 1);

  mortise_log_service = &fake_log;
  fake_configure(NULL, 0);
  mortise_log(MORTISE_LOG_INFO, "%s", "without a host");
  CHECK(fake_lines[0] == 0);
  module_host = &fake_host;
  mortise_log(MORTISE_LOG_INFO, "%d of %s", 1, "two");
  mortise_log(MORTISE_LOG_WARNING, "%s", "three");
  CHECK(strcmp(fake_lines, "1 of two\nthree!\n") == 0);
  fake_configure(NULL, 0);
  mortise_log(MORTISE_LOG_INFO, "%s", "");
  CHECK(fake_lines[0] == 0);
  mortise_log(MORTISE_LOG_INFO, "%s", long_text);
  CHECK(strlen(fake_lines) == 1023 + 1);
  fake_configure(NULL, 0);
  fake_enabled = 0;
  mortise_log(MORTISE_LOG_ERROR, "%s", "unheard");
  CHECK(fake_lines[0] == 0);
  fake_enabled = 1;
  fields();
  module_host = NULL;
}

static void identity(void) {
  CHECK(memcmp(module_info.magic, "MORTISE", 8) == 0);
  CHECK(module_info.size == sizeof module_info);
  CHECK(strcmp(module_info.abi, "1.0") == 0);
  CHECK(strncmp(module_info.toolchain, "gcc ", 4) == 0 || strncmp(module_info.toolchain, "clang ", 6) == 0);
  CHECK(module_info.parser[0] == 0 && module_info.flags == 0 && !module_host);
  CHECK(strcmp(module_requires_mortise_log.head.name, "mortise.log") == 0);
  CHECK(module_requires_mortise_log.head.version == MORTISE_VERSION(1, 0));
  CHECK((uintptr_t)mortise_log_service == MORTISE_VERSION(1, 0));
}

int main(void) {
  identity(); /* before the log's cell is filled in */
  parameters_as_text();
  parameters_as_bytes();
  parameters_of_a_context();
  texts();
  answers();
  reasons();
  configuration();
  configuration_inside();
  messages();
  return check_end();
}
