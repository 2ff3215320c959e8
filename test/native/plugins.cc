// Plugins beside each other: services that come and go, cells and leases, what strict hosts refuse, and what becomes
// of a plugin that can't be stopped.
#include "hosts.h"

#include <atomic>

using namespace mortise;

namespace {

struct Table {
  uint32_t size = sizeof(Table);
  uint32_t reserved = 0;
  const void *function = nullptr;
};

Table table;

// Registers test.it 1.2, whose table is `table`.
EntryPoints providing_test_it() {
  EntryPoints entries;
  entries.init = init_well;
  entries.register_ = [](const mortise_host *self, mortise_error *error) {
    const mortise_service offered = {
        sizeof(mortise_service), MORTISE_VERSION(1, 2), mortise_text_of("test.it"), &table, {nullptr, 0}};
    return self->register_service(self, &offered, error);
  };
  return entries;
}

int32_t note(void *context, const mortise_notice *notice) {
  static_cast<std::string *>(context)->append(notice->event == MORTISE_SERVICE_CAME ? "came " : "going ");
  return MORTISE_OK;
}

void services_come_and_go() {
  Host &host = new_host("1.0.0");
  const EntryPoints entries = providing_test_it();
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
  user.fill_wanted(&cell, nullptr, {"test.it", MORTISE_VERSION(1, 1)});
  user.fill_wanted(&wrong, nullptr, {"test.it", MORTISE_VERSION(1, 3)});

  mortise_error error = {};
  CHECK(provider.run_register(error) == MORTISE_OK);
  // Not before it is ready.
  CHECK(!self->get_service(self, name, MORTISE_VERSION(1, 0), {nullptr, 0}) && told.empty());
  CHECK(provider.table.get_service(&provider.table, name, MORTISE_VERSION(1, 0), {nullptr, 0}) == &table);
  CHECK(provider.run_init(error) == MORTISE_OK && told == "came " && cell == &table && !wrong);
  // A lease of one's own keeps it.
  CHECK(self->get_service(self, name, MORTISE_VERSION(1, 0), {nullptr, 0}) == &table);
  CHECK(provider.retire() == std::vector<std::string>{"user"} && told == "came going came ");
  CHECK(cell == &table && self->get_service(self, name, MORTISE_VERSION(1, 0), {nullptr, 0}) == &table);
  CHECK(self->release_service(self, &table) == MORTISE_OK &&
        self->release_service(self, &table) == MORTISE_OK);
  CHECK(provider.retire().empty() && !cell && told == "came going came going ");
  CHECK(!self->get_service(self, name, MORTISE_VERSION(1, 0), {nullptr, 0}));
  CHECK(self->release_service(self, &table) == MORTISE_ERROR && codes(host) == "MORTISE_ERR_SERVICE_LEASE");
  CHECK(provider.stop() && user.stop());
  CHECK(registry.unsubscribe(self, note, &told) == MORTISE_PASS);
}

// One that is told first may end another, which must not be called any more.
void ended_subscriptions_are_not_called() {
  Host &host = new_host("1.0.0");
  const EntryPoints entries = providing_test_it();
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
  Host &host = new_host("1.0.0");
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
  user.fill_wanted(&cell, nullptr, {"test.it", MORTISE_VERSION(1, 0)});
  stubborn.fill_wanted(&kept, nullptr, {"test.it", MORTISE_VERSION(1, 0)});
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

// What a cell holds is the host's to give back.
void cells_keep_their_lease() {
  Host &host = new_host("1.0.0");
  const EntryPoints entries = providing_test_it();
  Plugin &provider = plugin_of(host, "provider", entries), &user = plugin_of(host, "user");
  mortise_error error = {};
  CHECK(provider.run_register(error) == MORTISE_OK && provider.run_init(error) == MORTISE_OK);
  using Lease = ServiceRegistry::Lease;
  CHECK(host.services.acquire(&user, {"test.it", MORTISE_VERSION(1, 0)}, Lease::cell) == &table);
  CHECK(user.table.release_service(&user.table, &table) == MORTISE_ERROR);
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_LEASE");
  CHECK(user.table.get_service(&user.table, mortise_text_of("test.it"), MORTISE_VERSION(1, 0),
                               {nullptr, 0}) == &table);
  CHECK(user.table.release_service(&user.table, &table) == MORTISE_OK);
  CHECK(user.table.release_service(&user.table, &table) == MORTISE_ERROR);
  CHECK(provider.retire() == std::vector<std::string>{"user"});
  // A plugin's own leases are not a reason.
  CHECK(provider.table.get_service(&provider.table, mortise_text_of("test.it"), MORTISE_VERSION(1, 0),
                                   {nullptr, 0}) == &table);
  CHECK(host.services.release(&user, &table, Lease::cell));
  CHECK(provider.table.unregister_service(&provider.table, &table, nullptr) == MORTISE_OK);
}

// What is abandoned keeps its services and leases, and is told nothing any more.
void the_abandoned_are_left_alone() {
  Host &host = new_host("1.0.0");
  static int ended = 0;
  EntryPoints entries = providing_test_it();
  entries.fini = [](const mortise_host *) { ended++; };
  Plugin &provider = plugin_of(host, "provider", entries), &user = plugin_of(host, "user");
  mortise_error error = {};
  CHECK(provider.run_register(error) == MORTISE_OK && provider.run_init(error) == MORTISE_OK);
  const mortise_text name = mortise_text_of("test.it");
  CHECK(user.table.get_service(&user.table, name, MORTISE_VERSION(1, 0), {nullptr, 0}) == &table);
  provider.abandon(Problem("MORTISE_ERR_TASK_STUCK", "m").in("w").expects("e").got("f").fix("r"));
  CHECK(codes(host) == "MORTISE_ERR_TASK_STUCK" && ended == 0 && provider.leaving);
  CHECK(!user.table.get_service(&user.table, name, MORTISE_VERSION(1, 0), {nullptr, 0}));
  CHECK(user.table.release_service(&user.table, &table) == MORTISE_OK);
  provider.stop();
  CHECK(ended == 0);
  // A thread of its own waits for TypeScript: the same, without waiting for it.
  Plugin &waits = plugin_of(host, "waits", entries);
  CHECK(waits.run_init(error) == MORTISE_OK);
  waits.waiting = 1;
  CHECK(!waits.stop() && ended == 0 && codes(host) == "MORTISE_ERR_TASK_STUCK");
}

void strict_hosts_ask_for_the_thread() {
  for (const bool strict : {false, true}) {
    Host &host = new_host("1.0.0");
    host.strict = strict;
    Plugin &plugin = plugin_of(host, "plugin");
    const mortise_host *self = &plugin.table;
    const auto &registry = service<mortise_registry_v1>(plugin, "mortise.registry");
    static Table table;
    const mortise_service offered = {
        sizeof(mortise_service), MORTISE_VERSION(1, 0), mortise_text_of("test.it"), &table, {nullptr, 0}};
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
  Host &host = new_host("1.0.0");
  Plugin &plugin = plugin_of(host, "plugin");
  std::atomic<int> woken{0};
  host.problems.wake = [&] { woken++; };
  on_four_threads([&](int) {
    for (int i = 0; i < 300; i++)
      plugin.report(
          Problem("MORTISE_ERR_SERVICE_LIMIT", std::to_string(i)).in("w").expects("e").got("f").fix("r"));
  });
  uint64_t lost = 0;
  CHECK(host.problems.take(lost).size() == 256 && lost == 44 * 4 && woken == 1);
}

} // namespace

int main() {
  services_come_and_go();
  ended_subscriptions_are_not_called();
  cells_are_filled_once();
  cells_keep_their_lease();
  the_abandoned_are_left_alone();
  strict_hosts_ask_for_the_thread();
  problems_are_bounded();
  std::puts("ok");
}
