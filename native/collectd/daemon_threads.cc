// What a thread works for, and the threads that plugins make.
#include "collectd/daemon.h"

namespace mortise::collectd {
namespace {

struct Start {
  void *(*function)(void *);
  void *argument;
  CollectdPlugin *plugin;
  plugin_ctx_t context;
};

void *run(void *pointer) {
  const std::unique_ptr<Start> start(static_cast<Start *>(pointer));
  const Start copy = *start;
  const Working working(copy.plugin, copy.context);
  return copy.function(copy.argument);
}

} // namespace

plugin_ctx_t Daemon::context() {
  return Work::here().context;
}

plugin_ctx_t Daemon::set_context(plugin_ctx_t context) {
  const plugin_ctx_t before = Work::here().context;
  Work::here().context = context;
  return before;
}

int Daemon::create_thread(pthread_t *thread, void *(*function)(void *), void *argument, const char *name) {
  const Work &here = Work::here();
  auto start = std::make_unique<Start>(Start{function, argument, here.plugin, here.context});
  const int status = pthread_create(thread, nullptr, run, start.get());
  if (status != 0) return status;
  start.release(); // the thread's
#if defined(__linux__)
  if (name) pthread_setname_np(*thread, std::string(name).substr(0, 15).c_str());
#else
  (void)name;
#endif
  return 0;
}

} // namespace mortise::collectd
