#include "node/arrow_values.h"

#include <cstring>

namespace mortise::arrow {
namespace {

constexpr double max_safe = 9007199254740991;

// Whoever gets a schema may have got the one that the next result has, too.
template <typename Object> Object frozen(Object object) {
  object.Freeze();
  return object;
}

Napi::Array to_metadata(Napi::Env env, const Field &field) {
  return frozen(js::to_list(env, field.metadata, [env](const auto &pair) {
    Napi::Array entry = Napi::Array::New(env, 2);
    entry.Set(0u, pair.first);
    entry.Set(1u, pair.second);
    return frozen(entry);
  }));
}

Napi::Object to_field(Napi::Env env, const Field &field);

Napi::Array to_fields(Napi::Env env, const Field &parent) {
  return frozen(
      js::to_list(env, parent.children, [env](const Field &child) { return to_field(env, child); }));
}

Napi::Object to_field(Napi::Env env, const Field &field) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", field.name);
  object.Set("format", field.format);
  object.Set("nullable", Napi::Boolean::New(env, (field.flags & flag_nullable) != 0));
  object.Set("ordered", Napi::Boolean::New(env, (field.flags & flag_ordered) != 0));
  object.Set("sortedKeys", Napi::Boolean::New(env, (field.flags & flag_sorted_keys) != 0));
  object.Set("metadata", to_metadata(env, field));
  object.Set("children", to_fields(env, field));
  object.Set("dictionary", field.dictionary ? to_field(env, *field.dictionary) : env.Null());
  return frozen(object);
}

[[noreturn]] void refuse(Napi::Env env, const std::string &why) {
  throw Napi::TypeError::New(env, "mortise: " + why);
}

void from_metadata(const Napi::Value &value, Field &field) {
  if (value.IsUndefined()) return;
  const Napi::Array pairs = value.As<Napi::Array>();
  for (uint32_t i = 0; i < pairs.Length(); i++) {
    const Napi::Array pair = pairs.Get(i).As<Napi::Array>();
    field.metadata.emplace_back(js::text(pair.Get(0u)), js::text(pair.Get(1u)));
  }
}

Field from_field(const Napi::Value &value, size_t depth) {
  if (!value.IsObject() || depth > max_depth) refuse(value.Env(), "not a field of an Arrow schema");
  const Napi::Object object = value.As<Napi::Object>();
  Field field;
  field.name = js::text(object.Get("name"));
  field.format = js::text(object.Get("format"));
  field.flags = (js::flag(object.Get("nullable")) ? flag_nullable : 0) |
                (js::flag(object.Get("ordered")) ? flag_ordered : 0) |
                (js::flag(object.Get("sortedKeys")) ? flag_sorted_keys : 0);
  from_metadata(object.Get("metadata"), field);
  const Napi::Value children = object.Get("children");
  if (children.IsArray())
    for (uint32_t i = 0; i < children.As<Napi::Array>().Length(); i++)
      field.children.push_back(from_field(children.As<Napi::Array>().Get(i), depth + 1));
  const Napi::Value dictionary = object.Get("dictionary");
  if (dictionary.IsObject()) field.dictionary = std::make_unique<Field>(from_field(dictionary, depth + 1));
  return field;
}

} // namespace

Napi::Value to_schema(Napi::Env env, const Field &rows) {
  const Napi::Object schema = Napi::Object::New(env);
  schema.Set("fields", to_fields(env, rows));
  schema.Set("metadata", to_metadata(env, rows));
  return frozen(schema);
}

Field from_schema(const Napi::Value &value) {
  const Napi::Value fields = value.IsObject() ? value.As<Napi::Object>().Get("fields") : value;
  if (!fields.IsArray()) refuse(value.Env(), "not an Arrow schema");
  Field rows;
  rows.format = "+s";
  for (uint32_t i = 0; i < fields.As<Napi::Array>().Length(); i++)
    rows.children.push_back(from_field(fields.As<Napi::Array>().Get(i), 1));
  from_metadata(value.As<Napi::Object>().Get("metadata"), rows);
  const std::string problem = check_field(rows);
  if (!problem.empty()) refuse(value.Env(), problem);
  return rows;
}

Napi::ArrayBuffer memory_for(Napi::Env env, const Block &block) {
  return Napi::ArrayBuffer::New(env, block.size() + block.layout().size() * sizeof(double));
}

Napi::Value to_block(Napi::Env env, const Block &block, Napi::ArrayBuffer memory) {
  if (block.batches() == 0) return env.Null();
  const Napi::Object object = Napi::Object::New(env);
  object.Set("bytes", memory);
  object.Set("batches", js::to_count(env, block.batches()));
  object.Set("rows", js::to_count(env, block.rows()));
  const std::vector<double> &words = block.layout();
  memcpy(static_cast<uint8_t *>(memory.Data()) + block.size(), words.data(), words.size() * sizeof(double));
  object.Set("layout", Napi::Float64Array::New(env, words.size(), memory, block.size()));
  return object;
}

Packed from_block(const Napi::Value &value) {
  const Napi::Env env = value.Env();
  if (!value.IsObject()) refuse(env, "not an Arrow block");
  const Napi::Object block = value.As<Napi::Object>();
  const Napi::Value bytes = block.Get("bytes"), layout = block.Get("layout"), batches = block.Get("batches");
  if (!bytes.IsArrayBuffer() || !layout.IsTypedArray() || !batches.IsNumber() ||
      layout.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array)
    refuse(env, "not an Arrow block");
  const double count = batches.As<Napi::Number>().DoubleValue();
  Napi::Float64Array words = layout.As<Napi::Float64Array>();
  // Each has three words at least.
  if (!(count >= 0) || count > max_safe || count * 3 > static_cast<double>(words.ElementLength()))
    refuse(env, "an Arrow block of an impossible number of batches");
  Napi::ArrayBuffer memory = bytes.As<Napi::ArrayBuffer>();
  Packed packed;
  packed.size = memory.ByteLength();
  packed.batches = static_cast<size_t>(count);
  packed.layout.assign(words.Data(), words.Data() + words.ElementLength());
  const auto copy = std::make_shared<std::vector<uint64_t>>((packed.size + 7) / 8 + 1);
  if (packed.size > 0) memcpy(copy->data(), memory.Data(), packed.size);
  packed.bytes = std::shared_ptr<const uint8_t>(copy, reinterpret_cast<const uint8_t *>(copy->data()));
  return packed;
}

} // namespace mortise::arrow
