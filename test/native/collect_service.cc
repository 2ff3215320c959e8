// mortise.collect as plugins see it: what is handed over whole, what is refused, and when callbacks end.
#include "hosts.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace mortise;
using std::chrono::milliseconds;

namespace {

using Table = mortise_collect_v1;

// What callbacks saw, in order, from any thread.
class Seen {
public:
  void add(const std::string &text) {
    const std::lock_guard<std::mutex> lock(mutex_);
    all_ += (all_.empty() ? "" : " ") + text;
  }
  std::string take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::string taken;
    taken.swap(all_);
    return taken;
  }

private:
  std::mutex mutex_;
  std::string all_;
};

std::string string_at(mortise_text text) {
  return std::string(text.data ? text.data : "", text.size);
}

// A plugin that is ready, and what it does when it is called. It lives until the process ends.
struct Actor {
  Plugin &plugin;
  const Table &collect;
  Seen seen;
  std::function<int32_t()> on_read = [] { return MORTISE_OK; };
  std::function<int32_t(const mortise_collect_sample *const *, uint64_t)> on_write;
  std::function<void()> on_log = [] {};
  mortise_error error = {};

  Actor(Host &host, const char *name)
      : plugin(plugin_of(host, name, entries())), collect(service<Table>(plugin, "mortise.collect")) {
    error.size = sizeof error;
  }
  static EntryPoints entries() {
    EntryPoints points;
    points.init = init_well;
    return points;
  }
  Actor &ready() {
    CHECK(plugin.run_init(error) == MORTISE_OK);
    return *this;
  }

  static Actor &of(void *context) { return *static_cast<Actor *>(context); }
  static int32_t read(void *context) { return of(context).on_read(); }
  static int32_t write(void *context, const mortise_collect_sample *const *samples, uint64_t count) {
    Actor &it = of(context);
    if (it.on_write) return it.on_write(samples, count);
    for (uint64_t i = 0; i < count; i++) {
      const mortise_collect_sample &sample = *samples[i];
      CHECK(sample.size == sizeof sample && sample.count == sample.series->set->count);
      it.seen.add(string_at(sample.series->text) + "=" + std::to_string(sample.values[0].gauge));
    }
    return MORTISE_OK;
  }
  static int32_t flush(void *context, uint64_t age, mortise_text identifier) {
    of(context).seen.add("flush:" + std::to_string(age) + string_at(identifier));
    return MORTISE_OK;
  }
  static int32_t shutdown(void *context) {
    of(context).seen.add("shutdown");
    return MORTISE_OK;
  }
  static void log(void *context, int32_t severity, mortise_text line) {
    of(context).seen.add("log:" + std::to_string(severity) + ":" + string_at(line));
    of(context).on_log();
  }
  static int32_t notified(void *context, const mortise_collect_notification *it) {
    CHECK(it->size == sizeof *it);
    std::string facts;
    for (uint32_t i = 0; i < it->metadata_count; i++)
      facts += "," + string_at(it->metadata[i].key) + ":" + std::to_string(it->metadata[i].value.type);
    of(context).seen.add("notified:" + std::to_string(it->severity) + ":" + string_at(it->message) + ":" +
                         string_at(it->identity.plugin) + ":" + std::to_string(it->time) + facts);
    return MORTISE_OK;
  }
  static void release(void *context) { of(context).seen.add("release"); }

  mortise_collect_callbacks callbacks(uint32_t which, const char *name = "") {
    mortise_collect_callbacks c = {};
    c.size = sizeof c;
    c.name = mortise_text_of(name);
    c.context = this;
    c.release = release;
    if (which & MORTISE_COLLECT_READ) c.read = read;
    if (which & MORTISE_COLLECT_WRITE) c.write = write;
    if (which & MORTISE_COLLECT_FLUSH) c.flush = flush;
    if (which & MORTISE_COLLECT_LOG) c.log = log;
    if (which & MORTISE_COLLECT_NOTIFIED) c.notified = notified;
    if (which & MORTISE_COLLECT_SHUTDOWN) c.shutdown = shutdown;
    return c;
  }
  int32_t add(const mortise_collect_callbacks &c) {
    error.message[0] = 0;
    return collect.add(&plugin.table, &c, &error);
  }
  int32_t add(uint32_t which, const char *name = "") { return add(callbacks(which, name)); }
  // On threads of its own: what it says is nobody's.
  int32_t add_quietly(uint32_t which, const char *name) {
    const mortise_collect_callbacks c = callbacks(which, name);
    return collect.add(&plugin.table, &c, nullptr);
  }
  int32_t remove(const char *name = "", uint32_t which = 0) {
    return collect.remove(&plugin.table, mortise_text_of(name), which);
  }
  bool says(const char *words) const { return strstr(error.message, words) != nullptr; }

