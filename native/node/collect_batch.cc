#include "node/collect_batch.h"

#include <cmath>

namespace mortise {
namespace {

using collect::Kind;
using collect::Sample;

double to_double(collect::Value value, Kind kind) {
  switch (kind) {
  case Kind::counter:
  case Kind::absolute:
    return static_cast<double>(value.counter);
  case Kind::derive:
    return static_cast<double>(value.derive);
  case Kind::gauge:
    break;
  }
  return value.gauge;
}

const Sample &sample_at(const Napi::CallbackInfo &info) {
  const HeldSamples &held = js::handle<HeldSamples>(info[0]);
  const uint32_t index = js::number(info[1]);
  if (index >= held.all.size()) throw Napi::RangeError::New(info.Env(), "mortise: no such sample");
  return *held.all[index];
}

// seriesAt(batch, index): { number, id, host, plugin, pluginInstance, type, typeInstance, sources: [name, kind, min,
// max, …] } of that sample; limits are NaN where there is none.
Napi::Value series_at(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Sample &sample = sample_at(info);
  const auto text = [env](std::string_view part) { return Napi::String::New(env, part.data(), part.size()); };
  const collect::Identity &identity = sample.series->identity;
  Napi::Object series = Napi::Object::New(env);
  series.Set("number", js::to_number(env, static_cast<double>(sample.series->number)));
  series.Set("id", text(sample.series->text));
  series.Set("host", text(identity.host));
  series.Set("plugin", text(identity.plugin));
  series.Set("pluginInstance", text(identity.plugin_instance));
  series.Set("type", text(identity.type));
  series.Set("typeInstance", text(identity.type_instance));
  Napi::Array sources = Napi::Array::New(env);
  uint32_t count = 0;
  for (const collect::Source &source : sample.set().sources) {
    sources.Set(count++, text(source.name));
    sources.Set(count++, js::to_number(env, static_cast<double>(source.kind)));
    sources.Set(count++, js::to_number(env, source.min));
    sources.Set(count++, js::to_number(env, source.max));
  }
  series.Set("sources", sources);
  return series;
}

Napi::Value to_value(Napi::Env env, const collect::MetadataValue &value) {
  if (const auto *text = std::get_if<std::string>(&value)) return js::to_text(env, *text);
  if (const auto *number = std::get_if<int64_t>(&value))
    return js::to_number(env, static_cast<double>(*number));
  if (const auto *number = std::get_if<uint64_t>(&value))
    return js::to_number(env, static_cast<double>(*number));
  if (const auto *number = std::get_if<double>(&value)) return js::to_number(env, *number);
  return Napi::Boolean::New(env, std::get<bool>(value));
}

// metadataAt(batch, index): an object, or undefined.
Napi::Value metadata_at(const Napi::CallbackInfo &info) {
  const Sample &sample = sample_at(info);
  return sample.metadata ? to_metadata(info.Env(), *sample.metadata) : info.Env().Undefined();
}

// freeBatch(batch): it has no samples any more.
void free_batch(const Napi::CallbackInfo &info) {
  HeldSamples none;
  HeldSamples &held = js::handle<HeldSamples>(info[0]);
  std::swap(held.all, none.all);
}

} // namespace

double seconds_of(collect::Time span) {
  return std::round(collect::in_seconds(span) * 1e9) / 1e9;
}

double milliseconds_of(collect::Time moment) {
  return std::round(collect::in_seconds(moment) * 1e6) / 1e3;
}

Napi::Value to_metadata(Napi::Env env, const collect::Metadata &metadata) {
  Napi::Object object = Napi::Object::New(env);
  // Not set: a name may be __proto__.
  for (const auto &[name, value] : metadata)
    object.DefineProperty(
        Napi::PropertyDescriptor::Value(name, to_value(env, value), napi_default_jsproperty));
  return object;
}

Napi::Object to_batch(Napi::Env env, HeldSamples samples) {
  size_t size = 0;
  for (const Sample *sample : samples.all)
    size += 4 + 2 * sample->count;
  Napi::Float64Array numbers = Napi::Float64Array::New(env, size);
  double *place = numbers.Data();
  for (const Sample *sample : samples.all) {
    const double count = static_cast<double>(sample->count);
    *place++ = static_cast<double>(sample->series->number);
    *place++ = milliseconds_of(sample->time);
    *place++ = seconds_of(sample->interval);
    *place++ = sample->metadata ? -count : count;
    const auto &sources = sample->set().sources;
    for (uint32_t i = 0; i < sample->count; i++)
      *place++ = to_double(sample->values()[i], sources[i].kind);
    for (uint32_t i = 0; i < sample->count; i++)
      *place++ = sample->rates()[i];
  }
  Napi::Object batch = Napi::Object::New(env);
  HeldSamples *held = new HeldSamples(std::move(samples));
  batch.Set("handle",
            Napi::External<HeldSamples>::New(env, held, [](Napi::Env, HeldSamples *it) { delete it; }));
  batch.Set("numbers", numbers);
  return batch;
}

void define_collect_batch(Napi::Object exports) {
  js::define<series_at>(exports, "seriesAt");
  js::define<metadata_at>(exports, "metadataAt");
  js::define<free_batch>(exports, "freeBatch");
}

} // namespace mortise
