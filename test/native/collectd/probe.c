/* A plugin that calls what collectd offers to plugins and writes the answers down. Run in the real daemon and with
 * mortise-collectd.so, both must have written the same. */
#include "collectd.h"

#include "plugin.h"
#include "utils/avltree/avltree.h"
#include "utils/common/common.h"
#include "utils/metadata/meta_data.h"
#include "utils_llist.h"
#include "utils_random.h"
#include "utils_subst.h"
#include "utils_time.h"

#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

static FILE *out;

#define SAY(...) fprintf(out, __VA_ARGS__)

static void strings(void) {
  char buffer[64], small[8];
  memset(buffer, 'x', sizeof buffer);
  sstrncpy(buffer, "short", 16);
  SAY("sstrncpy %s %d %d\n", buffer, buffer[10], buffer[17]);
  sstrncpy(small, "longer than that", sizeof small);
  SAY("sstrncpy %s\n", small);
  SAY("ssnprintf %d %s\n", ssnprintf(small, sizeof small, "%s-%d", "number", 42), small);
  char *made = ssnprintf_alloc("%05d", 42);
  SAY("ssnprintf_alloc %s\n", made);
  free(made);
  SAY("sstrdup %s\n", sstrdup("copy"));
  char error[64];
  SAY("sstrerror %s\n", sstrerror(ENOENT, error, sizeof error));

  const char *lines[] = {"", " ", "one", " one  two\tthree\r\nfour five", "a b c d e f g h"};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(lines); i++) {
    char *fields[4] = {0};
    sstrncpy(buffer, lines[i], sizeof buffer);
    int n = strsplit(buffer, fields, 4);
    SAY("strsplit %d", n);
    for (int j = 0; j < n; j++)
      SAY(" [%s]", fields[j]);
    SAY("\n");
  }
  char *parts[] = {"alpha", "b", "", "gamma"};
  for (size_t size = 0; size <= 20; size++) {
    memset(buffer, '#', sizeof buffer);
    buffer[40] = 0;
    int n = strjoin(size ? buffer : NULL, size, parts, 4, "::");
    SAY("strjoin %zu %d [%s]\n", size, n, size ? buffer : "");
  }
  SAY("strjoin %d [%s]\n", strjoin(buffer, sizeof buffer, parts, 4, NULL), buffer);
  SAY("strjoin %d [%s]\n", strjoin(buffer, sizeof buffer, parts, 1, ","), buffer);
  SAY("strjoin %d\n", strjoin(buffer, sizeof buffer, parts, 0, ","));

  char **array = NULL;
  size_t length = 0;
  SAY("strarray_add %d", strarray_add(&array, &length, "one"));
  SAY(" %d", strarray_add(&array, &length, "two"));
  SAY(" %d", strarray_add(&array, &length, NULL));
  SAY(" %zu %s %s\n", length, array[0], array[1]);
  strarray_free(array, length);
}

static void escapes(void) {
  const char *texts[] = {
      "",        "/",        "//",      "/usr",        "/usr/lib",     "//usr//lib", "usr",
      "a b",     "a\"b",     "a\\b",    "tab\there",   "\\t\\n\\r\\x", "end\\",      "\\",
      "f$o-o_1", "line\r\n", "two\n\n", "{[(<>)]}äöü", "\"quoted\"",   "\n",         "0123456789 0123456789"};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(texts); i++) {
    for (size_t size = 24; size >= 12; size -= 12) {
      char buffer[64];
      int status;
      sstrncpy(buffer, texts[i], size);
      status = escape_slashes(buffer, size);
      SAY("escape_slashes %d [%s]", status, buffer);
      sstrncpy(buffer, texts[i], size);
      status = escape_string(buffer, size);
      SAY(" escape_string %d [%s]", status, buffer);
      sstrncpy(buffer, texts[i], size);
      replace_special(buffer, size);
      SAY(" replace_special [%s]", buffer);
      sstrncpy(buffer, texts[i], size);
      status = strunescape(buffer, size);
      SAY(" strunescape %d [%s]", status, buffer);
      sstrncpy(buffer, texts[i], size);
      status = (int)strstripnewline(buffer);
      SAY(" strstripnewline %d [%s]\n", status, buffer);
    }
  }
  char small[4] = "/";
  SAY("escape_slashes %d [%s]\n", escape_slashes(small, sizeof small), small);
}

