/* `make test`: calls the functions as a host does, without one. */
#undef NDEBUG
#include "plugin.c"

#include <assert.h>

/* Who calls. Its functions are null: a host has them. */
static const mortise_host tester = {.size = sizeof tester, .plugin = {.data = "tester", .size = 6}};

int main(void) {
  int64_t discounted = 1;
  mortise_error error = {.size = sizeof error};
  least = 10;
  percent = 5;
  assert(table.apply(&tester, "ada", 3, 9, 1000, &discounted, &error) == MORTISE_OK);
  assert(discounted == 1000);
  assert(table.apply(&tester, "ada", 3, 10, 999, &discounted, &error) == MORTISE_OK);
  assert(discounted == 949);
  assert(table.apply(&tester, "ada", 3, 10, -1, &discounted, &error) == MORTISE_ERROR);
  assert(strcmp(error.message, "-1 cents is not a valid price") == 0);
  return 0;
}