  int32_t add_set(const char *type, uint32_t count, double max = NAN) {
    std::vector<mortise_collect_source> sources;
    static const char *const names[] = {"a", "b", "c"};
    for (uint32_t i = 0; i < count; i++)
      sources.push_back({mortise_text_of(names[i % 3]), MORTISE_COLLECT_GAUGE, 0, 0, max});
    const mortise_collect_set set = {sizeof set, count, mortise_text_of(type), sources.data()};
    error.message[0] = 0;
    return collect.add_set(&plugin.table, &set, &error);
  }

  // Of the type "one", with one gauge.
  mortise_collect_report report(const mortise_collect_value *value, const char *instance = "") {
    mortise_collect_report it = {};
    it.size = sizeof it;
    it.count = 1;
    it.identity.type = mortise_text_of("one");
    it.identity.type_instance = mortise_text_of(instance);
    it.values = value;
    return it;
  }
  int32_t gauge(double number, const char *instance = "") {
    mortise_collect_value value;
    value.gauge = number;
    const mortise_collect_report it = report(&value, instance);
    return collect.dispatch(&plugin.table, &it);
  }
};

Host &collecting_host() {
  Host &host = new_host("1.0.0");
  host.collecting.options.hostname = "here";
  host.collecting.options.interval = 10 * collect::second;
  return host;
}

bool drained(Host &host) {
  return host.collector().drain(std::chrono::seconds(20));
}

void hands_values_over_whole() {
  Host &host = collecting_host();
  Actor &reader = *new Actor(host, "reader"), &writer = *new Actor(host, "writer");
  reader.ready(), writer.ready();
  CHECK(reader.add_set("one", 1) == MORTISE_OK);
  std::atomic<int> seen{0};
  writer.on_write = [&](const mortise_collect_sample *const *samples, uint64_t count) {
    CHECK(count == 1);
    const mortise_collect_sample &it = *samples[0];
    const mortise_collect_series &series = *it.series;
    CHECK(it.size == sizeof it && it.count == 1 && it.values[0].gauge == 2.5 && it.rates[0] == 2.5);
    CHECK(it.time == 1700000000123456789u && it.interval == 3000000001u);
    CHECK(series.size == sizeof series && string_at(series.text) == "there/net-eth0/one-a_b");
    CHECK(string_at(series.identity.host) == "there" && string_at(series.identity.plugin) == "net");
    CHECK(string_at(series.identity.plugin_instance) == "eth0");
    CHECK(string_at(series.identity.type_instance) == "a_b" && string_at(series.set->type) == "one");
    CHECK(series.set->count == 1 && string_at(series.set->sources[0].name) == "a");
    CHECK(it.metadata_count == 4);
    const mortise_value *fact = mortise_collect_metadata(it.metadata, it.metadata_count, "text");
    CHECK(fact && fact->type == MORTISE_VALUE_TEXT && string_at(fact->as.text) == "x");
    fact = mortise_collect_metadata(it.metadata, it.metadata_count, "integer");
    CHECK(fact && fact->type == MORTISE_VALUE_INTEGER && fact->as.integer == -5);
    fact = mortise_collect_metadata(it.metadata, it.metadata_count, "double");
    CHECK(fact && fact->type == MORTISE_VALUE_DOUBLE && fact->as.number == 0.5);
    fact = mortise_collect_metadata(it.metadata, it.metadata_count, "boolean");
    CHECK(fact && fact->type == MORTISE_VALUE_BOOLEAN && fact->as.boolean == 1);
    CHECK(!mortise_collect_metadata(it.metadata, it.metadata_count, "other"));
    seen++;
    return MORTISE_OK;
  };
  CHECK(writer.add(MORTISE_COLLECT_WRITE) == MORTISE_OK);
  const mortise_member facts[] = {mortise_field_text("text", "x"), mortise_field_i64("integer", -5),
                                  mortise_field_f64("double", 0.5), mortise_field_bool("boolean", 1)};
  mortise_collect_value value;
  value.gauge = 2.5;
  mortise_collect_report it = reader.report(&value, "a/b");
  const ExactText there("there"), net("net"), eth0("eth0");
  it.identity.host = there;
  it.identity.plugin = net;
  it.identity.plugin_instance = eth0;
  it.time = 1700000000123456789u;
  it.interval = 3000000001u;
  it.metadata = facts;
  it.metadata_count = 4;
  CHECK(reader.collect.dispatch(&reader.plugin.table, &it) == MORTISE_OK);
  CHECK(drained(host) && seen == 1 && codes(host) == "");
  writer.on_write = nullptr;
  CHECK(reader.gauge(NAN, "n") == MORTISE_OK && drained(host));
  const std::string nan = writer.seen.take();
  CHECK(nan.rfind("here/reader/one-n=", 0) == 0 && nan.find("nan") != std::string::npos);
}

