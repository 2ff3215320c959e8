// MariaDB's service sql 1.2: statements go to a function that the embedder wrote in TypeScript. It is for the
// main thread; elsewhere, and where nobody answers, every statement fails.
#include "node/js.h"
#include "mariadb/mariadb.h"

#include <cstring>
#include <memory>

namespace mortise::mariadb {
namespace {

constexpr unsigned out_of_memory = 2008, cannot_connect = 2002, out_of_sync = 2014, unsupported = 2054;

struct Result {
  std::vector<std::vector<char *>> rows; // each ends in a null, as a reader may expect
  std::vector<std::vector<unsigned long>> sizes;
  std::deque<std::string> texts;
  size_t next = 0;
  unsigned columns = 0;
};

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

Connection *init_connection(Connection *given) {
  return given ? nullptr : new Connection(); // memory of the caller's own has another layout
}

Connection *connect_local(Connection *connection) {
  Library *library = Calling::library();
  if (library && library->sql && std::this_thread::get_id() == library->main_thread) {
    connection->library = library;
    connection->code = 0;
    return connection;
  }
  connection->fail(cannot_connect,
                   library ? "nobody answers this plugin's SQL: call host.capability(Sql).serve first"
                           : "SQL is for the main thread, inside a call into the plugin");
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

bool add_cell(napi_env env, napi_value cell, Result &result) {
  std::vector<char *> &row = result.rows.back();
  if (js::type_of(env, cell) == napi_null) {
    row.push_back(nullptr);
    result.sizes.back().push_back(0);
    return true;
  }
  bool is_buffer = false;
  if (!js::ok(env, napi_is_buffer(env, cell, &is_buffer))) return false;
  std::string text;
  if (is_buffer) {
    void *bytes = nullptr;
    size_t size = 0;
    if (!js::ok(env, napi_get_buffer_info(env, cell, &bytes, &size))) return false;
    text.assign(static_cast<const char *>(bytes), size);
  } else if (js::type_of(env, cell) != napi_string || !js::read_string(env, cell, text)) {
    return false;
  }
  result.texts.push_back(std::move(text));
  row.push_back(result.texts.back().data());
  result.sizes.back().push_back(result.texts.back().size());
  return true;
}

// Null when the rows aren't lists of strings, Buffers and nulls, or not of one length.
std::unique_ptr<Result> rows_of(napi_env env, napi_value rows) {
  auto result = std::make_unique<Result>();
  const bool fits = js::each(env, rows, [&](uint32_t, napi_value row) {
    result->rows.emplace_back();
    result->sizes.emplace_back();
    if (!js::each(env, row, [&](uint32_t, napi_value cell) { return add_cell(env, cell, *result); }))
      return false;
    const unsigned columns = static_cast<unsigned>(result->rows.back().size());
    if (result->rows.size() > 1 && columns != result->columns) return false;
    result->columns = columns;
    result->rows.back().push_back(nullptr);
    return true;
  });
  return fits ? std::move(result) : nullptr;
}

// { errno, message } or { affected } or { rows: [[string, Buffer or null]] }, as src/dialects/mariadb/sql.ts makes it.
// What it can't read leaves an exception pending.
int take(napi_env env, napi_value answer, Connection *connection) {
  const auto unread = [connection] {
    return connection->fail(out_of_sync, "the answer of the function that answers SQL can't be read");
  };
  napi_value errno_member = js::member(env, answer, "errno");
  if (!errno_member) return unread();
  if (js::type_of(env, errno_member) != napi_undefined) {
    int32_t code = 0;
    std::string message;
    const napi_value given = js::member(env, answer, "message");
    if (!js::ok(env, napi_get_value_int32(env, errno_member, &code)) || !given ||
        !js::read_string(env, given, message))
      return unread();
    if (code != 0) return connection->fail(static_cast<unsigned>(code), std::move(message));
  }
  const napi_value rows = js::member(env, answer, "rows");
  bool is_list = false;
  if (!rows || !js::ok(env, napi_is_array(env, rows, &is_list))) return unread();
  if (!is_list) {
    double affected = 0;
    const napi_value given = js::member(env, answer, "affected");
    if (!given || !js::ok(env, napi_get_value_double(env, given, &affected))) return unread();
    connection->affected = static_cast<uint64_t>(affected);
    return 0;
  }
  std::unique_ptr<Result> result = rows_of(env, rows);
  if (!result)
    return connection->fail(out_of_sync, "the rows aren't lists of strings, Buffers and nulls of one length");
  // The function may have asked again over this connection.
  delete connection->result;
  connection->result = result.release();
  connection->affected = connection->result->rows.size();
  return 0;
}

int query(Connection *connection, const char *text, unsigned long size) {
  Library *library = connection->library;
  if (!library || !library->sql || std::this_thread::get_id() != library->main_thread) {
    return connection->fail(cannot_connect, "not connected");
  }
  connection->code = 0;
  connection->message.clear();
  delete connection->result;
  connection->result = nullptr;
  napi_env env = library->env;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return connection->fail(out_of_memory, "no scope");
  napi_value function = nullptr, receiver = nullptr, sql = nullptr, answer = nullptr;
  int status = 1;
  if (napi_get_reference_value(env, library->sql, &function) == napi_ok &&
      napi_get_undefined(env, &receiver) == napi_ok &&
      napi_create_string_utf8(env, text, size, &sql) == napi_ok &&
      napi_call_function(env, receiver, function, 1, &sql, &answer) == napi_ok) {
    status = take(env, answer, connection);
  } else {
    connection->fail(out_of_sync, "the function that answers SQL could not be called");
  }
  // The function catches all that it calls; what still comes out must not be pending in the plugin.
  js::clear_exception(env);
  if (napi_close_handle_scope(env, scope) != napi_ok && status == 0)
    return connection->fail(out_of_sync, "the scope of the answer can't be closed");
  return status;
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
