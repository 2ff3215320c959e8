// The service psi_memory_v2: how much of what components registered is allocated. The memory itself is theirs.
#include "mysql/memory.h"

#include "mysql/library.h"
#include "mysql/services.h"

#include <atomic>
#include <mutex>

namespace mortise::mysql {
namespace {

struct Counted {
  std::string name;
  const Library *library = nullptr;
  std::atomic<int64_t> bytes{0};
};

// Keys are for the process: what allocates doesn't say who it is. 0 is what isn't counted.
constexpr uint32_t max_keys = 4096;
Counted counted[max_keys];
std::atomic<uint32_t> used{1};
std::mutex registering;

// One library that is started again has its keys again.
uint32_t key_for(const Library *library, const std::string &name) {
  const std::lock_guard<std::mutex> lock(registering);
  const uint32_t count = used;
  for (uint32_t key = 1; key < count; key++)
    if (counted[key].library == library && counted[key].name == name) return key;
  if (count == max_keys) return 0;
  counted[count].name = name;
  counted[count].library = library;
  used = count + 1;
  return count;
}

void add(uint32_t key, int64_t bytes) {
  if (key > 0 && key < used) counted[key].bytes += bytes;
}

void register_memory(const char *category, Instrument *instruments, int count) {
  const Library *library = Calling::library();
  for (int i = 0; instruments && i < count; i++) {
    const Instrument &one = instruments[i];
    if (!one.key) continue;
    const std::string name = std::string(category ? category : "") + "/" + (one.name ? one.name : "");
    *one.key = library ? key_for(library, name) : 0;
  }
}

uint32_t allocated(uint32_t key, size_t size, void **owner) {
  if (owner) *owner = nullptr;
  add(key, static_cast<int64_t>(size));
  return key;
}

uint32_t reallocated(uint32_t key, size_t before, size_t size, void **owner) {
  if (owner) *owner = nullptr;
  add(key, static_cast<int64_t>(size) - static_cast<int64_t>(before));
  return key;
}

// Memory goes from thread to thread; it is counted for the process.
uint32_t claimed(uint32_t key, size_t, void **owner, bool) {
  if (owner) *owner = nullptr;
  return key;
}

void freed(uint32_t key, size_t size, void *) {
  add(key, -static_cast<int64_t>(size));
}

} // namespace

std::vector<Unfreed> unfreed_of(const Library &library) {
  std::vector<Unfreed> found;
  const uint32_t count = used;
  for (uint32_t key = 1; key < count; key++) {
    const int64_t bytes = counted[key].bytes;
    if (counted[key].library == &library && bytes > 0) found.push_back({counted[key].name, bytes});
  }
  return found;
}

const void *const measured_memory_table[] = {entry(register_memory), entry(allocated), entry(reallocated),
                                             entry(claimed), entry(freed)};

} // namespace mortise::mysql
