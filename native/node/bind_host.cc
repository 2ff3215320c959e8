// Hosts for JavaScript: made, given services and directories, and asked what happened in them.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "engines/log_fields.h"
#include "services/built_in.h"

namespace mortise {
namespace {

void close_host(void *host) {
  static_cast<BoundHost *>(host)->close();
}

// createHost(version, onWork, strict): a handle. `onWork` is called, without arguments, when there are lines to
// drain, problems to take or tasks to run.
napi_value create_host(napi_env env, napi_callback_info info) {
  const js::Arguments<3> arguments(env, info);
  BoundHost *host = new BoundHost(js::to_string(env, arguments[0]));
  add_built_in_services(host->services);
  napi_get_value_bool(env, arguments[2], &host->strict);
  host->waker.open(env, arguments[1], js::from_string(env, "mortise"));
  host->log.wake = host->problems.wake = host->tasks.wake = [host] { host->waker.wake(); };
  // After the function above, so that it runs before the function is torn down.
  napi_add_env_cleanup_hook(env, close_host, host);
  return js::from_external(env, host);
}

// addDirectory(host, name, path, writable): for mortise.files. A problem as text, or "".
napi_value add_directory(napi_env env, napi_callback_info info) {
  const js::Arguments<4> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  bool writable = false;
  napi_get_value_bool(env, arguments[3], &writable);
  return js::from_string(
      env, host->files.add(js::to_string(env, arguments[1]), js::to_string(env, arguments[2]), writable));
}

// setLogSeverity(host, severity): lines below it are not kept.
napi_value set_log_severity(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  int32_t severity = 0;
  if (host && napi_get_value_int32(env, arguments[1], &severity) == napi_ok)
    host->log.lowest_severity = severity;
  return nullptr;
}

napi_value from_field(napi_env env, const LogField &field) {
  napi_value value = nullptr;
  switch (field.type) {
  case MORTISE_VALUE_BOOLEAN:
    napi_get_boolean(env, field.boolean, &value);
    return value;
  case MORTISE_VALUE_INTEGER:
    // 2^53: above it a JavaScript number doesn't tell neighbouring integers apart.
    if (field.integer > INT64_C(9007199254740991) || field.integer < -INT64_C(9007199254740991)) {
      napi_create_bigint_int64(env, field.integer, &value);
      return value;
    }
    return js::from_number(env, static_cast<double>(field.integer));
  case MORTISE_VALUE_DOUBLE:
    return js::from_number(env, field.number);
  default:
    return js::from_string(env, field.text);
  }
}

// Appends to an array. An object for each line, with its properties set by name, took twice as long to drain.
class Appender {
public:
  Appender(napi_env env, napi_value array) : env_(env), array_(array) {}
  void add(napi_value value) { napi_set_element(env_, array_, count_++, value); }

private:
  napi_env env_;
  napi_value array_;
  uint32_t count_ = 0;
};

// Keys and values in turn.
napi_value from_fields(napi_env env, std::string_view bytes) {
  napi_value fields = nullptr;
  napi_create_array(env, &fields);
  Appender appender(env, fields);
  for (const LogField &field : decode_fields(bytes)) {
    appender.add(js::from_string(env, field.key));
    appender.add(from_field(env, field));
  }
  return fields;
}

// drainLog(host): { lines, dropped }. `lines` has five items for each: plugin, severity, milliseconds since 1970, text,
// and fields (keys and values in turn) or undefined.
napi_value drain_log(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  uint64_t dropped = 0;
  napi_value result = nullptr, lines = nullptr, none = nullptr;
  napi_create_object(env, &result);
  napi_create_array(env, &lines);
  napi_get_undefined(env, &none);
  Appender appender(env, lines);
  const auto take = [&](const LogLine &line) {
    napi_handle_scope scope;
    napi_open_handle_scope(env, &scope);
    appender.add(js::from_string(env, line.plugin->name));
    appender.add(js::from_number(env, line.severity));
    appender.add(js::from_number(env, static_cast<double>(line.milliseconds)));
    appender.add(js::from_string(env, line.text));
    appender.add(line.fields.empty() ? none : from_fields(env, line.fields));
    napi_close_handle_scope(env, scope);
  };
  if (!host->log.drain(take, dropped)) host->waker.wake();
  js::set(env, result, "lines", lines);
  js::set(env, result, "dropped", js::from_number(env, static_cast<double>(dropped)));
  return result;
}

// takeProblems(host): { problems: [{ plugin, code, message, where, expected, found, remedy }], lost }.
napi_value take_problems(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  uint64_t lost = 0;
  napi_value result = nullptr;
  napi_create_object(env, &result);
  js::set(env, result, "problems",
          js::to_array(env, host->problems.take(lost), [env](const ProblemList::Entry &entry) {
            const napi_value problem = from_problem(env, entry.problem);
            js::set(env, problem, "plugin", js::from_string(env, entry.plugin->name));
            return problem;
          }));
  js::set(env, result, "lost", js::from_number(env, static_cast<double>(lost)));
  return result;
}

// runTasks(host): those of plugins that wait for this thread.
napi_value run_tasks(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (host) host->tasks.run_main_tasks();
  return nullptr;
}

// closeHost(host): its threads end, and what it has of the system and of JavaScript is given back. May be repeated.
napi_value end_host(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  napi_remove_env_cleanup_hook(env, close_host, host);
  host->close();
  return nullptr;
}

// provideService(host, name, version, table, signature): the host's own service, at an address that stays valid until
// the process ends. A problem as text, or "".
napi_value provide_service(napi_env env, napi_callback_info info) {
  const js::Arguments<5> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  uint32_t version = 0;
  napi_get_value_uint32(env, arguments[2], &version);
  const void *table = js::to_address<const void *>(env, arguments[3]);
  return js::from_string(env, host->services.add(nullptr, {js::to_string(env, arguments[1]), version, table,
                                                           js::to_string(env, arguments[4])}));
}

napi_value service_entry(napi_env env, const ServiceRegistry::Service &service) {
  napi_value entry, provider, table;
  napi_create_object(env, &entry);
  napi_get_null(env, &provider);
  if (service.provider) provider = js::from_string(env, service.provider->name);
  js::set(env, entry, "name", js::from_string(env, service.name));
  js::set(env, entry, "major", js::from_number(env, service.version >> 16));
  js::set(env, entry, "minor", js::from_number(env, service.version & 0xffff));
  js::set(env, entry, "signature", js::from_string(env, service.signature));
  napi_create_bigint_uint64(env, reinterpret_cast<uintptr_t>(service.table), &table);
  js::set(env, entry, "table", table);
  js::set(env, entry, "provider", provider);
  const auto user = [env](const auto &lease) { return js::from_string(env, lease.first->name); };
  js::set(env, entry, "users", js::to_array(env, service.leases, user));
  return entry;
}

napi_value service_entries(napi_env env, ServiceRegistry &services) {
  return js::to_array(env, services.list(),
                      [env](const ServiceRegistry::Service &service) { return service_entry(env, service); });
}

// listServices(host): [{ name, major, minor, signature, table: address, provider: name or null, users }].
napi_value list_services(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  return host ? service_entries(env, host->services) : nullptr;
}

// listBuiltInServices(): the same of those that a new host has.
napi_value list_built_in_services(napi_env env, napi_callback_info) {
  ServiceRegistry services;
  add_built_in_services(services);
  return service_entries(env, services);
}

// listMetrics(host): [{ plugin, name, help, kind, value, count, bounds, buckets }]. `value` is a counter's or
// gauge's, or a histogram's sum; `buckets` has one more than `bounds`, for what lies above all.
napi_value list_metrics(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  BoundHost *host = js::to_external<BoundHost>(env, arguments[0]);
  if (!host) return nullptr;
  const auto number = [env](double value) { return js::from_number(env, value); };
  return js::to_array(env, host->metrics.list(), [&](const Metrics::Entry &entry) {
    const mortise_metric &metric = *entry.metric;
    std::vector<double> buckets;
    if (metric.kind == mortise_metric::histogram) {
      for (size_t i = 0; i <= metric.bounds.size(); i++)
        buckets.push_back(static_cast<double>(metric.buckets[i].load(std::memory_order_relaxed)));
    }
    const double value = metric.kind == mortise_metric::counter
                             ? static_cast<double>(metric.count.load(std::memory_order_relaxed))
                             : metric.number.load(std::memory_order_relaxed);
    napi_value object = nullptr;
    napi_create_object(env, &object);
    js::set(env, object, "plugin", js::from_string(env, entry.plugin));
    js::set(env, object, "name", js::from_string(env, metric.name));
    js::set(env, object, "help", js::from_string(env, metric.help));
    js::set(env, object, "kind", number(metric.kind));
    js::set(env, object, "value", number(value));
    js::set(env, object, "bounds", js::to_array(env, metric.bounds, number));
    js::set(env, object, "buckets", js::to_array(env, buckets, number));
    return object;
  });
}

} // namespace

void define_host(napi_env env, napi_value exports) {
  js::define(env, exports, "createHost", create_host);
  js::define(env, exports, "addDirectory", add_directory);
  js::define(env, exports, "setLogSeverity", set_log_severity);
  js::define(env, exports, "drainLog", drain_log);
  js::define(env, exports, "takeProblems", take_problems);
  js::define(env, exports, "runTasks", run_tasks);
  js::define(env, exports, "closeHost", end_host);
  js::define(env, exports, "provideService", provide_service);
  js::define(env, exports, "listServices", list_services);
  js::define(env, exports, "listBuiltInServices", list_built_in_services);
  js::define(env, exports, "listMetrics", list_metrics);
}

} // namespace mortise
