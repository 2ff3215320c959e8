// What plugins and TypeScript register with a collector. Each belongs to an owner, and goes with it.
#pragma once

#include "engines/collect/notification.h"
#include "engines/collect/sample.h"

#include <functional>
#include <string>
#include <string_view>

namespace mortise::collect {

// 0: it went well. Anything else doubles the interval, up to a day; success resets it. On one of the read threads,
// never twice at once.
using Read = std::function<int32_t()>;
// On the writer's own thread, never twice at once; between 1 and max_batch samples, oldest first.
// 0: they are written. Anything else: they failed, and are counted.
using Write = std::function<int32_t(const Sample *const *samples, size_t count)>;
// `age` 0 is everything; `identifier` may be empty. On the writer's own thread when the name is a writer's, so that it
// never runs beside its write; else on the thread that asks, and the last one, as its plugin or the collector ends, on a
// thread of its own.
using Flush = std::function<int32_t(Time age, std::string_view identifier)>;
// On the thread that says it. These must not wait.
using Log = std::function<void(int32_t severity, std::string_view text)>;
using Notify = std::function<int32_t(const Notification &)>;
// For a series that has sent nothing for timeout × interval; on a thread of the collector's.
using Missing = std::function<int32_t(const Series &, Time last_seen)>;
using Shutdown = std::function<int32_t()>;

constexpr size_t max_batch = 1024;

} // namespace mortise::collect
