// The symbols of PgDog's plugins, and the C functions of rust/pgdog/bridge, which hands them Rust's own types.
#pragma once

#include <mortise/mortise.h>

#include <cstddef>
#include <cstdint>

namespace mortise::pgdog {

// PdStr. Text of the plugin's own, without a zero at its end.
struct Text {
  size_t length;
  const char *data;
};
using Version = void (*)(Text *version);
using Step = void (*)();

// mortise_pgdog_bridge, a constant: what it fits. src/dialects/pgdog/bridges.ts reads it from the file.
struct Identity {
  char magic[8];
  uint32_t size;
  uint32_t abi;
  char rustc[96];
  char parser[32];
};
static_assert(sizeof(Identity) == 144);

// What a link is made of. All but the name, which is copied, must outlive it.
struct Options {
  uint32_t size;
  uint32_t reserved;
  const void *route; // pgdog_route
  const mortise_host *host;
  const void *sql; // mortise_sql_v1
  mortise_text name;
};

// mortise_pgdog_link: the context of a link, or null. It lives until the process ends, as the plugin's library does.
using MakeLink = void *(*)(const Options *options);
// mortise_pgdog_route. [any-thread]
using Ask = int32_t (*)(const mortise_context *question, mortise_route *answer, void *link);

} // namespace mortise::pgdog