void reads_when_it_is_asked() {
  Host &host = collecting_host();
  Actor &reader = *new Actor(host, "reader"), &writer = *new Actor(host, "writer");
  reader.ready(), writer.ready();
  CHECK(reader.add_set("one", 1) == MORTISE_OK && writer.add(MORTISE_COLLECT_WRITE) == MORTISE_OK);
  CHECK(reader.collect.interval(&reader.plugin.table) == 10000000000u);
  reader.on_read = [&] {
    reader.seen.add(std::to_string(reader.collect.interval(&reader.plugin.table)));
    return reader.gauge(1);
  };
  mortise_collect_callbacks c = reader.callbacks(MORTISE_COLLECT_READ, "fast");
  c.interval = 20000000; // 20 ms
  CHECK(reader.add(c) == MORTISE_OK);
  CHECK(host.collector().read_once("reader/fast") == 0);
  CHECK(drained(host) && reader.seen.take() == "20000000" &&
        writer.seen.take() == "here/reader/one=1.000000");
  host.collector().start();
  for (int i = 0; i < 1000 && host.collector().readers()[0].runs < 4; i++)
    std::this_thread::sleep_for(milliseconds(5));
  CHECK(host.collector().readers()[0].runs >= 4);
  CHECK(host.collector().readers()[0].plugin == "reader" &&
        host.collector().readers()[0].name == "reader/fast");
  CHECK(reader.remove("fast") == MORTISE_OK && reader.remove("fast") == MORTISE_PASS);
  reader.seen.take();
  std::this_thread::sleep_for(milliseconds(60));
  CHECK(reader.seen.take() == "" && host.collector().readers().empty());
  host.collector().shut_down(milliseconds(5000));
}

