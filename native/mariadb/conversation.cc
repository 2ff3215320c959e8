#include "mariadb/conversation.h"

#include <cstring>

namespace mortise::mariadb {
namespace {

// What a plugin may ask of the connection: its kind, and a socket.
struct Description {
  int32_t kind;
  int32_t socket;
  int32_t has_tls; // since 2.3: an older plugin has no room for it
};
constexpr int32_t kind_memory = 4; // there is no connection

} // namespace

Conversation::Conversation(int32_t interface_version, std::function<void(Packet)> wrote,
                           std::function<void()> waits)
    : Channel{read, write,
              interface_version >= 0x203 ? describe<sizeof(Description)>
                                         : describe<offsetof(Description, has_tls)>},
      wrote_(std::move(wrote)), waits_(std::move(waits)) {}

void Conversation::answer(Packet packet) {
  const std::lock_guard<std::mutex> lock(mutex_);
  packets_.push_back(std::move(packet));
  changed_.notify_all();
}

void Conversation::hang_up() {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_over_ = true;
  changed_.notify_all();
}

int Conversation::read(Channel *channel, uint8_t **packet) {
  auto &self = static_cast<Conversation &>(*channel);
  self.waits_();
  std::unique_lock<std::mutex> lock(self.mutex_);
  self.changed_.wait(lock, [&self] { return self.is_over_ || !self.packets_.empty(); });
  if (self.packets_.empty()) return -1;
  self.current_ = std::move(self.packets_.front());
  self.packets_.pop_front();
  const int size = static_cast<int>(self.current_.size());
  self.current_.push_back(0); // as a server's, for those who take it for a text
  *packet = self.current_.data();
  return size;
}

int Conversation::write(Channel *channel, const uint8_t *packet, int size) {
  auto &self = static_cast<Conversation &>(*channel);
  {
    const std::lock_guard<std::mutex> lock(self.mutex_);
    if (self.is_over_ || size < 0) return 1;
  }
  self.wrote_(size > 0 ? Packet(packet, packet + size) : Packet());
  return 0;
}

template <size_t size> void Conversation::describe(Channel *, void *description) {
  const Description none = {kind_memory, -1, 0};
  memcpy(description, &none, size);
}

} // namespace mortise::mariadb
