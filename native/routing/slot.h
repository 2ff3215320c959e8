// The memory that JavaScript and native code share, so that a routing call passes next to nothing. Keep in
// step with src/capabilities/routing/slot.ts.
//
//   SlotHeader · ShortParameter[16] · 16 × 12 bytes · Reason · int32_t[capacity] · bytes
//
// A question whose parameters are all short ASCII, as nearly all are, stands in the short part: JavaScript
// writes the very structs that plugins read, and native code touches none of it. Any other stands in the
// long part, which native code turns into such structs.
#pragma once

#include <mortise/mortise.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mortise {

// An answer that breaks the rules. JavaScript makes a coded error of it.
struct Fault {
  int32_t plugin; // index in the chain
  int32_t kind;   // FaultKind
  double value;   // the status, target, access or shard that was answered
};

// A flag of SlotHeader::fault_count: so one look tells JavaScript that there is nothing to read but the answer.
constexpr uint32_t has_reason = 0x80000000;

// Why a query is blocked, as the plugin wrote it; each text up to its first zero.
struct Reason {
  char sqlstate[sizeof mortise_route::sqlstate];
  char text[sizeof mortise_route::reason];
};

enum FaultKind : int32_t { fault_status = 1, fault_target = 2, fault_access = 3, fault_shard = 4 };

struct SlotHeader {
  // The question, written by JavaScript.
  uint32_t
      statement; // a number that Chain::keep gave; of a long question only for the types of its parameters
  uint32_t parameter_count;
  // The answer, written by native code.
  int32_t decider; // index in the chain; -1: nobody
  int32_t target;
  int32_t read_write;
  uint32_t shard;
  uint32_t
      fault_count; // may be more than `faults` holds; has `has_reason` besides when a Reason stands in the slot
  uint32_t busy;   // not 0 while a plugin is being asked, or JavaScript wants the slot left alone
  Fault faults[8];
  // What plugins read. JavaScript writes what is known of cluster and session, native code the rest.
  mortise_context context;
};
// JavaScript counts on these.
static_assert(offsetof(SlotHeader, faults) == 32 && offsetof(SlotHeader, context) == 160);
static_assert(offsetof(mortise_context, shards) == 4 && offsetof(mortise_context, write_override) == 20);
static_assert(sizeof(SlotHeader) == 160 + 80);

// JavaScript writes only the size: the rest says text that isn't null, at a place that never changes.
using ShortParameter = mortise_parameter;
constexpr uint32_t short_parameters = 16;
constexpr uint32_t short_size = 12;

// In the long part: twice the size in bytes, plus the format; the bytes begin at a multiple of four. Or one
// of the two below. One word, because a load that spans two fresh stores waits until they have left the
// processor's store buffer.
using LongParameter = int32_t;
constexpr LongParameter parameter_is_null = -1;
// A string argument of the call: for longer text Node-API is faster than an encoder in JavaScript.
constexpr LongParameter parameter_is_argument = -2;
constexpr uint32_t argument_parameters = 4; // only the first few may be

constexpr size_t reason_offset =
    sizeof(SlotHeader) + short_parameters * (sizeof(ShortParameter) + short_size);

constexpr size_t slot_size(uint32_t parameter_capacity) {
  return reason_offset + sizeof(Reason) + parameter_capacity * sizeof(LongParameter);
}

// Of a header that stands in a slot.
inline Reason &reason_of(SlotHeader &header) {
  return *reinterpret_cast<Reason *>(reinterpret_cast<uint8_t *>(&header) + reason_offset);
}

class Slot {
public:
  // `memory` must have slot_size(parameter_capacity) bytes, and those that long parameters say.
  Slot(void *memory, size_t size, uint32_t parameter_capacity);
  Slot(const Slot &) = delete;
  Slot &operator=(const Slot &) = delete;

  SlotHeader *const header;

  // False when there are more than a short question can have.
  bool read_short() {
    header->context.parameters = shorts_;
    header->context.parameter_count = header->parameter_count;
    return header->parameter_count <= short_parameters;
  }

  // How many long parameters JavaScript wrote; never more than there is room for.
  uint32_t long_count() const;
  bool is_argument(uint32_t index) const { return descriptors_[index] == parameter_is_argument; }
  // `arguments` holds the texts of the parameters that are arguments. False when what JavaScript wrote
  // doesn't fit the slot.
  bool read_long(const mortise_text *arguments);

private:
  const ShortParameter *shorts_;
  const LongParameter *descriptors_;
  const uint8_t *bytes_;
  uint64_t byte_capacity_;
  std::vector<mortise_parameter> parameters_;
};

} // namespace mortise