void refuses_callbacks_that_are_wrong() {
  Host &host = collecting_host();
  Actor &it = (new Actor(host, "wrong"))->ready(), &other = (new Actor(host, "other"))->ready();
  const auto refused = [&](const mortise_collect_callbacks &c, const char *words,
                           const char *code = "MORTISE_ERR_SERVICE_ARGUMENT") {
    CHECK(it.add(c) == MORTISE_ERROR && it.says(words) && codes(host) == code && it.seen.take() == "");
  };
  CHECK(it.collect.add(&it.plugin.table, nullptr, &it.error) == MORTISE_ERROR);
  CHECK(it.collect.add(&it.plugin.table, nullptr, nullptr) == MORTISE_ERROR);
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT");
  refused(it.callbacks(0), "all null");
  mortise_collect_callbacks c = it.callbacks(MORTISE_COLLECT_READ);
  c.size = 16;
  refused(c, "size is too small");
  c = it.callbacks(MORTISE_COLLECT_READ, "with blank");
  refused(c, "name that isn't one");
  c = it.callbacks(MORTISE_COLLECT_READ, std::string(64, 'x').c_str());
  refused(c, "name that isn't one");
  c = it.callbacks(MORTISE_COLLECT_READ);
  c.group = {nullptr, 4};
  refused(c, "group that isn't one");
  c = it.callbacks(MORTISE_COLLECT_READ);
  c.interval = 999999;
  refused(c, "interval");
  c.interval = UINT64_MAX;
  refused(c, "interval");

  CHECK(it.add(MORTISE_COLLECT_WRITE) == MORTISE_OK);
  refused(it.callbacks(MORTISE_COLLECT_WRITE), "", "MORTISE_ERR_COLLECT_NAME_TAKEN");
  // Another kind may have the name, and another plugin its own.
  CHECK(it.add(MORTISE_COLLECT_READ) == MORTISE_OK && other.add(MORTISE_COLLECT_WRITE) == MORTISE_OK);
  // What was registered before the one that failed goes again, without a release: it is the plugin's still.
  refused(it.callbacks(MORTISE_COLLECT_FLUSH | MORTISE_COLLECT_WRITE), "", "MORTISE_ERR_COLLECT_NAME_TAKEN");
  CHECK(it.add(MORTISE_COLLECT_FLUSH) == MORTISE_OK);
  // One plugin's aren't another's.
  CHECK(other.remove("", MORTISE_COLLECT_READ) == MORTISE_PASS);
  CHECK(other.collect.remove(&other.plugin.table, mortise_text_of("../wrong"), 0) == MORTISE_PASS);
  CHECK(host.collector().writers().size() == 2);

  Actor &many = (new Actor(host, "many"))->ready();
  for (int i = 0; i < MORTISE_COLLECT_CALLBACKS_MAX; i++)
    CHECK(many.add(MORTISE_COLLECT_SHUTDOWN, std::to_string(i).c_str()) == MORTISE_OK);
  CHECK(many.add(MORTISE_COLLECT_SHUTDOWN, "more") == MORTISE_ERROR);
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_LIMIT");
}

void refuses_values_that_are_wrong() {
  Host &host = collecting_host();
  Actor &first = (new Actor(host, "first"))->ready();
  CHECK(first.add_set("one", 1) == MORTISE_OK);
  mortise_collect_value values[257] = {};
  int number = 0;
  // A plugin is told of once a second; each case has its own.
  const auto dispatched = [&](const std::function<void(mortise_collect_report &)> &change) {
    Actor &it = (new Actor(host, ("p" + std::to_string(number++)).c_str()))->ready();
    mortise_collect_report report = it.report(values);
    change(report);
    const int32_t status = it.collect.dispatch(&it.plugin.table, &report);
    return std::to_string(status) + " " + codes(host);
  };
  const std::string refused = "-1 MORTISE_ERR_SERVICE_ARGUMENT", unfit = "-1 MORTISE_WARN_COLLECT_REFUSED";
  const std::string longest(127, 'x'), too_long(128, 'x');
  CHECK(dispatched([](auto &) {}) == "0 ");
  CHECK(first.collect.dispatch(&first.plugin.table, nullptr) == MORTISE_ERROR);
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT");
  CHECK(first.collect.dispatch(&first.plugin.table, nullptr) == MORTISE_ERROR && codes(host) == "");
  CHECK(dispatched([](auto &it) { it.size = 8; }) == refused);
  CHECK(dispatched([](auto &it) { it.values = nullptr; }) == refused);
  CHECK(dispatched([](auto &it) { it.count = 0; }) == refused);
  CHECK(dispatched([](auto &it) { it.count = 257; }) == refused);
  CHECK(dispatched([](auto &it) { it.interval = UINT64_MAX; }) == refused);
  CHECK(dispatched([&](auto &it) { it.identity.type = {}; }) == refused);
  CHECK(dispatched([&](auto &it) { it.identity.type_instance = {nullptr, 3}; }) == refused);
  CHECK(dispatched([&](auto &it) { it.identity.type_instance = {"x", UINT64_MAX}; }) == refused);
  CHECK(dispatched([&](auto &it) { it.identity.type_instance = mortise_text_of(too_long.c_str()); }) ==
        refused);
  CHECK(dispatched([&](auto &it) { it.identity.type_instance = mortise_text_of(longest.c_str()); }) == "0 ");
  CHECK(dispatched([&](auto &it) { it.identity.plugin = mortise_text_of("two\nlines"); }) == refused);
  CHECK(dispatched([&](auto &it) { it.identity.host = {"a\0b", 3}; }) == refused);
  CHECK(dispatched([](auto &it) { it.metadata_count = 1; }) == refused);
  mortise_member fact = mortise_field_i64("key", 1);
  CHECK(dispatched([&](auto &it) { it.metadata = &fact, it.metadata_count = 257; }) == refused);
  fact.value.type = MORTISE_VALUE_LIST;
  CHECK(dispatched([&](auto &it) { it.metadata = &fact, it.metadata_count = 1; }) == refused);
  const std::string long_text(4097, 'x');
  fact = mortise_field_text("key", long_text.c_str());
  CHECK(dispatched([&](auto &it) { it.metadata = &fact, it.metadata_count = 1; }) == refused);
  fact = mortise_field_text("", "x");
  CHECK(dispatched([&](auto &it) { it.metadata = &fact, it.metadata_count = 1; }) == refused);
  // What the collector itself refuses.
  const auto status = [](const std::string &text) { return text.substr(0, 2); };
  CHECK(status(dispatched([](auto &it) { it.identity.type = mortise_text_of("none"); })) == "-1");
  CHECK(status(dispatched([](auto &it) { it.count = 2; })) == "-1");
  CHECK(status(dispatched([](auto &it) { it.time = INT64_MAX; })) == "-1");
  CHECK(host.collector().counts().unknown_type == 1 && host.collector().counts().wrong_count == 1);
  (void)unfit;
}

