// What the daemon is to collectd's plugins, called as their library calls it, on many threads.
#include "check.h"

#include "collectd/convert.h"
#include "collectd/daemon.h"
#include "collectd/metadata_box.h"

#include <signal.h>
#include <strings.h>
#include <unistd.h>

#include <atomic>
#include <thread>

using namespace mortise;
using namespace mortise::collectd;

namespace {

constexpr cdtime_t ten_ms = one_second / 100;
Daemon *daemon_ = nullptr;
std::atomic<int> reads{0}, written{0}, wrong{0}, freed{0}, logged{0}, notified{0}, flushed{0}, once{0},
    asked{0}, shutdowns{0};
std::atomic<bool> woken{false};

void count_freed(void *) {
  freed++;
}
int given;
const user_data_t counted = {&given, count_freed};

int dispatch_some(const char *instance, int64_t number) {
  value_t values[2];
  values[0].derive = number;
  values[1].derive = 2 * number;
  value_list_t list = {};
  list.values = values;
  list.values_len = 2;
  set(list.plugin, "driver");
  set(list.plugin_instance, instance);
  set(list.type, "if_octets");
  set(list.type_instance, "/a/b");
  list.meta = new meta_data_t;
  list.meta->entries["number"] = number;
  const int status = daemon_->dispatch(&list);
  delete list.meta;
  return status;
}

int read_values(user_data_t *data) {
  if (data->data != &given || Work::here().context.interval != ten_ms) wrong++;
  const int run = ++reads;
  for (int i = 0; i < 20; i++)
    if (dispatch_some(std::to_string(i).c_str(), run * 1000) != 0) wrong++;
  return run % 5 == 4 ? -1 : 0;
}

int read_once() {
  once++;
  return daemon_->unregister(Gateway::Registered::read, "driver_once");
}

int never() {
  wrong++;
  return 0;
}

// Asks the cache for all there is to ask, while others write.
void *ask(void *) {
  if (Work::here().plugin == nullptr) wrong++;
  for (int i = 0; i < 100; i++) {
    dispatch_some("thread", i);
    for (const auto &entry : daemon_->entries(true)) {
      value_list_t list = {};
      collect::Identity identity;
      if (!collect::Identity::parse(entry.name, identity)) wrong++;
      set_identity(list, identity);
      Gateway::Known known;
      daemon_->find(&list, known);
      daemon_->set_state(&list, i);
      daemon_->set_hits(&list, i);
      daemon_->with_meta(&list, [](meta_data_t *meta, void *) { meta->entries["seen"] = true; }, nullptr);
      std::vector<double> rates;
      daemon_->history(entry.name.c_str(), 2, rates);
      delete entry.meta;
    }
    daemon_->data_set("if_octets");
    asked++;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return nullptr;
}
pthread_t asking, waiting;

void *wait_for_signal(void *) {
  pause();
  woken = true;
  return nullptr;
}

int write_values(const data_set_t *set, const value_list_t *list, user_data_t *data) {
  size_t count = 0;
  const double *rates = daemon_->rates_here(list, count);
  const bool fits = data->data == &given && set->ds_num == 2 && list->values_len == 2 && rates &&
                    count == 2 && text_of(list->host) == "h" && text_of(list->type_instance) == "a_b" &&
                    list->meta && std::get<int64_t>(list->meta->entries["number"]) == list->values[0].derive;
  if (!fits) wrong++;
  written++;
  return 0;
}

void write_log(int, const char *text, user_data_t *) {
  logged++;
  daemon_->log(log_info, text); // a log plugin that has something to say itself
}

int take_notification(const notification_t *notification, user_data_t *) {
  notified++;
  return notification->meta && notification->meta->type == nm_double ? 0 : ++wrong;
}

int flush_all(cdtime_t, const char *identifier, user_data_t *) {
  flushed++;
  return identifier ? ++wrong : 0;
}

int fail() {
  return -1;
}

int start_thread() {
  return daemon_->create_thread(&asking, ask, nullptr, "a name that is longer than 15") |
         daemon_->create_thread(&waiting, wait_for_signal, nullptr, nullptr);
}

int shut_down() {
  shutdowns++;
  pthread_join(asking, nullptr);
  // As email, statsd and unixsock do; before it waits the signal would be lost.
  while (!woken) {
    pthread_kill(waiting, SIGTERM);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  pthread_join(waiting, nullptr);
  return 0;
}

int take_option(const char *key, const char *value) {
  if (strcasecmp(key, "Good") == 0) return std::string(value) == "1.500000 true text" ? 0 : -1;
  return 1;
}
const char *keys[] = {"Good", "Bad"};

int take_block(oconfig_item_t *item) {
  return item->children_num == 2 && item->children[1].parent == item ? 0 : -1;
}

void register_reader() {
  daemon_->register_complex_read("group", "driver_values", read_values, ten_ms, &counted);
  if (daemon_->register_complex_read(nullptr, "driver_values", read_values, ten_ms, &counted) == 0) wrong++;
  daemon_->register_read("driver_once", read_once);
  daemon_->register_read("driver_fails", never);
  daemon_->register_init("driver_fails", fail);
  daemon_->register_init("driver_thread", start_thread);
  daemon_->register_shutdown("driver", shut_down);
  daemon_->register_config("driver", take_option, keys, 2);
  daemon_->register_complex_config("driver_block", take_block);
}

void register_writer() {
  daemon_->register_write("driver", write_values, &counted);
  daemon_->register_write("driver", write_values, &counted); // takes the place of the first
  daemon_->register_flush("driver", flush_all, &counted);
  daemon_->register_log("driver", write_log, &counted);
  daemon_->register_notification("driver", take_notification, &counted);
}

CollectdPlugin &plugin(Host &host, const char *name) {
  Plugin &made = *new Plugin(host, name, name, EntryPoints(), ConfigNode());
  return *new CollectdPlugin(made, name, ten_ms, 0, 0);
}

void configure() {
  Item block;
  block.children.resize(3);
  block.children[0].key = "good";
  block.children[0].values = {1.5, true, std::string("text")};
  block.children[1].key = "Bad";
  block.children[2].key = "Worse";
  std::vector<Problem> problems;
  CHECK(daemon_->configure("DRIVER", block, problems) == Daemon::Configured::failed);
  CHECK(problems.size() == 2);
  CHECK(daemon_->configure("nobody", block, problems) == Daemon::Configured::no_such_plugin);
  CHECK(daemon_->configure("driver_block", block, problems) == Daemon::Configured::failed);
  block.children.pop_back();
  CHECK(daemon_->configure("driver_block", block, problems) == Daemon::Configured::yes);
}

} // namespace

int main() {
  Host &host = *new Host("test");
  host.collecting.options.hostname = "h";
  host.collecting.options.interval = ten_ms;
  collect::Collector &collector = host.collector();
  std::vector<Problem> problems;
  collector.types.read("if_octets rx:DERIVE:0:U, tx:DERIVE:0:U\n", "types.db", problems);
  daemon_ = new Daemon(host);
  CollectdPlugin &reader = plugin(host, "reader"), &writer = plugin(host, "writer");
  CHECK(daemon_->register_read("nobody", never) != 0); // no plugin's thread
  daemon_->start(writer, register_writer);
  daemon_->start(reader, register_reader);
  CHECK(freed == 1); // the writer that was replaced
  configure();
  const auto inits = daemon_->init(reader);
  CHECK(inits.size() == 2 && inits[0].status == -1 && inits[1].status == 0);
  collector.start();
  while (reads < 20 || asked < 100)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  notification_t notification = {};
  notification.severity = notif_warning;
  notification_meta_t meta = {};
  set(meta.name, "value");
  meta.type = nm_double;
  notification.meta = &meta;
  daemon_->notify(&notification);
  daemon_->flush(nullptr, 0, nullptr);
  CHECK(collector.shut_down(std::chrono::seconds(10)));
  for (CollectdPlugin *one : {&reader, &writer}) {
    CHECK(collector.remove(&one->plugin, std::chrono::seconds(5)));
    daemon_->forget(*one);
    CHECK(daemon_->registrations(*one).empty());
  }
  CHECK(woken && once == 1 && wrong == 0);
  CHECK(shutdowns == 1);
  CHECK(notified == 1 && flushed >= 1 && logged >= 1);
  CHECK(written >= 20 * 20);
  // A thread that ends may still hold one.
  for (int i = 0; i < 400 && freed < 6; i++)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(freed == 6);
  puts("ok");
}
