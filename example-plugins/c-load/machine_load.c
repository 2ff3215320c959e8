/*
 * machine_load: reads how busy the machine is, and what its memory is used for.
 *
 * Two readers of their own: where one can't read, the other goes on.
 */
#if defined(__linux__)
#define _DEFAULT_SOURCE /* getloadavg */
#endif
#include <mortise/mortise.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <mach/mach.h>
#include <sys/sysctl.h>
#endif

MORTISE_MODULE(.name = "machine_load", .version = "1.0.0")
MORTISE_REQUIRE(log, 1, 0)
MORTISE_REQUIRE(collect, 1, 0)

/* Written by module_init, before the first read. */
static double processors = 1; /* what the load is divided by */

/* Both are as collectd has them, so that whoever knows those understands these. */
static int32_t add_set(const mortise_host *host, const char *type, const char *const *names, uint32_t count,
                       double max, mortise_error *error) {
  mortise_collect_source sources[3];
  mortise_collect_set set = {.size = sizeof set, .count = count, .sources = sources};
  set.type = mortise_text_of(type);
  if (mortise_collect_service->find_set(host, set.type))
    return MORTISE_OK; /* the operator's types.db has it */
  for (uint32_t i = 0; i < count; i++) {
    mortise_collect_source source = {.kind = MORTISE_COLLECT_GAUGE, .min = 0, .max = max};
    source.name = mortise_text_of(names[i]);
    sources[i] = source;
  }
  return mortise_collect_service->add_set(host, &set, error);
}

static int32_t read_load(void *context) {
  double averages[3];
  mortise_collect_value values[3];
  (void)context;
  if (getloadavg(averages, 3) != 3) {
    mortise_log(MORTISE_LOG_ERROR, "the system says no load averages");
    return MORTISE_ERROR;
  }
  for (int i = 0; i < 3; i++)
    values[i].gauge = averages[i] / processors;
  return mortise_collect_dispatch("load", NULL, values, 3);
}

/* In bytes. */
struct memory {
  double total, free, buffered, cached, reclaimable;
};

#if defined(__linux__)
static int read_meminfo(struct memory *memory) {
  const struct {
    const char *name;
    double *place;
  } wanted[] = {{"MemTotal", &memory->total},
                {"MemFree", &memory->free},
                {"Buffers", &memory->buffered},
                {"Cached", &memory->cached},
                {"SReclaimable", &memory->reclaimable}};
  char line[256], name[64];
  unsigned long long kibibytes;
  FILE *file = fopen("/proc/meminfo", "r");
  if (!file) return 0;
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "%63[^:]: %llu", name, &kibibytes) != 2) continue;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
      if (strcmp(name, wanted[i].name) == 0) *wanted[i].place = (double)kibibytes * 1024;
  }
  fclose(file);
  return memory->total > 0;
}
#elif defined(__APPLE__)
static int read_meminfo(struct memory *memory) {
  uint64_t total = 0;
  size_t size = sizeof total;
  vm_statistics64_data_t pages;
  mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
  const double page = (double)sysconf(_SC_PAGESIZE);
  if (sysctlbyname("hw.memsize", &total, &size, NULL, 0) != 0) return 0;
  if (host_statistics64(mach_host_self(), HOST_VM_INFO64, (host_info64_t)&pages, &count) != KERN_SUCCESS)
    return 0;
  memory->total = (double)total;
  memory->free = (double)pages.free_count * page;
  memory->cached = (double)pages.external_page_count * page;
  return 1;
}
#else
static int read_meminfo(struct memory *memory) {
  (void)memory;
  return 0;
}
#endif

static int32_t read_memory(void *context) {
  struct memory memory = {0};
  int32_t status;
  (void)context;
  if (!read_meminfo(&memory)) {
    mortise_log(MORTISE_LOG_ERROR, "the system doesn't say what its memory is used for");
    return MORTISE_ERROR;
  }
  const double used = memory.total - memory.free - memory.buffered - memory.cached - memory.reclaimable;
  const struct {
    const char *name;
    double bytes;
  } parts[] = {{"used", used > 0 ? used : 0},
               {"free", memory.free},
               {"buffered", memory.buffered},
               {"cached", memory.cached},
               {"slab_recl", memory.reclaimable}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    status = mortise_collect_gauge("memory", parts[i].name, parts[i].bytes);
    if (status != MORTISE_OK) return status;
  }
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  static const char *const averages[] = {"shortterm", "midterm", "longterm"};
  static const char *const value[] = {"value"};
  const double interval = mortise_config_f64(host, "interval", 0); /* seconds */
  mortise_collect_callbacks load = {.size = sizeof load, .read = read_load};
  mortise_collect_callbacks memory = {.size = sizeof memory, .read = read_memory};
  if (!(interval >= 0 && interval <= 86400)) {
    host->config->refuse(host, mortise_text_of("interval"), mortise_text_of("must be 0 to 86400 seconds"));
    return MORTISE_OK; /* refused is enough */
  }
  load.name = mortise_text_of("load");
  memory.name = mortise_text_of("memory");
  load.interval = memory.interval = (uint64_t)(interval * 1e9);
  if (add_set(host, "load", averages, 3, 5000, error) != MORTISE_OK ||
      add_set(host, "memory", value, 1, 281474976710656, error) != MORTISE_OK)
    return MORTISE_ERROR;
  if (mortise_collect_service->add(host, &load, error) != MORTISE_OK) return MORTISE_ERROR;
  return mortise_config_bool(host, "memory", 1) ? mortise_collect_service->add(host, &memory, error)
                                                : MORTISE_OK;
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  (void)error;
  processors = mortise_config_bool(host, "per_processor", 0) && online > 0 ? (double)online : 1;
  return MORTISE_OK;
}