void notifies_and_logs() {
  Host &host = collecting_host();
  Actor &it = (new Actor(host, "it"))->ready(), &wrong = (new Actor(host, "wrong"))->ready();
  CHECK(it.add(MORTISE_COLLECT_NOTIFIED | MORTISE_COLLECT_LOG) == MORTISE_OK);
  mortise_collect_notification notification = {};
  notification.size = sizeof notification;
  notification.severity = MORTISE_COLLECT_WARNING;
  notification.time = 1700000000000000001u;
  notification.message = mortise_text_of("full");
  notification.identity.plugin = mortise_text_of("df");
  const mortise_member facts[] = {mortise_field_text("disk", "sda"), mortise_field_bool("ro", 0)};
  notification.metadata = facts;
  notification.metadata_count = 2;
  CHECK(it.collect.notify(&it.plugin.table, &notification) == MORTISE_OK);
  CHECK(it.seen.take() == "notified:2:full:df:1700000000000000001,disk:4,ro:1");
  host.collector().log(&it.plugin, 4, "a line");
  CHECK(it.seen.take() == "log:2:a line");
  host.collector().log(&it.plugin, 7, "details");
  CHECK(it.seen.take() == "log:0:details");
  // What plugins log through mortise.log, as far as the host keeps it, and without an end where who hears it logs.
  const auto &log = service<mortise_log_v1>(wrong.plugin, "mortise.log", 1);
  log.write(&wrong.plugin.table, MORTISE_LOG_ERROR, mortise_text_of("broken"));
  CHECK(it.seen.take() == "log:3:broken");
  log.write_fields(&wrong.plugin.table, MORTISE_LOG_INFO, mortise_text_of("moved"), nullptr, 0);
  CHECK(it.seen.take() == "log:1:moved");
  it.on_log = [&] { log.write(&it.plugin.table, MORTISE_LOG_ERROR, mortise_text_of("itself")); };
  log.write(&wrong.plugin.table, 99, mortise_text_of("odd"));
  CHECK(it.seen.take() == "log:3:odd");
  host.log.lowest_severity = MORTISE_LOG_WARNING;
  log.write(&wrong.plugin.table, MORTISE_LOG_INFO, mortise_text_of("not kept"));
  CHECK(it.seen.take() == "");
  notification.severity = 3;
  CHECK(wrong.collect.notify(&wrong.plugin.table, &notification) == MORTISE_ERROR);
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT" && it.seen.take() == "");
  notification.severity = MORTISE_COLLECT_OKAY;
  notification.message = {};
  CHECK(it.collect.notify(&it.plugin.table, &notification) == MORTISE_ERROR);
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT");
  CHECK(it.collect.notify(&it.plugin.table, nullptr) == MORTISE_ERROR);
}

