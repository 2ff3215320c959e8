// The plugins that are asked where a query goes, in order, and how one question is put to them.
#pragma once

#include "plugin.h"

#include <mortise/mortise.h>

#include <cstdint>
#include <memory>
#include <string>
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
  uint32_t situation; // SituationBit
  uint32_t parameter_count;
  uint32_t statement; // a number that Chain::keep gave; 0: the SQL is an argument of the call
  // The answer, written by native code.
  int32_t decider; // index in the chain; -1: nobody
  int32_t target;
  int32_t read_write;
  uint32_t shard;
  uint32_t fault_count; // may be more than `faults` holds
  uint32_t reserved_2[3];
  Fault faults[8];
};

enum SituationBit : uint32_t {
  situation_has_replicas = 1,
  situation_has_primary = 2,
  situation_in_transaction = 4,
  situation_write_override = 8
};

// Follows the header: one per parameter, then the bytes of those that aren't passed as arguments, each
// from a multiple of four. Twice the size in bytes, plus its format; or one of the two below. One word, because a load that spans two fresh
// stores waits until they have left the processor's store buffer.
using SlotParameter = int32_t;
constexpr SlotParameter parameter_is_null = -1;
// A string argument of the call: for longer text Node-API is faster than an encoder in JavaScript.
constexpr SlotParameter parameter_is_argument = -2;
constexpr uint32_t argument_parameters = 4; // only the first few may be

class Slot {
public:
  // `memory` must hold the header, `parameter_capacity` parameters and the bytes that they say.
  Slot(void *memory, size_t size, uint32_t parameter_capacity);
  Slot(const Slot &) = delete;
  Slot &operator=(const Slot &) = delete;

  SlotHeader *const header;
  // How many parameters JavaScript wrote descriptors of; never more than there is room for.
  uint32_t parameter_count() const;
  bool is_argument(uint32_t index) const { return descriptors_[index] == parameter_is_argument; }

  // All that a plugin is told but the SQL; filled by read().
  mortise_context context{};
  // Reads what JavaScript wrote; `arguments` holds the texts of the parameters that are arguments.
  // False when it doesn't fit the slot.
  bool read(const mortise_text *arguments);

private:
  const SlotParameter *descriptors_;
  const uint8_t *bytes_;
  uint64_t byte_capacity_;
  std::vector<mortise_parameter> parameters_;
};

class Chain {
public:
  std::vector<int32_t (*)(const mortise_context *, mortise_route *)> routes;

  // Keeps the SQL of a statement that is routed more than once; its number, from 1.
  uint32_t keep(const std::string &sql);
  void forget(uint32_t statement);
  // Empty for a number that isn't kept.
  mortise_text kept(uint32_t statement) const {
    return statement < kept_.size() ? kept_[statement] : mortise_text{"", 0};
  }

  // Asks in order until one decides; writes the answer to `header`.
  void decide(const mortise_context &context, SlotHeader &header) const;

private:
  // Texts beside their bytes: a routing call goes to them through one pointer less. Number 0 is nobody's.
  std::vector<mortise_text> kept_{{"", 0}};
  std::vector<std::unique_ptr<char[]>> bytes_{1};
  std::vector<uint32_t> free_;
};

} // namespace mortise
