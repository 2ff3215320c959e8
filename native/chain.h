// The plugins that are asked where a query goes, in order, and how one question is put to them.
#pragma once

#include "plugin.h"

#include <mortise/mortise.h>

#include <cstdint>
#include <vector>

namespace mortise {

// An answer that breaks the rules. Written to the slot; JavaScript makes a coded error of it.
struct Fault {
  int32_t plugin; // index in the chain
  int32_t kind;   // FaultKind
  double value;   // the status, target, access or shard that was answered
};

enum FaultKind : int32_t { fault_status = 1, fault_target = 2, fault_access = 3, fault_shard = 4 };

// The first part of a slot: memory that JavaScript and native code share, so that a call passes no
// arguments but the SQL. Keep in step with src/routing/slot.ts.
struct SlotHeader {
  // The question, written by JavaScript.
  uint32_t shards;
  uint32_t has_replicas;
  uint32_t has_primary;
  uint32_t in_transaction;
  uint32_t write_override;
  uint32_t parameter_count;
  // The answer, written by native code.
  int32_t decider; // index in the chain; -1: nobody
  int32_t target;
  int32_t read_write;
  uint32_t shard;
  uint32_t fault_count; // may be more than `faults` holds
  uint32_t reserved;
  Fault faults[8];
};

// Follows the header: one per parameter, then the parameters' bytes one after the other.
struct SlotParameter {
  int32_t size; // bytes; -1: null
  int32_t format;
};

class Slot {
public:
  // `memory` must hold the header, `parameter_capacity` parameters and the bytes that they say.
  Slot(void *memory, size_t size, uint32_t parameter_capacity);

  SlotHeader *header;
  // False when what JavaScript wrote doesn't fit the slot.
  bool read(mortise_context &context);

private:
  const SlotParameter *descriptors_;
  const uint8_t *bytes_;
  uint64_t byte_capacity_;
  std::vector<mortise_parameter> parameters_;
};

struct Chain {
  std::vector<int32_t (*)(const mortise_context *, mortise_route *)> routes;

  // Asks in order until one decides; writes the answer to `header`.
  void decide(const mortise_context &context, SlotHeader &header) const;
};

} // namespace mortise
