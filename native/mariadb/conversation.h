// What an authentication plugin and who wants in say to each other. The plugin's side waits on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace mortise::mariadb {

using Packet = std::vector<uint8_t>;

// What the plugin gets to read from and write to: three functions, found from its own address.
struct Channel {
  int (*read)(Channel *, uint8_t **packet);
  int (*write)(Channel *, const uint8_t *packet, int size);
  void (*describe)(Channel *, void *description);
};

class Conversation : private Channel {
public:
  // Both functions are called on the plugin's thread: it wrote a packet; it waits for one.
  Conversation(int32_t interface_version, std::function<void(Packet)> wrote, std::function<void()> waits);

  Channel *channel() { return this; }

  // From any thread: a packet for the plugin; or none will come any more, and what it does fails.
  void answer(Packet packet);
  void hang_up();

private:
  static int read(Channel *channel, uint8_t **packet);
  static int write(Channel *channel, const uint8_t *packet, int size);
  template <size_t size> static void describe(Channel *channel, void *description);

  const std::function<void(Packet)> wrote_;
  const std::function<void()> waits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Packet> packets_;
  bool is_over_ = false;
  Packet current_; // what the plugin was given last
};

} // namespace mortise::mariadb
