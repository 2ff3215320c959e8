// Plugins of collectd's wake threads of their own with SIGTERM when they shut down, because the daemon has a handler
// for it. Elsewhere that would end the process.
#pragma once

namespace mortise::collectd {

// While there is one, SIGTERM from this process to one of its threads only interrupts what that thread waits for. From
// anywhere else it does what it did before. Any thread.
class OwnSignals {
public:
  OwnSignals();
  ~OwnSignals();
  OwnSignals(const OwnSignals &) = delete;
  OwnSignals &operator=(const OwnSignals &) = delete;
};

} // namespace mortise::collectd
