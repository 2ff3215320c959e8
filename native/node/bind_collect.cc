// A host's collector for JavaScript: what is registered, what its threads want, and what they are asked for.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "node/collect_batch.h"
#include "node/collect_states.h"
#include "node/collect_taps.h"
#include "node/collect_values.h"

#include <thread>

namespace mortise {
namespace {

using collect::Collector;
using collect::Time;
using Kind = CollectRequest::Kind;

Time time_of(const Napi::Value &seconds) {
  return collect::of_seconds(seconds.As<Napi::Number>().DoubleValue());
}

std::chrono::milliseconds limit_of(const Napi::Value &value) {
  return std::chrono::milliseconds(value.As<Napi::Number>().Int64Value());
}

Napi::Value to_double(Napi::Env env, double value) {
  return js::to_number(env, value);
}

// Undefined: it went well.
Napi::Value refusal(Napi::Env env, bool went_well, const Problem &problem) {
  return went_well ? env.Undefined() : to_problem(env, problem);
}

// setCollecting(host, hostname, interval, readThreads, timeout, maxQueue, maxReadInterval, buffer, bufferMaxBytes,
// bufferMaxAge): before anything asks for the collector. Intervals and the age in seconds.
void set_collecting(const Napi::CallbackInfo &info) {
  collect::Options &options = js::handle<BoundHost>(info[0]).collecting.options;
  options.hostname = js::text(info[1]);
  options.interval = time_of(info[2]);
  options.read_threads = js::number(info[3]);
  options.timeout = js::number(info[4]);
  options.max_queue = js::number(info[5]);
  options.max_read_interval = time_of(info[6]);
  options.buffer.path = js::text(info[7]);
  options.buffer.max_bytes = static_cast<uint64_t>(info[8].As<Napi::Number>().Int64Value());
  options.buffer.max_age = time_of(info[9]);
}

// hasCollector(host): whether anybody has asked for it.
Napi::Value has_collector(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), js::handle<BoundHost>(info[0]).collecting.made() != nullptr);
}

// openCollecting(host, onWork): `onWork` is called, without arguments, when there are requests to take or values in a
// tap.
void open_collecting(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  host.collect_waker.open(info.Env(), info[1].As<Napi::Function>(),
                          js::to_text(info.Env(), "mortise collecting"));
  host.collect_requests->wake = [&host] { host.collect_waker.wake(); };
  host.collector();
}

void start(const Napi::CallbackInfo &info) {
  js::handle<BoundHost>(info[0]).collector().start();
}

// addTypes(host, text, path): the lines of a types.db. { added, problems }.
Napi::Value add_types(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  std::vector<Problem> problems;
  const size_t added =
      js::handle<BoundHost>(info[0]).collector().types.read(js::text(info[1]), js::text(info[2]), problems);
  Napi::Object result = Napi::Object::New(env);
  result.Set("added", js::to_count(env, added));
  result.Set("problems",
             js::to_list(env, problems, [env](const Problem &problem) { return to_problem(env, problem); }));
  return result;
}

// findType(host, type): [name, kind, …] of its sources, or undefined.
Napi::Value find_type(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const auto set = js::handle<BoundHost>(info[0]).collector().types.find(js::text(info[1]));
  if (!set) return env.Undefined();
  Napi::Array sources = Napi::Array::New(env);
  uint32_t count = 0;
  for (const collect::Source &source : set->sources) {
    sources.Set(count++, js::to_text(env, source.name));
    sources.Set(count++, to_double(env, static_cast<double>(source.kind)));
  }
  return sources;
}

// --- What TypeScript registers

// What a reader said the last time, since nobody waits for it; and whether it still runs.
struct ReaderRun {
  std::atomic<int32_t> status{0};
  std::atomic<bool> is_running{false};
  std::atomic<uint64_t> skipped{0};
};

