/* A bridge in C: it shows every plugin an empty tree. RUSTC and PG_QUERY say what it fits. */
#include <mortise/mortise.h>

#include <stdlib.h>

#ifndef RUSTC
#define RUSTC "rustc 1.2.3 (abcdef012 2026-01-01)"
#endif
#ifndef ABI
#define ABI 1
#endif

#define VISIBLE __attribute__((visibility("default")))

VISIBLE extern const struct identity {
  char magic[8];
  uint32_t size, abi;
  char rustc[96], parser[32];
} mortise_pgdog_bridge;
const struct identity mortise_pgdog_bridge = {"MPGDOG", sizeof(struct identity), ABI, RUSTC, PG_QUERY};

typedef struct {
  uint64_t shards;
  uint8_t flags[4];
  struct {
    int32_t version;
    uint64_t length;
    void *data;
  } query;
  struct {
    uint64_t count;
    void *parameters;
    uint64_t format_count;
    void *formats;
  } parameters;
} Context;

typedef struct {
  int64_t shard;
  uint8_t read_write;
} Answer;

typedef struct {
  uint32_t size, reserved;
  void (*route)(Context, Answer *);
  const mortise_host *host;
  const void *sql;
  mortise_text name;
} Options;

VISIBLE void *mortise_pgdog_link(const Options *options);
void *mortise_pgdog_link(const Options *options) {
  Options *copy = malloc(sizeof *copy);
  *copy = *options;
  return copy;
}

VISIBLE int32_t mortise_pgdog_route(const mortise_context *question, mortise_route *answer, void *link);
int32_t mortise_pgdog_route(const mortise_context *question, mortise_route *answer, void *link) {
  static uint64_t nothing;
  const Context context = {question->shards, {0}, {170007, 0, &nothing}, {0, &nothing, 0, &nothing}};
  Answer out = {INT64_MIN, 0xee};
  ((const Options *)link)->route(context, &out);
  if (out.shard == INT64_MIN && out.read_write == 0xee) return -1001;
  answer->read_write = out.read_write == 0   ? MORTISE_ACCESS_WRITE
                       : out.read_write == 1 ? MORTISE_ACCESS_READ
                       : out.read_write == 2 ? MORTISE_ACCESS_UNKNOWN
                                             : out.read_write;
  if (out.shard == -3) return mortise_block_because(answer, NULL, "blocked by the plugin %s", "in C");
  answer->target = out.shard >= 0    ? MORTISE_TARGET_DIRECT
                   : out.shard == -1 ? MORTISE_TARGET_ALL
                   : out.shard == -2 ? MORTISE_TARGET_UNKNOWN
                                     : (int32_t)out.shard;
  if (out.shard >= 0) answer->shard = (uint64_t)out.shard;
  return MORTISE_OK;
}
