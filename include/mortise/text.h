/* Making and comparing texts. All of it runs in the plugin: [any-thread]. */
#ifndef MORTISE_TEXT_H
#define MORTISE_TEXT_H

#include <mortise/abi.h>
#include <string.h>

/* The text of a string that ends in a zero. It lives as long as the string. */
static inline mortise_text mortise_text_of(const char *string) {
  mortise_text text;
  text.data = string;
  text.size = string ? strlen(string) : 0;
  return text;
}

/* 1 when both hold the same bytes. */
static inline int mortise_text_equal(mortise_text left, mortise_text right) {
  return left.size == right.size && (left.size == 0 || memcmp(left.data, right.data, (size_t)left.size) == 0);
}

/* For printf: printf("%.*s", MORTISE_TEXT_ARGS(text)). Shows at most 2^31 - 1 bytes. */
#define MORTISE_TEXT_ARGS(text) (int)((text).size > INT32_MAX ? INT32_MAX : (text).size), (text).data

#endif