// addReader(host, name, group, interval, number): { run } or { problem }. `number` is what a request to read names it by.
Napi::Value add_reader(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  BoundHost &host = js::handle<BoundHost>(info[0]);
  Collector &collector = host.collector();
  const auto run = std::make_shared<ReaderRun>();
  const auto read = [requests = host.collect_requests, run, number = js::number(info[4])] {
    if (run->is_running.exchange(true))
      run->skipped++;
    else
      requests->tell({Kind::read, number});
    return run->status.load();
  };
  Problem problem;
  const bool added = collector.add_reader(&host.collecting.new_embedder(), js::text(info[1]),
                                          js::text(info[2]), time_of(info[3]), read, problem);
  Napi::Object result = Napi::Object::New(env);
  if (added)
    result.Set("run", Napi::External<std::shared_ptr<ReaderRun>>::New(
                          env, new std::shared_ptr<ReaderRun>(run),
                          [](Napi::Env, std::shared_ptr<ReaderRun> *it) { delete it; }));
  else
    result.Set("problem", to_problem(env, problem));
  return result;
}

// readerEnded(run, status): what the reader is asked next time says that it failed, unless `status` is 0.
void reader_ended(const Napi::CallbackInfo &info) {
  ReaderRun &run = *js::handle<std::shared_ptr<ReaderRun>>(info[0]);
  run.status = info[1].As<Napi::Number>().Int32Value();
  run.is_running = false;
}

// readerBegins(run): false when it runs already.
Napi::Value reader_begins(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(),
                            !js::handle<std::shared_ptr<ReaderRun>>(info[0])->is_running.exchange(true));
}

Napi::Value reader_skipped(const Napi::CallbackInfo &info) {
  return js::to_count(info.Env(), js::handle<std::shared_ptr<ReaderRun>>(info[0])->skipped);
}

// addWriter(host, name, flushes, number): a problem, or undefined.
Napi::Value add_writer(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  Collector &collector = host.collector();
  const std::string name = js::text(info[1]);
  const uint32_t number = js::number(info[3]);
  const auto requests = host.collect_requests;
  const auto write = [requests, number](const collect::Sample *const *samples, size_t count) {
    CollectRequest request{Kind::write, number};
    for (size_t i = 0; i < count; i++)
      samples[i]->hold();
    request.samples = HeldSamples({samples, samples + count});
    return requests->ask(std::move(request));
  };
  const auto flush = [requests, number](Time age, std::string_view identifier) {
    CollectRequest request{Kind::flush, number};
    request.age = collect::in_seconds(age);
    request.identifier = identifier;
    return requests->ask(std::move(request));
  };
  Problem problem;
  Owner *owner = &host.collecting.new_embedder();
  bool added = collector.add_writer(owner, name, write, problem);
  if (added && js::flag(info[2])) added = collector.add_flush(owner, name, flush, problem);
  return refusal(info.Env(), added, problem);
}

// listenToNotifications(host): requests have them from now on.
Napi::Value listen(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  const auto notify = [requests = host.collect_requests](const collect::Notification &notification) {
    CollectRequest request{Kind::notification, 0};
    request.notification = notification;
    requests->tell(std::move(request));
    return 0;
  };
  Problem problem;
  const bool added = host.collector().add_notify(&host.collecting.embedder(), "mortise", notify, problem);
  return refusal(info.Env(), added, problem);
}

// --- What the threads want of JavaScript

Napi::Value to_notification(Napi::Env env, const collect::Notification &notification) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("severity", to_double(env, static_cast<double>(notification.severity)));
  object.Set("time", js::to_number(env, milliseconds_of(notification.time)));
  object.Set("message", notification.message);
  object.Set("host", notification.host);
  object.Set("plugin", notification.plugin);
  object.Set("pluginInstance", notification.plugin_instance);
  object.Set("type", notification.type);
  object.Set("typeInstance", notification.type_instance);
  object.Set("metadata", to_metadata(env, notification.metadata));
  return object;
}

Napi::Value to_request(Napi::Env env, CollectRequest &request) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("kind", to_double(env, static_cast<double>(request.kind)));
  object.Set("callback", to_double(env, request.callback));
  object.Set("number", js::to_count(env, request.number));
  switch (request.kind) {
  case Kind::write:
    object.Set("batch", to_batch(env, std::move(request.samples)));
    break;
  case Kind::flush:
    object.Set("age", to_double(env, request.age));
    object.Set("identifier", request.identifier);
    break;
  case Kind::notification:
    object.Set("notification", to_notification(env, request.notification));
    break;
  case Kind::done:
    object.Set("result", to_double(env, request.result));
    break;
  case Kind::read:
    break;
  }
  return object;
}

