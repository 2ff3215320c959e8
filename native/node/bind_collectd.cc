// collectd's plugins for JavaScript: their library opened, and each started, configured, initialised, forgotten.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "node/collectd_item.h"
#include "node/values.h"

#if !defined(_WIN32)

#include "collectd/daemon.h"

#include <dlfcn.h>

#include <atomic>
#include <cmath>

namespace mortise {
namespace {

using namespace collectd;

using LinkLibrary = void (*)(Gateway *, const char *hostname, cdtime_t interval);

// The library's functions are the process's: they serve one daemon at a time.
std::atomic<Daemon *> current{nullptr};
LinkLibrary link_library = nullptr;

void close_daemon(void *pointer) {
  Daemon *daemon = static_cast<Daemon *>(pointer);
  Daemon *expected = daemon;
  if (!current.compare_exchange_strong(expected, nullptr)) return;
  link_library(nullptr, "", 0);
}

// collectdOpen(host, library): a handle; "taken" when another host has collectd plugins; or why the library, given by
// its path, can't be opened.
Napi::Value open(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  BoundHost &host = js::handle<BoundHost>(info[0]);
  if (current) return js::to_text(env, "taken");
  // Kept on purpose, as every library is.
  void *library = dlopen(js::text(info[1]).c_str(), RTLD_NOW | RTLD_GLOBAL);
  const auto link =
      library ? reinterpret_cast<LinkLibrary>(dlsym(library, "mortise_collectd_link")) : nullptr;
  if (!link) {
    const char *reason = dlerror();
    return js::to_text(env, reason ? reason : "the file has no mortise_collectd_link");
  }
  Daemon *daemon = new Daemon(host);
  Daemon *nobody = nullptr;
  if (!current.compare_exchange_strong(nobody, daemon)) return js::to_text(env, "taken");
  link_library = link;
  const collect::Options &options = daemon->collector().options();
  link(daemon, options.hostname.c_str(), options.interval);
  napi_add_env_cleanup_hook(env, close_daemon, daemon);
  return js::to_handle(env, daemon);
}

// collectdClose(daemon): its plugins' threads get errors from now on. After the collector was shut down.
void close(const Napi::CallbackInfo &info) {
  Daemon &daemon = js::handle<Daemon>(info[0]);
  napi_remove_env_cleanup_hook(info.Env(), close_daemon, &daemon);
  close_daemon(&daemon);
}

cdtime_t seconds(const Napi::Value &value) {
  return value.IsNumber() ? collect::of_seconds(value.As<Napi::Number>().DoubleValue()) : 0;
}

// collectdPlugin(daemon, plugin, { name, interval, flushInterval, flushTimeout }): a handle. Times in seconds, or
// undefined.
Napi::Value make_plugin(const Napi::CallbackInfo &info) {
  Daemon &daemon = js::handle<Daemon>(info[0]);
  const Napi::Object options = info[2].As<Napi::Object>();
  const cdtime_t interval = seconds(options.Get("interval"));
  return js::to_handle(info.Env(),
                       new CollectdPlugin(js::handle<Plugin>(info[1]), js::text(options.Get("name")),
                                          interval ? interval : daemon.collector().options().interval,
                                          seconds(options.Get("flushInterval")),
                                          seconds(options.Get("flushTimeout"))));
}

// collectdStart(daemon, plugin, moduleRegister): calls it, by its address.
void start(const Napi::CallbackInfo &info) {
  const auto module_register = js::address<void (*)()>(info[2]);
  if (!module_register) throw Napi::TypeError::New(info.Env(), "mortise: module_register has no address");
  js::handle<Daemon>(info[0]).start(js::handle<CollectdPlugin>(info[1]), module_register);
}

// collectdConfigure(daemon, name, item): { outcome, problems }; outcomes are "configured", "absent" (nobody registered
// for that name) and "failed".
Napi::Value configure(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  std::vector<Problem> problems;
  const auto outcome =
      js::handle<Daemon>(info[0]).configure(js::text(info[1]), js::to_item(info[2], 64), problems);
  Napi::Object result = Napi::Object::New(env);
  result.Set("outcome", outcome == Daemon::Configured::yes              ? "configured"
                        : outcome == Daemon::Configured::no_such_plugin ? "absent"
                                                                        : "failed");
  result.Set("problems",
             js::to_list(env, problems, [env](const Problem &problem) { return to_problem(env, problem); }));
  return result;
}

// collectdInit(daemon, plugin): [{ name, status }] of its init callbacks.
Napi::Value init(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  return js::to_list(env, js::handle<Daemon>(info[0]).init(js::handle<CollectdPlugin>(info[1])),
                     [env](const Daemon::Init &one) {
                       Napi::Object entry = Napi::Object::New(env);
                       entry.Set("name", one.name);
                       entry.Set("status", js::to_number(env, one.status));
                       return entry;
                     });
}

// collectdRegistrations(daemon, plugin): [{ kind, name }].
Napi::Value registrations(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  return js::to_list(env, js::handle<Daemon>(info[0]).registrations(js::handle<CollectdPlugin>(info[1])),
                     [env](const Daemon::Named &one) {
                       Napi::Object entry = Napi::Object::New(env);
                       entry.Set("kind", one.kind);
                       entry.Set("name", one.name);
                       return entry;
                     });
}

// collectdForget(daemon, plugin): after the collector gave its callbacks back.
void forget(const Napi::CallbackInfo &info) {
  js::handle<Daemon>(info[0]).forget(js::handle<CollectdPlugin>(info[1]));
}

} // namespace

void define_collectd(Napi::Object exports) {
  js::define<open>(exports, "collectdOpen");
  js::define<close>(exports, "collectdClose");
  js::define<make_plugin>(exports, "collectdPlugin");
  js::define<start>(exports, "collectdStart");
  js::define<configure>(exports, "collectdConfigure");
  js::define<init>(exports, "collectdInit");
  js::define<registrations>(exports, "collectdRegistrations");
  js::define<forget>(exports, "collectdForget");
}

} // namespace mortise

#else

namespace mortise {
// collectd has no plugins for Windows.
void define_collectd(Napi::Object) {}
} // namespace mortise

#endif
