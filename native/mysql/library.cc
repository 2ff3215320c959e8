#include "mysql/library.h"

#include "mysql/memory.h"

#include <cstdio>

namespace mortise::mysql {
namespace {

// More entries than a list has; src/dialects/mysql read them before.
constexpr size_t max_listed = 512;

template <typename Use> void each(const Listed *list, Use use) {
  for (size_t i = 0; list && i < max_listed && list[i].name; i++)
    use(list[i]);
}

} // namespace

void report(int32_t severity, std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  if (Calling *call = Calling::current())
    call->messages.push_back({severity, std::move(text)});
  else
    fprintf(stderr, "mortise: a MySQL component's thread reports: %s\n", text.c_str());
}

Library::Library(Plugin &owner, Registry &services, const Component &loaded)
    : plugin(owner), registry(services), component(loaded) {}

std::vector<std::string> Library::link() {
  std::vector<std::string> missing;
  Calling call(*this);
  each(component.provides, [&](const Listed &entry) {
    if (registry.add(entry.name, entry.second, this))
      provided.push_back(entry.name);
    else
      missing.push_back(entry.name);
  });
  each(component.requires_, [&](const Listed &entry) {
    void *table = nullptr;
    if (registry.acquire(entry.name, &table))
      plugin.fill(static_cast<const void **>(entry.second), table);
    else
      missing.push_back(entry.name);
  });
  return missing;
}

int Library::init() {
  const int status = component.init ? component.init() : 0;
  initialised_ = status == 0;
  if (initialised_) registry.notify("dynamic_loader_services_loaded_notification", provided);
  return status;
}

bool Library::stop() {
  bool ended = true;
  if (initialised_) {
    initialised_ = false;
    Calling call(*this);
    registry.notify("dynamic_loader_services_unload_notification", provided);
    const int status = component.deinit ? component.deinit() : 0;
    ended = status == 0;
    for (const Message &message : call.messages)
      log(message.severity, message.text);
    if (!ended) log(severity_error, plugin.name + "'s deinit returned " + std::to_string(status));
  }
  if (joined_) {
    joined_ = false;
    for (const std::string &name : registry.functions.remove_all(*this))
      log(severity_warning, plugin.name + " did not unregister its function " + name);
    for (const Unfreed &left : unfreed_of(*this))
      log(severity_warning,
          plugin.name + " did not free " + std::to_string(left.bytes) + " bytes of " + left.name);
    registry.forget(*this);
    registry.leave();
  }
  return ended;
}

void Library::log(int32_t severity, const std::string &text) {
  LogRing &ring = plugin.owner.log;
  if (severity < ring.lowest_severity.load(std::memory_order_relaxed)) return;
  ring.write(&plugin, severity, text);
}

} // namespace mortise::mysql
