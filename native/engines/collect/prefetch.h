// Tells the processor what is read soon: samples that waited are mostly no longer in its caches.
#pragma once

namespace mortise::collect {

inline void prefetch(const void *address) {
#ifdef __GNUC__
  __builtin_prefetch(address);
#else
  (void)address;
#endif
}

} // namespace mortise::collect
