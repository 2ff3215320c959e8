// Functions that a resolver chooses while the library is loaded.
static int first(void) {
  return 1;
}
static int second(void) {
  return 2;
}
static int (*choose(void))(void) {
  return second;
}
static int (*choose_hidden(void))(void) {
  return first;
}

int chosen(void) __attribute__((ifunc("choose")));
static int hidden(void) __attribute__((ifunc("choose_hidden")));

int (*const table[])(void) = {chosen};
int call(void) {
  return chosen() + hidden() + table[0]();
}
