#include "engines/readable.h"

#include <cstdint>

#if defined(__linux__)
#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace mortise {
namespace {

// The smallest that a system has.
constexpr uintptr_t page = 4096;

#if defined(__linux__)
// Pages that are there, the latest ones; none while nobody remembers.
struct Known {
  static constexpr size_t size = 16;
  bool is_kept = false;
  size_t next = 0;
  uintptr_t pages[size] = {};
};
thread_local Known known;

bool is_known(uintptr_t address) {
  if (!known.is_kept) return false;
  for (const uintptr_t page_number : known.pages)
    if (page_number == address / page) return true;
  return false;
}

void remember(uintptr_t address) {
  if (known.is_kept) known.pages[known.next++ % Known::size] = address / page;
}

// The kernel looks at the mask before it looks at the impossible first argument: EFAULT, where a load of our own would
// end the process, or EINVAL. No sandbox forbids the call, and memory of devices answers as well.
bool is_readable(uintptr_t address) {
  if (address < page) return false; // the kernel takes a null for an absent mask
  if (is_known(address)) return true;
  const int before = errno;
  const bool is_there =
      syscall(SYS_rt_sigprocmask, ~0, address & ~static_cast<uintptr_t>(7), nullptr, 8) == 0 ||
      errno != EFAULT;
  errno = before;
  if (is_there) remember(address);
  return is_there;
}
#else
bool is_readable(uintptr_t) {
  return true;
}
#endif

} // namespace

bool is_readable(const void *start, size_t size) {
  uintptr_t at = reinterpret_cast<uintptr_t>(start);
  if (size == 0) return true;
  const uintptr_t last = at + (size - 1);
  if (last < at) return false; // round the end of all addresses
  for (; at < last; at = at / page * page + page) {
    if (!is_readable(at)) return false;
    if (at / page == last / page) return true;
  }
  return is_readable(last);
}

#if defined(__linux__)
ReadableOnce::ReadableOnce() {
  known = {};
  known.is_kept = true;
}
ReadableOnce::~ReadableOnce() {
  known.is_kept = false;
}
#else
ReadableOnce::ReadableOnce() = default;
ReadableOnce::~ReadableOnce() = default;
#endif

bool spans_pages(const void *start, size_t size) {
  const uintptr_t at = reinterpret_cast<uintptr_t>(start);
  return size > 0 && at / page != (at + (size - 1)) / page;
}

} // namespace mortise
