#include "chain.h"

namespace mortise {
namespace {

void add_fault(SlotHeader &header, size_t plugin, FaultKind kind, double value) {
  constexpr uint32_t capacity = sizeof header.faults / sizeof header.faults[0];
  if (header.fault_count < capacity) header.faults[header.fault_count] = {static_cast<int32_t>(plugin), kind, value};
  header.fault_count++;
}

} // namespace

Slot::Slot(void *memory, size_t size, uint32_t parameter_capacity)
    : header(static_cast<SlotHeader *>(memory)), parameters_(parameter_capacity) {
  uint8_t *start = static_cast<uint8_t *>(memory) + sizeof(SlotHeader);
  descriptors_ = reinterpret_cast<const SlotParameter *>(start);
  bytes_ = start + parameter_capacity * sizeof(SlotParameter);
  byte_capacity_ = size - sizeof(SlotHeader) - parameter_capacity * sizeof(SlotParameter);
}

bool Slot::read(mortise_context &context) {
  const uint32_t count = header->parameter_count;
  if (count > parameters_.size()) return false;
  const uint8_t *at = bytes_;
  uint64_t left = byte_capacity_;
  for (uint32_t i = 0; i < count; i++) {
    const SlotParameter descriptor = descriptors_[i];
    mortise_parameter &parameter = parameters_[i];
    if (descriptor.size < 0) {
      parameter = {nullptr, 0, descriptor.format, 1};
      continue;
    }
    const uint64_t size = static_cast<uint32_t>(descriptor.size);
    if (size > left) return false;
    parameter = {at, size, descriptor.format, 0};
    at += size;
    left -= size;
  }
  context.size = sizeof context;
  context.shards = header->shards;
  context.has_replicas = header->has_replicas;
  context.has_primary = header->has_primary;
  context.in_transaction = header->in_transaction;
  context.write_override = header->write_override;
  context.parameters = parameters_.data();
  context.parameter_count = count;
  context.statement = nullptr;
  return true;
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
