// One loaded PgDog plugin.
#pragma once

#include "host/plugin.h"
#include "pgdog/bridge.h"

#include <string>

namespace mortise::pgdog {

// Lives until the process ends, as its library does.
struct Instance {
  Plugin &plugin; // whose name and log it is
  const Step init;
  const Step fini;
  bool started = false;

  // Makes it a link of routing chains. False when the bridge is another than it should be.
  bool link(const Identity &identity, const std::string &rustc, const std::string &parser, MakeLink make,
            Ask ask, const void *route, const void *sql);
  void start();
  // Its fini, if it was started; safe to repeat.
  void stop();
};

} // namespace mortise::pgdog
