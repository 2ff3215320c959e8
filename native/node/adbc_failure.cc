#include "node/adbc_home.h"

#include <cstring>

namespace mortise::adbc {

Napi::Value to_error(Napi::Env env, const Failure &failure) {
  static const char *const kinds[] = {"driver", "contract", "cancelled", "closed", "input"};
  const Napi::Object error = Napi::Error::New(env, failure.message).Value();
  error.Set("kind", kinds[static_cast<size_t>(failure.kind)]);
  error.Set("call", failure.call);
  error.Set("status", js::to_number(env, failure.status));
  error.Set("sqlstate", failure.sqlstate);
  error.Set("vendorCode", failure.vendor_code ? js::to_number(env, *failure.vendor_code) : env.Undefined());
  error.Set("details", js::to_list(env, failure.details, [env](const auto &detail) {
              const Napi::Object one = Napi::Object::New(env);
              Napi::ArrayBuffer bytes = Napi::ArrayBuffer::New(env, detail.second.size());
              if (!detail.second.empty()) memcpy(bytes.Data(), detail.second.data(), detail.second.size());
              one.Set("key", detail.first);
              one.Set("value", Napi::Uint8Array::New(env, detail.second.size(), bytes, 0));
              return one;
            }));
  return error;
}

} // namespace mortise::adbc
