// The schemas of late results as JavaScript's objects, which are made once: most queries are asked again and again.
#pragma once

#include "node/arrow_values.h"

#include <memory>
#include <vector>

namespace mortise::arrow {

// On JavaScript's thread.
class KnownSchemas {
public:
  KnownSchemas() = default;
  KnownSchemas(const KnownSchemas &) = delete;

  // The same object for the same schema, while it is among the latest. Frozen.
  Napi::Value of(Napi::Env env, const std::shared_ptr<const Field> &rows);
  // Before the environment ends.
  void forget(Napi::Env env);

private:
  struct Known {
    std::shared_ptr<const Field> rows;
    napi_ref object;
  };
  std::vector<Known> known_; // the latest first
};

} // namespace mortise::arrow