void keeps_data_sets() {
  Host &host = collecting_host();
  Actor &one = (new Actor(host, "one"))->ready(), &two = (new Actor(host, "two"))->ready();
  const auto find = [](Actor &it, const char *type) {
    return it.collect.find_set(&it.plugin.table, mortise_text_of(type));
  };
  CHECK(!find(one, "pair") && one.add_set("pair", 2, 5) == MORTISE_OK);
  const mortise_collect_set *set = find(two, "pair");
  CHECK(set && set->size == sizeof *set && set->count == 2 && string_at(set->type) == "pair");
  CHECK(string_at(set->sources[1].name) == "b" && set->sources[1].kind == MORTISE_COLLECT_GAUGE);
  CHECK(set->sources[1].min == 0 && set->sources[1].max == 5 && find(two, "pair") == set);
  CHECK(two.add_set("pair", 2, 5) == MORTISE_OK && codes(host) == "");
  CHECK(two.add_set("pair", 2, 6) == MORTISE_ERROR && two.says("pair"));
  CHECK(codes(host) == "MORTISE_ERR_COLLECT_DATA_SET");
  CHECK(two.add_set("none", 0) == MORTISE_ERROR && two.add_set("many", 257) == MORTISE_ERROR);
  CHECK(two.add_set("", 1) == MORTISE_ERROR &&
        two.add_set(std::string(128, 'x').c_str(), 1) == MORTISE_ERROR);
  CHECK(two.collect.add_set(&two.plugin.table, nullptr, nullptr) == MORTISE_ERROR);
  mortise_collect_source source = {mortise_text_of("a"), 4, 0, 0, 1};
  const mortise_collect_set odd = {sizeof odd, 1, mortise_text_of("odd"), &source};
  CHECK(two.collect.add_set(&two.plugin.table, &odd, nullptr) == MORTISE_ERROR);
  codes(host);
  CHECK(!two.collect.find_set(&two.plugin.table, {"x", UINT64_MAX}));
  CHECK(two.add_set("most", 256) == MORTISE_OK && find(one, "most")->count == 256);
  // It goes with its plugin, and who holds it holds it.
  CHECK(one.plugin.stop() && !find(two, "pair") && string_at(set->sources[0].name) == "a");
  CHECK(two.add_set("pair", 3) == MORTISE_OK && find(two, "pair")->count == 3);
}

void ends_callbacks_in_order() {
  Host &host = collecting_host();
  Actor &reader = (new Actor(host, "reader"))->ready(), &writer = (new Actor(host, "writer"))->ready();
  CHECK(reader.add_set("one", 1) == MORTISE_OK);
  CHECK(writer.add(MORTISE_COLLECT_WRITE | MORTISE_COLLECT_FLUSH | MORTISE_COLLECT_SHUTDOWN) == MORTISE_OK);
  CHECK(reader.gauge(1, "x") == MORTISE_OK);
  CHECK(writer.plugin.stop());
  CHECK(writer.seen.take() == "here/reader/one-x=1.000000 flush:0 shutdown release");
  // It takes no more.
  CHECK(writer.add(MORTISE_COLLECT_WRITE) == MORTISE_ERROR && writer.says("while it stops"));
  CHECK(writer.gauge(1) == MORTISE_ERROR && writer.remove() == MORTISE_PASS && writer.seen.take() == "");
  // Its name is free.
  Actor &again = (new Actor(host, "writer"))->ready();
  CHECK(again.add(MORTISE_COLLECT_WRITE) == MORTISE_OK && reader.gauge(2, "x") == MORTISE_OK &&
        drained(host));
  CHECK(again.seen.take() == "here/reader/one-x=2.000000");
}

int32_t init_badly(const mortise_host *, mortise_error *error) {
  return mortise_fail(error, "no");
}

