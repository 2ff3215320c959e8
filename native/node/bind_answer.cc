// Text and bytes that functions of services give back: to JavaScript, and by it. Hot.
#include "engines/readable.h"
#include "node/bindings.h"
#include "node/js.h"
#include "services/answers.h"

namespace mortise {
namespace {

// As a number; anything else is null.
template <typename Pointer> Pointer to_pointer(napi_env env, napi_value value) {
  int64_t address = 0;
  if (napi_get_value_int64(env, value, &address) != napi_ok) return nullptr;
  return reinterpret_cast<Pointer>(static_cast<uintptr_t>(address));
}

CallAnswer &call_answer(napi_env env, napi_value address) {
  return *to_pointer<CallAnswer *>(env, address);
}

// answerFunction(): the address of what plugins call with an answer.
napi_value answer_function(napi_env env, napi_callback_info) {
  napi_value address = nullptr;
  js::ok(env, napi_create_bigint_uint64(env, reinterpret_cast<uintptr_t>(give_to_call), &address));
  return address;
}

// largeText(address of a CallAnswer): what doesn't fit into it, as a string.
napi_value large_text(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  const CallAnswer &answer = call_answer(env, arguments[0]);
  napi_value text = nullptr;
  if (napi_create_string_utf8(env, reinterpret_cast<const char *>(answer.large), answer.bytes, &text) ==
      napi_ok)
    return text;
  napi_throw_range_error(env, nullptr, "the text is longer than a string can be");
  return nullptr;
}

// largeBytes(address of a CallAnswer): the same as a Buffer.
napi_value large_bytes(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  const CallAnswer &answer = call_answer(env, arguments[0]);
  napi_value bytes = nullptr;
  if (napi_create_buffer_copy(env, answer.bytes, answer.large, nullptr, &bytes) == napi_ok) return bytes;
  napi_throw_range_error(env, nullptr, "there are more bytes than there is memory for");
  return nullptr;
}

// freeAnswer(address of a CallAnswer)
napi_value forget_answer(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  free_answer(call_answer(env, arguments[0]));
  return nullptr;
}

// giveAnswer(address of a mortise_reply, a string or a Uint8Array): undefined when there is no such struct to be read;
// else whether the caller took it.
napi_value give_answer(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  mortise_reply *answer = to_pointer<mortise_reply *>(env, arguments[0]);
  if (!answer || reinterpret_cast<uintptr_t>(answer) % alignof(mortise_reply) != 0 ||
      !is_readable(answer, sizeof *answer) || answer->size < sizeof *answer || !answer->give)
    return nullptr;
  int32_t status = MORTISE_ERROR;
  if (js::type_of(env, arguments[1]) == napi_string) {
    char small[1024];
    size_t size = 0;
    if (!js::ok(env, napi_get_value_string_utf8(env, arguments[1], small, sizeof small, &size)))
      return nullptr;
    if (size < sizeof small - 4) {
      status = answer->give(answer, small, size);
    } else { // perhaps cut
      std::string text;
      if (!js::read_string(env, arguments[1], text)) return nullptr;
      status = answer->give(answer, text.data(), text.size());
    }
  } else {
    size_t length = 0;
    void *data = nullptr;
    if (!js::ok(env, napi_get_typedarray_info(env, arguments[1], nullptr, &length, &data, nullptr, nullptr)))
      return nullptr;
    status = answer->give(answer, data, length);
  }
  napi_value taken = nullptr;
  js::ok(env, napi_get_boolean(env, status == MORTISE_OK, &taken));
  return taken;
}

} // namespace

void define_answer(napi_env env, napi_value exports) {
  js::define(env, exports, "answerFunction", answer_function);
  js::define(env, exports, "largeText", large_text);
  js::define(env, exports, "largeBytes", large_bytes);
  js::define(env, exports, "freeAnswer", forget_answer);
  js::define(env, exports, "giveAnswer", give_answer);
}

} // namespace mortise
