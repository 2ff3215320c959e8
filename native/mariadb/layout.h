// The records of MariaDB's plugin interface 1.15 (releases 10.11 and 11.8) on 64-bit systems, as far as the host reads
// or fills them. Offsets were measured in Debian's builds; the asserts keep them.
#pragma once

#include "host/variable_flags.h"

#include <cstdarg>
#include <cstddef>
#include <cstdint>

namespace mortise::mariadb {

// A span of bytes; not always terminated.
struct Text {
  const char *data;
  size_t size;
};

// The names that a choice or a set chooses from.
struct Names {
  uint32_t count;
  const char *title;
  const char *const *names;
  const uint32_t *sizes;
};

// One system variable. What follows `value` depends on the type: the default, then min, max and block of
// a number, or the Names of a choice.
struct Variable {
  uint32_t flags; // VariableFlags
  const char *name;
  const char *comment;
  void *check;
  void *update;
  void *value;
  union {
    struct {
      int32_t standard, min, max, block;
    } as_int;
    struct {
      int64_t standard, min, max, block;
    } as_long;
    struct {
      double standard, min, max, block;
    } as_double;
    struct {
      const char *standard;
    } as_text;
    struct {
      uint64_t standard;
      const Names *names;
    } as_choice;
    int8_t as_boolean;
  };
};
static_assert(sizeof(void *) != 8 || (offsetof(Variable, value) == 40 && offsetof(Variable, as_int) == 48));

// One entry of _maria_plugin_declarations_; a zeroed one ends the list.
struct Declaration {
  int32_t type;
  void *info;
  const char *name;
  const char *author;
  const char *description;
  int32_t license;
  int32_t (*init)(void *);
  int32_t (*deinit)(void *);
  uint32_t version;
  void *status;
  Variable **variables;
  const char *version_text;
  uint32_t maturity;
};
static_assert(sizeof(void *) != 8 || (sizeof(Declaration) == 104 && offsetof(Declaration, variables) == 80));

// `info` of a password validation plugin. 0: accepted.
struct PasswordValidation {
  int32_t interface_version;
  int32_t (*validate)(const Text *user, const Text *password, const Text *host);
};

// `info` of an encryption key plugin.
struct EncryptionKeys {
  int32_t interface_version;
  uint32_t (*latest_version)(uint32_t id); // ~0: there is no such key
  // 0: done. 100: `size` bytes don't hold it, and `size` now says how many it has.
  uint32_t (*key)(uint32_t id, uint32_t version, uint8_t *key, uint32_t *size);
  // Encryption with such a key; null where the server's own is to do.
  uint32_t (*context_size)(uint32_t id, uint32_t version);
  int32_t (*begin)(void *context, const uint8_t *key, uint32_t key_size, const uint8_t *iv, uint32_t iv_size,
                   int32_t flags, uint32_t id, uint32_t version);
  int32_t (*update)(void *context, const uint8_t *from, uint32_t size, uint8_t *to, uint32_t *written);
  int32_t (*finish)(void *context, uint8_t *to, uint32_t *written);
  uint32_t (*encrypted_size)(uint32_t size, uint32_t id, uint32_t version);
};
constexpr int32_t flag_encrypt = 1;

constexpr uint32_t no_such_key = UINT32_MAX;
constexpr uint32_t key_buffer_too_small = 100;

// `info` of an authentication plugin.
struct Channel;
struct Login {
  const char *user;
  uint32_t user_size;
  const char *hash; // the account's, prepared
  unsigned long hash_size;
  char authenticated_as[513];
  char external_user[513];
  int32_t password_used;
  const char *host;
  uint32_t host_size;
  void *thread;
};
static_assert(sizeof(void *) != 8 || sizeof(long) != 8 ||
              (offsetof(Login, password_used) == 1060 && sizeof(Login) == 1088));

struct Authentication {
  int32_t interface_version;
  const char *client;
  int32_t (*authenticate)(Channel *channel, Login *login);
  // 0: done. Either may be null.
  int32_t (*hash)(const char *password, size_t size, char *hash, size_t *hash_size);
  int32_t (*prepare)(const char *hash, size_t size, uint8_t *prepared, size_t *prepared_size);
};

// What a full-text parser says of a word of a boolean search.
struct WordInfo {
  int32_t kind;
  int32_t presence; // above 0: it must be there; below: it must not
  int32_t weight;
  char is_noise;
  char is_prefix;
  char before;
  char *quote;
};
constexpr int32_t kind_word = 1;

// A text that is being parsed.
struct Parsing {
  int32_t (*parse)(Parsing *parsing, const char *text, int32_t size); // the server's own parser
  int32_t (*add)(Parsing *parsing, const char *word, int32_t size, WordInfo *info);
  void *state; // the plugin's
  void *own;   // the host's
  const void *charset;
  const char *text;
  int32_t size;
  uint32_t flags;
  int32_t mode;
};
static_assert(sizeof(void *) != 8 || (offsetof(WordInfo, quote) == 16 && offsetof(Parsing, mode) == 56));

// `info` of a full-text parser. 0: done. Either of the last two may be null.
struct FullTextParser {
  int32_t interface_version;
  int32_t (*parse)(Parsing *parsing);
  int32_t (*begin)(Parsing *parsing);
  int32_t (*end)(Parsing *parsing);
};

// `info` of an audit plugin: the classes of events that it wants, a bit each.
struct Audit {
  int32_t interface_version;
  void (*release)(void *thread);
  void (*notify)(void *thread, uint32_t event_class, const void *event);
  unsigned long classes;
};
constexpr uint32_t class_general = 0;

// An event about a statement.
struct GeneralEvent {
  uint32_t kind;
  int32_t error_code;
  unsigned long thread_id;
  const char *user;
  uint32_t user_size;
  const char *command;
  uint32_t command_size;
  const char *query;
  uint32_t query_size;
  const void *charset;
  uint64_t time; // seconds since 1970
  uint64_t rows;
  uint64_t query_id;
  const char *database;
  size_t database_size;
};
static_assert(sizeof(void *) != 8 || sizeof(long) != 8 ||
              (offsetof(GeneralEvent, query) == 48 && offsetof(GeneralEvent, database) == 96));

// What init and deinit receive. Plugins of the kinds that load here look at none of it.
struct Instance {
  Text name;
  const Declaration *declaration;
  void *rest[64];
};

} // namespace mortise::mariadb
