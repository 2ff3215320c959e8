#include "routing/slot.h"

namespace mortise {
Slot::Slot(void *memory, size_t size, uint32_t parameter_capacity)
    : header(static_cast<SlotHeader *>(memory)), parameters_(parameter_capacity) {
  uint8_t *start = static_cast<uint8_t *>(memory);
  ShortParameter *shorts = reinterpret_cast<ShortParameter *>(start + sizeof(SlotHeader));
  const uint8_t *texts = start + sizeof(SlotHeader) + short_parameters * sizeof(ShortParameter);
  for (uint32_t i = 0; i < short_parameters; i++) {
    shorts[i] = {texts + i * short_size, 0, MORTISE_FORMAT_TEXT, 0};
  }
  descriptors_ = reinterpret_cast<const LongParameter *>(start + reason_offset + sizeof(Reason));
  bytes_ = start + slot_size(parameter_capacity);
  byte_capacity_ = size - slot_size(parameter_capacity);
  shorts_ = shorts;
  header->context.size = sizeof header->context;
}

uint32_t Slot::long_count() const {
  const uint32_t count = header->parameter_count;
  return count < parameters_.size() ? count : static_cast<uint32_t>(parameters_.size());
}

bool Slot::read_long(const mortise_text *arguments) {
  const uint32_t count = long_count();
  const uint8_t *at = bytes_;
  uint64_t left = byte_capacity_;
  for (uint32_t i = 0; i < count; i++) {
    const LongParameter descriptor = descriptors_[i];
    mortise_parameter &parameter = parameters_[i];
    if (descriptor < 0) {
      if (descriptor == parameter_is_argument && i < argument_parameters) {
        parameter = {reinterpret_cast<const uint8_t *>(arguments[i].data), arguments[i].size,
                     MORTISE_FORMAT_TEXT, 0};
      } else {
        parameter = {nullptr, 0, MORTISE_FORMAT_TEXT, 1};
      }
      continue;
    }
    const uint64_t size = static_cast<uint32_t>(descriptor) >> 1;
    const uint64_t padded = (size + 3) & ~uint64_t{3};
    if (padded > left) return false;
    parameter = {at, size, descriptor & 1, 0};
    at += padded;
    left -= padded;
  }
  header->context.parameters = parameters_.data();
  header->context.parameter_count = count;
  return true;
}

} // namespace mortise