void calls_nothing_after_an_init_that_fails() {
  Host &host = collecting_host();
  Actor &reader = (new Actor(host, "reader"))->ready();
  CHECK(reader.add_set("one", 1) == MORTISE_OK);
  Actor &bad = *new Actor(host, "bad");
  const_cast<EntryPoints &>(bad.plugin.entries).init = init_badly;
  CHECK(bad.add(~0u & 127) == MORTISE_OK);
  CHECK(reader.gauge(1) == MORTISE_OK && drained(host));
  bad.seen.take();
  CHECK(bad.plugin.run_init(bad.error) == MORTISE_ERROR);
  CHECK(reader.gauge(2) == MORTISE_OK);
  CHECK(bad.plugin.stop() && host.collector().readers().empty() && host.collector().writers().empty());
  host.collector().log(nullptr, 3, "nobody hears it");
  const std::string after = bad.seen.take();
  CHECK(after.find("flush") == std::string::npos && after.find("shutdown") == std::string::npos);
  CHECK(after.find("release") == std::string::npos && after.find("log") == std::string::npos);
}

void lets_a_callback_remove_itself() {
  Host &host = collecting_host();
  Actor &it = (new Actor(host, "it"))->ready();
  CHECK(it.add_set("one", 1) == MORTISE_OK);
  it.on_read = [&] {
    CHECK(it.remove("once") == MORTISE_OK);
    it.seen.add("removed");
    // Another may have the name at once.
    CHECK(it.add(MORTISE_COLLECT_SHUTDOWN, "once") == MORTISE_OK);
    return it.gauge(1);
  };
  CHECK(it.add(MORTISE_COLLECT_READ, "once") == MORTISE_OK);
  host.collector().start();
  CHECK(host.collector().read_once("it/once") == 0);
  for (int i = 0; i < 400; i++) {
    std::this_thread::sleep_for(milliseconds(5));
    if (host.collector().readers().empty()) break;
  }
  CHECK(it.seen.take() == "removed release");
  // A writer from inside its write, with what waits for it.
  it.on_write = [&](const mortise_collect_sample *const *, uint64_t) {
    CHECK(it.remove("writer") == MORTISE_OK);
    it.seen.add("gone");
    return MORTISE_OK;
  };
  CHECK(it.add(MORTISE_COLLECT_WRITE | MORTISE_COLLECT_FLUSH, "writer") == MORTISE_OK);
  CHECK(it.gauge(2, "w") == MORTISE_OK);
  for (int i = 0; i < 400 && !host.collector().writers().empty(); i++)
    std::this_thread::sleep_for(milliseconds(5));
  std::string said;
  for (int i = 0; i < 400 && said.find("release") == std::string::npos; i++) {
    std::this_thread::sleep_for(milliseconds(5));
    said += it.seen.take() + " ";
  }
  CHECK(said.find("gone") != std::string::npos &&
        said.find("gone", said.find("gone") + 1) == std::string::npos);
  // A group at once.
  it.on_read = [] { return MORTISE_OK; };
  mortise_collect_callbacks c = it.callbacks(MORTISE_COLLECT_READ, "a");
  c.group = mortise_text_of("group");
  CHECK(it.add(c) == MORTISE_OK);
  c.name = mortise_text_of("b");
  CHECK(it.add(c) == MORTISE_OK && it.add(MORTISE_COLLECT_READ, "c") == MORTISE_OK);
  CHECK(it.collect.remove_group(&it.plugin.table, mortise_text_of("none")) == MORTISE_PASS);
  CHECK(it.collect.remove_group(&it.plugin.table, {nullptr, 0}) == MORTISE_PASS);
  CHECK(it.collect.remove_group(&it.plugin.table, mortise_text_of("group")) == MORTISE_OK);
  CHECK(it.seen.take() == "release release" && host.collector().readers().size() == 1);
  CHECK(it.plugin.stop() && it.seen.take() == "shutdown release release");
  host.collector().shut_down(milliseconds(1000));
}

