// Columns of JavaScript's values as one batch: parameters.
#include "node/arrow_values.h"

#include <cmath>
#include <cstring>

namespace mortise::arrow {
namespace {

// One column as it is made. The buffers are validity, and then values, or offsets and bytes.
struct Column {
  const Field &field;
  std::vector<uint8_t> validity, values, bytes;
  int64_t length = 0, nulls = 0;
};

[[noreturn]] void refuse(const Napi::Value &value, const Column &column, const std::string &why) {
  throw Napi::TypeError::New(value.Env(), "mortise: value " + std::to_string(column.length) +
                                              " of column \"" + column.field.name + "\" (" +
                                              column.field.format + ") " + why);
}

template <typename T> void append(std::vector<uint8_t> &bytes, T value) {
  const auto *raw = reinterpret_cast<const uint8_t *>(&value);
  bytes.insert(bytes.end(), raw, raw + sizeof value);
}

template <typename T> T to_integer(const Napi::Value &value, const Column &column) {
  if (value.IsBigInt()) {
    bool lossless = false;
    if constexpr (std::is_signed_v<T>) {
      const int64_t integer = value.As<Napi::BigInt>().Int64Value(&lossless);
      if (lossless && integer >= std::numeric_limits<T>::min() && integer <= std::numeric_limits<T>::max())
        return static_cast<T>(integer);
    } else {
      const uint64_t integer = value.As<Napi::BigInt>().Uint64Value(&lossless);
      if (lossless && integer <= std::numeric_limits<T>::max()) return static_cast<T>(integer);
    }
    refuse(value, column, "is out of its type's range");
  }
  if (!value.IsNumber()) refuse(value, column, "is not an integer");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (std::trunc(number) != number || std::abs(number) > 9007199254740991)
    refuse(value, column, "is not a safe integer: give a bigint");
  if (number < static_cast<double>(std::numeric_limits<T>::min()) ||
      number > static_cast<double>(std::numeric_limits<T>::max()))
    refuse(value, column, "is out of its type's range");
  return static_cast<T>(number);
}

void add_number(const Napi::Value &value, Column &column) {
  const Format &type = column.field.type;
  if (column.field.format == "f" || column.field.format == "g") {
    if (!value.IsNumber()) refuse(value, column, "is not a number");
    const double number = value.As<Napi::Number>().DoubleValue();
    type.width == 4 ? append(column.values, static_cast<float>(number)) : append(column.values, number);
    return;
  }
  const bool is_signed = type.is_signed || !type.is_integer; // dates and times are signed
  switch (type.width) {
  case 1:
    is_signed ? append(column.values, to_integer<int8_t>(value, column))
              : append(column.values, to_integer<uint8_t>(value, column));
    break;
  case 2:
    is_signed ? append(column.values, to_integer<int16_t>(value, column))
              : append(column.values, to_integer<uint16_t>(value, column));
    break;
  case 4:
    is_signed ? append(column.values, to_integer<int32_t>(value, column))
              : append(column.values, to_integer<uint32_t>(value, column));
    break;
  default:
    is_signed ? append(column.values, to_integer<int64_t>(value, column))
              : append(column.values, to_integer<uint64_t>(value, column));
  }
}

void add_offset(const Napi::Value &value, Column &column) {
  if (column.field.type.width == 8) return append(column.values, static_cast<int64_t>(column.bytes.size()));
  if (column.bytes.size() > INT32_MAX) refuse(value, column, "is too much for 32-bit offsets");
  append(column.values, static_cast<int32_t>(column.bytes.size()));
}

void add_bytes(const Napi::Value &value, Column &column) {
  const bool is_text = column.field.format == "u" || column.field.format == "U";
  if (is_text) {
    if (!value.IsString()) refuse(value, column, "is not a string");
    const std::string text = value.As<Napi::String>().Utf8Value();
    column.bytes.insert(column.bytes.end(), text.begin(), text.end());
  } else {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
      refuse(value, column, "is not a Uint8Array");
    const Napi::Uint8Array bytes = value.As<Napi::Uint8Array>();
    column.bytes.insert(column.bytes.end(), bytes.Data(), bytes.Data() + bytes.ElementLength());
  }
  add_offset(value, column);
}

void add_bit(std::vector<uint8_t> &bits, int64_t at, bool bit) {
  if (at % 8 == 0) bits.push_back(0);
  if (bit) bits.back() = static_cast<uint8_t>(bits.back() | 1u << (at % 8));
}

void add(const Napi::Value &value, Column &column) {
  const Format &type = column.field.type;
  const bool is_null = value.IsNull() || value.IsUndefined();
  add_bit(column.validity, column.length, !is_null);
  if (is_null) column.nulls++;
  switch (type.layout) {
  case Layout::none:
    if (!is_null) refuse(value, column, "is not null");
    break;
  case Layout::bits:
    if (!is_null && !value.IsBoolean()) refuse(value, column, "is not a boolean");
    add_bit(column.values, column.length, !is_null && value.As<Napi::Boolean>().Value());
    break;
  case Layout::binary:
    is_null ? add_offset(value, column) : add_bytes(value, column);
    break;
  default:
    if (is_null)
      column.values.resize(column.values.size() + static_cast<size_t>(type.width));
    else
      add_number(value, column);
  }
  column.length++;
}

// What a typed array's elements are in Arrow's letters.
const char *letters_of(napi_typedarray_type type) {
  switch (type) {
  case napi_int8_array:
    return "c";
  case napi_uint8_array:
  case napi_uint8_clamped_array:
    return "C";
  case napi_int16_array:
    return "s";
  case napi_uint16_array:
    return "S";
  case napi_int32_array:
    return "i";
  case napi_uint32_array:
    return "I";
  case napi_float32_array:
    return "f";
  case napi_float64_array:
    return "g";
  case napi_bigint64_array:
    return "l";
  case napi_biguint64_array:
    return "L";
  default:
    return "";
  }
}

void add_all(const Napi::TypedArray &array, Column &column) {
  const std::string has = letters_of(array.TypedArrayType());
  const bool is_time = column.field.format[0] == 't' && ((column.field.type.width == 4 && has == "i") ||
                                                         (column.field.type.width == 8 && has == "l"));
  if (has != column.field.format && !is_time)
    refuse(array, column, "and all others are of another type: they are " + has);
  const auto *bytes = static_cast<const uint8_t *>(array.ArrayBuffer().Data()) + array.ByteOffset();
  column.values.assign(bytes, bytes + array.ByteLength());
  column.length = static_cast<int64_t>(array.ElementLength());
}

bool is_supported(const Field &field) {
  const std::string &format = field.format;
  if (format.size() == 1) return format != "e";
  return format[0] == 't' && format.compare(0, 2, "ti") != 0;
}

Owned<CArray> to_array(Column column) {
  const auto kept = std::make_shared<Column>(std::move(column));
  Parts parts;
  parts.length = kept->length;
  parts.nulls = kept->nulls;
  parts.memory = kept;
  if (kept->field.type.layout == Layout::none) return to_c(std::move(parts));
  parts.buffers = {kept->nulls > 0 ? kept->validity.data() : nullptr, kept->values.data()};
  if (kept->field.type.layout == Layout::binary) parts.buffers.push_back(kept->bytes.data());
  return to_c(std::move(parts));
}

} // namespace

void from_columns(const Napi::Array &columns, Field &schema, Owned<CArray> &batch) {
  const Napi::Env env = columns.Env();
  schema.format = "+s";
  for (uint32_t i = 0; i < columns.Length(); i++) {
    const Napi::Object column = columns.Get(i).As<Napi::Object>();
    Field field;
    field.name = js::text(column.Get("name"));
    field.format = js::text(column.Get("format"));
    field.flags = flag_nullable;
    schema.children.push_back(std::move(field));
  }
  const std::string problem = check_field(schema);
  if (!problem.empty()) throw Napi::TypeError::New(env, "mortise: " + problem);
  Parts all;
  all.buffers = {nullptr};
  for (uint32_t i = 0; i < columns.Length(); i++) {
    const Napi::HandleScope scope(env);
    const Napi::Value values = columns.Get(i).As<Napi::Object>().Get("values");
    Column column = {schema.children[i], {}, {}, {}};
    if (!is_supported(column.field)) refuse(values, column, "can't be made from values: give a block");
    if (column.field.type.layout == Layout::binary) add_offset(values, column);
    if (values.IsTypedArray()) {
      add_all(values.As<Napi::TypedArray>(), column);
    } else if (values.IsArray()) {
      const Napi::Array list = values.As<Napi::Array>();
      const uint32_t length = list.Length();
      for (uint32_t row = 0; row < length; row++) {
        const Napi::HandleScope own(env);
        add(list.Get(row), column);
      }
    } else {
      refuse(values, column, "isn't there: values are an array or a typed array");
    }
    if (i > 0 && column.length != all.length)
      refuse(values, column,
             "is one of " + std::to_string(column.length) + ", where the first column has " +
                 std::to_string(all.length));
    all.length = column.length;
    all.children.push_back(to_array(std::move(column)));
  }
  batch = to_c(std::move(all));
}

} // namespace mortise::arrow
