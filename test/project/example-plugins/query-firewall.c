/* query_firewall, fed with statements; run with the sanitizers. Its file is included, so that its own functions
 * can be compared with slower ones that are easier to believe. */
#include "../../../example-plugins/c-query-firewall/query_firewall.c"

#include "../../headers/check.h"
#include "../../headers/fake-host.h"

#include <stdlib.h>

static int32_t last_status;

/* From a copy of just these bytes, so that the sanitizer sees a byte too far. */
static int32_t target_of(const char *sql, size_t size) {
  char *copy = malloc(size ? size : 1);
  mortise_route route = {.size = sizeof route};
  mortise_context context = {.size = sizeof context, .shards = 4, .sql = {copy, size}};
  if (size) memcpy(copy, sql, size);
  last_status = module_route(&context, &route);
  free(copy);
  return route.target;
}

static int blocks(const char *sql) {
  int32_t target = target_of(sql, strlen(sql));
  return last_status == MORTISE_OK && target == MORTISE_TARGET_BLOCKED;
}

static int passes(const char *sql) {
  int32_t target = target_of(sql, strlen(sql));
  return last_status == MORTISE_PASS && target == MORTISE_TARGET_UNKNOWN;
}

static int inits(const mortise_member *members, uint32_t count) {
  mortise_error error = {.size = sizeof error};
  fake_configure(members, count);
  return module_init(&fake_host, &error) == MORTISE_OK && fake_refusals[0] == 0;
}

static void patterns(void) {
  static const mortise_value deny[] = {
      TEXT("drop table"),
      TEXT("*pg_sleep*("),
      TEXT("* or ? = ?"),
      TEXT("Delete  From  audit_log*where*id"),
      TEXT("select * from secrets"),
  };
  static const mortise_member members[] = {{KEY("deny"), LIST(deny)}};
  CHECK(inits(members, 1));

  CHECK(blocks("drop table t"));
  CHECK(blocks("DROP TABLE t"));
  CHECK(blocks("  drop\n\ttable"));
  CHECK(blocks("drop/**/table t"));
  CHECK(blocks("drop/* /* nested */ */table t"));
  CHECK(blocks("drop -- it\ntable t"));
  CHECK(blocks("drop table\"t\""));
  CHECK(blocks("-- first\n/* then */ drop table t"));
  CHECK(blocks("select 1; drop table t"));
  CHECK(blocks("select ';'; drop table t"));
  CHECK(blocks("select E'\\''; drop table t --'"));
  CHECK(blocks("select $a$ ' $a$; drop table t; select '"));
  CHECK(blocks("select '$a$'; drop table t; select '$a$'"));
  CHECK(blocks("select \"'\"; drop table t; select \"'\""));
  CHECK(blocks("select '--'; drop table t"));
  CHECK(blocks("select a$b$; drop table t; select a$b$"));
  CHECK(blocks(";;drop table t"));

  CHECK(passes("drop tablespace t"));
  CHECK(passes("droptable t"));
  CHECK(passes("drop index t"));
  CHECK(passes("drop"));
  CHECK(passes("select 'drop table t'"));
  CHECK(passes("select ' ''; drop table t'"));
  CHECK(passes("select E'\\'; drop table t'"));
  CHECK(passes("select $$; drop table t $$"));
  CHECK(passes("select $a$ $b$ ; drop table t $a$"));
  CHECK(passes("select \"; drop table t\""));
  CHECK(passes("select \"a\"\"; drop table t\""));
  CHECK(passes("-- ; drop table t"));
  CHECK(passes("/* ; drop table t */ select 1"));
  CHECK(passes("/* ; drop table t"));
  CHECK(passes("select '; drop table t"));
  CHECK(passes("select $a$; drop table t $"));

  CHECK(blocks("select pg_sleep(1)"));
  CHECK(blocks("select \"PG_SLEEP\" (1)"));
  CHECK(blocks("select pg_catalog.pg_sleep_for('1s')"));
  CHECK(passes("select 'pg_sleep(1)'"));

  CHECK(blocks("select * from u where n = '' or '1'='1'"));
  CHECK(blocks("select * from u where (n = '')or'1' =$$1$$"));
  CHECK(passes("select * from u where n = '' or n = '1'"));

  CHECK(blocks("DELETE FROM audit_log WHERE id = 1"));
  CHECK(blocks("DELETE FROM audit_log WHERE ids = 1 AND id = 1"));
  CHECK(passes("DELETE FROM audit_log WHERE ids = 1"));

  CHECK(blocks("SELECT * FROM secrets"));
  CHECK(blocks("SELECT*FROM secrets"));
  CHECK(passes("SELECT * FROM secrets_of_others"));

  CHECK(passes(""));
  CHECK(passes(";"));
  CHECK(target_of(NULL, 0) == MORTISE_TARGET_UNKNOWN && last_status == MORTISE_PASS);
  CHECK(target_of("select 1\0; drop table t", 23) == MORTISE_TARGET_BLOCKED);
}

