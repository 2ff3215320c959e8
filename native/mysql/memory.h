// What components say of the memory that they allocate.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mortise::mysql {

struct Library;

// What a component said of a name, and has not said to be freed.
struct Unfreed {
  std::string name;
  int64_t bytes;
};

// Any thread.
std::vector<Unfreed> unfreed_of(const Library &library);

} // namespace mortise::mysql