static void substitutes(void) {
  char buffer[32];
  for (size_t a = 0; a < 14; a += 3)
    for (size_t b = 0; b < 14; b += 4) {
      memset(buffer, 0, sizeof buffer);
      char *got = subst(buffer, 12, "foo_____bar", a, b, " - ");
      SAY("subst %zu %zu %s\n", a, b, got ? got : "null");
    }
  const char *needles[][2] = {{"o", "0"},  {"oo", "o"}, {"bar", ""},         {"z", "y"},
                              {"f", "ff"}, {"o", "oo"}, {"foo bar foo", "x"}};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(needles); i++) {
    char *got = subst_string(buffer, sizeof buffer, "foo bar foo", needles[i][0], needles[i][1]);
    SAY("subst_string %s\n", got ? got : "null");
  }
}

static void identifiers(void) {
  char name[64];
  const char *cases[][5] = {{"h", "p", "i", "t", "j"},
                            {"h", "p", "", "t", ""},
                            {"h", "p", NULL, "t", NULL},
                            {"host.name", "plugin", "a-b", "type", "c-d"},
                            {"0123456789012345678901234567890123456789", "p", "i", "tttttttttttttttt", "j"}};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(cases); i++) {
    name[0] = 0;
    int status =
        format_name(name, sizeof name, cases[i][0], cases[i][1], cases[i][2], cases[i][3], cases[i][4]);
    SAY("format_name %d %s\n", status != 0, status ? "" : name);
  }
  const char *texts[] = {"h/p/t",       "h/p-i/t-j", "h/p-a-b/t-c-d", "h/p",  "h",         "",
                         "h/p-i/t-a/b", "/p/t",      "h//t",          "h/p/", "a-b/p-/t-", "h-x/p/t/"};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(texts); i++) {
    value_list_t vl = VALUE_LIST_INIT;
    int status = parse_identifier_vl(texts[i], &vl);
    SAY("parse_identifier_vl %s %d [%s] [%s] [%s] [%s] [%s]\n", texts[i], status, vl.host, vl.plugin,
        vl.plugin_instance, vl.type, vl.type_instance);
  }
}

static void values(void) {
  const char *texts[] = {"0",
                         "42",
                         "-42",
                         " 7 ",
                         "1.5",
                         "1e3",
                         "0x10",
                         "010",
                         "nan",
                         "inf",
                         "12abc",
                         "abc",
                         "",
                         "18446744073709551615",
                         "99999999999999999999",
                         "9223372036854775808"};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(texts); i++) {
    for (int type = 0; type <= 4; type++) {
      value_t value = {.absolute = 0};
      int status = parse_value(texts[i], &value, type);
      SAY("parse_value %s %d %d %" PRIx64 "\n", texts[i], type, status, status ? 0 : value.absolute);
    }
    derive_t derive = 1;
    gauge_t gauge = 1;
    int status = strtoderive(texts[i], &derive);
    SAY("strtoderive %d %" PRIi64, status, derive);
    status = strtogauge(texts[i], &gauge);
    SAY(" strtogauge %d %g\n", status, gauge);
  }
  data_source_t sources[] = {{"a", DS_TYPE_GAUGE, NAN, NAN}, {"b", DS_TYPE_DERIVE, 0, NAN}};
  data_set_t set = {"probe", 2, sources};
  const char *lists[] = {"1000.5:1.5:2", "N:U:3",  "1:2",  "1",      "",       "x:1:2", "1:U:U",
                         "1:2:3:4",      "1::2:3", "1:2:", "-5:1:2", "1:2:3x", "1x:2:3"};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(lists); i++) {
    value_t room[2] = {{.gauge = 0}, {.gauge = 0}};
    value_list_t vl = VALUE_LIST_INIT;
    char buffer[64];
    vl.values = room;
    vl.values_len = 2;
    sstrncpy(vl.type, "probe", sizeof vl.type);
    sstrncpy(buffer, lists[i], sizeof buffer);
    int status = parse_values(buffer, &vl, &set);
    SAY("parse_values %s %d", lists[i], status);
    if (status == 0 && lists[i][0] != 'N') {
      char text[64];
      SAY(" %d", format_values(text, sizeof text, &set, &vl, false));
      SAY(" %s", text);
      for (size_t size = 1; size < 16; size += 3)
        SAY(" %d", format_values(text, size, &set, &vl, false));
    }
    SAY("\n");
  }
}

