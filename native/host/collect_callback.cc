#include "host/collect_callback.h"

#include <vector>

namespace mortise {
namespace {

// The collector counts as syslog does.
int32_t severity_of(int32_t syslog) {
  if (syslog <= 3) return MORTISE_LOG_ERROR;
  if (syslog == 4) return MORTISE_LOG_WARNING;
  return syslog <= 6 ? MORTISE_LOG_INFO : MORTISE_LOG_DEBUG;
}

} // namespace

// Whether a callback may be called, and that it runs.
class CollectCallback::Call {
public:
  Call(CollectCallback &callback, uint32_t which) : callback_(callback) {
    const uint64_t before = callback.state_.fetch_add(1);
    is_open = (before & bits(which)) && !callback.calls_.silent;
  }
  ~Call() {
    if (callback_.state_.fetch_sub(1) == 1) callback_.end();
  }
  Call(const Call &) = delete;
  Call &operator=(const Call &) = delete;

  static constexpr uint64_t bits(uint32_t which) { return static_cast<uint64_t>(which) << 32; }

  bool is_open;

private:
  CollectCallback &callback_;
};

CollectCallback::CollectCallback(CollectCalls &calls, const mortise_collect_callbacks &callbacks,
                                 uint32_t which)
    : calls_(calls), c_(callbacks), state_(Call::bits(which)), batch_(calls.sets) {
  const std::lock_guard<std::mutex> lock(calls_.mutex);
  calls_.count++;
}

void CollectCallback::take_over() {
  owned_ = true;
}

void CollectCallback::drop(uint32_t which) {
  const uint64_t bits = Call::bits(which);
  const uint64_t before = state_.fetch_and(~bits);
  if ((before & ~bits) == 0) end();
}

void CollectCallback::end() {
  if (ended_.exchange(true)) return;
  if (owned_ && c_.release && !calls_.silent) c_.release(c_.context);
  const std::lock_guard<std::mutex> lock(calls_.mutex);
  if (--calls_.count == 0) calls_.ended.notify_all();
}

collect::Read CollectCallback::read() {
  return [self = shared_from_this()]() -> int32_t {
    const Call call(*self, MORTISE_COLLECT_READ);
    return call.is_open ? self->c_.read(self->c_.context) : MORTISE_OK;
  };
}

collect::Write CollectCallback::write() {
  return [self = shared_from_this()](const collect::Sample *const *samples, size_t count) -> int32_t {
    const Call call(*self, MORTISE_COLLECT_WRITE);
    if (!call.is_open) return MORTISE_ERROR;
    return self->c_.write(self->c_.context, self->batch_.fill(samples, count), count);
  };
}

collect::Flush CollectCallback::flush() {
  return [self = shared_from_this()](collect::Time age, std::string_view identifier) -> int32_t {
    const Call call(*self, MORTISE_COLLECT_FLUSH);
    if (!call.is_open) return MORTISE_OK;
    return self->c_.flush(self->c_.context, nanoseconds_of(age), text_of(identifier));
  };
}

collect::Log CollectCallback::log() {
  return [self = shared_from_this()](int32_t severity, std::string_view line) {
    const Call call(*self, MORTISE_COLLECT_LOG);
    if (call.is_open) self->c_.log(self->c_.context, severity_of(severity), text_of(line));
  };
}

collect::Notify CollectCallback::notified() {
  return [self = shared_from_this()](const collect::Notification &from) -> int32_t {
    const Call call(*self, MORTISE_COLLECT_NOTIFIED);
    if (!call.is_open) return MORTISE_OK;
    std::vector<mortise_member> members;
    append_members(from.metadata, members);
    mortise_collect_notification notification = {};
    notification.size = sizeof notification;
    notification.severity = static_cast<int32_t>(from.severity);
    notification.time = nanoseconds_of(from.time);
    notification.message = text_of(from.message);
    notification.identity =
        identity_of({from.host, from.plugin, from.plugin_instance, from.type, from.type_instance});
    notification.metadata = members.data();
    notification.metadata_count = static_cast<uint32_t>(members.size());
    return self->c_.notified(self->c_.context, &notification);
  };
}

collect::Missing CollectCallback::missing() {
  return [self = shared_from_this()](const collect::Series &from, collect::Time last_seen) -> int32_t {
    const Call call(*self, MORTISE_COLLECT_MISSING);
    if (!call.is_open) return MORTISE_OK;
    const mortise_collect_series series = series_of(from, self->calls_.sets);
    return self->c_.missing(self->c_.context, &series, nanoseconds_of(last_seen));
  };
}

collect::Shutdown CollectCallback::shutdown() {
  return [self = shared_from_this()]() -> int32_t {
    const Call call(*self, MORTISE_COLLECT_SHUTDOWN);
    return call.is_open ? self->c_.shutdown(self->c_.context) : MORTISE_OK;
  };
}

} // namespace mortise
