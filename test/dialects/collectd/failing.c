/* A plugin whose init fails, with a reader and nothing else. */
int plugin_register_init(const char *name, int (*callback)(void));
int plugin_register_read(const char *name, int (*callback)(void));

static int fail(void) {
  return 3;
}
static int read_it(void) {
  return 0;
}

__attribute__((visibility("default"))) void module_register(void) {
  plugin_register_init("failing", fail);
  plugin_register_read("failing", read_it);
}
