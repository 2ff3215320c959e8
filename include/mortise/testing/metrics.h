/* mortise.metrics of a test's host. */
#ifndef MORTISE_TESTING_METRICS_H
#define MORTISE_TESTING_METRICS_H

#include <mortise/metrics.h>
#include <mortise/testing/memory.h>

struct mortise_metric {
  struct mortise_metric *next;
  mortise_text name;
  int kind; /* 'c', 'g', 'h' */
  double value;
};

static mortise_metric *mortise_test_metrics;

static inline mortise_metric *mortise_test_metric_of(mortise_text name, int kind) {
  mortise_metric *metric = mortise_test_metrics;
  while (metric && !mortise_text_equal(metric->name, name))
    metric = metric->next;
  if (metric) return metric->kind == kind || kind == 0 ? metric : NULL;
  if (kind == 0) return NULL;
  metric = (mortise_metric *)mortise_test_keep(sizeof *metric);
  metric->name = mortise_test_copy(name);
  metric->kind = kind;
  metric->next = mortise_test_metrics;
  mortise_test_metrics = metric;
  return metric;
}

static inline mortise_metric *mortise_test_counter(const mortise_host *host, mortise_text name,
                                                   mortise_text help) {
  (void)host;
  (void)help;
  return mortise_test_metric_of(name, 'c');
}

static inline mortise_metric *mortise_test_gauge(const mortise_host *host, mortise_text name,
                                                 mortise_text help) {
  (void)host;
  (void)help;
  return mortise_test_metric_of(name, 'g');
}

static inline mortise_metric *mortise_test_histogram(const mortise_host *host, mortise_text name,
                                                     mortise_text help, const double *bounds,
                                                     uint32_t count) {
  (void)host;
  (void)help;
  (void)bounds;
  (void)count;
  return mortise_test_metric_of(name, 'h');
}

static inline void mortise_test_add(const mortise_host *host, mortise_metric *metric, uint64_t amount) {
  (void)host;
  if (metric && metric->kind == 'c') metric->value += (double)amount;
}

static inline void mortise_test_set(const mortise_host *host, mortise_metric *metric, double value) {
  (void)host;
  if (metric && metric->kind == 'g') metric->value = value;
}

static inline void mortise_test_observe(const mortise_host *host, mortise_metric *metric, double value) {
  (void)host;
  if (metric && metric->kind == 'h' && value == value) metric->value += 1;
}

static const mortise_metrics_v1 mortise_test_metrics_table = {
    sizeof(mortise_metrics_v1), 0,
    mortise_test_counter,       mortise_test_gauge,
    mortise_test_histogram,     mortise_test_add,
    mortise_test_set,           mortise_test_observe};

/* What a counter or a gauge says, or how many values a histogram has seen; -1 when there is none of that name. */
static inline double mortise_test_metric(const char *name) {
  const mortise_metric *metric = mortise_test_metric_of(mortise_text_of(name), 0);
  return metric ? metric->value : -1;
}

#endif
