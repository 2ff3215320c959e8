#include "services/answers.h"

#include <cstdlib>
#include <cstring>

namespace mortise {

// No C++ exception may leave it: plugins call it.
int32_t give_to_call(mortise_reply *answer, const void *data, uint64_t bytes) {
  CallAnswer &given = *reinterpret_cast<CallAnswer *>(answer);
  if ((!data && bytes > 0) || bytes >= CallAnswer::nothing) return MORTISE_ERROR;
  if (bytes <= CallAnswer::small_bytes) {
    if (bytes > 0) memmove(given.small, data, static_cast<size_t>(bytes));
    free_answer(given);
  } else {
    uint8_t *large = static_cast<uint8_t *>(malloc(static_cast<size_t>(bytes)));
    if (!large) return MORTISE_ERROR;
    memcpy(large, data, static_cast<size_t>(bytes));
    free_answer(given);
    given.large = large;
    given.is_large = 1;
  }
  given.bytes = static_cast<uint32_t>(bytes);
  return MORTISE_OK;
}

void free_answer(CallAnswer &answer) {
  if (answer.is_large) free(answer.large);
  answer.is_large = 0;
  answer.large = nullptr;
}

} // namespace mortise
