// mortise.tasks
#include "services/built_in.h"
#include "host/plugin.h"

namespace mortise {
namespace {

uint64_t answer(Plugin *plugin, uint64_t number, bool full, const char *function) {
  if (full) {
    const std::string max = std::to_string(MORTISE_TASKS_MAX);
    plugin->report(Problem("MORTISE_ERR_SERVICE_LIMIT", max + " of its tasks wait, and it gave another")
                       .in(function)
                       .expects("at max " + max)
                       .got("one more")
                       .fix("Ask its author to give fewer tasks, or to make each do more; the main thread "
                            "may be too busy."));
  }
  return number;
}

bool lacks(Plugin *plugin, mortise_task task, const char *function) {
  if (task) return false;
  plugin->report(Problem("MORTISE_ERR_SERVICE_ARGUMENT", "gave a task without a function")
                     .in(function)
                     .expects("a function")
                     .got("null")
                     .fix("Ask its author to pass the function that should run."));
  return true;
}

template <Tasks::Place place> uint64_t run(const mortise_host *host, mortise_task task, void *context) {
  Plugin *plugin = Plugin::of(host);
  const char *function = place == Tasks::Place::main ? "mortise.tasks.run_main" : "mortise.tasks.run_pool";
  if (lacks(plugin, task, function)) return 0;
  bool full = false;
  const uint64_t number = plugin->owner.tasks.run(plugin, place, task, context, full);
  return answer(plugin, number, full, function);
}

uint64_t start_timer(const mortise_host *host, uint64_t delay, uint64_t period, mortise_task task,
                     void *context) {
  Plugin *plugin = Plugin::of(host);
  if (lacks(plugin, task, "mortise.tasks.start_timer")) return 0;
  bool full = false;
  const uint64_t number = plugin->owner.tasks.start_timer(plugin, delay, period, task, context, full);
  return answer(plugin, number, full, "mortise.tasks.start_timer");
}

int32_t cancel(const mortise_host *host, uint64_t number) {
  Plugin *plugin = Plugin::of(host);
  return plugin->owner.tasks.cancel(plugin, number) ? MORTISE_OK : MORTISE_PASS;
}

} // namespace

const mortise_tasks_v1 tasks_table = {sizeof(mortise_tasks_v1), 0,           run<Tasks::Place::main>,
                                      run<Tasks::Place::pool>,  start_timer, cancel};

} // namespace mortise
