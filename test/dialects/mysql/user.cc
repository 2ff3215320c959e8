// A component that uses reference_cache's services, and the registry's.
#include "component.h"

#include <cstdio>
#include <cstring>

static const Registry *registry;
static const Registration *registration;
static const Query *query;
static const Functions *functions;
static const Channels *channels;
static const Caches *caches;

static int greet(char *to, size_t size) {
  snprintf(to, size, "hello from user");
  return 0;
}
static const Greeting greeting = {greet};
static const Greeting other_greeting = {greet};

static void *channel, *cache;

// How many implementations of `greeting` reference_cache has references of.
static long long cached(Prepared *, Arguments *, unsigned char *, unsigned char *error) {
  void *const *references = nullptr;
  if (caches->get(cache, 0, &references)) {
    *error = 1;
    return 0;
  }
  long long count = 0;
  while (references && references[count])
    count++;
  return count;
}

static long long change(Prepared *, Arguments *arguments, unsigned char *, unsigned char *error) {
  const bool adds = *reinterpret_cast<long long *>(arguments->values[0]) != 0;
  const int status = adds ? registration->add("greeting.other", const_cast<Greeting *>(&other_greeting))
                          : (caches->flush(cache), registration->remove("greeting.other"));
  *error = status != 0;
  channels->invalidate(channel);
  return status;
}

// What the default of `greeting` says, and every name that the registry has of it.
static char *greetings(Prepared *, Arguments *, char *to, unsigned long *size, unsigned char *,
                       unsigned char *error) {
  void *found = nullptr, *iterator = nullptr, *related = nullptr;
  if (registry->acquire("greeting", &found)) {
    *error = 1;
    return nullptr;
  }
  static_cast<const Greeting *>(found)->greet(to, *size);
  strcat(to, registry->acquire_related("no_such", found, &related) ? ";" : "!");
  strcat(to, registry->acquire_related("greeting", found, &related) ? "!" : "");
  if (related) registry->release(related);
  registry->release(found);
  if (!query->create("greeting", &iterator)) {
    do {
      const char *name = nullptr;
      if (query->is_valid(iterator) || query->get(iterator, &name) || strncmp(name, "greeting.", 9)) break;
      strcat(to, " ");
      strcat(to, name);
    } while (!query->next(iterator));
    query->release(iterator);
  }
  *size = strlen(to);
  return to;
}

static int init() {
  const char *services[] = {"greeting", nullptr};
  if (channels->create(services, &channel) || caches->create(channel, registry, &cache)) return 1;
  return functions->add("cached", integer, Any(cached), nullptr, nullptr) |
         functions->add("change", integer, Any(change), nullptr, nullptr) |
         functions->add("greetings", text, Any(greetings), nullptr, nullptr);
}

static int deinit() {
  int was_present = 0;
  for (const char *name : {"cached", "change", "greetings"})
    functions->remove(name, &was_present);
  return caches->destroy(cache) | channels->destroy(channel);
}

static const Listed provides[] = {{"greeting.user", &greeting}, {}};
static const Listed needs[] = {{"registry", &registry},
                               {"registry_registration", &registration},
                               {"registry_query", &query},
                               {"udf_registration", &functions},
                               {"reference_caching_channel", &channels},
                               {"reference_caching_cache.reference_caching", &caches},
                               {}};
static const Listed about[] = {{}};
static const Component component = {"user", provides, needs, about, init, deinit};
LIBRARY(component)
