// The built-in services as plugins call them, through their tables: what they do, what they refuse, and from
// four threads at once.
#include "hosts.h"
#include "engines/log_fields.h"

#include <cmath>
#include <cstddef>
#include <limits>

using namespace mortise;

namespace {

void memory_is_counted() {
  Host &host = new_host("1.0.0");
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
  Host &host = new_host("1.0.0");
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
  Host &host = new_host("1.0.0");
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
  const std::string large(MORTISE_STATE_TOTAL_BYTES - MORTISE_STATE_ENTRY_BYTES - 3, 'x'), long_key(256, 'k');
  CHECK(state.put(self, key, large.data(), large.size() + 1, &error) == MORTISE_ERROR && error.message[0]);
  CHECK(state.get(self, key, nullptr, 0) == 0 && codes(host) == "MORTISE_ERR_SERVICE_LIMIT");
  CHECK(state.put(self, key, large.data(), large.size(), nullptr) == MORTISE_OK);
  CHECK(state.put(self, mortise_text_of("k"), "", 0, nullptr) == MORTISE_ERROR);
  CHECK(state.put(self, key, "", UINT64_MAX, nullptr) == MORTISE_ERROR);
  CHECK(state.put(self, ExactText(long_key), "", 0, nullptr) == MORTISE_ERROR);
  CHECK(state.put(self, {nullptr, 0}, "", 0, nullptr) == MORTISE_ERROR);
  CHECK(state.put(self, key, nullptr, 1, nullptr) == MORTISE_ERROR);
  CHECK(state.remove(self, key) == MORTISE_OK && state.get(self, key, nullptr, 0) == -1);
  // Entries count too: a key of 7 bytes without a value takes more memory than its bytes.
  int64_t kept = 0;
  const auto name_of = [](int64_t n) { return std::to_string(1000000 + n); };
  while (state.put(self, ExactText(name_of(kept)), "", 0, nullptr) == MORTISE_OK)
    kept++;
  CHECK(kept == MORTISE_STATE_TOTAL_BYTES / (MORTISE_STATE_ENTRY_BYTES + 7));
  for (int64_t n = 0; n < kept; n++)
    CHECK(state.remove(self, ExactText(name_of(n))) == MORTISE_OK);
  CHECK(state.put(self, key, large.data(), large.size(), nullptr) == MORTISE_OK);
  CHECK(state.remove(self, key) == MORTISE_OK);
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
  Host &host = new_host("1.0.0");
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

// Sizes that are none end as names that are too long; there are as many bytes as may be read.
void absurd_texts_are_refused() {
  Host &host = new_host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  const mortise_host *self = &plugin.table;
  const std::string bytes(70000, 'x');
  static Table table;
  for (const uint64_t size : {uint64_t(66000), UINT64_C(1) << 40, UINT64_MAX - 3, UINT64_MAX}) {
    const mortise_text text = {bytes.data(), size};
    const mortise_service offered = {
        sizeof(mortise_service), MORTISE_VERSION(1, 0), text, &table, {nullptr, 0}};
    CHECK(!self->get_service(self, text, 1, {nullptr, 0}) &&
          self->register_service(self, &offered, nullptr) != MORTISE_OK);
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
    CHECK(registry.subscribe(
              self, text, 1, [](void *, const mortise_notice *) -> int32_t { return MORTISE_OK; }, nullptr,
              nullptr) == MORTISE_ERROR);
    codes(host);
  }
}

// Without its host table nobody knows who calls, and nothing is there.
void who_has_no_host_is_nobody() {
  const mortise_host *none = nullptr;
  Host &host = new_host("1.0.0");
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

void clocks_run() {
  Host &host = new_host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  const auto &clock = service<mortise_clock_v1>(plugin, "mortise.clock");
  const int64_t first = clock.monotonic(&plugin.table), wall = clock.wall(&plugin.table);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK(clock.monotonic(&plugin.table) - first >= 2000000 && wall > INT64_C(1700000000) * 1000000000);
}

} // namespace

int main() {
  memory_is_counted();
  metrics_add_up();
  state_is_bounded();
  fields_travel();
  absurd_texts_are_refused();
  who_has_no_host_is_nobody();
  clocks_run();
  std::puts("ok");
}
