// On whose behalf an engine works: a plugin, as far as engines need to know it.
#pragma once

#include "engines/problems.h"

#include <atomic>
#include <cstdint>
#include <string>

namespace mortise {

class Calls;

// What mortise.memory has given it and not got back.
struct MemoryCount {
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> blocks{0};
};

// Lives until the process ends: what it left in an engine may still be looked at.
struct Owner {
  explicit Owner(std::string owner_name) : name(std::move(owner_name)) {}
  Owner(const Owner &) = delete;
  Owner &operator=(const Owner &) = delete;

  const std::string name;
  bool is_embedder = false;     // stands for the TypeScript that opened the host, and uses plugins' services
  std::string toolchain;        // the compiler that built it
  bool exact_toolchain = false; // it hands out types that depend on that: its users must be of the same
  MemoryCount memory;
  Calls *calls = nullptr; // where its calls are counted; null: nowhere

  // Any thread: tells the host's operator.
  virtual void report(Problem problem) = 0;
  // Main thread: cells that want the service without needing it are filled, or emptied.
  virtual void fill_wanting(const std::string &service, uint32_t version) = 0;
  virtual void empty_wanting(const void *table) = 0;

protected:
  ~Owner() = default;
};

} // namespace mortise