static void where(void) {
  static const mortise_member members[] = {{KEY("require_where"), BOOLEAN(1)}, {KEY("log"), BOOLEAN(0)}};
  CHECK(inits(members, 2));
  CHECK(blocks("delete from t"));
  CHECK(blocks("DELETE FROM t -- where id = 1"));
  CHECK(blocks("update t set a = 'where'"));
  CHECK(blocks("update t set \"where\" = 1"));
  CHECK(blocks("update t set a = (select b from u where u.id = 1)"));
  CHECK(blocks("select 1; delete from t"));
  CHECK(blocks("delete from t where_ever"));
  CHECK(passes("delete from t where id = 1"));
  CHECK(passes("delete from t where(id = 1)"));
  CHECK(passes("delete from t where\"id\" = 1"));
  CHECK(passes("delete from t where'a' = b"));
  CHECK(passes("update t set a = (select 1) where id = 1"));
  CHECK(passes("select 1 from t for update"));
  CHECK(passes("insert into t values (1) on conflict (id) do update set a = 1"));
  CHECK(passes("updates"));
  CHECK(fake_lines[0] == 0);
}

static void comments(void) {
  static const mortise_member members[] = {{KEY("allow_comments"), BOOLEAN(0)}};
  CHECK(inits(members, 1));
  CHECK(blocks("select 1 -- one"));
  CHECK(blocks("select 1; -- one"));
  CHECK(blocks("select /* one */ 1; select 2"));
  CHECK(blocks("/*"));
  CHECK(passes("select '-- one', \"/* two */\", $$ -- three $$"));
  CHECK(passes("select 1 - - 2 / 3 * 4"));
}

static void log_lines(void) {
  static const mortise_value deny[] = {TEXT("select")};
  static const mortise_member members[] = {{KEY("deny"), LIST(deny)}};
  char long_sql[1000] = "select ";
  CHECK(inits(members, 1));
  CHECK(blocks("SELECT  'secret', \"Name\"  FROM t"));
  CHECK(strcmp(fake_lines, "blocked (select): select ?,name from t!\n") == 0);
  memset(long_sql + 7, 'x', sizeof long_sql - 8);
  fake_configure(NULL, 0);
  CHECK(blocks(long_sql));
  CHECK(strlen(fake_lines) < 200);
  CHECK(inits(NULL, 0));
  CHECK(strstr(fake_lines, "nothing will be blocked!"));
  CHECK(passes("select 1"));
}

static void refusals(void) {
  static char long_text[300];
  static mortise_value many[65];
  mortise_value one = TEXT("x");
  static const mortise_value bad[][1] = {
      {TEXT("")}, {TEXT(" \n")}, {TEXT("a;b")}, {TEXT("a --b")}, {INTEGER(1)}};
  static const char *const said[] = {"must not be empty", "must not be empty", "without \";\"", "a comment",
                                     "must be a string"};
  for (int i = 0; i < 5; i++) {
    const mortise_member members[] = {{KEY("deny"), LIST(bad[i])}};
    CHECK(!inits(members, 1));
    CHECK(strncmp(fake_refusals, "deny[0]: ", 9) == 0 && strstr(fake_refusals, said[i]));
    CHECK(passes("a"));
  }
  memset(long_text, 'x', 256);
  one.as.text = mortise_text_of(long_text);
  const mortise_member too_long[] = {
      {KEY("deny"), {.type = MORTISE_VALUE_LIST, .count = 1, .as.items = &one}}};
  CHECK(!inits(too_long, 1));
  one.as.text.size = 255;
  CHECK(inits(too_long, 1));
  CHECK(blocks(long_text) == 0); /* 256 x are another word than 255 */
  long_text[255] = 0;
  CHECK(blocks(long_text));
  for (int i = 0; i < 65; i++)
    many[i] = one;
  const mortise_member too_many[] = {
      {KEY("deny"), {.type = MORTISE_VALUE_LIST, .count = 65, .as.items = many}}};
  CHECK(!inits(too_many, 1));
  const mortise_member full[] = {{KEY("deny"), {.type = MORTISE_VALUE_LIST, .count = 64, .as.items = many}}};
  CHECK(inits(full, 1));
  const mortise_member no_list[] = {{KEY("deny"), TEXT("drop")}};
  CHECK(!inits(no_list, 1));
}

