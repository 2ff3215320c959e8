// What the daemon is to collectd's plugins, for one host. Its symbols are the process's, so that there is at most one
// at a time.
#pragma once

#include "collectd/callback.h"
#include "collectd/config/item.h"
#include "collectd/filter/kinds.h"
#include "collectd/gateway.h"
#include "collectd/plugin.h"
#include "collectd/sets.h"
#include "engines/collect/collector.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::collectd {

// Lives until the process ends: a plugin's thread may still call.
class Daemon final : public Gateway {
public:
  explicit Daemon(Host &host) : host_(host), collector_(host.collector()) {}

  collect::Collector &collector() { return collector_; }
  // Whose it is what no plugin registers.
  Owner &embedder() { return host_.collecting.embedder(); }

  // --- The life of plugins. Main thread.
  // Calls its module_register.
  void start(CollectdPlugin &plugin, void (*module_register)());

  enum class Configured { yes, no_such_plugin, failed };
  // A `<Plugin NAME>` block for whoever registered for that name. What a plugin refused, or didn't register for, is in
  // `problems`, with file and line.
  Configured configure(const std::string &name, const Item &block, std::vector<Problem> &problems);

  struct Init {
    std::string name;
    int status;
  };
  // Runs its init callbacks. Where one fails its read callback of the same name goes, as with collectd.
  std::vector<Init> init(CollectdPlugin &plugin);
  // Takes back what isn't the collector's: configuration, inits, matches and targets. Nothing of it runs any more.
  void forget(CollectdPlugin &plugin);

  struct Named {
    std::string kind, name; // kinds: config, init, read, write, flush, missing, cache_event, …
    const CollectdPlugin *plugin;
  };
  // What a plugin has registered.
  std::vector<Named> registrations(const CollectdPlugin &plugin) const;

  // --- Filter chains.
  const Kinds<match_proc_t> &matches() const { return matches_; }
  const Kinds<target_proc_t> &targets() const { return targets_; }
  const data_set_t *set_of(const collect::DataSets::Shared &set) { return sets_.of(set); }

  // --- Gateway
  int register_config(const char *name, config_cb callback, const char *const *keys, int count) override;
  int register_complex_config(const char *name, complex_config_cb callback) override;
  int register_init(const char *name, init_cb callback) override;
  int register_read(const char *name, simple_read_cb callback) override;
  int register_complex_read(const char *group, const char *name, read_cb callback, cdtime_t interval,
                            const user_data_t *data) override;
  int register_write(const char *name, write_cb callback, const user_data_t *data) override;
  int register_flush(const char *name, flush_cb callback, const user_data_t *data) override;
  int register_missing(const char *name, missing_cb callback, const user_data_t *data) override;
  int register_cache_event(const char *name, cache_event_cb callback, const user_data_t *data) override;
  int register_shutdown(const char *name, shutdown_cb callback) override;
  int register_log(const char *name, log_cb callback, const user_data_t *data) override;
  int register_notification(const char *name, notification_cb callback, const user_data_t *data) override;
  int register_data_set(const data_set_t *set) override;
  int register_match(const char *name, const match_proc_t &match) override;
  int register_target(const char *name, const target_proc_t &target) override;
  int unregister(Registered what, const char *name) override;
  int dispatch(const value_list_t *list) override;
  int write(const char *writer, const data_set_t *set, const value_list_t *list) override;
  int flush(const char *plugin, cdtime_t timeout, const char *identifier) override;
  int notify(const notification_t *notification) override;
  void log(int severity, const char *text) override;
  const data_set_t *data_set(const char *type) override;
  bool find(const char *name, Known &known) override;
  bool find(const value_list_t *list, Known &known) override;
  const double *rates_here(const value_list_t *list, size_t &count) override;
  std::vector<Entry> entries(bool with_meta) override;
  bool history(const char *name, size_t steps, std::vector<double> &rates) override;
  bool set_state(const value_list_t *list, int state) override;
  bool set_hits(const value_list_t *list, int hits) override;
  bool add_hits(const value_list_t *list, int step, int &before) override;
  bool with_meta(const value_list_t *list, void (*change)(meta_data_t *, void *), void *context) override;
  void set_hostname(const char *name) override { hostname_ = name; }
  plugin_ctx_t context() override;
  plugin_ctx_t set_context(plugin_ctx_t context) override;
  int create_thread(pthread_t *thread, void *(*start)(void *), void *argument, const char *name) override;
  oconfig_item_t *parse_config(const char *path) override;

private:
  struct SimpleConfig {
    std::vector<std::string> keys;
    std::shared_ptr<Callback<config_cb>> callback;
  };
  using Remove = bool (collect::Collector::*)(std::string_view);

  void note(const char *kind, const std::string &name);
  void unnote(const char *kind, const std::string &name);
  // `add(problem)`; what is registered already under that name goes first, as with collectd.
  template <typename Add> int replace(const char *kind, const std::string &name, Remove remove, Add add);
  int refused(const Problem &problem);
  bool forget_cache_event(const std::string &name);
  int32_t write_samples(Callback<write_cb> &callback, const collect::Sample *const *samples, size_t count);
  Owner &owner_here();
  Configured configure_simply(const std::string &name, const Item &block, std::vector<Problem> &problems);

  Host &host_;
  collect::Collector &collector_;
  Sets sets_;
  std::atomic<const char *> hostname_{""};

  mutable std::mutex mutex_;                    // never held while a plugin runs
  std::map<std::string, SimpleConfig> configs_; // by names in lower case
  std::map<std::string, std::shared_ptr<Callback<complex_config_cb>>> complex_;   // the same
  std::vector<std::pair<std::string, std::shared_ptr<Callback<init_cb>>>> inits_; // in their order
  Kinds<match_proc_t> matches_;
  Kinds<target_proc_t> targets_;
  std::vector<Named> noted_;
};

} // namespace mortise::collectd
