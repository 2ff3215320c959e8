/*
 * mortise.tasks 1.0: functions that run later: on the main thread, on a thread of the host's pool, or when
 * time has passed. A plugin that uses it needs no thread of its own.
 *
 * When the plugin stops, the host takes no more tasks, drops those that haven't begun, and waits for those that
 * run on the pool before it calls module_fini: no task runs beside module_fini or after it. A task on the pool
 * must therefore end, and must not wait for one on the main thread.
 */
#ifndef MORTISE_TASKS_H
#define MORTISE_TASKS_H

#include <mortise/host.h>
#include <mortise/service.h>

/* The most that one plugin may have at a time, waiting ones and timers together. More are refused, and reported. */
#define MORTISE_TASKS_MAX 65536

/*
 * `context` is the plugin's own. It is not told when a task is dropped; module_fini is the place to clean up.
 * [main-thread] for run_main and timers, [any-thread] for run_pool
 */
typedef void (*mortise_task)(void *context);

typedef struct mortise_tasks_v1 {
  uint32_t size;
  uint32_t reserved;

  /*
   * Runs the task once on the main thread, when the host's event loop comes round; tasks run in the order in
   * which they were given. A number for cancel, or 0 when the plugin stops, has too many, passes no
   * function, or the system has no thread for it. [any-thread]
   */
  uint64_t (*run_main)(const mortise_host *host, mortise_task task, void *context);

  /* Runs the task once on a thread of the pool. A number as for run_main. [any-thread] */
  uint64_t (*run_pool)(const mortise_host *host, mortise_task task, void *context);

  /*
   * Runs the task on the main thread after `delay`, then every `period` nanoseconds; once when that is 0.
   * A period of less than a millisecond counts as one. While the main thread is busy, the ticks that it
   * misses become one. It doesn't keep the process alive. A number as for run_main. [any-thread]
   */
  uint64_t (*start_timer)(const mortise_host *host, uint64_t delay, uint64_t period, mortise_task task,
                          void *context);

  /*
   * MORTISE_OK when the task won't begin any more; MORTISE_PASS when it runs on another thread or is over.
   * Waits for nothing. [any-thread]
   */
  int32_t (*cancel)(const mortise_host *host, uint64_t number);
} mortise_tasks_v1;

#define mortise_tasks_signature                                                                              \
  "run_main(host, task: mortise_task, context: void *) -> u64 [any-thread];"                                 \
  "run_pool(host, task: mortise_task, context: void *) -> u64 [any-thread];"                                 \
  "start_timer(host, delay: u64, period: u64, task: mortise_task, context: void *) -> u64 [any-thread];"     \
  "cancel(host, number: u64) -> status [any-thread]"

MORTISE_SERVICE_CELL(mortise_tasks, 1)

#endif
