// PgDog's plugins for JavaScript: read, opened, linked, started, stopped.
#include "node/bindings.h"
#include "node/values.h"
#include "pgdog/instance.h"

namespace mortise {
namespace {

using namespace pgdog;

constexpr size_t max_version = 4096;

// pgdogText(function): what a version function gives, or undefined.
Napi::Value read_version(const Napi::CallbackInfo &info) {
  const Version version = js::address<Version>(info[0]);
  Text text = {0, nullptr};
  if (version) version(&text);
  if (!text.data || text.length > max_version) return info.Env().Undefined();
  return Napi::String::New(info.Env(), text.data, text.length);
}

// pgdogOpen(plugin, init, fini): a handle.
Napi::Value open(const Napi::CallbackInfo &info) {
  Instance *instance =
      new Instance{js::handle<Plugin>(info[0]), js::address<Step>(info[1]), js::address<Step>(info[2])};
  // Runs before the hook of the host, which was added earlier.
  napi_add_env_cleanup_hook(
      info.Env(), [](void *pointer) { static_cast<Instance *>(pointer)->stop(); }, instance);
  return js::to_handle(info.Env(), instance);
}

// pgdogLink(instance, { identity, make, ask, rustc, parser, route, sql }): whether the bridge is the one for `rustc`
// and `parser`.
Napi::Value link(const Napi::CallbackInfo &info) {
  const Napi::Object bridge = info[1].As<Napi::Object>();
  const Identity *identity = js::address<const Identity *>(bridge.Get("identity"));
  const MakeLink make = js::address<MakeLink>(bridge.Get("make"));
  const Ask ask = js::address<Ask>(bridge.Get("ask"));
  if (!identity || !make || !ask)
    throw Napi::TypeError::New(info.Env(), "mortise: the bridge has no address");
  const bool linked = js::handle<Instance>(info[0]).link(
      *identity, js::text(bridge.Get("rustc")), js::text(bridge.Get("parser")), make, ask,
      js::address<const void *>(bridge.Get("route")), js::address<const void *>(bridge.Get("sql")));
  return Napi::Boolean::New(info.Env(), linked);
}

// pgdogInit(instance).
void init(const Napi::CallbackInfo &info) {
  js::handle<Instance>(info[0]).start();
}

// pgdogStop(instance).
void stop(const Napi::CallbackInfo &info) {
  js::handle<Instance>(info[0]).stop();
}

} // namespace

void define_pgdog(Napi::Object exports) {
  js::define<read_version>(exports, "pgdogText");
  js::define<open>(exports, "pgdogOpen");
  js::define<link>(exports, "pgdogLink");
  js::define<init>(exports, "pgdogInit");
  js::define<stop>(exports, "pgdogStop");
}

} // namespace mortise
