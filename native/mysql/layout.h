// The records of MySQL's component interface on 64-bit systems, as far as the host reads or fills them. Named after what
// its documentation says of each.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mortise::mysql {

// An entry of a component's lists: what it provides (a name and a table), what it needs (a name, and where the table is
// to be put), its metadata (two texts). One without a name ends the list.
struct Listed {
  const char *name;
  void *second;
};

// What list_components returns.
struct Component {
  const char *name;
  const Listed *provides;
  const Listed *requires_;
  const Listed *metadata;
  int (*init)();
  int (*deinit)();
};
static_assert(sizeof(void *) != 8 || (sizeof(Component) == 48 && offsetof(Component, init) == 32));

// The type of a function's result and of its arguments.
enum Kind : int32_t { kind_text = 0, kind_real = 1, kind_integer = 2, kind_decimal = 4 };

// A function's arguments. Those that are constants have their values already while it is prepared.
struct Arguments {
  uint32_t count;
  int32_t *kinds;
  char **values; // null: NULL
  unsigned long *sizes;
  char *maybe_null;
  char **names;
  unsigned long *name_sizes;
  void *extension;
};
static_assert(sizeof(void *) != 8 || sizeof(Arguments) == 64);

// What a function says of its result, and may keep between calls.
struct Prepared {
  bool maybe_null;
  uint32_t decimals;
  unsigned long max_size;
  char *kept;
  bool is_constant;
  void *extension;
};
static_assert(sizeof(void *) != 8 || sizeof(void (*)()) != 8 || sizeof(long) != 8 || sizeof(Prepared) == 40);

using Prepare = bool (*)(Prepared *, Arguments *, char *message);
using Finish = void (*)(Prepared *);
using Add = void (*)(Prepared *, Arguments *, unsigned char *is_null, unsigned char *error);
using Clear = void (*)(Prepared *, unsigned char *is_null, unsigned char *error);
using Any = void (*)();
using ToText = char *(*)(Prepared *, Arguments *, char *buffer, unsigned long *size, unsigned char *is_null,
                         unsigned char *error);
using ToReal = double (*)(Prepared *, Arguments *, unsigned char *is_null, unsigned char *error);
using ToInteger = long long (*)(Prepared *, Arguments *, unsigned char *is_null, unsigned char *error);

constexpr size_t message_size = 512;

// The names that an enumeration or a set chooses from.
struct Names {
  size_t count;
  const char *title;
  const char **names;
  unsigned *sizes;
};

// What a component registers that can be measured: memory, locks.
struct Instrument {
  uint32_t *key;
  const char *name;
  uint32_t flags;
  int32_t volatility;
  const char *documentation;
};
static_assert(sizeof(void *) != 8 || sizeof(Instrument) == 32);

} // namespace mortise::mysql
