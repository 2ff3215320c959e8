// A text that components have a handle of.
#pragma once

#include <string>

namespace mortise::mysql {

struct Text {
  std::string utf8;
};

} // namespace mortise::mysql
