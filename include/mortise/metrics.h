/*
 * mortise.metrics 1.0: numbers that the host's operator watches. A change costs some nanoseconds and takes no
 * lock. They belong to the plugin's name: a plugin that is loaded again goes on counting where it stopped.
 */
#ifndef MORTISE_METRICS_H
#define MORTISE_METRICS_H

#include <mortise/host.h>
#include <mortise/service.h>

/* Opaque. Owned by the host, valid until module_fini returns. */
typedef struct mortise_metric mortise_metric;

typedef struct mortise_metrics_v1 {
  uint32_t size;
  uint32_t reserved;

  /*
   * A number that only grows. The same name again is the same counter. `name` is one to 127 letters, digits,
   * "_" and ".", a letter first; `help` says in a line what it counts, and its unit. Both are copied.
   * Null, and reported, for a name that isn't one or that is a metric of another kind, and after 1,024
   * metrics. [any-thread]
   */
  mortise_metric *(*counter)(const mortise_host *host, mortise_text name, mortise_text help);

  /* A number that goes up and down. Null as for counter. [any-thread] */
  mortise_metric *(*gauge)(const mortise_host *host, mortise_text name, mortise_text help);

  /*
   * How often values fell at or under each of `count` bounds, which must grow; at most 64. Null as for
   * counter, and when a histogram of that name has other bounds. [any-thread]
   */
  mortise_metric *(*histogram)(const mortise_host *host, mortise_text name, mortise_text help,
                               const double *bounds, uint32_t count);

  /* Adds to a counter. Nothing happens to a null metric, or to one of another kind. [any-thread] */
  void (*add)(const mortise_host *host, mortise_metric *metric, uint64_t amount);

  /* Sets a gauge. Nothing happens to a null metric, or to one of another kind. [any-thread] */
  void (*set)(const mortise_host *host, mortise_metric *metric, double value);

  /*
   * Counts a value in a histogram. Nothing happens for NaN, to a null metric, or to one of another kind.
   * [any-thread]
   */
  void (*observe)(const mortise_host *host, mortise_metric *metric, double value);
} mortise_metrics_v1;

#define mortise_metrics_signature                                                                            \
  "counter(host, name: mortise_text, help: mortise_text) -> mortise_metric * [any-thread];"                  \
  "gauge(host, name: mortise_text, help: mortise_text) -> mortise_metric * [any-thread];"                    \
  "histogram(host, name: mortise_text, help: mortise_text, bounds: const f64 *, count: u32) -> "             \
  "mortise_metric * [any-thread];"                                                                           \
  "add(host, metric: mortise_metric *, amount: u64) -> none [any-thread];"                                   \
  "set(host, metric: mortise_metric *, value: f64) -> none [any-thread];"                                    \
  "observe(host, metric: mortise_metric *, value: f64) -> none [any-thread]"

MORTISE_SERVICE_CELL(mortise_metrics, 1)

#endif
