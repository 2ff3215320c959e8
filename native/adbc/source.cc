#include "adbc/source.h"

#include "adbc/options.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

namespace mortise::adbc {
namespace {

// What a statement keeps.
struct Asked {
  const Source *source;
  std::string query;
  Bytes request; // of a resource, in place of a query: a text, a zero, a body
  int64_t call = 0;
};

void release_error(Error *error) {
  free(error->message);
  error->message = nullptr;
  error->release = nullptr;
}

Status fail(Error *error, Status status, const std::string &text) {
  if (!error) return status;
  error->message = static_cast<char *>(malloc(text.size() + 1));
  if (error->message) memcpy(error->message, text.c_str(), text.size() + 1);
  error->release = release_error;
  return status;
}

mortise_error nothing_said() {
  mortise_error error;
  memset(&error, 0, sizeof error);
  error.size = sizeof error;
  return error;
}

std::string text_of(const mortise_error &said) {
  return {said.message, strnlen(said.message, sizeof said.message)};
}

template <typename Object> const Source *source_of(const Object *object) {
  return static_cast<const Source *>(object->private_data);
}

Status new_database(CDatabase *database, Error *) {
  database->private_data = nullptr;
  return ok;
}

Status set_source(CDatabase *database, const char *name, int64_t value, Error *error) {
  if (strcmp(name, source_option) != 0) return fail(error, not_implemented, "it has no such option");
  database->private_data = reinterpret_cast<void *>(static_cast<intptr_t>(value));
  return ok;
}

Status open_database(CDatabase *database, Error *error) {
  return database->private_data ? ok : fail(error, invalid_state, "it has no source");
}

template <typename Object> Status nothing(Object *, Error *) {
  return ok;
}

Status connect(CConnection *connection, CDatabase *database, Error *) {
  connection->private_data = database->private_data;
  return ok;
}

Status get_option(CConnection *connection, const char *name, char *value, size_t *size, Error *error) {
  if (strcmp(name, health_option) != 0) return fail(error, not_implemented, "it has no such option");
  const Source &source = *source_of(connection);
  mortise_error said = nothing_said();
  const int32_t status = source.table->health(source.host, &said);
  const std::string text = text_of(said);
  if (status != MORTISE_OK) return fail(error, io_error, text.empty() ? "it says nothing" : text);
  if (*size > text.size()) memcpy(value, text.c_str(), text.size() + 1);
  *size = text.size() + 1;
  return ok;
}

Status new_statement(CConnection *connection, CStatement *statement, Error *error) {
  statement->private_data = new (std::nothrow) Asked{source_of(connection), {}, {}};
  return statement->private_data ? ok : fail(error, internal, "out of memory");
}

Status release_statement(CStatement *statement, Error *) {
  delete static_cast<Asked *>(statement->private_data);
  statement->private_data = nullptr;
  return ok;
}

Asked &asked_of(CStatement *statement) {
  return *static_cast<Asked *>(statement->private_data);
}

Status set_query(CStatement *statement, const char *query, Error *) {
  asked_of(statement).query = query;
  return ok;
}

// It has no plans: these bytes are a request.
Status set_request(CStatement *statement, const uint8_t *bytes, size_t size, Error *error) {
  if (!std::memchr(bytes, 0, size)) return fail(error, invalid_argument, "a request without an end");
  asked_of(statement).request.assign(bytes, bytes + size);
  return ok;
}

Status set_call(CStatement *statement, const char *name, int64_t value, Error *error) {
  if (strcmp(name, call_option) != 0) return fail(error, not_implemented, "it has no such option");
  asked_of(statement).call = value;
  return ok;
}

// Whether the plugin's table reaches so far: a plugin may have been built with an earlier header.
template <typename Member>
bool has(const mortise_data_source_v1 &table, Member mortise_data_source_v1::*member) {
  const auto end =
      reinterpret_cast<const char *>(&(table.*member) + 1) - reinterpret_cast<const char *>(&table);
  return table.size >= static_cast<size_t>(end) && table.*member;
}

Status cancel(CStatement *statement, Error *error) {
  const Asked &asked = asked_of(statement);
  const mortise_data_source_v1 &table = *asked.source->table;
  if (!has(table, &mortise_data_source_v1::cancel)) return fail(error, not_implemented, "it has no cancel");
  table.cancel(asked.source->host, static_cast<uint64_t>(asked.call));
  return ok;
}

int32_t answer(const Asked &asked, Stream *out, mortise_error *said) {
  const auto &[source, query, request, call] = asked;
  if (request.empty()) return source->table->query(source->host, {query.data(), query.size()}, out, said);
  const auto *text = reinterpret_cast<const char *>(request.data());
  const size_t length = strlen(text);
  return source->table->resource(source->host, {text, length}, request.data() + length + 1,
                                 request.size() - length - 1, out, said);
}

Status execute(CStatement *statement, Stream *out, int64_t *affected, Error *error) {
  const Asked &asked = asked_of(statement);
  if (affected) *affected = -1;
  if (!out) return fail(error, invalid_argument, "a query of a data source leaves rows");
  memset(out, 0, sizeof *out);
  if (!asked.request.empty() && !has(*asked.source->table, &mortise_data_source_v1::resource))
    return fail(error, not_implemented, "it has no resources");
  mortise_error said = nothing_said();
  if (answer(asked, out, &said) != MORTISE_OK) {
    // What it filled in all the same is nobody's.
    memset(out, 0, sizeof *out);
    const std::string text = text_of(said);
    return fail(error, invalid_argument,
                text.empty() ? "the query failed, and the plugin says nothing" : text);
  }
  const bool whole = out->get_schema && out->get_next && out->get_last_error && out->release;
  if (!whole) memset(out, 0, sizeof *out);
  return whole ? ok : fail(error, invalid_data, "it answered a query without a whole ArrowArrayStream");
}

Driver made() {
  Driver driver;
  driver.version = 1001000;
  Table &table = driver.table;
  table.database_new = new_database;
  table.database_init = open_database;
  table.database_release = nothing<CDatabase>;
  table.database_set_option_int = set_source;
  table.connection_new = nothing<CConnection>;
  table.connection_init = connect;
  table.connection_release = nothing<CConnection>;
  table.connection_get_option = get_option;
  table.statement_new = new_statement;
  table.statement_release = release_statement;
  table.statement_set_sql_query = set_query;
  table.statement_set_substrait_plan = set_request;
  table.statement_set_option_int = set_call;
  table.statement_cancel = cancel;
  table.statement_execute_query = execute;
  return driver;
}

} // namespace

Driver *source_driver() {
  static Driver driver = made();
  return &driver;
}

} // namespace mortise::adbc
