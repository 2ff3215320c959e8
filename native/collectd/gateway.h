// What collectd's functions ask of the host. mortise-collectd.so exports those functions to plugins, and holds what
// needs no host itself; for the rest it calls the one gateway that the addon gave it.
#pragma once

#include "collectd/layout.h"

#include <pthread.h>

#include <cstddef>
#include <string>
#include <vector>

namespace mortise::collectd {

// Any thread. Statuses are collectd's: 0 is success. What is called with a plugin's pointers copies what it keeps.
class Gateway {
public:
  virtual ~Gateway() = default;

  // --- Registration, in the name of the plugin that the calling thread works for. `data` may be null.
  virtual int register_config(const char *name, config_cb callback, const char *const *keys, int count) = 0;
  virtual int register_complex_config(const char *name, complex_config_cb callback) = 0;
  virtual int register_init(const char *name, init_cb callback) = 0;
  virtual int register_read(const char *name, simple_read_cb callback) = 0;
  virtual int register_complex_read(const char *group, const char *name, read_cb callback, cdtime_t interval,
                                    const user_data_t *data) = 0;
  virtual int register_write(const char *name, write_cb callback, const user_data_t *data) = 0;
  virtual int register_flush(const char *name, flush_cb callback, const user_data_t *data) = 0;
  virtual int register_missing(const char *name, missing_cb callback, const user_data_t *data) = 0;
  virtual int register_cache_event(const char *name, cache_event_cb callback, const user_data_t *data) = 0;
  virtual int register_shutdown(const char *name, shutdown_cb callback) = 0;
  virtual int register_log(const char *name, log_cb callback, const user_data_t *data) = 0;
  virtual int register_notification(const char *name, notification_cb callback, const user_data_t *data) = 0;
  virtual int register_data_set(const data_set_t *set) = 0;
  virtual int register_match(const char *name, const match_proc_t &match) = 0;
  virtual int register_target(const char *name, const target_proc_t &target) = 0;

  enum class Registered {
    config,
    complex_config,
    init,
    read,
    read_group,
    write,
    flush,
    missing,
    cache_event,
    shutdown,
    log,
    notification,
    data_set
  };
  virtual int unregister(Registered what, const char *name) = 0;

  // --- Values.
  virtual int dispatch(const value_list_t *list) = 0;
  virtual int write(const char *writer, const data_set_t *set, const value_list_t *list) = 0;
  virtual int flush(const char *plugin, cdtime_t timeout, const char *identifier) = 0;
  virtual int notify(const notification_t *notification) = 0;
  virtual void log(int severity, const char *text) = 0;
  virtual const data_set_t *data_set(const char *type) = 0;

  // --- The value cache.
  struct Known {
    std::vector<value_t> values;
    std::vector<double> rates;
    cdtime_t time, interval;
    int state;
    int hits;
  };
  struct Entry {
    std::string name;
    Known known;
    meta_data_t *meta; // the caller's
  };
  // `name` is host/plugin-instance/type-instance. False when there is no such series.
  virtual bool find(const char *name, Known &known) = 0;
  virtual bool find(const value_list_t *list, Known &known) = 0;
  // The rates of the sample that the calling thread's write callback was given as `list`; null: it is none.
  virtual const double *rates_here(const value_list_t *list, size_t &count) = 0;
  virtual std::vector<Entry> entries(bool with_meta) = 0;
  // Step by step, the newest first.
  virtual bool history(const char *name, size_t steps, std::vector<double> &rates) = 0;
  virtual bool set_state(const value_list_t *list, int state) = 0;
  virtual bool set_hits(const value_list_t *list, int hits) = 0;
  virtual bool add_hits(const value_list_t *list, int step, int &before) = 0;
  // Calls `change` with the series' metadata under its lock.
  virtual bool with_meta(const value_list_t *list, void (*change)(meta_data_t *, void *), void *context) = 0;

  // --- The rest.
  // The host in values that name none, from now on. The text stays.
  virtual void set_hostname(const char *name) = 0;
  virtual plugin_ctx_t context() = 0;
  virtual plugin_ctx_t set_context(plugin_ctx_t context) = 0;
  virtual int create_thread(pthread_t *thread, void *(*start)(void *), void *argument, const char *name) = 0;
  // For oconfig_free; null when the file isn't valid, which is told.
  virtual oconfig_item_t *parse_config(const char *path) = 0;
};

} // namespace mortise::collectd