static void rates(void) {
  static const counter_t pairs[][2] = {
      {1, 2}, {2, 1}, {4294967295u, 0}, {4294967295u, 5}, {4294967296u, 5}, {18446744073709551615u, 0},
      {0, 0}};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(pairs); i++)
    SAY("counter_diff %llu\n", counter_diff(pairs[i][0], pairs[i][1]));
  for (int type = 0; type <= 3; type++) {
    rate_to_value_state_t to = {0};
    value_to_rate_state_t from = {0};
    const double series[] = {1.5, 2.25, 0.1, -3.5, 7.75, 1e6, 2.5, 2.5};
    cdtime_t time = TIME_T_TO_CDTIME_T_STATIC(1000);
    for (size_t i = 0; i < STATIC_ARRAY_SIZE(series); i++) {
      value_t value = {.absolute = 0};
      int status = rate_to_value(&value, series[i], &to, type, time);
      SAY("rate_to_value %d %d %" PRIx64, type, status, status ? 0 : value.absolute);
      gauge_t rate = -1;
      value_t in = {.derive = (int64_t)(1000 + 7 * i - (i == 5 ? 100 : 0))};
      if (type == DS_TYPE_GAUGE) in.gauge = series[i];
      status = value_to_rate(&rate, in, type, time, &from);
      SAY(" value_to_rate %d %g\n", status, status ? 0 : rate);
      if (i != 6) time += TIME_T_TO_CDTIME_T_STATIC(10) + (i << 20);
    }
  }
}

static int by_text(const void *a, const void *b) {
  return strcmp(a, b);
}

static void containers(void) {
  c_avl_tree_t *tree = c_avl_create(by_text);
  char *keys[] = {"delta", "alpha", "echo", "bravo", "charlie"};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(keys); i++)
    SAY("c_avl_insert %d\n", c_avl_insert(tree, keys[i], (void *)(i + 1)));
  SAY("c_avl_insert %d\n", c_avl_insert(tree, "echo", NULL));
  void *key = NULL, *value = NULL;
  SAY("c_avl_get %d", c_avl_get(tree, "bravo", &value) != 0);
  SAY(" %zu %d %d\n", (size_t)value, c_avl_get(tree, "zulu", &value) != 0, c_avl_get(tree, "alpha", NULL));
  SAY("c_avl_size %d %d\n", c_avl_size(tree), c_avl_size(NULL));
  c_avl_iterator_t *at = c_avl_get_iterator(tree);
  while (c_avl_iterator_next(at, &key, &value) == 0)
    SAY("c_avl_iterator_next %s %zu\n", (char *)key, (size_t)value);
  c_avl_iterator_destroy(at);
  SAY("c_avl_remove %d", c_avl_remove(tree, "delta", &key, &value) != 0);
  SAY(" %s %zu %d\n", (char *)key, (size_t)value, c_avl_remove(tree, "delta", NULL, NULL) != 0);
  int picked = 0;
  while (c_avl_pick(tree, &key, &value) == 0)
    picked++;
  SAY("c_avl_pick %d\n", picked);
  c_avl_destroy(tree);

  llist_t *list = llist_create();
  llentry_t *first = llentry_create("one", "1"), *second = llentry_create("two", "2"),
            *third = llentry_create("three", "3");
  llist_append(list, first);
  llist_append(list, second);
  llist_append(list, third);
  SAY("llist %d %s %s\n", llist_size(list), llist_head(list)->key, llist_search(list, "two")->value);
  llist_remove(list, third);
  llist_append(list, third);
  llist_remove(list, first);
  llentry_destroy(first);
  SAY("llist %d %s %d\n", llist_size(list), llist_head(list)->key, llist_search(list, "one") == NULL);
  for (llentry_t *entry = llist_head(list); entry; entry = entry->next)
    SAY("llist %s\n", entry->key);
  llist_destroy(list);
}

