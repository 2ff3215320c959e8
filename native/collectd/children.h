// collectd's exec plugin takes SIGCHLD for itself, and then waits for every child of the process: those that Node.js
// started would end without anybody hearing of it.
#pragma once

#include <signal.h>

namespace mortise::collectd {

// Remembers who hears of children that end.
class ChildSignal {
public:
  ChildSignal();
  // True when somebody else took it meanwhile: then it is as before.
  bool restore();

private:
  struct sigaction before_;
};

// From now on children are waited for that have ended and that nobody has waited for during half a minute: those that
// such a plugin started. Once for the process.
void reap_forgotten_children();

} // namespace mortise::collectd
