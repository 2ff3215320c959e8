#include "engines/log_fields.h"

#include <cstring>

namespace mortise {
namespace {

struct FieldHead {
  uint16_t type;
  uint16_t key_size;
  uint32_t value_size;
};

// The bytes of a value, or null when a line can't carry it.
const void *bytes_of(const mortise_value &value, uint64_t &size) {
  switch (value.type) {
  case MORTISE_VALUE_BOOLEAN:
    size = sizeof value.as.boolean;
    return &value.as.boolean;
  case MORTISE_VALUE_INTEGER:
    size = sizeof value.as.integer;
    return &value.as.integer;
  case MORTISE_VALUE_DOUBLE:
    size = sizeof value.as.number;
    return &value.as.number;
  case MORTISE_VALUE_TEXT:
    size = value.as.text.data ? value.as.text.size : 0;
    return value.as.text.data ? value.as.text.data : "";
  default:
    return nullptr;
  }
}

// False when it doesn't fit into what is left.
bool append(const mortise_member &field, char *into, size_t capacity, size_t &used) {
  uint64_t size = 0;
  const void *bytes = bytes_of(field.value, size);
  const uint64_t key_size = field.key.data ? field.key.size : 0;
  const size_t left = capacity - used;
  // One by one: a size from a plugin may be near 2^64.
  if (!bytes || key_size == 0 || key_size > left || size > left) return false;
  if (sizeof(FieldHead) + key_size + size > left) return false;
  const FieldHead head = {static_cast<uint16_t>(field.value.type), static_cast<uint16_t>(key_size),
                          static_cast<uint32_t>(size)};
  memcpy(into + used, &head, sizeof head);
  memcpy(into + used + sizeof head, field.key.data, static_cast<size_t>(key_size));
  memcpy(into + used + sizeof head + key_size, bytes, static_cast<size_t>(size));
  used += sizeof head + static_cast<size_t>(key_size + size);
  return true;
}

} // namespace

size_t encode_fields(const mortise_member *fields, uint32_t count, char *into) {
  size_t used = 0;
  int64_t omitted = 0;
  if (!fields) {
    omitted = count;
    count = 0;
  }
  for (uint32_t i = 0; i < count; i++) {
    if (i >= max_fields || !append(fields[i], into, 4096, used)) omitted++;
  }
  if (omitted > 0) append(mortise_field_i64("mortise.omitted", omitted), into, fields_capacity, used);
  return used;
}

std::vector<LogField> decode_fields(std::string_view bytes) {
  std::vector<LogField> fields;
  for (size_t at = 0; at + sizeof(FieldHead) <= bytes.size();) {
    FieldHead head;
    memcpy(&head, bytes.data() + at, sizeof head);
    at += sizeof head;
    LogField field;
    field.type = head.type;
    field.key.assign(bytes.data() + at, head.key_size);
    const char *value = bytes.data() + at + head.key_size;
    int32_t boolean = 0;
    switch (head.type) {
    case MORTISE_VALUE_BOOLEAN:
      memcpy(&boolean, value, sizeof boolean);
      field.boolean = boolean != 0;
      break;
    case MORTISE_VALUE_INTEGER:
      memcpy(&field.integer, value, sizeof field.integer);
      break;
    case MORTISE_VALUE_DOUBLE:
      memcpy(&field.number, value, sizeof field.number);
      break;
    default:
      field.text.assign(value, head.value_size);
    }
    fields.push_back(std::move(field));
    at += head.key_size + head.value_size;
  }
  return fields;
}

} // namespace mortise
