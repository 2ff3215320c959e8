// What MariaDB's plugins get of their server, without Node.js: formatted texts, JSON, words, and a conversation that two
// threads have.
#include "check.h"
#include "mariadb/conversation.h"
#include "mariadb/mariadb.h"
#include "mariadb/words.h"

#include <atomic>
#include <thread>

using namespace mortise::mariadb;

namespace {

template <typename Function> Function at(const void *const *table, size_t index) {
  return reinterpret_cast<Function>(const_cast<void *>(table[index]));
}

// Any pattern, in a buffer of any size: what is written ends in a zero within it. The arguments fit every conversion that
// reads at most as many; patterns with more are left out.
void formats() {
  using Write = size_t (*)(char *, size_t, const char *, ...);
  Numbers numbers(1);
  const char letters[] = "%%%%%%sdiuxXocpfgMTbEQBS`-0123456789.lz q";
  for (int round = 0; round < 200'000; round++) {
    std::string pattern;
    for (uint64_t size = numbers.below(12); size > 0; size--)
      pattern += letters[numbers.below(sizeof letters - 1)];
    // One conversion, so that what it takes is known.
    const size_t first = pattern.find('%');
    if (first == std::string::npos || pattern.find('%', first + 1) != std::string::npos) continue;
    const char kind =
        pattern[std::min(pattern.find_first_not_of("%`-0123456789.lz", first), pattern.size() - 1)];
    const auto write = at<Write>(numbers.below(2) ? snprintf_table : snprintf_table_2, 0);
    const size_t room = numbers.below(40);
    const std::unique_ptr<char[]> to(new char[room + 1]);
    size_t written = 0;
    if (strchr("sTb", kind)) {
      if (pattern.find_first_of("bB") != std::string::npos) continue; // reads as many bytes as it is told
      written = write(to.get(), room, pattern.c_str(), "text`s");
    } else if (strchr("fg", kind))
      written = write(to.get(), room, pattern.c_str(), 1.5);
    else
      written = write(to.get(), room, pattern.c_str(), 42L);
    if (room == 0) continue;
    CHECK(written < room);
    CHECK(to[written] == '\0');
  }
}

// JSON of any kind: nothing is read behind its end.
void json() {
  using Type = int (*)(const char *, const char *, const char **, int *);
  using Key = int (*)(const char *, const char *, const char *, const char **, int *);
  Numbers numbers(2);
  const char letters[] = "{}[]\":,\\u0123456789abcdeftruenl -.";
  for (int round = 0; round < 100'000; round++) {
    std::string content = numbers.below(2) ? "{\"key\":" : "";
    for (uint64_t size = numbers.below(40); size > 0; size--)
      content += letters[numbers.below(sizeof letters - 1)];
    const std::unique_ptr<char[]> exact(new char[content.size()]);
    memcpy(exact.get(), content.data(), content.size());
    const char *end = exact.get() + content.size(), *value = nullptr;
    int size = 0;
    at<Type>(json_table, 0)(exact.get(), end, &value, &size);
    value = nullptr;
    size = 0;
    const int kind = at<Key>(json_table, 2)(exact.get(), end, "key", &value, &size);
    if (kind > 0) CHECK(value >= exact.get() && value + size <= end);
  }
}

int32_t hand_on(Parsing *parsing) {
  return parsing->parse(parsing, parsing->text, parsing->size);
}

void words() {
  const FullTextParser parser = {0x100, hand_on, nullptr, nullptr};
  Numbers numbers(3);
  for (int round = 0; round < 20'000; round++) {
    std::string text;
    for (uint64_t size = numbers.below(60); size > 0; size--)
      text += static_cast<char>(numbers.below(256));
    const std::unique_ptr<char[]> exact(new char[text.size()]);
    memcpy(exact.get(), text.data(), text.size());
    Words found(exact.get(), text.size(), 0);
    CHECK(found.parse(parser) == 0);
    size_t letters = 0;
    for (const Token &token : found.tokens) {
      CHECK(!token.word.empty() && token.kind == kind_word);
      letters += token.word.size();
    }
    CHECK(letters <= text.size());
  }
}

// A plugin reads and writes while another thread answers, until nobody does any more.
void converse() {
  std::atomic<int> waits{0}, wrote{0};
  Conversation conversation(0x203, [&](Packet) { wrote++; }, [&] { waits++; });
  std::thread plugin([&] {
    Channel *channel = conversation.channel();
    int32_t about[3] = {7, 7, 7};
    channel->describe(channel, about);
    CHECK(about[1] == -1 && about[2] == 0);
    uint8_t *packet = nullptr;
    for (int size; (size = channel->read(channel, &packet)) >= 0;) {
      CHECK(packet[size] == 0);
      CHECK(channel->write(channel, packet, size) == 0);
    }
    CHECK(channel->write(channel, packet, 0) != 0);
  });
  for (uint8_t i = 0; i < 100; i++)
    conversation.answer(Packet(i, i));
  while (wrote < 100)
    std::this_thread::yield();
  conversation.hang_up();
  plugin.join();
  CHECK(waits == 101);

  // An older plugin has no room for what it doesn't know.
  Conversation older(0x202, [](Packet) {}, [] {});
  const std::unique_ptr<int32_t[]> two(new int32_t[2]);
  older.channel()->describe(older.channel(), two.get());
  CHECK(two[0] == 4);
}

} // namespace

int main() {
  formats();
  json();
  words();
  converse();
  puts("ok");
}
