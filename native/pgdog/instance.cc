#include "pgdog/instance.h"

#include <cstring>

namespace mortise::pgdog {

bool Instance::link(const Identity &identity, const std::string &rustc, const std::string &parser,
                    MakeLink make, Ask ask, const void *route, const void *sql) {
  const auto says = [](const auto &field, const std::string &text) {
    return text.size() < sizeof field && memcmp(field, text.c_str(), text.size() + 1) == 0;
  };
  if (!says(identity.rustc, rustc) || !says(identity.parser, parser)) return false;
  const Options options = {sizeof options, 0, route, &plugin.table, sql, text_of(plugin.name)};
  void *context = make(&options);
  if (!context) return false;
  plugin.link = {ask, context};
  plugin.route_entry = "pgdog_route";
  return true;
}

void Instance::start() {
  if (init) plugin.run("pgdog_init", init);
  started = true;
}

void Instance::stop() {
  if (!started) return;
  started = false;
  if (fini) plugin.run("pgdog_fini", fini);
}

} // namespace mortise::pgdog
