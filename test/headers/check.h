/* The least that a C test needs: CHECK counts, and a failure names its line. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int checks, failures;

#define CHECK(condition)                                                                                     \
  do {                                                                                                       \
    checks++;                                                                                                \
    if (!(condition)) {                                                                                      \
      failures++;                                                                                            \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                \
    }                                                                                                        \
  } while (0)

/* The end of main: the figures, and the exit code. */
static inline int check_end(void) {
  if (failures) fprintf(stderr, "%d of %d checks failed\n", failures, checks);
  printf("%d checks\n", checks);
  return failures != 0;
}

#endif
