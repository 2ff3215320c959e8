#include "engines/signature.h"

#include <vector>

namespace mortise {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// One for each ";", without white space around it, and with one space for more inside.
std::vector<std::string> functions_of(const std::string &signature) {
  std::vector<std::string> functions(1);
  bool gap = false;
  for (const char c : signature) {
    if (c == ';') {
      functions.emplace_back();
      gap = false;
    } else if (is_space(c)) {
      gap = true;
    } else {
      std::string &function = functions.back();
      if (gap && !function.empty()) function += ' ';
      function += c;
      gap = false;
    }
  }
  if (functions.back().empty()) functions.pop_back();
  return functions;
}

// The minor with which the function came: what stands behind " since MAJOR." at its end, or 0.
uint32_t minor_of(const std::string &function) {
  const size_t at = function.rfind(" since ");
  const size_t dot = at == std::string::npos ? at : function.find('.', at);
  if (dot == std::string::npos || function.size() - dot > 6) return 0;
  uint32_t minor = 0;
  for (size_t i = dot + 1; i < function.size(); i++) {
    if (function[i] < '0' || function[i] > '9') return 0;
    minor = minor * 10 + static_cast<uint32_t>(function[i] - '0');
  }
  return minor;
}

} // namespace

bool signature_fits(const std::string &provided, const std::string &wanted, uint32_t version) {
  if (provided.empty() || wanted.empty() || provided == wanted) return true;
  const std::vector<std::string> has = functions_of(provided), wants = functions_of(wanted);
  for (size_t i = 0; i < wants.size(); i++) {
    if (i < has.size() ? has[i] != wants[i] : minor_of(wants[i]) <= (version & 0xffff)) return false;
  }
  return true;
}

} // namespace mortise
