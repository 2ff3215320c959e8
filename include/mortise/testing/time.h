/* mortise.clock and mortise.tasks of a test's host: time goes on, and tasks run, when the test says so. */
#ifndef MORTISE_TESTING_TIME_H
#define MORTISE_TESTING_TIME_H

#include <mortise/clock.h>
#include <mortise/tasks.h>
#include <mortise/testing/memory.h>

enum { MORTISE_TEST_TASKS = 1024 };

typedef struct mortise_test_task {
  uint64_t number; /* 0: none */
  mortise_task task;
  void *context;
  int64_t due; /* of a timer; -1: as soon as tasks run */
  uint64_t period;
} mortise_test_task;

static mortise_test_task mortise_test_tasks[MORTISE_TEST_TASKS];
static uint64_t mortise_test_task_number;
static int64_t mortise_test_clock; /* nanoseconds since the test began */

/* 2026-01-01 00:00 UTC, and what has passed. */
static inline int64_t mortise_test_wall(const mortise_host *host) {
  (void)host;
  return INT64_C(1767225600000000000) + mortise_test_clock;
}

static inline int64_t mortise_test_monotonic(const mortise_host *host) {
  (void)host;
  return mortise_test_clock;
}

static const mortise_clock_v1 mortise_test_clock_table = {sizeof(mortise_clock_v1), 0, mortise_test_wall,
                                                          mortise_test_monotonic};

static inline uint64_t mortise_test_schedule(mortise_task task, void *context, int64_t due, uint64_t period) {
  int i;
  for (i = 0; task && i < MORTISE_TEST_TASKS; i++) {
    mortise_test_task *slot = &mortise_test_tasks[i];
    if (slot->number != 0) continue;
    slot->number = ++mortise_test_task_number;
    slot->task = task;
    slot->context = context;
    slot->due = due;
    slot->period = period;
    return slot->number;
  }
  return 0;
}

static inline uint64_t mortise_test_run_soon(const mortise_host *host, mortise_task task, void *context) {
  (void)host;
  return mortise_test_schedule(task, context, -1, 0);
}

static inline uint64_t mortise_test_start_timer(const mortise_host *host, uint64_t delay, uint64_t period,
                                                mortise_task task, void *context) {
  (void)host;
  return mortise_test_schedule(task, context, mortise_test_clock + (int64_t)delay,
                               period > 0 && period < 1000000 ? 1000000 : period);
}

static inline int32_t mortise_test_cancel(const mortise_host *host, uint64_t number) {
  int i;
  (void)host;
  for (i = 0; number != 0 && i < MORTISE_TEST_TASKS; i++) {
    if (mortise_test_tasks[i].number != number) continue;
    mortise_test_tasks[i].number = 0;
    return MORTISE_OK;
  }
  return MORTISE_PASS;
}

static const mortise_tasks_v1 mortise_test_tasks_table = {sizeof(mortise_tasks_v1), 0,
                                                          mortise_test_run_soon,    mortise_test_run_soon,
                                                          mortise_test_start_timer, mortise_test_cancel};

/* The task that is next until `until`: those without a time first, in the order in which they came. */
static inline mortise_test_task *mortise_test_next_task(int64_t until) {
  mortise_test_task *next = NULL;
  int i;
  for (i = 0; i < MORTISE_TEST_TASKS; i++) {
    mortise_test_task *one = &mortise_test_tasks[i];
    if (one->number == 0 || one->due > until) continue;
    if (!next || one->due < next->due || (one->due == next->due && one->number < next->number)) next = one;
  }
  return next;
}

/* Lets time pass: runs all tasks, and the timers that fall due, each at its time. How many ran; at most 100,000. */
static inline int mortise_test_advance(uint64_t nanoseconds) {
  const int64_t until = mortise_test_clock + (int64_t)nanoseconds;
  mortise_test_task *one;
  int ran = 0;
  for (; ran < 100000 && (one = mortise_test_next_task(until)) != NULL; ran++) {
    const mortise_test_task now = *one;
    if (now.due > mortise_test_clock) mortise_test_clock = now.due;
    if (now.period > 0)
      one->due += (int64_t)now.period;
    else
      one->number = 0;
    now.task(now.context);
  }
  mortise_test_clock = until;
  return ran;
}

/* Runs the tasks that wait, those of the pool too, on this thread. How many ran. */
static inline int mortise_test_run_tasks(void) {
  return mortise_test_advance(0);
}

#endif
