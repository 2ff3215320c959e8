/* Values of several types, as configurations hold them and as log lines carry them. */
#ifndef MORTISE_VALUE_H
#define MORTISE_VALUE_H

#include <mortise/abi.h>

enum {
  MORTISE_VALUE_BOOLEAN = 1,
  MORTISE_VALUE_INTEGER = 2,
  MORTISE_VALUE_DOUBLE = 3,
  MORTISE_VALUE_TEXT = 4,
  MORTISE_VALUE_LIST = 5,
  MORTISE_VALUE_TABLE = 6
};

/* One value; whoever hands it over says how long it lives. Frozen for the ABI's major. */
typedef struct mortise_value {
  int32_t type;   /* MORTISE_VALUE_… */
  uint32_t count; /* items of a list, members of a table; else 0 */
  union {
    int32_t boolean; /* 0 or 1 */
    int64_t integer;
    double number;
    mortise_text text; /* in a configuration, `data` also ends in a zero */
    const struct mortise_value *items;
    const struct mortise_member *members; /* in the order of the file */
  } as;
} mortise_value;

typedef struct mortise_member {
  mortise_text key;
  mortise_value value;
} mortise_member;

#endif
