// Addresses in data, constructors and imports, without a header: for machines that this one has none for.
extern int puts(const char *);
extern int nobody_has_this(void) __attribute__((weak));

static int counter;
const char *const exported_texts[] = {"one", "two", "three"};
static int (*const functions[])(const char *) = {puts};

__attribute__((constructor)) static void start(void) {
  counter++;
}
__attribute__((destructor)) static void finish(void) {
  counter--;
}

int exported_call(const char *text) {
  if (nobody_has_this) return nobody_has_this();
  return functions[0](text) + counter;
}
