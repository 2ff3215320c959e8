/*
 * Reads and writes as fast as it is let, and counts in a file that all lives of it share what it dispatched and what
 * was written.
 */
#include <mortise/mortise.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

MORTISE_MODULE(.name = "counted", .version = "1.0.0")
MORTISE_REQUIRE(collect, 1, 0)

enum { readers = 8, each = 40 };

/* At the beginning of the file. */
struct counts {
  _Atomic uint64_t dispatched;
  _Atomic uint64_t refused;
  _Atomic uint64_t written;
  _Atomic uint64_t lives;
};

static struct counts *counts;
static char names[readers][32];

static int32_t read_some(void *context) {
  const char *name = context;
  for (int i = 0; i < each; i++) {
    const int32_t status = mortise_collect_gauge("gauge", name, i);
    atomic_fetch_add(status == MORTISE_OK ? &counts->dispatched : &counts->refused, 1);
  }
  return MORTISE_OK;
}

static int32_t write_some(void *context, const mortise_collect_sample *const *samples, uint64_t count) {
  (void)context;
  (void)samples;
  atomic_fetch_add(&counts->written, count);
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const char *path = mortise_config_string(host, "counts", "counts");
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return mortise_fail(error, "can't open %s", path);
  counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (counts == MAP_FAILED) return mortise_fail(error, "can't map %s", path);
  atomic_fetch_add(&counts->lives, 1);
  for (int i = 0; i < readers; i++) {
    snprintf(names[i], sizeof names[i], "counted/%d", i);
    const mortise_collect_callbacks reader = {.size = sizeof reader,
                                              .name = mortise_text_of(names[i]),
                                              .context = names[i],
                                              .read = read_some,
                                              .interval = 1000000};
    if (mortise_collect_service->add(host, &reader, error) != MORTISE_OK) return MORTISE_ERROR;
  }
  const mortise_collect_callbacks writer = {.size = sizeof writer, .write = write_some};
  return mortise_collect_service->add(host, &writer, error);
}

MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  munmap(counts, sizeof *counts);
}