void waits_for_what_runs() {
  Host &host = collecting_host();
  Actor &it = (new Actor(host, "it"))->ready();
  std::atomic<bool> inside{false}, go{false};
  it.on_read = [&] {
    inside = true;
    while (!go)
      std::this_thread::sleep_for(milliseconds(1));
    it.seen.add("read");
    return MORTISE_OK;
  };
  mortise_collect_callbacks c = it.callbacks(MORTISE_COLLECT_READ);
  c.interval = 1000000;
  CHECK(it.add(c) == MORTISE_OK);
  host.collector().start();
  while (!inside)
    std::this_thread::sleep_for(milliseconds(1));
  std::thread helper([&] {
    std::this_thread::sleep_for(milliseconds(50));
    go = true;
  });
  CHECK(it.remove() == MORTISE_OK && it.seen.take() == "read release");
  helper.join();

  // One that doesn't end keeps the plugin from stopping, and nothing of it is called any more.
  inside = go = false;
  CHECK(it.add(c) == MORTISE_OK && it.add(MORTISE_COLLECT_SHUTDOWN, "last") == MORTISE_OK);
  while (!inside)
    std::this_thread::sleep_for(milliseconds(1));
  CHECK(!it.plugin.stop(milliseconds(50)) && it.plugin.abandoned);
  CHECK(codes(host).find("STUCK") != std::string::npos);
  go = true;
  std::this_thread::sleep_for(milliseconds(50));
  CHECK(it.seen.take() == "read");
  host.collector().shut_down(milliseconds(1000));
}

void is_safe_from_own_threads() {
  Host &host = collecting_host();
  Actor &it = (new Actor(host, "it"))->ready(), &writer = (new Actor(host, "writer"))->ready();
  CHECK(it.add_set("one", 1) == MORTISE_OK);
  std::atomic<uint64_t> written{0}, dispatched{0};
  writer.on_write = [&](const mortise_collect_sample *const *, uint64_t count) {
    written += count;
    return MORTISE_OK;
  };
  CHECK(writer.add(MORTISE_COLLECT_WRITE) == MORTISE_OK);
  host.collector().start();
  on_four_threads([&](int t) {
    const std::string name = std::to_string(t);
    for (int i = 0; i < 300; i++) {
      if (it.gauge(i, name.c_str()) == MORTISE_OK) dispatched++;
      if (i % 10 == 0) {
        CHECK(it.add_quietly(MORTISE_COLLECT_READ | MORTISE_COLLECT_NOTIFIED, name.c_str()) == MORTISE_OK);
        CHECK(it.collect.find_set(&it.plugin.table, mortise_text_of("one")));
        CHECK(it.remove(name.c_str()) == MORTISE_OK);
      }
    }
  });
  CHECK(drained(host) && dispatched > 0 && written >= dispatched);
  // While it stops.
  std::atomic<bool> stop{false};
  std::thread late([&] {
    while (!stop) {
      it.gauge(1, "late");
      if (it.add_quietly(MORTISE_COLLECT_READ, "late") == MORTISE_OK) it.remove("late");
    }
  });
  std::this_thread::sleep_for(milliseconds(20));
  CHECK(it.plugin.stop());
  stop = true;
  late.join();
  CHECK(it.gauge(1) == MORTISE_ERROR);
  CHECK(writer.plugin.stop());
  host.collector().shut_down(milliseconds(1000));
}

void keeps_two_hosts_apart() {
  Host &left = collecting_host(), &right = collecting_host();
  Actor &one = (new Actor(left, "same"))->ready(), &two = (new Actor(right, "same"))->ready();
  CHECK(one.add_set("one", 1) == MORTISE_OK && two.add_set("one", 1, 7) == MORTISE_OK);
  CHECK(one.add(MORTISE_COLLECT_WRITE) == MORTISE_OK && two.add(MORTISE_COLLECT_WRITE) == MORTISE_OK);
  CHECK(one.gauge(1) == MORTISE_OK && drained(left) && drained(right));
  CHECK(one.seen.take() == "here/same/one=1.000000" && two.seen.take() == "");
  CHECK(one.plugin.stop() && two.gauge(2) == MORTISE_OK && drained(right));
  CHECK(two.seen.take() == "here/same/one=2.000000");
}

} // namespace

int main() {
  hands_values_over_whole();
  reads_when_it_is_asked();
  refuses_callbacks_that_are_wrong();
  refuses_values_that_are_wrong();
  notifies_and_logs();
  keeps_data_sets();
  ends_callbacks_in_order();
  calls_nothing_after_an_init_that_fails();
  lets_a_callback_remove_itself();
  waits_for_what_runs();
  is_safe_from_own_threads();
  keeps_two_hosts_apart();
  std::puts("ok");
  return 0;
}