static void metadata(void) {
  meta_data_t *data = meta_data_create();
  SAY("meta add %d", meta_data_add_string(data, "text", "some"));
  SAY(" %d %d", meta_data_add_signed_int(data, "signed", -5),
      meta_data_add_unsigned_int(data, "unsigned", 5));
  SAY(" %d %d\n", meta_data_add_double(data, "double", 0.1), meta_data_add_boolean(data, "boolean", true));
  SAY("meta add %d\n", meta_data_add_string(data, "text", "other"));
  SAY("meta null %d %d\n", meta_data_add_string(NULL, "a", "b"), meta_data_add_string(data, NULL, "b"));
  const char *keys[] = {"text", "signed", "unsigned", "double", "boolean", "none"};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(keys); i++) {
    char *text = NULL;
    int64_t s = 0;
    uint64_t u = 0;
    double d = 0;
    bool b = false;
    SAY("meta %s %d", keys[i], meta_data_type(data, keys[i]));
    int status = meta_data_as_string(data, keys[i], &text);
    SAY(" %d %s", status, text ? text : "null");
    text = NULL;
    status = meta_data_get_string(data, keys[i], &text);
    SAY(" %d %s", status, text ? text : "null");
    status = meta_data_get_signed_int(data, keys[i], &s);
    SAY(" %d %d", status, (int)s);
    status = meta_data_get_unsigned_int(data, keys[i], &u);
    SAY(" %d %d", status, (int)u);
    status = meta_data_get_double(data, keys[i], &d);
    SAY(" %d %g", status, d);
    status = meta_data_get_boolean(data, keys[i], &b);
    SAY(" %d %d\n", status, b);
  }
  char **toc = NULL;
  int count = meta_data_toc(data, &toc);
  SAY("meta toc %d\n", count);
  strarray_free(toc, (size_t)count);
  SAY("meta delete %d %d\n", meta_data_delete(data, "text"), meta_data_delete(data, "text"));
  meta_data_t *merged = NULL;
  SAY("meta merge %d", meta_data_clone_merge(&merged, data));
  SAY(" %d", meta_data_clone_merge(&merged, NULL));
  toc = NULL;
  SAY(" %d\n", meta_data_toc(merged, &toc));
  meta_data_destroy(data);
  meta_data_destroy(NULL);
}

static oconfig_item_t option(oconfig_value_t *values, int count) {
  return (oconfig_item_t){.key = "Option", .values = values, .values_num = count};
}

static void configuration(void) {
  oconfig_value_t values[][2] = {
      {{{.string = "text"}, OCONFIG_TYPE_STRING}, {{.string = "more"}, OCONFIG_TYPE_STRING}},
      {{{.number = 42.7}, OCONFIG_TYPE_NUMBER}, {{.number = 1}, OCONFIG_TYPE_NUMBER}},
      {{{.boolean = 1}, OCONFIG_TYPE_BOOLEAN}, {{.boolean = 0}, OCONFIG_TYPE_BOOLEAN}},
      {{{.string = "on"}, OCONFIG_TYPE_STRING}, {{.string = "off"}, OCONFIG_TYPE_STRING}},
      {{{.string = "http"}, OCONFIG_TYPE_STRING}, {{.string = "x"}, OCONFIG_TYPE_STRING}},
      {{{.string = "8080"}, OCONFIG_TYPE_STRING}, {{.string = "x"}, OCONFIG_TYPE_STRING}},
      {{{.number = -3}, OCONFIG_TYPE_NUMBER}, {{.number = 1}, OCONFIG_TYPE_NUMBER}},
      {{{.number = 65536}, OCONFIG_TYPE_NUMBER}, {{.number = 1}, OCONFIG_TYPE_NUMBER}},
      {{{.number = 0.25}, OCONFIG_TYPE_NUMBER}, {{.number = 1}, OCONFIG_TYPE_NUMBER}},
  };
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(values); i++)
    for (int count = 0; count <= 2; count++) {
      oconfig_item_t item = option(values[i], count);
      char *text = strdup("before"), *service = NULL, buffer[4] = "old";
      int number = -1;
      double real = -1;
      bool yes = false;
      unsigned int flags = 5;
      cdtime_t time = 1;
      int status = cf_util_get_string(&item, &text);
      SAY("cf %zu %d: %d %s", i, count, status, text);
      status = cf_util_get_string_buffer(&item, buffer, sizeof buffer);
      SAY(" %d %s", status, buffer);
      status = cf_util_get_int(&item, &number);
      SAY(" %d %d", status, number);
      status = cf_util_get_double(&item, &real);
      SAY(" %d %g", status, real);
      status = cf_util_get_boolean(&item, &yes);
      SAY(" %d %d", status, yes);
      status = cf_util_get_flag(&item, &flags, 2);
      SAY(" %d %u", status, flags);
      status = cf_util_get_cdtime(&item, &time);
      SAY(" %d %" PRIu64, status, time);
      SAY(" %d", cf_util_get_port_number(&item));
      status = cf_util_get_service(&item, &service);
      SAY(" %d %s\n", status, service ? service : "null");
    }
  oconfig_item_t child = option(values[1], 2), parent = option(values[0], 1);
  parent.children = &child;
  parent.children_num = 1;
  oconfig_item_t *copy = oconfig_clone(&parent);
  SAY("oconfig_clone %s %s %d %s %g %d\n", copy->key, copy->values[0].value.string, copy->children_num,
      copy->children[0].key, copy->children[0].values[0].value.number, copy->children[0].parent == copy);
  oconfig_free(copy);
}

