#include "node/collect_states.h"
#include "node/bound_host.h"
#include "node/collect_batch.h"

namespace mortise {
namespace {

// A moment as milliseconds since 1970; 0: never.
Napi::Value to_moment(Napi::Env env, collect::Time time) {
  return js::to_number(env, milliseconds_of(time));
}

Napi::Value to_seconds(Napi::Env env, collect::Time time) {
  return js::to_number(env, seconds_of(time));
}

Napi::Value list_readers(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  return js::to_list(env, js::handle<BoundHost>(info[0]).collector().readers(),
                     [env](const collect::ReaderState &reader) {
                       Napi::Object object = Napi::Object::New(env);
                       object.Set("plugin", reader.plugin);
                       object.Set("name", reader.name);
                       object.Set("group", reader.group);
                       object.Set("interval", to_seconds(env, reader.interval));
                       object.Set("effectiveInterval", to_seconds(env, reader.effective_interval));
                       object.Set("lastRun", to_moment(env, reader.last_run));
                       object.Set("lastDuration", to_seconds(env, reader.last_duration));
                       object.Set("nextRun", to_moment(env, reader.next_run));
                       object.Set("lateness", js::to_number(env, reader.lateness));
                       object.Set("runs", js::to_count(env, reader.runs));
                       object.Set("failures", js::to_count(env, reader.failures));
                       object.Set("isRunning", Napi::Boolean::New(env, reader.is_running));
                       return object;
                     });
}

Napi::Value list_writers(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  return js::to_list(env, js::handle<BoundHost>(info[0]).collector().writers(),
                     [env](const collect::WriterState &writer) {
                       Napi::Object object = Napi::Object::New(env);
                       object.Set("plugin", writer.plugin);
                       object.Set("name", writer.name);
                       object.Set("written", js::to_count(env, writer.written));
                       object.Set("failed", js::to_count(env, writer.failed));
                       object.Set("dropped", js::to_count(env, writer.dropped));
                       object.Set("waiting", js::to_count(env, writer.waiting));
                       object.Set("onDisk", js::to_count(env, writer.on_disk));
                       object.Set("maxQueue", js::to_count(env, writer.max_queue));
                       object.Set("lastRun", to_moment(env, writer.last_run));
                       object.Set("lastDuration", to_seconds(env, writer.last_duration));
                       object.Set("isRunning", Napi::Boolean::New(env, writer.is_running));
                       return object;
                     });
}

Napi::Value counts(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  BoundHost &host = js::handle<BoundHost>(info[0]);
  const collect::Collector::Counts counts = host.collector().counts();
  Napi::Object object = Napi::Object::New(env);
  object.Set("dispatched", js::to_count(env, counts.dispatched));
  object.Set("unknownType", js::to_count(env, counts.unknown_type));
  object.Set("wrongCount", js::to_count(env, counts.wrong_count));
  object.Set("outOfOrder", js::to_count(env, counts.out_of_order));
  object.Set("filtered", js::to_count(env, counts.filtered));
  object.Set("invalid", js::to_count(env, counts.invalid));
  object.Set("tooMany", js::to_count(env, counts.too_many));
  object.Set("series", js::to_count(env, counts.series));
  object.Set("notificationsLost", js::to_count(env, host.collect_requests->lost()));
  return object;
}

} // namespace

void define_collect_states(Napi::Object exports) {
  js::define<list_readers>(exports, "listReaders");
  js::define<list_writers>(exports, "listWriters");
  js::define<counts>(exports, "counts");
}

} // namespace mortise
