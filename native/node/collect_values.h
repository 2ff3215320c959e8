// Values and notifications that JavaScript hands to a host's collector.
#pragma once

#include <napi.h>

namespace mortise {

void define_collect_values(Napi::Object part);

} // namespace mortise
