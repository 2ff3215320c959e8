/* read_splitter, fed with statements; run with the sanitizers. */
#include "../../../example-plugins/c-read-splitter/read_splitter.c"

#include "../../headers/check.h"
#include "../../headers/fake-host.h"

#include <stdlib.h>

static uint32_t in_transaction, write_override;

/* The answer as one number: target × 10 + access, or -1 for no opinion. */
static int ask(const char *sql, size_t size) {
  char *copy = malloc(size ? size : 1);
  mortise_route route = {.size = sizeof route};
  mortise_context context = {
      .size = sizeof context,
      .shards = 4,
      .in_transaction = in_transaction,
      .write_override = write_override,
      .sql = {copy, size},
  };
  int32_t status;
  memcpy(copy, sql, size);
  status = module_route(&context, &route);
  free(copy);
  return status == MORTISE_PASS ? -1 : route.target * 10 + route.read_write;
}

static int reads(const char *sql) {
  return ask(sql, strlen(sql)) == MORTISE_TARGET_ALL * 10 + MORTISE_ACCESS_READ;
}
static int writes(const char *sql) {
  return ask(sql, strlen(sql)) == MORTISE_TARGET_ALL * 10 + MORTISE_ACCESS_WRITE;
}

static int inits(const mortise_member *members, uint32_t count) {
  mortise_error error = {.size = sizeof error};
  fake_configure(members, count);
  return module_init(&fake_host, &error) == MORTISE_OK && fake_refusals[0] == 0;
}

static void statements(void) {
  CHECK(inits(NULL, 0));
  CHECK(reads("select 1"));
  CHECK(reads("  SELECT\n1"));
  CHECK(reads("/* c */ (select 1) union (select 2);"));
  CHECK(reads("-- update\nselect 'insert', \"delete\", $$update$$"));
  CHECK(reads("show all"));
  CHECK(reads("values (1)"));
  CHECK(reads("table t"));
  CHECK(reads("explain select 1"));
  CHECK(reads("with a as (select 1) select * from a"));
  CHECK(reads("select updated_at, deleted from t"));
  CHECK(reads("select 1; select 2"));

  CHECK(writes("insert into t values (1)"));
  CHECK(writes("update t set a = 1"));
  CHECK(writes("begin"));
  CHECK(writes("set a = 1"));
  CHECK(writes("select 1 for update"));
  CHECK(writes("SELECT 1 FOR NO KEY UPDATE"));
  CHECK(writes("select 1 for share"));
  CHECK(writes("select a into t from u"));
  CHECK(writes("select nextval('s')"));
  CHECK(writes("with a as (delete from t returning *) select * from a"));
  CHECK(writes("explain analyze delete from t"));
  CHECK(writes("select 1; delete from t"));
  CHECK(writes("delete from t; select 1"));
  CHECK(writes("selected"));

  CHECK(ask("", 0) == -1);
  CHECK(ask(" ; -- nothing", 13) == -1);

  in_transaction = 1;
  CHECK(writes("select 1"));
  in_transaction = 0;
  write_override = 1;
  CHECK(writes("select 1"));
  write_override = 0;
  CHECK(reads("select 1"));
}

static void configuration(void) {
  static const mortise_value words[] = {TEXT("next_number"), TEXT("touch")};
  static const mortise_member members[] = {{KEY("writers"), LIST(words)},
                                           {KEY("default_target"), TEXT("unknown")}};
  static const mortise_value upper[] = {TEXT("Touch")}, spaced[] = {TEXT("a b")}, empty[] = {TEXT("")},
                             number[] = {INTEGER(1)};
  static mortise_value many[65];
  CHECK(inits(members, 2));
  CHECK(ask("select touch(1)", 15) == MORTISE_ACCESS_WRITE);
  CHECK(ask("select touched(1)", 17) == MORTISE_ACCESS_READ);

  const mortise_member wrong[][1] = {
      {{KEY("writers"), LIST(upper)}},         {{KEY("writers"), LIST(spaced)}},
      {{KEY("writers"), LIST(empty)}},         {{KEY("writers"), LIST(number)}},
      {{KEY("default_target"), TEXT("some")}}, {{KEY("default_target"), INTEGER(1)}},
  };
  for (int i = 0; i < 6; i++)
    CHECK(!inits(wrong[i], 1));
  for (int i = 0; i < 65; i++)
    many[i] = words[0];
  const mortise_member too_many[] = {{KEY("writers"), LIST(many)}};
  CHECK(!inits(too_many, 1));
}

int main(void) {
  module_host = &fake_host;
  mortise_log_service = &fake_log;
  statements();
  configuration();
  return check_end();
}
