// Taps: bounded queues of values that JavaScript takes when it likes.
#pragma once

#include <napi.h>

namespace mortise {

void define_collect_taps(Napi::Object part);

} // namespace mortise
