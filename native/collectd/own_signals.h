// Plugins of collectd's wake threads of their own with SIGTERM when they shut down, because the daemon has a handler
// for it. Elsewhere that would end the process.
#pragma once

namespace mortise::collectd {

// From now on SIGTERM from this process to one of its threads only interrupts what that thread waits for. From anywhere
// else it does what it did before. Any thread; may be repeated.
void keep_own_signals();

} // namespace mortise::collectd
