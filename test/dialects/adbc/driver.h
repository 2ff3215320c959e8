/* What a driver of a test's own needs: its table is laid out as ADBC's specification has it. */
#pragma once

#include "../../support/plugins/arrow.h"

/* Where functions stand in the table, which starts with two words of data and `release`. */
enum {
  DATABASE_INIT = 3,
  DATABASE_NEW,
  DATABASE_RELEASE = 6,
  CONNECTION_INIT = 12,
  CONNECTION_NEW,
  CONNECTION_RELEASE = 16,
  STATEMENT_EXECUTE = 20,
  STATEMENT_NEW = 23,
  STATEMENT_RELEASE = 25,
  STATEMENT_SQL = 27
};

/* A database, a connection or a statement. */
struct object {
  void *data, *driver;
};
struct error {
  char *message;
  int32_t vendor;
  char state[5];
  void (*release)(struct error *);
};

/* For functions that have nothing to do. */
static uint8_t fine(struct object *one, struct error *error) {
  (void)error;
  one->data = one;
  return 0;
}
static uint8_t connect(struct object *one, struct object *of, struct error *error) {
  (void)of;
  return fine(one, error);
}

/* All of the table but STATEMENT_SQL and STATEMENT_EXECUTE. */
static void fill(void **table) {
  const int fines[] = {DATABASE_INIT,  DATABASE_NEW,       DATABASE_RELEASE,
                       CONNECTION_NEW, CONNECTION_RELEASE, STATEMENT_RELEASE};
  for (unsigned i = 0; i < sizeof fines / sizeof *fines; i++)
    table[fines[i]] = (void *)fine;
  table[CONNECTION_INIT] = (void *)connect;
  table[STATEMENT_NEW] = (void *)connect;
}
