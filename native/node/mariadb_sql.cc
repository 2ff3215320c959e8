// MariaDB's service sql 1.2: statements go to a function that the embedder wrote in TypeScript. On the main thread it
// answers at once; a plugin on another thread waits for it. Where nobody answers, every statement fails.
#include "node/mariadb_sql.h"
#include "node/mariadb_sql_server.h"

#include <cstring>
#include <memory>

namespace mortise::mariadb {
namespace {

constexpr unsigned unsupported = 2054;

Connection *init_connection(Connection *given) {
  return given ? nullptr : new Connection(); // memory of the caller's own has another layout
}

Connection *connect_local(Connection *connection) {
  Library *library = Calling::library();
  if (library && library->sql->serves()) {
    connection->library = library;
    connection->code = 0;
    return connection;
  }
  connection->fail(cannot_connect,
                   library ? "nobody answers this plugin's SQL: call host.capability(Sql).serve first"
                           : "SQL is asked inside a call into the plugin, and not on a thread of its own");
  // Plugins don't say why they can't connect.
  report(connection->code, 0, connection->message);
  return nullptr;
}

Connection *connect_elsewhere(Connection *connection, const char *, const char *, const char *, const char *,
                              unsigned, const char *, unsigned long) {
  connection->fail(cannot_connect, "this host connects to no other server");
  return nullptr;
}

unsigned code_of(Connection *connection) {
  return connection->code;
}

const char *message_of(Connection *connection) {
  return connection->message.c_str();
}

int query(Connection *connection, const char *text, unsigned long size) {
  Library *library = connection->library;
  if (!library) return connection->fail(cannot_connect, "not connected");
  connection->code = 0;
  connection->message.clear();
  delete connection->result;
  connection->result = nullptr;
  return library->sql->ask(*connection, std::string(text, size));
}

uint64_t affected_rows(Connection *connection) {
  return connection->code ? UINT64_MAX : connection->affected;
}

uint64_t row_count(Result *result) {
  return result ? result->rows.size() : 0;
}

Result *take_result(Connection *connection) {
  Result *result = connection->result;
  connection->result = nullptr;
  return result;
}

void free_result(Result *result) {
  delete result;
}

char **fetch_row(Result *result) {
  return result && result->next < result->rows.size() ? result->rows[result->next++].data() : nullptr;
}

void close_connection(Connection *connection) {
  if (connection) delete connection->result;
  delete connection;
}

int set_option(Connection *, int, const void *) {
  return 0; // none of them changes what an embedder's function does
}

unsigned long *row_sizes(Result *result) {
  return result && result->next > 0 ? result->sizes[result->next - 1].data() : nullptr;
}

int set_character_set(Connection *connection, const char *name) {
  if (strncmp(name, "utf8", 4) == 0) return 0;
  return connection->fail(unsupported, "SQL travels as UTF-8");
}

unsigned column_count(Result *result) {
  return result ? result->columns : 0;
}

int select_database(Connection *connection, const char *name) {
  std::string quoted = "USE `";
  for (; *name; name++)
    quoted.append(*name == '`' ? 2 : 1, *name);
  quoted += '`';
  return query(connection, quoted.data(), quoted.size());
}

const void *fetch_fields(Result *) {
  return nullptr; // an embedder's rows have no names and types
}

unsigned long escape(Connection *, char *to, const char *from, unsigned long size) {
  char *const start = to;
  for (const char *end = from + size; from != end; from++) {
    const char c = *from;
    const char escaped = c == '\0' ? '0' : c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\032' ? 'Z' : c;
    if (escaped != c || c == '\'' || c == '"' || c == '\\') *to++ = '\\';
    *to++ = escaped;
  }
  *to = '\0';
  return static_cast<unsigned long>(to - start);
}

int8_t use_ssl(Connection *, const char *, const char *, const char *, const char *, const char *) {
  return 0;
}

template <typename Function> const void *entry(Function function) {
  return reinterpret_cast<const void *>(function);
}

} // namespace

const void *const sql_table[] = {entry(init_connection), entry(connect_local),   entry(connect_elsewhere),
                                 entry(code_of),         entry(message_of),      entry(query),
                                 entry(affected_rows),   entry(row_count),       entry(take_result),
                                 entry(free_result),     entry(fetch_row),       entry(close_connection),
                                 entry(set_option),      entry(row_sizes),       entry(set_character_set),
                                 entry(column_count),    entry(select_database), entry(take_result),
                                 entry(fetch_fields),    entry(escape),          entry(use_ssl)};

} // namespace mortise::mariadb
