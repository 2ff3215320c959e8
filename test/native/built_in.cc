// The built-in services as plugins call them, through their tables: what they do, what they refuse, and from
// four threads at once.
#include "check.h"
#include "services/log_fields.h"
#include "host/plugin.h"

#include <atomic>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <thread>
#include <vector>

using namespace mortise;

namespace {

Plugin &plugin_of(Host &host, const char *name, EntryPoints entries = EntryPoints()) {
  // A plugin lives until the process ends.
  return *new Plugin(host, name, "/nowhere.so", entries, ConfigNode());
}

template <typename Table> const Table &service(Plugin &plugin, const char *name, uint32_t minor = 0) {
  const void *table =
      plugin.table.get_service(&plugin.table, mortise_text_of(name), MORTISE_VERSION(1, minor));
  CHECK(table && static_cast<const Table *>(table)->size == sizeof(Table));
  return *static_cast<const Table *>(table);
}

// The codes of what was reported, with commas.
std::string codes(Host &host) {
  uint64_t lost = 0;
  std::string text;
  for (const auto &entry : host.problems.take(lost)) {
    CHECK(!entry.problem.message.empty() && !entry.problem.where.empty() && !entry.problem.expected.empty());
    CHECK(!entry.problem.found.empty() && !entry.problem.remedy.empty());
    text += (text.empty() ? "" : ",") + std::string(entry.problem.code);
  }
  return lost ? text + "+" + std::to_string(lost) : text;
}

void on_four_threads(const std::function<void(int)> &work) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++)
    threads.emplace_back(work, t);
  for (std::thread &thread : threads)
    thread.join();
}

int32_t init_well(const mortise_host *, mortise_error *) {
  return MORTISE_OK;
}

