// Runs the plugin of bench -- collect on the engine alone, with collectd's structs in and out as its ABI has them:
//   collect-engine READ_THREADS PLUGIN.so
#include "engines/collect/collector.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

extern "C" {
#include "collectd/core/daemon/collectd.h"
#include "collectd/core/daemon/plugin.h"
}

using namespace mortise;

namespace {

struct Plugin final : Owner {
  Plugin() : Owner("bench") {}
  void report(Problem) override {}
  void fill_wanting(const std::string &, uint32_t) override {}
  void empty_wanting(const void *) override {}
} plugin;

collect::Collector *collector = nullptr;

std::string_view text(const char (&name)[DATA_MAX_NAME_LEN]) {
  return {name, strnlen(name, sizeof(name))};
}

void copy(std::string_view from, char *to) {
  std::memcpy(to, from.data(), from.size());
  to[from.size()] = '\0';
}

// What one writer's thread hands over.
class Handed {
public:
  int32_t write(plugin_write_cb function, const collect::Sample &sample) {
    if (sample.series->set != last_) {
      last_ = sample.series->set;
      set_.ds_num = last_->sources.size();
      copy(last_->type, set_.type);
    }
    const collect::Identity &names = sample.series->identity;
    list_.values = reinterpret_cast<value_t *>(const_cast<collect::Value *>(sample.values()));
    list_.values_len = sample.count;
    list_.time = sample.time;
    list_.interval = sample.interval;
    copy(names.host, list_.host);
    copy(names.plugin, list_.plugin);
    copy(names.plugin_instance, list_.plugin_instance);
    copy(names.type, list_.type);
    copy(names.type_instance, list_.type_instance);
    user_data_t none = {};
    return function(&set_, &list_, &none);
  }

private:
  value_list_t list_ = {};
  data_set_t set_ = {};
  collect::DataSets::Shared last_;
};

} // namespace

extern "C" int plugin_dispatch_values(const value_list_t *list) {
  const collect::Identity names = {text(list->host), text(list->plugin), text(list->plugin_instance),
                                   text(list->type), text(list->type_instance)};
  return collector->dispatch(&plugin, {names, reinterpret_cast<const collect::Value *>(list->values),
                                       list->values_len, list->time, list->interval});
}

extern "C" int plugin_register_complex_read(const char *, const char *name, plugin_read_cb function,
                                            cdtime_t interval, const user_data_t *data) {
  Problem problem;
  auto read = [function, own = *data]() mutable { return function(&own); };
  return collector->add_reader(&plugin, name, "", interval, read, problem) ? 0 : -1;
}

extern "C" int plugin_register_write(const char *name, plugin_write_cb function, const user_data_t *) {
  Problem problem;
  const auto handed = std::make_shared<Handed>();
  const auto write = [function, handed](const collect::Sample *const *samples, size_t count) {
    int32_t failed = 0;
    for (size_t i = 0; i < count; i++)
      failed |= handed->write(function, *samples[i]);
    return failed;
  };
  return collector->add_writer(&plugin, name, write, problem) ? 0 : -1;
}

int main(int, char **arguments) {
  collect::Options options;
  options.hostname = "bench";
  options.read_threads = static_cast<uint32_t>(std::atoi(arguments[1]));
  static collect::Collector engine(options);
  collector = &engine;
  Problem problem;
  if (!engine.types.add({"derive", {{"value", collect::Kind::derive, 0, 1e300}}}, problem)) return 2;
  void *const library = dlopen(arguments[2], RTLD_NOW);
  if (!library) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 2;
  }
  reinterpret_cast<void (*)()>(dlsym(library, "module_register"))();
  engine.start();
  while (access(std::getenv("BENCH_RESULT"), F_OK) != 0)
    usleep(20000);
  for (const collect::WriterState &writer : engine.writers())
    if (writer.dropped > 0 && writer.name == "bench") return 3; // what was measured wasn't written
  _exit(0);
}