/* The same rule as matches(), tried at every place and without its shortcuts. */
static int slowly(const char *pattern, const char *text, int last) {
  if (!*pattern) return !(statement_is_word(last) && statement_is_word((unsigned char)*text));
  if (*pattern != '*') return *text == *pattern && slowly(pattern + 1, text + 1, (unsigned char)*text);
  if (!pattern[1]) return 1;
  for (;; last = (unsigned char)*text++) {
    if (slowly(pattern + 1, text, last)) return 1;
    if (!*text) return 0;
  }
}

static uint32_t seed = 1;
static uint32_t random_below(uint32_t limit) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 16) % limit;
}

static void against_a_slower_one(void) {
  int matched = 0;
  for (int round = 0; round < 100000; round++) {
    char pattern[16] = "", text[24] = "", expected_form[24];
    plain form;
    for (uint32_t i = 0, size = 1 + random_below(7); i < size; i++)
      pattern[i] = "ab(**"[random_below(5)];
    for (uint32_t i = 0, size = random_below(16); i < size; i++)
      text[i] = "aab( "[random_below(5)];
    if (normalise(mortise_text_of(text), expected_form) && text[0]) continue;
    if (!text[0]) expected_form[0] = 0;
    int expected = slowly(pattern, expected_form, 0);
    CHECK(plain_open(&form, statement_open(mortise_text_of(text))));
    int found = matches(pattern, &form);
    plain_close(&form);
    matched += found;
    if (found != expected) {
      fprintf(stderr, "pattern %s, text \"%s\": %d, expected %d\n", pattern, text, found, expected);
      CHECK(found == expected);
      return;
    }
  }
  CHECK(matched > 1000 && matched < 99000);
}

/* On both sides of what fits the room, with literals that make the plain form longer than the text. */
static void of_every_length(void) {
  static const mortise_value deny[] = {TEXT("*drop*table")};
  static const mortise_member members[] = {{KEY("deny"), LIST(deny)}, {KEY("log"), BOOLEAN(0)}};
  static char sql[16384];
  CHECK(inits(members, 2));
  for (size_t size = 1000; size + 16 < sizeof sql; size += size < 2000 || size > 2100 ? 516 : 4) {
    for (size_t i = 0; i < size; i++)
      sql[i] = "a''b"[i % 4];
    strcpy(sql + size, "'' drop  table");
    CHECK(target_of(sql, strlen(sql)) == MORTISE_TARGET_BLOCKED);
    strcpy(sql + size, "'' drop  tables");
    CHECK(target_of(sql, strlen(sql)) == MORTISE_TARGET_UNKNOWN);
  }
}

/* Nothing to compare with: the sanitizer and the clock are the judges. */
static void noise(void) {
  static const mortise_value deny[] = {TEXT("*drop*table"), TEXT("*a*a*a*b")};
  static const mortise_member members[] = {{KEY("deny"), LIST(deny)},
                                           {KEY("require_where"), BOOLEAN(1)},
                                           {KEY("allow_comments"), BOOLEAN(0)},
                                           {KEY("log"), BOOLEAN(0)}};
  static const char alphabet[] = "''\"\"$$--/*/*;;eE\\ \n(a?\0\xff";
  CHECK(inits(members, 4));
  for (int round = 0; round < 200000; round++) {
    char sql[40];
    size_t size = random_below(sizeof sql);
    for (size_t i = 0; i < size; i++)
      sql[i] = alphabet[random_below(sizeof alphabet - 1)];
    target_of(sql, size);
  }
  enum { LONG = 1 << 20 };
  char *sql = malloc(LONG);
  memset(sql, 'a', LONG);
  CHECK(target_of(sql, LONG) == MORTISE_TARGET_UNKNOWN);
  memset(sql, '(', LONG);
  CHECK(target_of(sql, LONG) == MORTISE_TARGET_UNKNOWN);
  memset(sql, '"', LONG);
  target_of(sql, LONG);
  free(sql);
}

int main(void) {
  module_host = &fake_host;
  mortise_log_service = &fake_log;
  patterns();
  where();
  comments();
  log_lines();
  refusals();
  against_a_slower_one();
  of_every_length();
  noise();
  fake_configure(NULL, 0);
  module_fini(&fake_host);
  CHECK(strncmp(fake_lines, "statements blocked: ", 20) == 0);
  return check_end();
}