// takeRequests(host): { requests, more }, at most one batch of values among them.
Napi::Value take_requests(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  bool more = false;
  std::vector<CollectRequest> taken = js::handle<BoundHost>(info[0]).collect_requests->take(more);
  Napi::Array requests = Napi::Array::New(env, taken.size());
  for (uint32_t i = 0; i < taken.size(); i++) {
    const Napi::HandleScope scope(env);
    requests.Set(i, to_request(env, taken[i]));
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("requests", requests);
  result.Set("more", Napi::Boolean::New(env, more));
  return result;
}

// answerRequest(host, number, status): of a write or a flush.
void answer_request(const Napi::CallbackInfo &info) {
  js::handle<BoundHost>(info[0]).collect_requests->answer(
      static_cast<uint64_t>(info[1].As<Napi::Number>().Int64Value()),
      info[2].As<Napi::Number>().Int32Value());
}

// --- What JavaScript asks for and must not wait for: on a thread each; its end is a request.

template <typename Work> void work(const Napi::CallbackInfo &info, const Napi::Value &number, Work work) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  // A collector lives until the process ends.
  std::thread([requests = host.collect_requests, collector = &host.collector(), done = js::number(number),
               work = std::move(work)] {
    CollectRequest request{Kind::done, done};
    request.result = static_cast<double>(work(*collector));
    requests->tell(std::move(request));
  }).detach();
}

// readOnce(host, number, name): the result is how many failed.
void read_once(const Napi::CallbackInfo &info) {
  work(info, info[1], [name = js::text(info[2])](Collector &collector) { return collector.read_once(name); });
}

// flush(host, number, plugin, age, identifier): the result is 0, or that of one that failed.
void flush(const Napi::CallbackInfo &info) {
  work(info, info[1],
       [plugin = js::text(info[2]), age = time_of(info[3]), identifier = js::text(info[4])](
           Collector &collector) { return collector.flush(plugin, age, identifier); });
}

// drain(host, number, milliseconds): the result is 1, or 0 when something still waits to be written.
void drain(const Napi::CallbackInfo &info) {
  work(info, info[1],
       [limit = limit_of(info[2])](Collector &collector) { return collector.drain(limit) ? 1 : 0; });
}

// removeCallback(host, number, isWriter, name): the result is 1, or 0 when there is none.
void remove(const Napi::CallbackInfo &info) {
  work(info, info[1], [is_writer = js::flag(info[2]), name = js::text(info[3])](Collector &collector) {
    if (!is_writer) return collector.remove_reader(name) ? 1 : 0;
    collector.remove_flush(name);
    return collector.remove_writer(name) ? 1 : 0;
  });
}

// shutDown(host, number, milliseconds): the result is 1, or 0 when something was left.
void shut_down(const Napi::CallbackInfo &info) {
  work(info, info[1],
       [limit = limit_of(info[2])](Collector &collector) { return collector.shut_down(limit) ? 1 : 0; });
}

// endCollecting(host, milliseconds): the same where nothing can be awaited: JavaScript isn't asked any more.
void end(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  host.collect_requests->close();
  if (Collector *collector = host.collecting.made()) collector->shut_down(limit_of(info[1]));
}

} // namespace

void define_collect(Napi::Object exports) {
  Napi::Object part = Napi::Object::New(exports.Env());
  js::define<set_collecting>(part, "set");
  js::define<has_collector>(part, "hasCollector");
  js::define<open_collecting>(part, "open");
  js::define<start>(part, "start");
  js::define<add_types>(part, "addTypes");
  js::define<find_type>(part, "findType");
  js::define<add_reader>(part, "addReader");
  js::define<reader_begins>(part, "readerBegins");
  js::define<reader_ended>(part, "readerEnded");
  js::define<reader_skipped>(part, "readerSkipped");
  js::define<add_writer>(part, "addWriter");
  js::define<listen>(part, "listen");
  js::define<take_requests>(part, "takeRequests");
  js::define<answer_request>(part, "answerRequest");
  js::define<read_once>(part, "readOnce");
  js::define<flush>(part, "flush");
  js::define<drain>(part, "drain");
  js::define<remove>(part, "remove");
  js::define<shut_down>(part, "shutDown");
  js::define<end>(part, "end");
  define_collect_values(part);
  define_collect_taps(part);
  define_collect_batch(part);
  define_collect_states(part);
  exports.Set("collecting", part);
}

} // namespace mortise
