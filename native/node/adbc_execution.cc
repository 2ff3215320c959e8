// What JavaScript asks of a statement, in C++.
#include "node/adbc_handle.h"
#include "node/arrow_values.h"

namespace mortise::adbc {
namespace {

[[noreturn]] void refuse(Napi::Env env, std::string why) {
  throw Napi::Error(env, to_error(env, unusable(std::move(why))));
}

MaybeText to_maybe(const Napi::Value &value) {
  if (value.IsUndefined() || value.IsNull()) return std::nullopt;
  return to_c_text(value);
}

Bytes to_bytes(const Napi::Value &value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
    refuse(value.Env(), "not a Uint8Array");
  const Napi::Uint8Array bytes = value.As<Napi::Uint8Array>();
  return Bytes(bytes.Data(), bytes.Data() + bytes.ElementLength());
}

AskObjects to_objects(const Napi::Object &object) {
  AskObjects ask;
  ask.depth = static_cast<int>(js::number(object.Get("depth")));
  ask.catalog = to_maybe(object.Get("catalog"));
  ask.schema = to_maybe(object.Get("schema"));
  ask.table = to_maybe(object.Get("table"));
  ask.column = to_maybe(object.Get("column"));
  const Napi::Value types = object.Get("types");
  if (!types.IsArray()) return ask;
  ask.types.emplace();
  for (uint32_t i = 0; i < types.As<Napi::Array>().Length(); i++)
    ask.types->push_back(to_c_text(types.As<Napi::Array>().Get(i)));
  return ask;
}

// A size that was left out stays as it is.
template <typename Size> void read_size(const Napi::Object &object, const char *name, Size &size) {
  const Napi::Value value = object.Get(name);
  if (value.IsUndefined()) return;
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= 1) || number > 9007199254740991)
    refuse(object.Env(), std::string(name) + " is not a positive size");
  size = static_cast<Size>(number);
}

bool read_flag(const Napi::Object &object, const char *name, bool otherwise) {
  const Napi::Value value = object.Get(name);
  return value.IsUndefined() ? otherwise : js::flag(value);
}

} // namespace

std::string to_c_text(const Napi::Value &value) {
  if (!value.IsString()) refuse(value.Env(), "not a string");
  std::string text = value.As<Napi::String>().Utf8Value();
  if (text.find('\0') != std::string::npos)
    refuse(value.Env(), "a text with a zero in it, where C would take it to end");
  return text;
}

OptionValue to_option(const Napi::Value &value) {
  if (value.IsString()) return to_c_text(value);
  if (value.IsNumber()) return value.As<Napi::Number>().DoubleValue();
  if (value.IsBigInt()) {
    bool lossless = false;
    const int64_t integer = value.As<Napi::BigInt>().Int64Value(&lossless);
    if (!lossless) refuse(value.Env(), "an option's bigint that is no 64-bit integer");
    return integer;
  }
  return to_bytes(value);
}

OptionList to_options(const Napi::Value &options) {
  OptionList list;
  if (options.IsUndefined()) return list;
  const Napi::Array pairs = options.As<Napi::Array>();
  for (uint32_t i = 0; i < pairs.Length(); i++) {
    const Napi::Array pair = pairs.Get(i).As<Napi::Array>();
    list.emplace_back(to_c_text(pair.Get(0u)), to_option(pair.Get(1u)));
  }
  return list;
}

Ask to_ask(const Napi::Value &value) {
  if (!value.IsObject()) refuse(value.Env(), "not something that a statement can be asked");
  const Napi::Object ask = value.As<Napi::Object>();
  const std::string kind = js::text(ask.Get("kind"));
  if (kind == "sql") return AskSql{to_c_text(ask.Get("sql"))};
  if (kind == "substrait") return AskPlan{to_bytes(ask.Get("plan"))};
  if (kind == "again") return AskAgain{};
  if (kind == "ingest") return AskIngest{};
  if (kind == "objects") return to_objects(ask);
  if (kind == "tableTypes") return AskTableTypes{};
  if (kind == "statisticNames") return AskStatisticNames{};
  if (kind == "statistics")
    return AskStatistics{to_maybe(ask.Get("catalog")), to_maybe(ask.Get("schema")),
                         to_maybe(ask.Get("table")), js::flag(ask.Get("approximate"))};
  if (kind != "info") refuse(value.Env(), "not something that a statement can be asked: " + kind);
  AskInfo info;
  const Napi::Value codes = ask.Get("codes");
  if (codes.IsArray())
    for (uint32_t i = 0; i < codes.As<Napi::Array>().Length(); i++)
      info.codes.push_back(js::number(codes.As<Napi::Array>().Get(i)));
  return info;
}

std::shared_ptr<Execution> to_execution(const Napi::Object &object) {
  const auto execution = std::make_shared<Execution>();
  execution->ask = to_ask(object.Get("ask"));
  execution->options = to_options(object.Get("options"));
  execution->rows = read_flag(object, "rows", true);
  execution->prepare = read_flag(object, "prepare", false);
  execution->once = read_flag(object, "once", false);
  read_size(object, "gatherBytes", execution->gather_bytes);
  read_size(object, "gatherBatches", execution->gather_batches);
  read_size(object, "maxBatchBytes", execution->max_batch_bytes);
  return execution;
}

} // namespace mortise::adbc