static void times(void) {
  const cdtime_t list[] = {0, 1, TIME_T_TO_CDTIME_T_STATIC(1764280200),
                           TIME_T_TO_CDTIME_T_STATIC(1764280200) + 700000000,
                           TIME_T_TO_CDTIME_T_STATIC(4102444800) - 1};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(list); i++) {
    char text[RFC3339NANO_SIZE];
    int status = rfc3339(text, sizeof text, list[i]);
    SAY("rfc3339 %d %s", status, text);
    status = rfc3339nano(text, sizeof text, list[i]);
    SAY(" %d %s", status, text);
    status = rfc3339_local(text, sizeof text, list[i]);
    SAY(" %d %s", status, text);
    status = rfc3339nano_local(text, sizeof text, list[i]);
    SAY(" %d %s", status, text);
    SAY(" %d %d\n", rfc3339(text, 8, list[i]) != 0, rfc3339nano(text, 26, list[i]) != 0);
  }
  struct timeval a = {5, 2500000}, b = {7, 100000}, delta;
  SAY("timeval_cmp %d", timeval_cmp(a, b, &delta));
  SAY(" %ld.%06ld", (long)delta.tv_sec, (long)delta.tv_usec);
  SAY(" %d", timeval_cmp(b, a, &delta));
  SAY(" %ld.%06ld %d\n", (long)delta.tv_sec, (long)delta.tv_usec, timeval_cmp(a, a, NULL));
  time_t now = time(NULL), here = (time_t)(cdtime() >> 30);
  SAY("cdtime %d\n", here - now <= 1 && now - here <= 1);
  long low = 5, high = 0;
  for (int i = 0; i < 10000; i++) {
    long got = cdrand_range(0, 5);
    low = got < low ? got : low;
    high = got > high ? got : high;
  }
  SAY("cdrand_range %ld %d\n", low, high >= 5);
  SAY("cdrand_u %d\n", cdrand_u() != cdrand_u() || cdrand_u() != cdrand_u());
}

static int seen(const char *directory, const char *file, void *context) {
  (void)directory;
  strcat(context, file[0] == '.' ? "h" : "v");
  return strcmp(file, "bad") == 0;
}