void memory_is_counted() {
  Host &host = *new Host("1.0.0");
  EntryPoints entries;
  entries.init = init_well;
  Plugin &plugin = plugin_of(host, "plugin", entries), &other = plugin_of(host, "other");
  const auto &memory = service<mortise_memory_v1>(plugin, "mortise.memory");
  const mortise_host *self = &plugin.table;
  char *block = static_cast<char *>(memory.allocate(self, 100));
  CHECK(block && reinterpret_cast<uintptr_t>(block) % alignof(std::max_align_t) == 0);
  memset(block, 7, 100);
  CHECK(plugin.memory.bytes == 100 && plugin.memory.blocks == 1);
  block = static_cast<char *>(memory.reallocate(self, block, 5000));
  CHECK(block && block[99] == 7 && plugin.memory.bytes == 5000 && plugin.memory.blocks == 1);
  // Whoever releases, the one who allocated is charged.
  CHECK(memory.reallocate(&other.table, block, 10) && other.memory.blocks == 0);
  CHECK(plugin.memory.bytes == 10);
  void *empty = memory.allocate(self, 0);
  CHECK(empty && plugin.memory.blocks == 2);
  memory.release(&other.table, empty);
  memory.release(self, nullptr);
  CHECK(plugin.memory.blocks == 1 && memory.reallocate(self, nullptr, 3));

  CHECK(codes(host).empty());
  for (const uint64_t absurd : {MORTISE_MEMORY_LARGEST + 1, UINT64_MAX, UINT64_MAX - 16, UINT64_C(1) << 63}) {
    CHECK(!memory.allocate(self, absurd));
    CHECK(codes(host) == "MORTISE_ERR_SERVICE_LIMIT");
    CHECK(!memory.reallocate(self, memory.allocate(self, 1), absurd));
    CHECK(codes(host) == "MORTISE_ERR_SERVICE_LIMIT");
  }
  // What isn't a block is left as it is.
  alignas(std::max_align_t) char foreign[128] = {};
  memory.release(self, foreign + 64);
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT");
  CHECK(!memory.reallocate(self, foreign + 64, 5) && codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT");
  on_four_threads([&](int) {
    std::vector<void *> blocks;
    for (uint64_t i = 0; i < 2000; i++)
      blocks.push_back(memory.allocate(self, i % 64));
    for (void *one : blocks)
      memory.release(self, memory.reallocate(self, one, 5));
  });
  CHECK(plugin.memory.blocks == 6);
  mortise_error error = {};
  CHECK(plugin.run_init(error) == MORTISE_OK && plugin.stop());
  CHECK(codes(host) == "MORTISE_WARN_MEMORY_LEAK");
}

void metrics_add_up() {
  Host &host = *new Host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  const auto &metrics = service<mortise_metrics_v1>(plugin, "mortise.metrics");
  const mortise_host *self = &plugin.table;
  const mortise_text help = mortise_text_of("things");
  const double bounds[] = {1, 2.5, 10};
  const auto histogram = [&](const char *name, const double *of, uint32_t count) {
    return metrics.histogram(self, mortise_text_of(name), help, of, count);
  };
  mortise_metric *counter = metrics.counter(self, mortise_text_of("queries_total"), help);
  mortise_metric *gauge = metrics.gauge(self, mortise_text_of("depth"), help);
  mortise_metric *times = histogram("seconds", bounds, 3);
  CHECK(counter && gauge && times);
  CHECK(metrics.counter(self, mortise_text_of("queries_total"), {nullptr, 0}) == counter);
  CHECK(histogram("seconds", bounds, 3) == times);
  on_four_threads([&](int) {
    for (int i = 0; i < 5000; i++) {
      metrics.add(self, counter, 2);
      metrics.set(self, gauge, 3.5);
      metrics.observe(self, times, i % 4);
    }
  });
  CHECK(counter->count == 40000 && gauge->number == 3.5 && times->number == 30000);
  CHECK(times->buckets[0] == 10000 && times->buckets[1] == 5000 && times->buckets[2] == 5000);
  metrics.observe(self, times, 11);
  metrics.observe(self, times, NAN);
  metrics.observe(self, counter, 1);
  metrics.add(self, gauge, 1);
  metrics.set(self, nullptr, 1);
  metrics.add(self, nullptr, 1);
  metrics.observe(self, nullptr, 1);
  CHECK(times->buckets[3] == 1 && counter->count == 40000 && gauge->number == 3.5);

  CHECK(codes(host).empty());
  const double falling[] = {2, 1}, equal[] = {1, 1}, no_number[] = {NAN};
  CHECK(!histogram("falling", falling, 2) && codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT");
  CHECK(!histogram("equal", equal, 2) && !histogram("nan", no_number, 1) && !histogram("seconds", bounds, 2));
  const std::vector<double> many(65);
  CHECK(!histogram("many", many.data(), 4000000000u));
  codes(host);
  for (const std::string &name : {std::string(), std::string("1st"), std::string("a b"), std::string("é"),
                                  std::string(128, 'a'), std::string("a\0b", 3)}) {
    const ExactText exact(name);
    CHECK(!metrics.counter(self, exact, help) && codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT");
  }
  CHECK(!metrics.gauge(self, mortise_text_of("queries_total"), help));
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT");
  for (int i = 3; i < 1024; i++)
    CHECK(metrics.counter(self, mortise_text_of(("n" + std::to_string(i)).c_str()), help));
  CHECK(!metrics.counter(self, mortise_text_of("more"), help) && codes(host) == "MORTISE_ERR_SERVICE_LIMIT");
  // By the plugin's name, so that it goes on when it's loaded again.
  Plugin &again = plugin_of(host, "plugin");
  CHECK(metrics.counter(&again.table, mortise_text_of("queries_total"), help) == counter);
  CHECK(host.metrics.list().size() == 1024);
}

void state_is_bounded() {
  Host &host = *new Host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin"), &other = plugin_of(host, "other");
  const auto &state = service<mortise_state_v1>(plugin, "mortise.state");
  const mortise_host *self = &plugin.table;
  const mortise_text key = mortise_text_of("key");
  mortise_error error = {};
  char buffer[4] = "...";
  CHECK(state.get(self, key, buffer, 3) == -1 && state.remove(self, key) == MORTISE_PASS);
  CHECK(state.put(self, key, "value", 5, &error) == MORTISE_OK);
  CHECK(state.get(self, key, buffer, 3) == 5 && !strcmp(buffer, "val") &&
        state.get(self, key, nullptr, 0) == 5);
  CHECK(state.get(&other.table, key, nullptr, 0) == -1);
  CHECK(state.put(self, key, nullptr, 0, nullptr) == MORTISE_OK && state.get(self, key, buffer, 3) == 0);
  plugin.stop();
  Plugin &again = plugin_of(host, "plugin");
  CHECK(state.get(&again.table, key, nullptr, 0) == 0);

  CHECK(codes(host).empty());
  const std::string large(MORTISE_STATE_TOTAL_BYTES - 3, 'x'), long_key(256, 'k');
  CHECK(state.put(self, key, large.data(), large.size() + 1, &error) == MORTISE_ERROR && error.message[0]);
  CHECK(state.get(self, key, nullptr, 0) == 0 && codes(host) == "MORTISE_ERR_SERVICE_LIMIT");
  CHECK(state.put(self, key, large.data(), large.size(), nullptr) == MORTISE_OK);
  CHECK(state.put(self, mortise_text_of("k"), "", 0, nullptr) == MORTISE_ERROR);
  CHECK(state.put(self, key, "", UINT64_MAX, nullptr) == MORTISE_ERROR);
  CHECK(state.put(self, ExactText(long_key), "", 0, nullptr) == MORTISE_ERROR);
  CHECK(state.put(self, {nullptr, 0}, "", 0, nullptr) == MORTISE_ERROR);
  CHECK(state.put(self, key, nullptr, 1, nullptr) == MORTISE_ERROR);
  CHECK(state.remove(self, key) == MORTISE_OK && state.get(self, key, nullptr, 0) == -1);
  codes(host);

  on_four_threads([&](int t) {
    for (int i = 0; i < 1000; i++) {
      const std::string name = std::to_string(t) + "-" + std::to_string(i % 50);
      CHECK(state.put(self, ExactText(name), name.data(), name.size(), nullptr) == MORTISE_OK);
      char back[16] = {};
      CHECK(state.get(self, ExactText(name), back, sizeof back) == (int64_t)name.size() && name == back);
      if (i % 3 == 0) CHECK(state.remove(self, ExactText(name)) == MORTISE_OK);
    }
  });
  int visited = 0;
  struct Visit {
    const mortise_state_v1 &state;
    const mortise_host *self;
    int &count;
  } visit = {state, self, visited};
  // A visitor may remove what it visits.
  const auto visitor = [](void *context, mortise_text name, uint64_t) -> int32_t {
    Visit &it = *static_cast<Visit *>(context);
    it.count++;
    return it.state.remove(it.self, name);
  };
  CHECK(state.each(self, visitor, &visit) == MORTISE_OK && visited > 100);
  CHECK(state.each(self, visitor, &visit) == MORTISE_OK &&
        state.each(self, nullptr, nullptr) == MORTISE_ERROR);
}

void fields_travel() {
  Host &host = *new Host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  const auto &log = service<mortise_log_v1>(plugin, "mortise.log", 1);
  const auto drained = [&] {
    uint64_t dropped = 0;
    std::vector<LogField> fields;
    int lines = 0;
    CHECK(host.log.drain(
        [&](const LogLine &line) {
          lines++;
          fields = decode_fields(line.fields);
        },
        dropped));
    CHECK(lines == 1 && dropped == 0);
    return fields;
  };
  const auto write = [&](const std::vector<mortise_member> &fields) {
    log.write_fields(&plugin.table, MORTISE_LOG_INFO, mortise_text_of("text"), fields.data(),
                     static_cast<uint32_t>(fields.size()));
    return drained();
  };
  CHECK(write({}).empty());
  const auto fields =
      write({mortise_field_i64("i", INT64_MIN), mortise_field_f64("f", -0.5), mortise_field_bool("b", 7),
             mortise_field_text("t", "text"), mortise_field_text("null", nullptr)});
  CHECK(fields.size() == 5 && fields[0].integer == INT64_MIN && fields[1].number == -0.5 &&
        fields[2].boolean);
  CHECK(fields[3].key == "t" && fields[3].text == "text" && fields[4].text.empty());

  // What a line can't carry is counted.
  mortise_member list = mortise_field_i64("list", 0), huge = mortise_field_text("huge", "x");
  list.value.type = MORTISE_VALUE_LIST;
  huge.value.as.text.size = UINT64_MAX;
  mortise_member huge_key = mortise_field_i64("k", 1), no_key = mortise_field_i64(nullptr, 1);
  huge_key.key.size = UINT64_MAX - 7;
  const auto bad = write({list, huge, huge_key, no_key, mortise_field_i64("good", 1)});
  CHECK(bad.size() == 2 && bad[0].key == "good" && bad[1].key == "mortise.omitted" && bad[1].integer == 4);
  const auto many = write(std::vector<mortise_member>(100, mortise_field_i64("n", 1)));
  CHECK(many.size() == 33 && many[32].integer == 68);
  const std::string large(4000, 'x');
  const auto full = write({mortise_field_text("a", large.c_str()), mortise_field_text("b", large.c_str())});
  CHECK(full.size() == 2 && full[0].text == large && full[1].integer == 1);
  log.write_fields(&plugin.table, MORTISE_LOG_INFO, mortise_text_of("text"), nullptr, 9);
  const auto lost = drained();
  CHECK(lost.size() == 1 && lost[0].key == "mortise.omitted" && lost[0].integer == 9);
}

struct Table {
  uint32_t size = sizeof(Table);
  uint32_t reserved = 0;
  const void *function = nullptr;
};

int32_t note(void *context, const mortise_notice *notice) {
  static_cast<std::string *>(context)->append(notice->event == MORTISE_SERVICE_CAME ? "came " : "going ");
  return MORTISE_OK;
}

void services_come_and_go() {
  Host &host = *new Host("1.0.0");
  EntryPoints entries;
  entries.init = init_well;
  static Table table;
  entries.register_ = [](const mortise_host *self, mortise_error *error) {
    const mortise_service offered = {sizeof(mortise_service), MORTISE_VERSION(1, 2),
                                     mortise_text_of("test.it"), &table};
    return self->register_service(self, &offered, error);
  };
  Plugin &provider = plugin_of(host, "provider", entries), &user = plugin_of(host, "user");
  const auto &registry = service<mortise_registry_v1>(user, "mortise.registry");
  const mortise_host *self = &user.table;
  std::string told;
  const mortise_text name = mortise_text_of("test.it");
  CHECK(registry.subscribe(self, name, MORTISE_VERSION(1, 1), note, &told, nullptr) == MORTISE_OK);
  CHECK(registry.subscribe(self, name, MORTISE_VERSION(2, 0), note, &told, nullptr) == MORTISE_OK);
  CHECK(registry.subscribe(self, mortise_text_of("Bad"), 0, note, nullptr, nullptr) == MORTISE_ERROR);
  CHECK(registry.subscribe(self, name, 0, nullptr, nullptr, nullptr) == MORTISE_ERROR);
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_ARGUMENT,MORTISE_ERR_SERVICE_ARGUMENT");
  const void *cell = nullptr, *wrong = nullptr;
  user.fill_wanted(&cell, nullptr, "test.it", MORTISE_VERSION(1, 1));
  user.fill_wanted(&wrong, nullptr, "test.it", MORTISE_VERSION(1, 3));

  mortise_error error = {};
  CHECK(provider.run_register(error) == MORTISE_OK);
  // Not before it is ready.
  CHECK(!self->get_service(self, name, MORTISE_VERSION(1, 0)) && told.empty());
  CHECK(provider.table.get_service(&provider.table, name, MORTISE_VERSION(1, 0)) == &table);
  CHECK(provider.run_init(error) == MORTISE_OK && told == "came " && cell == &table && !wrong);
  // A lease of one's own keeps it.
  CHECK(self->get_service(self, name, MORTISE_VERSION(1, 0)) == &table);
  CHECK(provider.retire() == std::vector<std::string>{"user"} && told == "came going came ");
  CHECK(cell == &table && self->get_service(self, name, MORTISE_VERSION(1, 0)) == &table);
  CHECK(self->release_service(self, &table) == MORTISE_OK &&
        self->release_service(self, &table) == MORTISE_OK);
  CHECK(provider.retire().empty() && !cell && told == "came going came going ");
  CHECK(!self->get_service(self, name, MORTISE_VERSION(1, 0)));
  CHECK(self->release_service(self, &table) == MORTISE_ERROR && codes(host) == "MORTISE_ERR_SERVICE_LEASE");
  CHECK(provider.stop() && user.stop());
  CHECK(registry.unsubscribe(self, note, &told) == MORTISE_PASS);
}

// One that is told first may end another, which must not be called any more.
void ended_subscriptions_are_not_called() {
  Host &host = *new Host("1.0.0");
  EntryPoints entries;
  entries.init = init_well;
  static Table table;
  entries.register_ = [](const mortise_host *self, mortise_error *error) {
    const mortise_service offered = {sizeof(mortise_service), MORTISE_VERSION(1, 0),
                                     mortise_text_of("test.it"), &table};
    return self->register_service(self, &offered, error);
  };
  Plugin &provider = plugin_of(host, "provider", entries), &user = plugin_of(host, "user");
  struct Other {
    const mortise_registry_v1 &registry;
    const mortise_host *self;
    std::string *told;
  };
  std::string *told = new std::string;
  Other other = {service<mortise_registry_v1>(user, "mortise.registry"), &user.table, told};
  const auto end_other = [](void *context, const mortise_notice *) -> int32_t {
    const Other &other = *static_cast<Other *>(context);
    CHECK(other.registry.unsubscribe(other.self, note, other.told) == MORTISE_OK);
    delete other.told;
    return MORTISE_OK;
  };
  const mortise_text name = mortise_text_of("test.it");
  CHECK(other.registry.subscribe(&user.table, name, MORTISE_VERSION(1, 0), end_other, &other, nullptr) == 0);
  CHECK(other.registry.subscribe(&user.table, name, MORTISE_VERSION(1, 0), note, told, nullptr) == 0);
  mortise_error error = {};
  CHECK(provider.run_register(error) == MORTISE_OK && provider.run_init(error) == MORTISE_OK);
}

// A second provider changes nothing for a cell that is filled, and isn't told of itself; who says no keeps what
// he has.
void cells_are_filled_once() {
  Host &host = *new Host("1.0.0");
  EntryPoints entries;
  entries.init = init_well;
  entries.register_ = [](const mortise_host *self, mortise_error *error) {
    static Table tables[2];
    static int next = 0;
    const mortise_service offered = {sizeof(mortise_service), MORTISE_VERSION(1, 0),
                                     mortise_text_of("test.it"), &tables[next++]};
    return self->register_service(self, &offered, error);
  };
  Plugin &user = plugin_of(host, "user"), &stubborn = plugin_of(host, "stubborn");
  Plugin &first = plugin_of(host, "first", entries), &second = plugin_of(host, "second", entries);
  const auto &registry = service<mortise_registry_v1>(user, "mortise.registry");
  const mortise_text name = mortise_text_of("test.it");
  std::string told, own;
  const auto refuse = [](void *, const mortise_notice *) -> int32_t { return MORTISE_PASS; };
  registry.subscribe(&user.table, name, MORTISE_VERSION(1, 0), note, &told, nullptr);
  registry.subscribe(&first.table, name, MORTISE_VERSION(1, 0), note, &own, nullptr);
  registry.subscribe(&stubborn.table, name, MORTISE_VERSION(1, 0), refuse, nullptr, nullptr);
  const void *cell = nullptr, *kept = nullptr;
  user.fill_wanted(&cell, nullptr, "test.it", MORTISE_VERSION(1, 0));
  stubborn.fill_wanted(&kept, nullptr, "test.it", MORTISE_VERSION(1, 0));
  mortise_error error = {};
  for (Plugin *plugin : {&first, &second})
    CHECK(plugin->run_register(error) == MORTISE_OK && plugin->run_init(error) == MORTISE_OK);
  CHECK(told == "came came " && own == "came " && cell && kept == cell);
  for (const auto &entry : host.services.list()) {
    const uint32_t expected = entry.provider == &first ? 1 : 0;
    if (entry.name == "test.it")
      CHECK((entry.leases.count(&user) ? entry.leases.at(&user).cells : 0) == expected);
  }
  CHECK(second.retire().empty() && second.stop() && cell && kept == cell);
  CHECK(first.retire() == std::vector<std::string>{"stubborn"} && kept == cell);
}

void strict_hosts_ask_for_the_thread() {
  for (const bool strict : {false, true}) {
    Host &host = *new Host("1.0.0");
    host.strict = strict;
    Plugin &plugin = plugin_of(host, "plugin");
    const mortise_host *self = &plugin.table;
    const auto &registry = service<mortise_registry_v1>(plugin, "mortise.registry");
    static Table table;
    const mortise_service offered = {sizeof(mortise_service), MORTISE_VERSION(1, 0),
                                     mortise_text_of("test.it"), &table};
    const int32_t expected = strict ? MORTISE_ERROR : MORTISE_OK;
    mortise_error error = {};
    std::thread([&] {
      CHECK(self->register_service(self, &offered, &error) == expected);
      CHECK(self->unregister_service(self, &table, nullptr) == expected);
      CHECK(registry.subscribe(self, offered.name, 0, note, nullptr, nullptr) == expected);
      self->config->refuse(self, mortise_text_of("key"), mortise_text_of("rule"));
      CHECK(!self->config->find(self, mortise_text_of("key")));
    }).join();
    CHECK(plugin.config.refusals().size() == (strict ? 0 : 1));
    CHECK((error.message[0] != 0) == strict);
    // On the right thread, but not inside an entry point.
    CHECK(self->register_service(self, &offered, nullptr) == expected);
    CHECK(registry.subscribe(self, offered.name, 0, note, nullptr, nullptr) == MORTISE_OK);
    const std::string one = "MORTISE_ERR_SERVICE_THREAD";
    CHECK(codes(host) == (strict ? one + "," + one + "," + one + "," + one + "," + one : ""));
  }
}

void problems_are_bounded() {
  Host &host = *new Host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  std::atomic<int> woken{0};
  host.problems.wake = [&] { woken++; };
  on_four_threads([&](int) {
    for (int i = 0; i < 300; i++)
      plugin.report({"MORTISE_ERR_SERVICE_LIMIT", std::to_string(i), "w", "e", "f", "r"});
  });
  uint64_t lost = 0;
  CHECK(host.problems.take(lost).size() == 256 && lost == 44 * 4 && woken == 1);
}

// Sizes that are none end as names that are too long; there are as many bytes as may be read.
void absurd_texts_are_refused() {
  Host &host = *new Host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  const mortise_host *self = &plugin.table;
  const std::string bytes(70000, 'x');
  static Table table;
  for (const uint64_t size : {uint64_t(66000), UINT64_C(1) << 40, UINT64_MAX - 3, UINT64_MAX}) {
    const mortise_text text = {bytes.data(), size};
    const mortise_service offered = {sizeof(mortise_service), MORTISE_VERSION(1, 0), text, &table};
    CHECK(!self->get_service(self, text, 1) && self->register_service(self, &offered, nullptr) != MORTISE_OK);
    CHECK(codes(host) == "MORTISE_ERR_SERVICE_NAME");
    CHECK(!self->config->find(self, text) && !self->config->find(self, {nullptr, size}));
    self->config->refuse(self, text, {nullptr, size});
    CHECK(service<mortise_state_v1>(plugin, "mortise.state").get(self, text, nullptr, 0) == -1);
    CHECK(service<mortise_state_v1>(plugin, "mortise.state").put(self, text, nullptr, 0, nullptr) !=
          MORTISE_OK);
    const auto &metrics = service<mortise_metrics_v1>(plugin, "mortise.metrics");
    CHECK(!metrics.counter(self, text, text) && metrics.counter(self, mortise_text_of("n"), text));
    CHECK(!metrics.histogram(self, mortise_text_of("h"), text, nullptr, 1));
    const auto &files = service<mortise_files_v1>(plugin, "mortise.files");
    CHECK(files.read(self, text, 0, nullptr, 0, nullptr) == -1);
    const auto &registry = service<mortise_registry_v1>(plugin, "mortise.registry");
    CHECK(registry.subscribe(self, text, 1, note, nullptr, nullptr) == MORTISE_ERROR);
    codes(host);
  }
}

// Without its host table nobody knows who calls, and nothing is there.
void who_has_no_host_is_nobody() {
  const mortise_host *none = nullptr;
  Host &host = *new Host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  service<mortise_log_v1>(plugin, "mortise.log").write(none, MORTISE_LOG_ERROR, mortise_text_of("line"));
  CHECK(!plugin.table.config->find(none, mortise_text_of("key")));
  CHECK(plugin.table.release_service(none, &host) == MORTISE_ERROR);
  const auto &memory = service<mortise_memory_v1>(plugin, "mortise.memory");
  memory.release(none, memory.allocate(none, 5));
  CHECK(service<mortise_state_v1>(plugin, "mortise.state").get(none, mortise_text_of("key"), nullptr, 0) ==
        -1);
  uint64_t dropped = 0;
  CHECK(host.log.drain([](const LogLine &) { CHECK(false); }, dropped) && codes(host).empty());
}

// What a cell holds is the host's to give back.
void cells_keep_their_lease() {
  Host &host = *new Host("1.0.0");
  EntryPoints entries;
  entries.init = init_well;
  static Table table;
  entries.register_ = [](const mortise_host *self, mortise_error *error) {
    const mortise_service offered = {sizeof(mortise_service), MORTISE_VERSION(1, 0),
                                     mortise_text_of("test.it"), &table};
    return self->register_service(self, &offered, error);
  };
  Plugin &provider = plugin_of(host, "provider", entries), &user = plugin_of(host, "user");
  mortise_error error = {};
  CHECK(provider.run_register(error) == MORTISE_OK && provider.run_init(error) == MORTISE_OK);
  using Lease = ServiceRegistry::Lease;
  CHECK(host.services.acquire(&user, "test.it", MORTISE_VERSION(1, 0), Lease::cell) == &table);
  CHECK(user.table.release_service(&user.table, &table) == MORTISE_ERROR);
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_LEASE");
  CHECK(user.table.get_service(&user.table, mortise_text_of("test.it"), MORTISE_VERSION(1, 0)) == &table);
  CHECK(user.table.release_service(&user.table, &table) == MORTISE_OK);
  CHECK(user.table.release_service(&user.table, &table) == MORTISE_ERROR);
  CHECK(provider.retire() == std::vector<std::string>{"user"});
  // A plugin's own leases are no reason.
  CHECK(provider.table.get_service(&provider.table, mortise_text_of("test.it"), MORTISE_VERSION(1, 0)) ==
        &table);
  CHECK(host.services.release(&user, &table, Lease::cell));
  CHECK(provider.table.unregister_service(&provider.table, &table, nullptr) == MORTISE_OK);
}

// What is abandoned keeps its services and leases, and is told nothing any more.
void the_abandoned_are_left_alone() {
  Host &host = *new Host("1.0.0");
  EntryPoints entries;
  entries.init = init_well;
  static Table table;
  static int ended = 0;
  entries.fini = [](const mortise_host *) { ended++; };
  entries.register_ = [](const mortise_host *self, mortise_error *error) {
    const mortise_service offered = {sizeof(mortise_service), MORTISE_VERSION(1, 0),
                                     mortise_text_of("test.it"), &table};
    return self->register_service(self, &offered, error);
  };
  Plugin &provider = plugin_of(host, "provider", entries), &user = plugin_of(host, "user");
  mortise_error error = {};
  CHECK(provider.run_register(error) == MORTISE_OK && provider.run_init(error) == MORTISE_OK);
  const mortise_text name = mortise_text_of("test.it");
  CHECK(user.table.get_service(&user.table, name, MORTISE_VERSION(1, 0)) == &table);
  provider.abandon({"MORTISE_ERR_TASK_STUCK", "m", "w", "e", "f", "r"});
  CHECK(codes(host) == "MORTISE_ERR_TASK_STUCK" && ended == 0 && provider.leaving);
  CHECK(!user.table.get_service(&user.table, name, MORTISE_VERSION(1, 0)));
  CHECK(user.table.release_service(&user.table, &table) == MORTISE_OK);
  provider.stop();
  CHECK(ended == 0);
  // A thread of its own waits for TypeScript: the same, without waiting for it.
  Plugin &waits = plugin_of(host, "waits", entries);
  CHECK(waits.run_init(error) == MORTISE_OK);
  waits.waiting = 1;
  CHECK(!waits.stop() && ended == 0 && codes(host) == "MORTISE_ERR_TASK_STUCK");
}

void clocks_run() {
  Host &host = *new Host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  const auto &clock = service<mortise_clock_v1>(plugin, "mortise.clock");
  const int64_t first = clock.monotonic(&plugin.table), wall = clock.wall(&plugin.table);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK(clock.monotonic(&plugin.table) - first >= 2000000 && wall > INT64_C(1700000000) * 1000000000);
}

} // namespace

int main() {
  memory_is_counted();
  ended_subscriptions_are_not_called();
  absurd_texts_are_refused();
  who_has_no_host_is_nobody();
  cells_keep_their_lease();
  the_abandoned_are_left_alone();
  metrics_add_up();
  state_is_bounded();
  fields_travel();
  services_come_and_go();
  cells_are_filled_once();
  strict_hosts_ask_for_the_thread();
  problems_are_bounded();
  clocks_run();
  std::puts("ok");
}
