// MySQL's components without files: a registry that several threads use, functions with every kind of argument, and
// services at their edges.
#include "hosts.h"
#include "mysql/library.h"
#include "mysql/memory.h"
#include "mysql/services.h"

#include <atomic>

using namespace mortise;
using namespace mortise::mysql;

namespace {

template <typename Function> Function at(const void *const *table, size_t index) {
  return reinterpret_cast<Function>(const_cast<void *>(table[index]));
}

const Listed nothing[] = {{nullptr, nullptr}};
const Component empty = {"empty", nothing, nothing, nothing, nullptr, nullptr};

Library &library_in(Host &host, const char *name, const Component &component = empty) {
  Plugin &plugin = plugin_of(host, name);
  Registry *registry = Registry::join(host);
  CHECK(registry);
  return *new Library(plugin, *registry, component);
}

using Acquire = int (*)(const char *, void **);
using Release = int (*)(void *);
using Register = int (*)(const char *, void *);
using Unregister = int (*)(const char *);

void names_and_defaults() {
  Host &host = new_host("1");
  Library &library = library_in(host, "one");
  Calling calling(library);
  void *found = nullptr;
  CHECK(library.registry.acquire("registry", &found));
  const auto *registry = static_cast<const void *const *>(found);
  CHECK(library.registry.acquire("registry_registration", &found));
  const auto *registration = static_cast<const void *const *>(found);
  CHECK(library.registry.acquire("registry_query.mysql_minimal_chassis", &found));
  const auto *query = static_cast<const void *const *>(found);
  const auto acquire = at<Acquire>(registry, 0);
  const auto release = at<Release>(registry, 2);
  const auto add = at<Register>(registration, 0);
  const auto remove = at<Unregister>(registration, 1);
  const auto set_default = at<Unregister>(registration, 2);
  int a = 0, b = 0;
  for (const char *bad : {"", "a", "a.", ".a"})
    CHECK(add(bad, &a) == 1);
  CHECK(add("s.a", nullptr) == 1 && add(nullptr, &a) == 1);
  CHECK(add("s.a", &a) == 0 && add("s.a", &b) == 1 && add("s.b", &b) == 0);
  CHECK(acquire("s", &found) == 0 && found == &a && release(&a) == 0 && release(&a) == 1);
  CHECK(set_default("s.b") == 0 && set_default("s.c") == 1);
  CHECK(acquire("s", &found) == 0 && found == &b);
  CHECK(remove("s.b") == 1);                         // it is used
  CHECK(library.registry.users_of(library).empty()); // by who provides it
  CHECK(release(&b) == 0 && remove("s.b") == 0 && remove("s.b") == 1);
  CHECK(acquire("s", &found) == 0 && found == &a && release(&a) == 0);
  // Names, from one on; a default's twice.
  const auto create = at<int (*)(const char *, void **)>(query, 0);
  const auto get = at<int (*)(void *, const char **)>(query, 1);
  const auto next = at<int (*)(void *)>(query, 2);
  const auto is_valid = at<int (*)(void *)>(query, 3);
  const auto free_iterator = at<void (*)(void *)>(query, 4);
  void *iterator = nullptr;
  CHECK(create("no_such", &iterator) == 1);
  CHECK(create("s", &iterator) == 0);
  const char *name = nullptr;
  CHECK(is_valid(iterator) == 0 && get(iterator, &name) == 0 && std::string(name) == "s.a");
  CHECK(remove("s.a") == 0); // it goes on with what it saw
  CHECK(next(iterator) == 0 && get(iterator, &name) == 0 && std::string(name) == "s.a");
  while (next(iterator) == 0) {
  }
  CHECK(is_valid(iterator) == 1 && get(iterator, &name) == 1 && next(iterator) == 1);
  free_iterator(iterator);
  CHECK(acquire("s", &found) == 1);
  library.stop();
  // What a component left behind.
  CHECK(acquire("registry", &found) == 1 && release(found) == 1 && add("s.a", &a) == 1);
  CHECK(create("registry", &iterator) == 1);
}

void threads_share_a_registry() {
  Host &host = new_host("1");
  Library &library = library_in(host, "shared");
  std::atomic<int> acquired{0};
  on_four_threads([&](int thread) {
    const std::string own = "t." + std::to_string(thread);
    for (int round = 0; round < 200; round++) {
      Calling calling(library);
      int table = 0;
      CHECK(library.registry.add(own, &table, &library));
      void *found = nullptr;
      if (library.registry.acquire("t", &found)) {
        acquired++;
        library.registry.release(found);
      }
      library.registry.names("");
      CHECK(library.registry.remove(own, true));
    }
  });
  CHECK(acquired > 0);
  library.stop();
}

bool one_argument(Prepared *prepared, Arguments *arguments, char *message) {
  prepared->max_size = 4;
  if (arguments->count == 1) return false;
  memset(message, 'x', message_size);
  return true;
}

char *repeat(Prepared *, Arguments *arguments, char *to, unsigned long *size, unsigned char *is_null,
             unsigned char *) {
  if (!arguments->values[0]) {
    *is_null = 1;
    return nullptr;
  }
  CHECK(*size >= 766);
  memset(to, 'y', *size); // all that it was given
  return to;
}

long long count(Prepared *prepared, Arguments *, unsigned char *, unsigned char *) {
  return reinterpret_cast<long long>(prepared->kept);
}
void clear(Prepared *prepared, unsigned char *, unsigned char *) {
  prepared->kept = nullptr;
}
void add_one(Prepared *prepared, Arguments *, unsigned char *, unsigned char *error) {
  prepared->kept++;
  if (reinterpret_cast<uintptr_t>(prepared->kept) > 3) *error = 1;
}

std::vector<mysql::Value> text_row(const char *text) {
  mysql::Value value;
  value.is_null = !text;
  if (text) value.text = text;
  return {value};
}

void functions_are_called() {
  Host &host = new_host("1");
  Library &library = library_in(host, "functions");
  Calling calling(library);
  const auto add = at<int (*)(const char *, int, Any, Prepare, Finish)>(function_registration_table, 0);
  const auto remove = at<int (*)(const char *, int *)>(function_registration_table, 1);
  const auto add_aggregate =
      at<int (*)(const char *, int, Any, Prepare, Finish, Add, Clear)>(aggregate_registration_table, 0);
  CHECK(add("Repeat", kind_text, Any(repeat), one_argument, nullptr) == 0);
  CHECK(add("REPEAT", kind_text, Any(repeat), nullptr, nullptr) == 1);
  CHECK(add("a b", kind_text, Any(repeat), nullptr, nullptr) == 1);
  CHECK(add("kind", 3, Any(repeat), nullptr, nullptr) == 1);
  CHECK(add("code", kind_text, nullptr, nullptr, nullptr) == 1);
  CHECK(add_aggregate("counted", kind_integer, Any(count), nullptr, nullptr, add_one, nullptr) == 1);
  CHECK(add_aggregate("counted", kind_integer, Any(count), nullptr, nullptr, add_one, clear) == 0);
  Functions &functions = library.registry.functions;
  int was_present = 0;
  {
    const Functions::Use use(functions, library, "repeat");
    CHECK(use.function() && use.function()->name == "Repeat");
    CHECK(remove("repeat", &was_present) == 1 && was_present == 1); // it runs
    Call call;
    call.columns = text_row("a");
    CHECK(call.run(*use.function(), {text_row("a")}) == Call::Outcome::done);
    CHECK(call.result.text == std::string(766, 'y') && !call.result.is_null);
    Call null;
    null.columns = text_row(nullptr);
    CHECK(null.run(*use.function(), {text_row(nullptr)}) == Call::Outcome::done && null.result.is_null);
    Call refused;
    CHECK(refused.run(*use.function(), {{}}) == Call::Outcome::refused);
    CHECK(refused.message == std::string(message_size, 'x'));
  }
  {
    const Functions::Use use(functions, library, "counted");
    Call call;
    call.columns = text_row("a");
    CHECK(call.run(*use.function(), {text_row("a"), text_row("b")}) == Call::Outcome::done);
    CHECK(call.result.integer == 2);
    Call failed;
    failed.columns = text_row("a");
    CHECK(failed.run(*use.function(), std::vector<std::vector<mysql::Value>>(5, text_row("a"))) ==
          Call::Outcome::failed);
  }
  CHECK(remove("repeat", &was_present) == 0 && remove("repeat", &was_present) == 1 && was_present == 0);
  library.stop(); // takes the other
  CHECK(functions.of(library).empty());
}

void texts_hold_their_bounds() {
  void *text = nullptr;
  const auto read = at<int (*)(void **, const char *, uint64_t, const char *)>(text_converter_table, 0);
  const auto write = at<int (*)(void *, char *, uint64_t, const char *)>(text_converter_table, 1);
  const auto destroy = at<void (*)(void *)>(text_factory_table, 1);
  const auto length = at<int (*)(void *, unsigned *)>(text_characters_table, 1);
  const auto character = at<int (*)(void *, unsigned, unsigned long *)>(text_characters_table, 0);
  const auto byte = at<int (*)(void *, unsigned, unsigned *)>(text_bytes_table, 0);
  const std::unique_ptr<char[]> exact(new char[5]);
  memcpy(exact.get(), "a\xc3\xa9\xf0\x9f", 5); // é, and half an emoji
  CHECK(read(&text, exact.get(), 5, "klingon") == 1 && read(&text, exact.get(), 5, "utf8mb4") == 0);
  unsigned count = 0, value = 0;
  unsigned long code = 0;
  CHECK(length(text, &count) == 0 && count == 4); // what is no character counts byte by byte
  CHECK(character(text, 1, &code) == 0 && code == 0xe9 && character(text, 4, &code) == 1);
  CHECK(byte(text, 4, &value) == 0 && value == 0x9f && byte(text, 5, &value) == 1);
  for (size_t room = 0; room <= 6; room++) {
    const std::unique_ptr<char[]> to(new char[room]);
    CHECK(write(text, to.get(), room, "utf8mb4") == (room == 0));
    if (room == 2 || room == 3) CHECK(std::string(to.get()) == "a"); // not half of é
  }
  char latin1[8] = {};
  CHECK(write(text, latin1, sizeof latin1, "latin1") == 0 && latin1[1] == '\xe9');
  destroy(text);
}

void lines_are_logged() {
  Host &host = new_host("1");
  Library &library = library_in(host, "logger");
  Calling calling(library);
  struct Lines {
    void *(*make)();
    void (*free)(void *);
    void *(*set)(void *, int);
    bool (*integer)(void *, long long);
    bool (*text)(void *, const char *);
    int (*submit)(void *);
  } lines = {at<void *(*)()>(mysql::log_table, 17),
             at<void (*)(void *)>(mysql::log_table, 18),
             at<void *(*)(void *, int)>(mysql::log_table, 16),
             at<bool (*)(void *, long long)>(mysql::log_table, 8),
             at<bool (*)(void *, const char *)>(mysql::log_table, 11),
             at<int (*)(void *)>(mysql::log_table, 27)};
  void *line = lines.make();
  CHECK(!lines.integer(lines.set(line, 1 << 16), 2));
  CHECK(!lines.text(lines.set(line, 1 << 19), "it rains"));
  CHECK(!lines.integer(lines.set(line, 1 << 1), 4711));
  CHECK(lines.submit(line) == 3);
  for (int i = 0; i < 64; i++)
    CHECK(lines.set(line, 1 << 19));
  CHECK(!lines.set(line, 1 << 19) && lines.integer(nullptr, 1)); // it is full
  lines.free(line);
  const auto message = at<int (*)(int, ...)>(mysql::log_table, 28);
  message(1, 1 << 16, 3LL, 1 << 7, 12LL, 1 << 8, "here", 1 << 19, "%d and %s", 7, "eight");
  CHECK(calling.messages.size() == 2);
  CHECK(calling.messages[0].text == "it rains (MySQL's error 4711)" &&
        calling.messages[0].severity == severity_warning);
  CHECK(calling.messages[1].text == "7 and eight" && calling.messages[1].severity == severity_info);
  library.stop();
}

void memory_is_counted() {
  Host &host = new_host("1");
  Library &library = library_in(host, "memory");
  uint32_t key = 0;
  {
    Calling calling(library);
    Instrument instrument = {&key, "things", 0, 0, ""};
    at<void (*)(const char *, Instrument *, int)>(measured_memory_table, 0)("cat", &instrument, 1);
  }
  CHECK(key > 0);
  const auto allocated = at<uint32_t (*)(uint32_t, size_t, void **)>(measured_memory_table, 1);
  const auto freed = at<void (*)(uint32_t, size_t, void *)>(measured_memory_table, 4);
  on_four_threads([&](int) {
    for (int round = 0; round < 1000; round++) {
      void *owner = nullptr;
      CHECK(allocated(key, 16, &owner) == key);
      freed(key, 16, owner);
    }
  });
  CHECK(unfreed_of(library).empty());
  allocated(key, 24, nullptr);
  allocated(UINT32_MAX, 24, nullptr); // a key that nobody has
  const auto left = unfreed_of(library);
  CHECK(left.size() == 1 && left[0].name == "cat/things" && left[0].bytes == 24);
  library.stop();
}

void registries_are_used_again() {
  std::vector<Library *> libraries;
  for (int i = 0; i < 32; i++)
    libraries.push_back(&library_in(new_host("1"), "many"));
  Host &late = new_host("1");
  CHECK(!Registry::join(late));
  libraries[5]->stop();
  libraries[5]->stop(); // once is enough
  library_in(late, "late").stop();
  for (Library *library : libraries)
    library->stop();
}

} // namespace

int main() {
  names_and_defaults();
  threads_share_a_registry();
  functions_are_called();
  texts_hold_their_bounds();
  lines_are_logged();
  memory_is_counted();
  registries_are_used_again();
  std::puts("ok");
}