static void files(void) {
  char path[512], text[16], walked[16] = "";
  const char *home = getenv("PROBE_DIRECTORY");
  ssnprintf(path, sizeof path, "%s/made/of/several/file", home);
  SAY("check_create_dir %d\n", check_create_dir(path));
  FILE *file = fopen(path, "w");
  fputs("12345\n", file);
  fclose(file);
  memset(text, '#', sizeof text);
  SAY("read_file_contents %zd", read_file_contents(path, text, sizeof text));
  SAY(" %d %d\n", text[5], text[6]);
  memset(text, '#', sizeof text);
  SAY("read_text_file_contents %zd", read_text_file_contents(path, text, sizeof text));
  SAY(" %d %d\n", text[5], text[6]);
  SAY("read_text_file_contents %zd %s\n", read_text_file_contents(path, text, 4), text);
  SAY("read_text_file_contents %d\n", read_text_file_contents("/nowhere", text, 4) < 0);
  value_t value;
  SAY("parse_value_file %d", parse_value_file(path, &value, DS_TYPE_DERIVE));
  SAY(" %d", (int)value.derive);
  SAY(" %d\n", parse_value_file("/nowhere", &value, DS_TYPE_DERIVE) != 0);
  ssnprintf(path, sizeof path, "%s/made/of/.hidden/file", home);
  SAY("check_create_dir %d\n", check_create_dir(path));
  ssnprintf(path, sizeof path, "%s/made/of/several/file/x/y", home);
  SAY("check_create_dir %d\n", check_create_dir(path));
  ssnprintf(path, sizeof path, "%s/made/of/last/", home);
  SAY("check_create_dir %d\n", check_create_dir(path));
  ssnprintf(path, sizeof path, "%s/made/of", home);
  SAY("walk_directory %d", walk_directory(path, seen, walked, 0));
  SAY(" %s\n", walked);
  ssnprintf(path, sizeof path, "%s/made/bad", home);
  fclose(fopen(path, "w"));
  ssnprintf(path, sizeof path, "%s/made/.also", home);
  fclose(fopen(path, "w"));
  ssnprintf(path, sizeof path, "%s/made", home);
  walked[0] = 0;
  SAY("walk_directory %d", walk_directory(path, seen, walked, 1));
  SAY(" %zu", strlen(walked));
  ssnprintf(path, sizeof path, "%s/empty/", home);
  check_create_dir(path);
  SAY(" %d", walk_directory(path, seen, walked, 0));
  SAY(" %d\n", walk_directory("/nowhere", seen, walked, 0));

  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return;
  SAY("swrite %d", swrite(pair[0], "hello", 5));
  SAY(" sread %d", sread(pair[1], text, 5));
  SAY(" %.5s\n", text);
  close(pair[1]);
  SAY("swrite closed %d", swrite(pair[0], "hello", 5) != 0);
  SAY(" sread %d\n", sread(pair[0], text, 5) != 0);
  SAY("swrite nothing %d\n", swrite(-1, "x", 1) != 0);
  close(pair[0]);
  int sock = socket(AF_INET, SOCK_STREAM, 0), idle = 0, between = 0, alive = 0;
  socklen_t size = sizeof idle;
  set_sock_opts(sock);
  getsockopt(sock, SOL_SOCKET, SO_KEEPALIVE, &alive, &size);
  getsockopt(sock, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &size);
  getsockopt(sock, IPPROTO_TCP, TCP_KEEPINTVL, &between, &size);
  SAY("set_sock_opts %d %d %d\n", alive, idle, between);
  close(sock);
  for (int number = -1; number < 66; number += 1)
    SAY("%d", check_capability(number) != 0);
  SAY(" check_capability\n");
  SAY("htonll %llx %llx\n", htonll(0x0102030405060708ull), ntohll(0x0102030405060708ull));
}

static void notifications(void) {
  notification_t n, copy;
  SAY("notification_init %d", notification_init(&n, NOTIF_WARNING, "message", "h", "p", NULL, "t", "i"));
  SAY(" %d %d %s %s %s [%s] %s %s\n", n.severity, n.time != 0, n.message, n.host, n.plugin, n.plugin_instance,
      n.type, n.type_instance);
  SAY("meta %d", plugin_notification_meta_add_string(&n, "text", "some"));
  SAY(" %d", plugin_notification_meta_add_signed_int(&n, "signed", -1));
  SAY(" %d", plugin_notification_meta_add_unsigned_int(&n, "unsigned", 1));
  SAY(" %d", plugin_notification_meta_add_double(&n, "double", 0.5));
  SAY(" %d", plugin_notification_meta_add_boolean(&n, "boolean", true));
  SAY(" %d\n", plugin_notification_meta_add_string(&n, "none", NULL) != 0);
  memset(&copy, 0, sizeof copy);
  SAY("copy %d\n", plugin_notification_meta_copy(&copy, &n));
  for (notification_meta_t *meta = copy.meta; meta; meta = meta->next)
    SAY("meta %s %d %s\n", meta->name, meta->type,
        meta->type == NM_TYPE_STRING ? meta->nm_value.nm_string : "");
  plugin_notification_meta_free(n.meta);
  plugin_notification_meta_free(copy.meta);
  const char *names[] = {"FAILURE", "WARNING", "WARN",    "OKAY",   "okay", "emerg", "alert", "crit",
                         "ERR",     "err",     "warning", "notice", "info", "debug", "x"};
  for (size_t i = 0; i < STATIC_ARRAY_SIZE(names); i++)
    SAY("severity %s %d %d\n", names[i], parse_notif_severity(names[i]), parse_log_severity(names[i]));
}

void module_register(void) {
  out = fopen(getenv("PROBE_OUT"), "w");
  if (!out) return;
  strings();
  escapes();
  substitutes();
  identifiers();
  values();
  rates();
  containers();
  metadata();
  configuration();
  times();
  files();
  notifications();
  fclose(out);
}
