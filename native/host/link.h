// Who is asked for a route.
#pragma once

#include <mortise/mortise.h>

#include <cstdint>

namespace mortise {

// Whatever answers with a context of its own; or, without a function, a plugin of mortise's own family, whose function
// is the context. Through a function it would be two jumps whose aims change, and those cost most.
struct Link {
  int32_t (*function)(const mortise_context *question, mortise_route *answer, void *context);
  void *context;
};

} // namespace mortise
