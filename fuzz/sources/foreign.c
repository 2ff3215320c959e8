// For systems whose objects know no weak imports of the kind that ELF has.
extern int puts(const char *);

static int counter;
const char *const exported_texts[] = {"one", "two", "three"};
static int (*functions[])(const char *) = {puts, puts};

int foreign_call(const char *text) {
  return functions[counter++ & 1](text);
}
