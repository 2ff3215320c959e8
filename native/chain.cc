#include "chain.h"

#include <cstring>

namespace mortise {
namespace {

void add_fault(SlotHeader &header, size_t plugin, FaultKind kind, double value) {
  constexpr uint32_t capacity = sizeof header.faults / sizeof header.faults[0];
  if (header.fault_count < capacity)
    header.faults[header.fault_count] = {static_cast<int32_t>(plugin), kind, value};
  header.fault_count++;
}

} // namespace

Slot::Slot(void *memory, size_t size, uint32_t parameter_capacity)
    : header(static_cast<SlotHeader *>(memory)), parameters_(parameter_capacity) {
  uint8_t *start = static_cast<uint8_t *>(memory) + sizeof(SlotHeader);
  descriptors_ = reinterpret_cast<const SlotParameter *>(start);
  bytes_ = start + parameter_capacity * sizeof(SlotParameter);
  byte_capacity_ = size - sizeof(SlotHeader) - parameter_capacity * sizeof(SlotParameter);
  context.size = sizeof context;
  context.parameters = parameters_.data();
}

uint32_t Slot::parameter_count() const {
  const uint32_t count = header->parameter_count;
  return count < parameters_.size() ? count : static_cast<uint32_t>(parameters_.size());
}

bool Slot::read(const mortise_text *arguments) {
  const uint32_t count = parameter_count();
  const uint8_t *at = bytes_;
  uint64_t left = byte_capacity_;
  for (uint32_t i = 0; i < count; i++) {
    const SlotParameter descriptor = descriptors_[i];
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
    const uint64_t room = (size + 3) & ~uint64_t{3};
    if (room > left) return false;
    parameter = {at, size, descriptor & 1, 0};
    at += room;
    left -= room;
  }
  const uint32_t situation = header->situation;
  context.shards = header->shards;
  context.has_replicas = (situation & situation_has_replicas) != 0;
  context.has_primary = (situation & situation_has_primary) != 0;
  context.in_transaction = (situation & situation_in_transaction) != 0;
  context.write_override = (situation & situation_write_override) != 0;
  context.parameter_count = count;
  return true;
}

uint32_t Chain::keep(const std::string &sql) {
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(kept_.size()));
    kept_.push_back({"", 0});
    bytes_.emplace_back();
  }
  const uint32_t statement = free_.back();
  free_.pop_back();
  bytes_[statement].reset(new char[sql.size() + 1]);
  memcpy(bytes_[statement].get(), sql.c_str(), sql.size() + 1);
  kept_[statement] = {bytes_[statement].get(), sql.size()};
  return statement;
}

void Chain::forget(uint32_t statement) {
  if (statement == 0 || statement >= kept_.size() || !bytes_[statement]) return;
  bytes_[statement].reset();
  kept_[statement] = {"", 0};
  free_.push_back(statement);
}

void Chain::decide(const mortise_context &context, SlotHeader &header) const {
  header.decider = -1;
  header.target = MORTISE_TARGET_UNKNOWN;
  header.read_write = MORTISE_ACCESS_UNKNOWN;
  header.shard = 0;
  header.fault_count = 0;
  const size_t count = routes.size();
  for (size_t i = 0; i < count; i++) {
    mortise_route route = {sizeof(mortise_route), MORTISE_TARGET_UNKNOWN, MORTISE_ACCESS_UNKNOWN, 0, 0};
    const int32_t status = routes[i](&context, &route);
    if (status == MORTISE_PASS) continue;
    if (status != MORTISE_OK) {
      add_fault(header, i, fault_status, status);
      continue;
    }
    if (route.target < MORTISE_TARGET_UNKNOWN || route.target > MORTISE_TARGET_BLOCKED) {
      add_fault(header, i, fault_target, route.target);
      continue;
    }
    if (route.read_write < MORTISE_ACCESS_UNKNOWN || route.read_write > MORTISE_ACCESS_WRITE) {
      add_fault(header, i, fault_access, route.read_write);
      continue;
    }
    if (route.target == MORTISE_TARGET_DIRECT && route.shard >= context.shards) {
      add_fault(header, i, fault_shard, static_cast<double>(route.shard));
      continue;
    }
    if (route.target == MORTISE_TARGET_UNKNOWN && route.read_write == MORTISE_ACCESS_UNKNOWN) continue;
    header.decider = static_cast<int32_t>(i);
    header.target = route.target;
    header.read_write = route.read_write;
    header.shard = static_cast<uint32_t>(route.shard);
    return;
  }
}

} // namespace mortise
