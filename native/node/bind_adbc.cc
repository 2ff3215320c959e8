// ADBC's drivers, databases and connections for JavaScript. What they are asked is in bind_adbc_statement.cc.
#include "adbc/source.h"
#include "host/plugin.h"
#include "node/adbc_handle.h"
#include "node/arrow_values.h"
#include "node/bindings.h"

namespace mortise {
namespace {

using namespace adbc;
using Kind = Handle::Kind;

// adbcLoad(init): { driver, version, missing }.
Napi::Value load(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Init init = js::address<Init>(info[0]);
  if (!init) throw Napi::TypeError::New(env, "mortise: the driver's init has no address");
  Driver *driver = rethrowing(env, [&] { return load_driver(init); });
  Handle handle = {Kind::driver, Home::of(env), driver, nullptr, nullptr, nullptr};
  const Napi::Object result = Napi::Object::New(env);
  result.Set("driver", to_handle(env, std::move(handle)));
  result.Set("version", js::to_number(env, driver->version));
  result.Set("missing", js::to_list(env, driver->missing,
                                    [env](const std::string &name) { return js::to_text(env, name); }));
  return result;
}

// adbcSource(plugin, table): { driver, source }, of a data.source that the plugin provides. Both live until the process
// ends, as the plugin's library does.
Napi::Value source(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Plugin &plugin = js::handle<Plugin>(info[0]);
  const Source *made = new Source{js::address<const mortise_data_source_v1 *>(info[1]), &plugin.table};
  const Napi::Object result = Napi::Object::New(env);
  Handle handle = {Kind::driver, Home::of(env), source_driver(), nullptr, nullptr, nullptr};
  result.Set("driver", to_handle(env, std::move(handle)));
  result.Set("source", Napi::BigInt::New(env, static_cast<int64_t>(reinterpret_cast<intptr_t>(made))));
  return result;
}

// adbcOpen(driver, options): a promise of a database.
Napi::Value open(const Napi::CallbackInfo &info) {
  const Handle &driver = handle_of(info[0], Kind::driver);
  const auto home = driver.home;
  const auto database = std::make_shared<Database>(*driver.driver);
  home->add(database);
  return promise(
      info.Env(), home, database->worker,
      [database, options = to_options(info[1])] {
        database->open(options);
        return Done{};
      },
      [home, database](Napi::Env env, Done) {
        return to_handle(env, {Kind::database, home, nullptr, database, nullptr, nullptr});
      });
}

// adbcClose(database): a promise.
Napi::Value close(const Napi::CallbackInfo &info) {
  const Handle &handle = handle_of(info[0], Kind::database);
  return promise(
      info.Env(), handle.home, handle.database->worker,
      [database = handle.database] {
        database->close();
        return Done{};
      },
      from_done);
}

// adbcConnect(database, options): a promise of a connection.
Napi::Value connect(const Napi::CallbackInfo &info) {
  const Handle &handle = handle_of(info[0], Kind::database);
  const auto home = handle.home;
  const auto connection = std::make_shared<Connection>(handle.database);
  home->add(connection);
  return promise(
      info.Env(), home, connection->worker,
      [connection, options = to_options(info[1])] {
        connection->open(options);
        return Done{};
      },
      [home, connection](Napi::Env env, Done) {
        return to_handle(env, {Kind::connection, home, nullptr, nullptr, connection, nullptr});
      });
}

// A promise of what is done on the connection's thread.
template <typename Act> Napi::Value on_connection(const Napi::CallbackInfo &info, Act act) {
  const Handle &handle = handle_of(info[0], Kind::connection);
  return promise(
      info.Env(), handle.home, handle.connection->worker,
      [connection = handle.connection, act] {
        act(*connection);
        return Done{};
      },
      from_done);
}

// adbcDisconnect(connection), adbcCommit(connection), adbcRollback(connection): promises.
Napi::Value disconnect(const Napi::CallbackInfo &info) {
  return on_connection(info, [](Connection &connection) { connection.close(); });
}
Napi::Value commit(const Napi::CallbackInfo &info) {
  return on_connection(info, [](Connection &connection) { connection.commit(); });
}
Napi::Value rollback(const Napi::CallbackInfo &info) {
  return on_connection(info, [](Connection &connection) { connection.rollback(); });
}

// adbcTableSchema(connection, catalog, schema, table): a promise of a schema.
Napi::Value table_schema(const Napi::CallbackInfo &info) {
  const Handle &handle = handle_of(info[0], Kind::connection);
  const auto maybe = [&](size_t index) -> MaybeText {
    return info[index].IsUndefined() ? MaybeText() : to_c_text(info[index]);
  };
  return promise(
      info.Env(), handle.home, handle.connection->worker,
      [connection = handle.connection, catalog = maybe(1), schema = maybe(2), table = to_c_text(info[3])] {
        return std::make_shared<arrow::Field>(connection->table_schema(
            catalog ? catalog->c_str() : nullptr, schema ? schema->c_str() : nullptr, table.c_str()));
      },
      [](Napi::Env env, const std::shared_ptr<arrow::Field> &field) {
        return arrow::to_schema(env, *field);
      });
}

// `use(object)` on the thread of what the handle stands for.
template <typename Use, typename Make>
Napi::Value on_any(Napi::Env env, const Handle &handle, Use use, Make make) {
  switch (handle.kind) {
  case Kind::database:
    return promise(
        env, handle.home, handle.database->worker, [one = handle.database, use] { return use(*one); }, make);
  case Kind::connection:
    return promise(
        env, handle.home, handle.connection->worker, [one = handle.connection, use] { return use(*one); },
        make);
  case Kind::statement:
    return promise(
        env, handle.home, handle.reading->statement->connection->worker,
        [one = handle.reading->statement, use] { return use(*one); }, make);
  case Kind::driver:
    break;
  }
  throw Napi::TypeError::New(env, "mortise: a driver has no options");
}

// adbcSetOption(target, name, value): a promise.
Napi::Value write_option(const Napi::CallbackInfo &info) {
  return on_any(
      info.Env(), any_handle_of(info[0]),
      [name = to_c_text(info[1]), value = to_option(info[2])](auto &object) {
        object.set(name, value);
        return Done{};
      },
      from_done);
}

Napi::Value from_option(Napi::Env env, const OptionValue &value) {
  if (const auto *text = std::get_if<std::string>(&value)) return js::to_text(env, *text);
  if (const auto *integer = std::get_if<int64_t>(&value)) return Napi::BigInt::New(env, *integer);
  if (const auto *number = std::get_if<double>(&value)) return js::to_number(env, *number);
  const Bytes &bytes = std::get<Bytes>(value);
  Napi::Uint8Array array = Napi::Uint8Array::New(env, bytes.size());
  std::copy(bytes.begin(), bytes.end(), array.Data());
  return array;
}

// adbcGetOption(target, name, type): a promise.
Napi::Value read_option(const Napi::CallbackInfo &info) {
  const std::string name = js::text(info[2]);
  const OptionType type = name == "bytes"    ? OptionType::bytes
                          : name == "int"    ? OptionType::integer
                          : name == "double" ? OptionType::number
                                             : OptionType::text;
  return on_any(
      info.Env(), any_handle_of(info[0]),
      [name = to_c_text(info[1]), type](auto &object) { return object.get(name, type); }, from_option);
}

} // namespace

void define_adbc(Napi::Object exports) {
  js::define<load>(exports, "adbcLoad");
  js::define<source>(exports, "adbcSource");
  js::define<open>(exports, "adbcOpen");
  js::define<close>(exports, "adbcClose");
  js::define<connect>(exports, "adbcConnect");
  js::define<disconnect>(exports, "adbcDisconnect");
  js::define<commit>(exports, "adbcCommit");
  js::define<rollback>(exports, "adbcRollback");
  js::define<table_schema>(exports, "adbcTableSchema");
  js::define<write_option>(exports, "adbcSetOption");
  js::define<read_option>(exports, "adbcGetOption");
}

} // namespace mortise
