// The service registry as plugins see it: through their host tables, from four threads at once.
#include "hosts.h"

#include <atomic>
#include <thread>
#include <vector>

using namespace mortise;

namespace {

struct Table {
  uint32_t size = sizeof(Table);
  uint32_t reserved = 0;
  const void *function = nullptr;
};

struct Offer {
  mortise_error error = {};
  Plugin &plugin;
  explicit Offer(Plugin &provider) : plugin(provider) { error.size = sizeof error; }

  int32_t add(const std::string &name, uint32_t version, const void *table, const char *signature = "") {
    error.message[0] = 0;
    const ExactText exact(name);
    const mortise_service service = {sizeof(mortise_service), version, exact, table,
                                     mortise_text_of(signature)};
    return plugin.table.register_service(&plugin.table, &service, &error);
  }
  int32_t remove(const void *table) {
    error.message[0] = 0;
    return plugin.table.unregister_service(&plugin.table, table, &error);
  }
  bool says(const char *words) const { return strstr(error.message, words) != nullptr; }
};

// A plugin that is ready, without entry points. It lives until the process ends.
Plugin &ready(Host &host, const char *name) {
  Plugin &plugin = plugin_of(host, name);
  mortise_error error = {};
  CHECK(plugin.run_register(error) == MORTISE_OK && plugin.run_init(error) == MORTISE_OK);
  return plugin;
}

const void *get(Plugin &plugin, const char *name, uint32_t version, const char *signature = "") {
  return plugin.table.get_service(&plugin.table, mortise_text_of(name), version, mortise_text_of(signature));
}

int32_t release(Plugin &plugin, const void *table) {
  return plugin.table.release_service(&plugin.table, table);
}

void follows_its_rules() {
  Host &host = new_host("1.2.3");
  Plugin &provider = ready(host, "provider"), &user = ready(host, "user");
  CHECK(provider.table.size == sizeof(mortise_host) && provider.table.abi == MORTISE_VERSION(1, 0));
  CHECK(mortise_text_equal(provider.table.version, mortise_text_of("1.2.3")));
  CHECK(mortise_text_equal(provider.table.plugin, mortise_text_of("provider")));
  Table table, other;
  Offer offer(provider);
  for (const char *name :
       {"", "x", ".x", "x.", "x..y", "X.y", "x.Y", "1.x", "x.1", "x y.z", "x/y", "ü.x", "x.-y"}) {
    CHECK(offer.add(name, MORTISE_VERSION(1, 0), &table) == MORTISE_ERROR &&
          offer.says("not a valid service name"));
  }
  CHECK(offer.add("x." + std::string(61, 'y'), MORTISE_VERSION(1, 0), &other) == MORTISE_OK);
  CHECK(offer.add("x." + std::string(62, 'y'), MORTISE_VERSION(1, 0), &table) == MORTISE_ERROR);
  CHECK(offer.add(std::string("x.y\0z", 5), MORTISE_VERSION(1, 0), &table) == MORTISE_ERROR);
  CHECK(offer.add("x.y", MORTISE_VERSION(1, 0), nullptr) == MORTISE_ERROR && offer.says("null"));
  for (const uint32_t size : {0u, 4u, 11u, 65537u, 0xffffffffu}) {
    table.size = size;
    CHECK(offer.add("x.y", MORTISE_VERSION(1, 0), &table) == MORTISE_ERROR && offer.says("size"));
  }
  table.size = sizeof table;
  mortise_service undersized = {};
  undersized.size = sizeof undersized - 1;
  CHECK(provider.table.register_service(&provider.table, &undersized, &offer.error) == MORTISE_ERROR);
  CHECK(provider.table.register_service(&provider.table, nullptr, &offer.error) == MORTISE_ERROR);
  CHECK(provider.table.register_service(&provider.table, nullptr, nullptr) == MORTISE_ERROR);

  CHECK(offer.add("x.y", MORTISE_VERSION(1, 3), &table) == MORTISE_OK);
  CHECK(offer.add("x.y", MORTISE_VERSION(1, 9), &other) == MORTISE_ERROR && offer.says("already"));
  CHECK(get(user, "x.y", MORTISE_VERSION(1, 4)) == nullptr);
  CHECK(get(user, "x.y", MORTISE_VERSION(2, 0)) == nullptr);
  CHECK(get(user, "x.y", MORTISE_VERSION(0, 3)) == nullptr);
  CHECK(get(user, "x.yy", MORTISE_VERSION(1, 0)) == nullptr && get(user, "", 0) == nullptr);
  CHECK(user.table.get_service(&user.table, {nullptr, 0}, 0, {nullptr, 0}) == nullptr);
  CHECK(get(user, "x.y", MORTISE_VERSION(1, 3)) == &table &&
        get(user, "x.y", MORTISE_VERSION(1, 0)) == &table);

  // Nothing in use goes away, and only its provider may take it back.
  CHECK(offer.remove(&table) == MORTISE_ERROR && offer.says("user"));
  Offer stranger(user);
  CHECK(stranger.remove(&table) == MORTISE_ERROR && stranger.remove(nullptr) == MORTISE_ERROR);
  CHECK(release(provider, &table) == MORTISE_ERROR && release(user, &other) == MORTISE_ERROR);
  CHECK(release(user, &table) == MORTISE_OK && offer.remove(&table) == MORTISE_ERROR);
  CHECK(release(user, &table) == MORTISE_OK && release(user, &table) == MORTISE_ERROR);
  CHECK(offer.remove(&table) == MORTISE_OK && offer.remove(&table) == MORTISE_ERROR);
  CHECK(get(user, "x.y", MORTISE_VERSION(1, 0)) == nullptr);

  // TypeScript's leases count like others, but don't keep a plugin from stopping.
  Plugin &embedder = ready(host, "mortise");
  embedder.is_embedder = true;
  CHECK(!host.services.acquire(&embedder, &table));
  CHECK(offer.add("x.y", MORTISE_VERSION(1, 3), &table) == MORTISE_OK);
  CHECK(host.services.acquire(&embedder, &table) && offer.remove(&table) == MORTISE_ERROR);
  CHECK(offer.says("mortise") && provider.retire().empty());
  CHECK(!host.services.acquire(&embedder, &table));
  CHECK(host.services.release(&embedder, &table) && offer.remove(&table) == MORTISE_OK);

  // A plugin that stops gives back what it holds and takes along what it provides.
  CHECK(offer.add("x.y", MORTISE_VERSION(1, 3), &table) == MORTISE_OK);
  CHECK(get(user, "x.y", MORTISE_VERSION(1, 0)) == &table);
  user.stop();
  CHECK(offer.remove(&table) == MORTISE_OK);
  Plugin &third = ready(host, "third");
  CHECK(offer.add("x.y", MORTISE_VERSION(1, 3), &table) == MORTISE_OK);
  provider.stop();
  CHECK(get(third, "x.y", MORTISE_VERSION(1, 0)) == nullptr);
  provider.stop();
}

void compares_signatures() {
  Host &host = new_host("1.0.0");
  Plugin &provider = ready(host, "provider"), &user = ready(host, "user");
  Table table;
  Offer offer(provider);
  const auto fits = [&](const char *has, const char *wants, uint32_t minor = 1) {
    CHECK(offer.add("x.y", MORTISE_VERSION(1, 3), &table, has) == MORTISE_OK);
    const void *got = get(user, "x.y", MORTISE_VERSION(1, minor), wants);
    CHECK(!got || release(user, got) == MORTISE_OK);
    CHECK(offer.remove(&table) == MORTISE_OK);
    return got == &table;
  };
  CHECK(fits("", "a(host)") && fits("a(host)", "") && fits("a(host)", "a(host)"));
  CHECK(fits("a(host,  x: i32);\n b(host)", "a(host, x: i32)") && fits("a(host)", " a(host) ; "));
  CHECK(!fits("a(host)", "b(host)") && !fits("a(host);b(host)", "b(host);a(host)"));
  CHECK(!fits("a(host)", "a(host);b(host)") && !fits("a(host)", "a(host);b(host) since 1.1"));
  CHECK(fits("a(host)", "a(host);b(host) since 1.2") &&
        !fits("a(host);c(host)", "a(host);b(host) since 1.2"));
  CHECK(!fits("a(host)", "a(host);b(host) since 1.3", 3) && !fits("a(host)", "a(host);b(host) since 1.x", 0));
  const std::string longest(65535, 'x'), longer(65536, 'x');
  CHECK(offer.add("x.y", MORTISE_VERSION(1, 0), &table, longest.c_str()) == MORTISE_OK);
  CHECK(offer.add("x.z", MORTISE_VERSION(1, 0), &table, longer.c_str()) == MORTISE_ERROR);
  CHECK(offer.says("65535 bytes") && codes(host) == "MORTISE_ERR_SERVICE_SIGNATURE");
}

void bounds_the_services_of_a_plugin() {
  Host &host = new_host("1.0.0");
  Plugin &provider = ready(host, "provider"), &other = ready(host, "other");
  static Table tables[257];
  Offer offer(provider);
  for (int i = 0; i < 256; i++)
    CHECK(offer.add("x.y" + std::to_string(i), MORTISE_VERSION(1, 0), &tables[i]) == MORTISE_OK);
  CHECK(offer.add("x.z", MORTISE_VERSION(1, 0), &tables[256]) == MORTISE_ERROR && offer.says("256"));
  CHECK(codes(host) == "MORTISE_ERR_SERVICE_LIMIT");
  CHECK(Offer(other).add("x.z", MORTISE_VERSION(1, 0), &tables[256]) == MORTISE_OK);
}

Table offered;

int32_t offer_in_register(const mortise_host *host, mortise_error *error) {
  const mortise_service service = {
      sizeof service, MORTISE_VERSION(1, 0), mortise_text_of("x.y"), &offered, {nullptr, 0}};
  return host->register_service(host, &service, error);
}

void keeps_a_service_until_its_provider_is_ready() {
  Host &host = new_host("1.0.0");
  EntryPoints entries;
  entries.register_ = offer_in_register;
  Plugin &provider = *new Plugin(host, "provider", "/nowhere.so", entries, ConfigNode());
  Plugin &user = ready(host, "user");
  mortise_error error = {};
  CHECK(provider.run_register(error) == MORTISE_OK);
  CHECK(get(user, "x.y", MORTISE_VERSION(1, 0)) == nullptr);
  CHECK(get(provider, "x.y", MORTISE_VERSION(1, 0)) == &offered && release(provider, &offered) == MORTISE_OK);
  CHECK(provider.run_init(error) == MORTISE_OK);
  CHECK(get(user, "x.y", MORTISE_VERSION(1, 0)) == &offered);
}

void serves_threads() {
  Host &host = new_host("1.0.0");
  std::atomic<int> failures{0}, found{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    Plugin &user = ready(host, ("user" + std::to_string(t)).c_str());
    threads.emplace_back([&user, &failures, &found] {
      for (int i = 0; i < 20000; i++) {
        const void *log = get(user, "mortise.log", MORTISE_VERSION(1, 0));
        if (!log || release(user, log) != MORTISE_OK) failures++;
        const Table *table = static_cast<const Table *>(get(user, "test.fleeting", MORTISE_VERSION(1, 0)));
        if (!table) continue;
        found++;
        if (table->size != sizeof(Table) || release(user, table) != MORTISE_OK) failures++;
      }
    });
  }
  // Meanwhile a service comes and goes, when nobody holds it.
  Plugin &provider = ready(host, "provider");
  std::thread changes([&provider, &done, &failures] {
    Table table;
    Offer offer(provider);
    while (!done) {
      if (offer.add("test.fleeting", MORTISE_VERSION(1, 2), &table) != MORTISE_OK) failures++;
      std::this_thread::yield();
      while (offer.remove(&table) != MORTISE_OK)
        std::this_thread::yield();
    }
  });
  for (std::thread &thread : threads)
    thread.join();
  done = true;
  changes.join();
  CHECK(failures == 0);
  CHECK(found > 0);
}

} // namespace

int main() {
  follows_its_rules();
  compares_signatures();
  bounds_the_services_of_a_plugin();
  keeps_a_service_until_its_provider_is_ready();
  serves_threads();
  std::puts("ok");
}
