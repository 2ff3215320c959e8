/* Opens mortise-collectd.so as the addon does, then a plugin, and lets that register: open LIBRARY PLUGIN. */
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **arguments) {
  if (count != 3 || !dlopen(arguments[1], RTLD_NOW | RTLD_GLOBAL))
    return fprintf(stderr, "%s\n", dlerror()), 2;
  void *plugin = dlopen(arguments[2], RTLD_NOW);
  if (!plugin) return fprintf(stderr, "%s\n", dlerror()), 2;
  void (*module_register)(void) = (void (*)(void))dlsym(plugin, "module_register");
  if (!module_register) return 2;
  module_register();
  return 0;
}
