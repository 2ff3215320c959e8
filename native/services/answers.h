// Where plugins give text and bytes back to JavaScript: include/mortise/reply.h.
#pragma once

#include <mortise/reply.h>

#include <cstddef>
#include <cstdint>

namespace mortise {

// In memory of JavaScript's, one for each call under way. src/services/use/answer.ts makes and reads it.
struct CallAnswer {
  static constexpr size_t small_bytes = 1024;
  static constexpr uint32_t nothing = UINT32_MAX; // as long as nothing was given

  mortise_reply reply;
  uint32_t bytes;
  uint32_t is_large; // `large` holds it, and is to be freed
  uint8_t *large;
  uint8_t small[small_bytes];
};

static_assert(sizeof(mortise_reply) == 16 && offsetof(CallAnswer, bytes) == 16 &&
                  offsetof(CallAnswer, large) == 24 && offsetof(CallAnswer, small) == 32,
              "as src/services/use/answer.ts has it");

// For `mortise_reply.give` of a CallAnswer.
int32_t give_to_call(mortise_reply *answer, const void *data, uint64_t bytes);

// Frees what it holds.
void free_answer(CallAnswer &answer);

} // namespace mortise
