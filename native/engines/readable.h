// Whether memory is there to be read, without touching it.
#pragma once

#include <cstddef>

namespace mortise {

// False only when the system says that a part of it can't be read; true where it can't be asked (not on Linux).
// Costs a system call for each page.
bool is_readable(const void *start, size_t size);

// While it lives, the system is asked once about each page on this thread: for a look at what somebody has just handed
// over, who doesn't take it away meanwhile. Not to be nested.
class ReadableOnce {
public:
  ReadableOnce();
  ~ReadableOnce();
  ReadableOnce(const ReadableOnce &) = delete;
};

// Whether it lies in more than one page: a size that is wrong leads out of what is there only then.
bool spans_pages(const void *start, size_t size);

} // namespace mortise
