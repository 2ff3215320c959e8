/* A plugin that asks its daemon for ASKS; and, with BARE, a library that has no more than the name of the entry. */
#ifndef BARE
int plugin_register_read(const char *name, int (*callback)(void));
#endif
int ASKS(void);

static int read_it(void) {
  return ASKS();
}

__attribute__((visibility("default"))) int module_register(void) {
#ifdef BARE
  return read_it();
#else
  return plugin_register_read("foreign", read_it);
#endif
}
