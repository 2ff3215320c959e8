// cdrand_*: a generator for each thread. Not for secrets, as with collectd.
#include "collectd/library/exports.h"

#include <random>

namespace mortise::collectd {
namespace {

std::mt19937_64 &generator() {
  thread_local std::mt19937_64 made{std::random_device{}()};
  return made;
}

} // namespace

// From 0, included, to 1, excluded.
MORTISE_EXPORT double cdrand_d() {
  return static_cast<double>(generator()() >> 11) * 0x1p-53;
}

MORTISE_EXPORT uint32_t cdrand_u() {
  return static_cast<uint32_t>(generator()() >> 32);
}

// Both ends included.
MORTISE_EXPORT long cdrand_range(long min, long max) {
  return min >= max ? min : std::uniform_int_distribution<long>(min, max)(generator());
}

} // namespace mortise::collectd
