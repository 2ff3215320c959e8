// The embedder's answers to SQL, taken apart for a plugin.
#include "node/js.h"
#include "node/mariadb_sql.h"

#include <memory>

namespace mortise::mariadb {
namespace {

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

} // namespace

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

} // namespace mortise::mariadb
