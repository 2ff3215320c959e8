// A host's part in collecting: the collector, made when somebody first wants it, and how plugins leave it.
#pragma once

#include "engines/collect/collector.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace mortise {

struct Host;

class HostCollecting {
public:
  explicit HostCollecting(Host &host) : host_(host) {}

  // What the collector is made with. On the main thread, before anything asks for it.
  collect::Options options;

  // Any thread. Made at the first call, and then until the process ends: a plugin's thread may still call.
  collect::Collector &get();
  // Null when nobody has asked for it.
  collect::Collector *made() const;

  // Who is named where no plugin is to blame, and dispatches what TypeScript does. Named "mortise".
  Owner &embedder();
  // Another of that name, for a callback in TypeScript: what hangs in one keeps no other from its end.
  Owner &new_embedder();

  // Whether anybody may want to hear lines: false where nobody has asked for the collector. Any thread.
  bool may_hear() const { return made_.load(std::memory_order_relaxed) != nullptr; }
  // A line of a plugin's, MORTISE_LOG_…, for those who registered to hear it. Any thread.
  void hear(Owner &plugin, int32_t severity, std::string_view line) const;

  // Begins to take a plugin's callbacks back, on a thread of its own: what waits for its writers is written meanwhile.
  // True once that has ended; ask again and again. Main thread.
  bool has_settled(Owner &plugin);
  // Takes back what is left. False when something of it still runs after `limit`: it is never called again then.
  bool leave(Owner &plugin, std::chrono::milliseconds limit);

private:
  Host &host_;
  std::mutex mutex_;
  std::atomic<collect::Collector *> made_{nullptr};
  std::atomic<Owner *> embedder_{nullptr};
  // Whether what was begun has ended. Main thread only.
  std::unordered_map<Owner *, std::shared_ptr<std::atomic<bool>>> settling_;
};

} // namespace mortise
