// On whose behalf a thread works, and every how often.
#include "collectd/library/exports.h"

#include <cerrno>

namespace mortise::collectd {

MORTISE_EXPORT plugin_ctx_t plugin_get_ctx() {
  Gateway *host = gateway();
  return host ? host->context() : plugin_ctx_t{};
}

MORTISE_EXPORT plugin_ctx_t plugin_set_ctx(plugin_ctx_t context) {
  Gateway *host = gateway();
  return host ? host->set_context(context) : plugin_ctx_t{};
}

MORTISE_EXPORT cdtime_t plugin_get_interval() {
  const cdtime_t interval = plugin_get_ctx().interval;
  return interval > 0 ? interval : interval_g;
}

// The thread works for the plugin that makes it.
MORTISE_EXPORT int plugin_thread_create(pthread_t *thread, void *(*start)(void *), void *argument,
                                        const char *name) {
  Gateway *host = gateway();
  return host ? host->create_thread(thread, start, argument, name) : ENOTCONN;
}

} // namespace mortise::collectd
