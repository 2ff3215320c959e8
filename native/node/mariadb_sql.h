// What a plugin's SQL is asked over, and what came back.
#pragma once

#include "mariadb/mariadb.h"

#include <node_api.h>

#include <deque>

namespace mortise::mariadb {

// As MariaDB's client numbers what fails before the server is asked.
constexpr unsigned cannot_connect = 2002, out_of_sync = 2014;

struct Result {
  std::vector<std::vector<char *>> rows; // each ends in a null, as a reader may expect
  std::vector<std::vector<unsigned long>> sizes;
  std::deque<std::string> texts;
  size_t next = 0;
  unsigned columns = 0;
};

// As a plugin holds it.
struct Connection {
  Library *library = nullptr; // set once connected
  unsigned code = 0;
  std::string message;
  uint64_t affected = 0;
  Result *result = nullptr;

  int fail(unsigned number, std::string text) {
    code = number;
    message = std::move(text);
    return 1;
  }
};

// JavaScript's thread: reads { errno, message } or { affected } or { rows: [[string, Buffer or null]] }, as
// src/dialects/mariadb/sql.ts makes it. 0, or 1 and why in the connection. What it can't read leaves an exception pending.
int take(napi_env env, napi_value answer, Connection *connection);

extern const void *const sql_table[];

} // namespace mortise::mariadb
