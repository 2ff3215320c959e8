// The few functions of SQLite that a buffer needs, out of the library that is there at run time: Node.js's own where it
// exports one, else the system's. So nothing is compiled or installed for what most hosts don't use.
#pragma once

#include <cstdint>
#include <string>

namespace mortise::collect {

struct Sqlite {
  // What these are to SQLite nobody here needs to know.
  struct Database;
  struct Statement;

  int (*open)(const char *path, Database **database, int flags, const char *system);
  int (*close)(Database *database);
  int (*execute)(Database *database, const char *sql, void *callback, void *context, char **error);
  int (*prepare)(Database *database, const char *sql, int size, Statement **statement, const char **rest);
  int (*step)(Statement *statement);
  int (*reset)(Statement *statement);
  int (*finalize)(Statement *statement);
  int (*bind_number)(Statement *statement, int index, int64_t number);
  int (*bind_bytes)(Statement *statement, int index, const void *bytes, int size, void (*free)(void *));
  int64_t (*number)(Statement *statement, int column);
  const void *(*bytes)(Statement *statement, int column);
  int (*size)(Statement *statement, int column);
  const char *(*message)(Database *database);

  static constexpr int ok = 0, row = 100, done = 101;
  static constexpr int read_write = 2, create = 4, own_mutex = 0x10000;

  // Null, and why, when there is none. Loaded once, and never unloaded.
  static const Sqlite *get(std::string &why);
};

} // namespace mortise::collect
