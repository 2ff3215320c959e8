#include "node/collect_values.h"

#include "node/bindings.h"
#include "node/bound_host.h"

namespace mortise {
namespace {

// What dispatchValues answers beside the collector's own.
constexpr int32_t unknown_type = -100, wrong_count = -101, wrong_value = -102, wrong_metadata = -103;

// As the source's kind has it. False when it can't be.
bool to_value(const Napi::Value &given, collect::Kind kind, collect::Value &value) {
  bool lossless = true;
  if (given.IsBigInt()) {
    if (kind == collect::Kind::derive)
      value.derive = given.As<Napi::BigInt>().Int64Value(&lossless);
    else if (kind == collect::Kind::gauge)
      value.gauge = static_cast<double>(given.As<Napi::BigInt>().Int64Value(&lossless));
    else
      value.counter = given.As<Napi::BigInt>().Uint64Value(&lossless);
    return lossless;
  }
  if (!given.IsNumber()) return false;
  const double number = given.As<Napi::Number>().DoubleValue();
  constexpr double two_63 = 9223372036854775808.0;
  switch (kind) {
  case collect::Kind::gauge:
    value.gauge = number;
    return true;
  case collect::Kind::derive:
    if (!(number >= -two_63 && number < two_63)) return false;
    value.derive = static_cast<int64_t>(number);
    return true;
  case collect::Kind::counter:
  case collect::Kind::absolute:
    break;
  }
  if (!(number >= 0 && number < 2 * two_63)) return false;
  value.counter = static_cast<uint64_t>(number);
  return true;
}

bool to_metadata(const Napi::Value &given, collect::Metadata &metadata) {
  const Napi::Object object = given.As<Napi::Object>();
  const Napi::Array names = object.GetPropertyNames();
  if (names.Length() > collect::max_metadata) return false;
  for (uint32_t i = 0; i < names.Length(); i++) {
    const Napi::Value name = names[i], value = object.Get(name);
    if (value.IsUndefined()) continue;
    collect::MetadataValue &place = metadata[js::text(name)];
    if (value.IsString())
      place = js::text(value);
    else if (value.IsBoolean())
      place = js::flag(value);
    else if (value.IsNumber())
      place = value.As<Napi::Number>().DoubleValue();
    else if (value.IsBigInt()) {
      bool lossless = false;
      place = value.As<Napi::BigInt>().Int64Value(&lossless);
      if (!lossless) return false;
    } else
      return false;
  }
  return true;
}

// dispatchValues(host, hostname, plugin, pluginInstance, type, typeInstance, values, time, interval, metadata): 0, or
// what is wrong. `time` in milliseconds and `interval` in seconds; 0: now, and the usual one.
Napi::Value dispatch(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  BoundHost &host = js::handle<BoundHost>(info[0]);
  collect::Collector &collector = host.collector();
  const std::string name = js::text(info[1]), plugin = js::text(info[2]), plugin_instance = js::text(info[3]),
                    type = js::text(info[4]), type_instance = js::text(info[5]);
  const auto set = collector.types.find(type);
  if (!set) return js::to_number(env, unknown_type);
  const Napi::Array given = info[6].As<Napi::Array>();
  const uint32_t count = given.Length();
  if (count != set->sources.size()) return js::to_number(env, wrong_count);
  collect::Value values[collect::max_values];
  for (uint32_t i = 0; i < count; i++)
    if (!to_value(given.Get(i), set->sources[i].kind, values[i])) return js::to_number(env, wrong_value);
  collect::Metadata metadata;
  if (info[9].IsObject() && !to_metadata(info[9], metadata)) return js::to_number(env, wrong_metadata);
  collect::Report report{{name, plugin, plugin_instance, type, type_instance}, values, count};
  report.time = collect::of_seconds(info[7].As<Napi::Number>().DoubleValue() / 1000);
  report.interval = collect::of_seconds(info[8].As<Napi::Number>().DoubleValue());
  report.metadata = metadata.empty() ? nullptr : &metadata;
  return js::to_number(env, collector.dispatch(&host.collecting.embedder(), report));
}

// notify(host, { severity, time, message, host, plugin, pluginInstance, type, typeInstance, metadata })
Napi::Value notify(const Napi::CallbackInfo &info) {
  const Napi::Object given = info[1].As<Napi::Object>();
  const auto text = [&](const char *name) { return js::text(given.Get(name)); };
  collect::Notification notification;
  notification.severity =
      static_cast<collect::Severity>(given.Get("severity").As<Napi::Number>().Int32Value());
  const double time = given.Get("time").As<Napi::Number>().DoubleValue();
  notification.time = time == 0 ? collect::now() : collect::of_seconds(time / 1000);
  notification.message = text("message");
  notification.host = text("host");
  notification.plugin = text("plugin");
  notification.plugin_instance = text("pluginInstance");
  notification.type = text("type");
  notification.type_instance = text("typeInstance");
  if (given.Get("metadata").IsObject() && !to_metadata(given.Get("metadata"), notification.metadata))
    return js::to_number(info.Env(), wrong_metadata);
  return js::to_number(info.Env(), js::handle<BoundHost>(info[0]).collector().notify(notification));
}

} // namespace

void define_collect_values(Napi::Object part) {
  js::define<dispatch>(part, "dispatch");
  js::define<notify>(part, "notify");
}

} // namespace mortise
