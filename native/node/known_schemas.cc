#include "node/known_schemas.h"

#include <algorithm>

namespace mortise::arrow {
namespace {

constexpr size_t max_known = 16;
// A wider one costs little beside its rows, and would be kept for long.
constexpr size_t max_columns = 100;

} // namespace

Napi::Value KnownSchemas::of(Napi::Env env, const std::shared_ptr<const Field> &rows) {
  const auto found = std::find_if(known_.begin(), known_.end(),
                                  [&](const Known &known) { return is_same(*known.rows, *rows); });
  if (found != known_.end()) {
    std::rotate(known_.begin(), found, found + 1);
    napi_value object = nullptr;
    if (napi_get_reference_value(env, known_.front().object, &object) != napi_ok) throw Napi::Error::New(env);
    return Napi::Value(env, object);
  }
  const Napi::Value object = to_schema(env, *rows);
  if (rows->children.size() > max_columns) return object;
  napi_ref reference = nullptr;
  if (napi_create_reference(env, object, 1, &reference) != napi_ok) throw Napi::Error::New(env);
  known_.insert(known_.begin(), {rows, reference});
  if (known_.size() > max_known) {
    napi_delete_reference(env, known_.back().object);
    known_.pop_back();
  }
  return object;
}

void KnownSchemas::forget(Napi::Env env) {
  for (const Known &known : known_)
    napi_delete_reference(env, known.object);
  known_.clear();
}

} // namespace mortise::arrow
