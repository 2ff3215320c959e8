/* Bind parameters of a query, as PostgreSQL's protocol carries them. */
#ifndef MORTISE_PARAMETER_H
#define MORTISE_PARAMETER_H

#include <mortise/abi.h>

enum {
  MORTISE_FORMAT_TEXT = 0,  /* UTF-8, as a person would write the value */
  MORTISE_FORMAT_BINARY = 1 /* the type's own bytes; integers and floats in network byte order */
};

/* Valid for the call that handed it over. Frozen for the ABI's major. */
typedef struct mortise_parameter {
  const uint8_t *data; /* null when is_null */
  uint64_t size;       /* bytes */
  int32_t format;      /* MORTISE_FORMAT_… */
  int32_t is_null;     /* 0 or 1 */
} mortise_parameter;

/*
 * Reads an integer: decimal text, or 2, 4 or 8 binary bytes. 0 when the parameter is null or is not an integer
 * that fits. [any-thread]
 */
static inline int mortise_param_as_i64(const mortise_parameter *parameter, int64_t *value) {
  const uint8_t *bytes = parameter->data;
  uint64_t size = parameter->size, number = 0, index = 0;
  int negative = 0;
  if (parameter->is_null || size == 0) return 0;
  if (parameter->format == MORTISE_FORMAT_BINARY) {
    if (size != 2 && size != 4 && size != 8) return 0;
    for (; index < size; index++)
      number = (number << 8) | bytes[index];
    *value = size == 2 ? (int16_t)number : size == 4 ? (int32_t)number : (int64_t)number;
    return 1;
  }
  if (bytes[0] == '-' || bytes[0] == '+') {
    negative = bytes[0] == '-';
    index = 1;
  }
  if (index == size || size - index > 19) return 0;
  for (; index < size; index++) {
    if (bytes[index] < '0' || bytes[index] > '9') return 0;
    number = number * 10 + (uint64_t)(bytes[index] - '0');
  }
  if (number > (uint64_t)INT64_MAX + (uint64_t)negative) return 0;
  *value = negative ? (int64_t)(0 - number) : (int64_t)number;
  return 1;
}

/*
 * Whether a parameter whose type was declared with this OID is the integer that mortise_param_as_i64 reads: that of
 * int2, int4 and int8 is, and one without a declared type (0); and the text of numeric, text, varchar, char(n), name
 * and unknown. The bytes of a float8 or a date would be read as another number. [any-thread]
 */
static inline int mortise_type_keeps_integer(uint32_t type, int32_t format) {
  switch (type) {
  case 0:
  case 20: /* int8 */
  case 21: /* int2 */
  case 23: /* int4 */
    return 1;
  case 19:   /* name */
  case 25:   /* text */
  case 705:  /* unknown */
  case 1042: /* char(n) */
  case 1043: /* varchar */
  case 1700: /* numeric */
    return format == MORTISE_FORMAT_TEXT;
  default:
    return 0;
  }
}

#endif
