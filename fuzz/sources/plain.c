// A bit of all that a library can hold: data with addresses, constructors, imports, weak ones, C strings.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int nobody_has_this(void) __attribute__((weak));

static int counter;
int exported_number = 7;
const char *const exported_texts[] = {"one", "two", "three"};
static int (*const functions[])(const char *) = {puts, atoi};

__attribute__((constructor)) static void start(void) {
  counter++;
}
__attribute__((destructor)) static void finish(void) {
  counter--;
}

int exported_start(void) {
  return ++counter;
}

int exported_call(const char *text) {
  errno = 0;
  if (nobody_has_this) return nobody_has_this();
  return functions[1](text) + counter + exported_number + (int)strlen(exported_texts[0]);
}
