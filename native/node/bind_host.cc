// Hosts for JavaScript: made, given services and directories, and asked what happened in them.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "engines/log_fields.h"
#include "services/built_in.h"

#include <mutex>
#include <set>

namespace mortise {
namespace {

// Of all environments; never destroyed, because workers end when they like.
struct OpenHosts {
  std::mutex mutex;
  std::set<const BoundHost *> all;
};
OpenHosts &open_hosts = *new OpenHosts;

void set_open(const BoundHost *host, bool is_open) {
  std::lock_guard<std::mutex> lock(open_hosts.mutex);
  if (is_open)
    open_hosts.all.insert(host);
  else
    open_hosts.all.erase(host);
}

// At the end of its environment, where nothing of it runs any more.
void close_host(void *pointer) {
  BoundHost *host = static_cast<BoundHost *>(pointer);
  host->close();
  host->sql.drop_old();
  set_open(host, false);
}

// createHost(version, onWork, strict): a handle. `onWork` is called, without arguments, when there are lines to
// drain, problems to take or tasks to run.
Napi::Value create_host(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const std::string version = js::text(info[0]);
  const Napi::Function on_work = info[1].As<Napi::Function>();
  // Lives until the process ends: threads of its plugins may name it.
  BoundHost *host = new BoundHost(version);
  add_built_in_services(host->services);
  host->strict = js::flag(info[2]);
  host->waker.open(env, on_work, js::to_text(env, "mortise"));
  host->log.wake = host->problems.wake = host->tasks.wake = [host] { host->waker.wake(); };
  // After the function above, so that it runs before the function is torn down.
  napi_add_env_cleanup_hook(env, close_host, host);
  set_open(host, true);
  return js::to_handle(env, host);
}

// addDirectory(host, name, path, writable): for mortise.files. A problem as text, or "".
Napi::Value add_directory(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  return js::to_text(info.Env(), host.files.add(js::text(info[1]), js::text(info[2]), js::flag(info[3])));
}

// setLogSeverity(host, severity): lines below it are not kept.
void set_log_severity(const Napi::CallbackInfo &info) {
  js::handle<BoundHost>(info[0]).log.lowest_severity = info[1].As<Napi::Number>().Int32Value();
}

Napi::Value to_field(Napi::Env env, const LogField &field) {
  switch (field.type) {
  case MORTISE_VALUE_BOOLEAN:
    return Napi::Boolean::New(env, field.boolean);
  case MORTISE_VALUE_INTEGER:
    // 2^53: above it a JavaScript number doesn't tell neighbouring integers apart.
    if (field.integer > INT64_C(9007199254740991) || field.integer < -INT64_C(9007199254740991))
      return Napi::BigInt::New(env, field.integer);
    return js::to_number(env, static_cast<double>(field.integer));
  case MORTISE_VALUE_DOUBLE:
    return js::to_number(env, field.number);
  default:
    return Napi::String::New(env, field.text.data(), field.text.size());
  }
}

// Keys and values in turn.
Napi::Value to_fields(Napi::Env env, std::string_view bytes) {
  Napi::Array fields = Napi::Array::New(env);
  uint32_t count = 0;
  for (const LogField &field : decode_fields(bytes)) {
    fields.Set(count++, Napi::String::New(env, field.key.data(), field.key.size()));
    fields.Set(count++, to_field(env, field));
  }
  return fields;
}

// drainLog(host): { lines, dropped }. `lines` has five items for each: plugin, severity, milliseconds since 1970, text,
// and fields (keys and values in turn) or undefined. An object for each line took twice as long.
Napi::Value drain_log(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  const Napi::Env env = info.Env();
  uint64_t dropped = 0;
  Napi::Array lines = Napi::Array::New(env);
  uint32_t count = 0;
  const auto take = [&](const LogLine &line) {
    const Napi::HandleScope scope(env);
    lines.Set(count++, js::to_text(env, line.plugin->name));
    lines.Set(count++, js::to_number(env, line.severity));
    lines.Set(count++, js::to_number(env, static_cast<double>(line.milliseconds)));
    lines.Set(count++, Napi::String::New(env, line.text.data(), line.text.size()));
    lines.Set(count++, line.fields.empty() ? env.Undefined() : to_fields(env, line.fields));
  };
  if (!host.log.drain(take, dropped)) host.waker.wake();
  Napi::Object result = Napi::Object::New(env);
  result.Set("lines", lines);
  result.Set("dropped", js::to_number(env, static_cast<double>(dropped)));
  return result;
}

// takeProblems(host): { problems: [{ plugin, code, message, where, expected, found, remedy }], lost }.
Napi::Value take_problems(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  const Napi::Env env = info.Env();
  uint64_t lost = 0;
  Napi::Object result = Napi::Object::New(env);
  result.Set("problems", js::to_list(env, host.problems.take(lost), [env](const ProblemList::Entry &entry) {
               Napi::Object problem = to_problem(env, entry.problem);
               problem.Set("plugin", entry.plugin->name);
               return problem;
             }));
  result.Set("lost", js::to_number(env, static_cast<double>(lost)));
  return result;
}

// runTasks(host): those of plugins that wait for this thread.
void run_tasks(const Napi::CallbackInfo &info) {
  js::handle<BoundHost>(info[0]).tasks.run_main_tasks();
}

// closeHost(host): its threads end, and what it has of the system and of JavaScript is given back. May be repeated.
void end_host(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  napi_remove_env_cleanup_hook(info.Env(), close_host, &host);
  host.close();
  set_open(&host, false);
}

// openHosts(): how many are open in the process, those of workers too.
Napi::Value count_open_hosts(const Napi::CallbackInfo &info) {
  std::lock_guard<std::mutex> lock(open_hosts.mutex);
  return js::to_number(info.Env(), static_cast<double>(open_hosts.all.size()));
}

// provideService(host, name, version, table, signature): the host's own service, at an address that stays valid until
// the process ends. A problem as text, or "".
Napi::Value provide_service(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  return js::to_text(info.Env(),
                     host.services.add(nullptr, {js::text(info[1]), js::number(info[2]),
                                                 js::address<const void *>(info[3]), js::text(info[4])}));
}

Napi::Value service_entries(Napi::Env env, ServiceRegistry &services) {
  return js::to_list(env, services.list(), [env](const ServiceRegistry::Service &service) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", service.name);
    entry.Set("major", js::to_number(env, service.version >> 16));
    entry.Set("minor", js::to_number(env, service.version & 0xffff));
    entry.Set("signature", service.signature);
    entry.Set("table", js::to_address(env, service.table));
    entry.Set("provider", service.provider ? js::to_text(env, service.provider->name) : env.Null());
    entry.Set("users", js::to_list(env, service.leases,
                                   [env](const auto &lease) { return js::to_text(env, lease.first->name); }));
    return entry;
  });
}

// listServices(host): [{ name, major, minor, signature, table: address, provider: name or null, users }].
Napi::Value list_services(const Napi::CallbackInfo &info) {
  return service_entries(info.Env(), js::handle<BoundHost>(info[0]).services);
}

// listBuiltInServices(): the same of those that a new host has.
Napi::Value list_built_in_services(const Napi::CallbackInfo &info) {
  ServiceRegistry services;
  add_built_in_services(services);
  return service_entries(info.Env(), services);
}

// observeCalls(host): counts them from now on. Before there are plugins.
void observe_calls(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  if (!host.calls) host.calls = std::make_unique<Calls>();
}

// callCount(host, plugin, entry): where bindFunction counts; undefined where calls aren't counted.
Napi::Value call_count(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  if (!host.calls) return info.Env().Undefined();
  return js::to_handle(info.Env(), &host.calls->of(js::text(info[1]), js::text(info[2])));
}

// listCalls(host): [{ plugin, entry, count, nanoseconds, buckets }]. `buckets` has, for each that isn't empty, the most
// nanoseconds that fall there, and how many calls did.
Napi::Value list_calls(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  BoundHost &host = js::handle<BoundHost>(info[0]);
  const auto all = host.calls ? host.calls->list() : std::vector<const CallCount *>();
  return js::to_list(env, all, [&](const CallCount *count) {
    std::vector<uint64_t> buckets;
    for (size_t bucket = 0; bucket < Durations::size; bucket++) {
      if (const uint64_t calls = count->durations().at(bucket)) {
        buckets.push_back(Durations::most_in(bucket));
        buckets.push_back(calls);
      }
    }
    Napi::Object object = Napi::Object::New(env);
    object.Set("plugin", count->plugin);
    object.Set("entry", count->entry);
    object.Set("count", js::to_count(env, count->count()));
    object.Set("nanoseconds", js::to_count(env, count->durations().sum()));
    object.Set("buckets", js::to_list(env, buckets, [&](uint64_t one) { return js::to_count(env, one); }));
    return object;
  });
}

// listMetrics(host): [{ plugin, name, help, kind, value, count, bounds, buckets }]. `value` is a counter's or
// gauge's, or a histogram's sum; `buckets` has one more than `bounds`, for what lies above all.
Napi::Value list_metrics(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const auto number = [env](double value) { return js::to_number(env, value); };
  return js::to_list(env, js::handle<BoundHost>(info[0]).metrics.list(), [&](const Metrics::Entry &entry) {
    const mortise_metric &metric = *entry.metric;
    std::vector<double> buckets;
    if (metric.kind == mortise_metric::histogram) {
      for (size_t i = 0; i <= metric.bounds.size(); i++)
        buckets.push_back(static_cast<double>(metric.buckets[i].load(std::memory_order_relaxed)));
    }
    const double value = metric.kind == mortise_metric::counter
                             ? static_cast<double>(metric.count.load(std::memory_order_relaxed))
                             : metric.number.load(std::memory_order_relaxed);
    Napi::Object object = Napi::Object::New(env);
    object.Set("plugin", entry.plugin);
    object.Set("name", metric.name);
    object.Set("help", metric.help);
    object.Set("kind", number(metric.kind));
    object.Set("value", number(value));
    object.Set("bounds", js::to_list(env, metric.bounds, number));
    object.Set("buckets", js::to_list(env, buckets, number));
    return object;
  });
}

} // namespace

void define_host(Napi::Object exports) {
  js::define<create_host>(exports, "createHost");
  js::define<add_directory>(exports, "addDirectory");
  js::define<set_log_severity>(exports, "setLogSeverity");
  js::define<drain_log>(exports, "drainLog");
  js::define<take_problems>(exports, "takeProblems");
  js::define<run_tasks>(exports, "runTasks");
  js::define<end_host>(exports, "closeHost");
  js::define<count_open_hosts>(exports, "openHosts");
  js::define<provide_service>(exports, "provideService");
  js::define<list_services>(exports, "listServices");
  js::define<list_built_in_services>(exports, "listBuiltInServices");
  js::define<list_metrics>(exports, "listMetrics");
  js::define<observe_calls>(exports, "observeCalls");
  js::define<call_count>(exports, "callCount");
  js::define<list_calls>(exports, "listCalls");
}

} // namespace mortise
