#include "mariadb/words.h"

#include <new>

namespace mortise::mariadb {
namespace {

constexpr size_t max_tokens = 1u << 20;

// Letters and digits of any alphabet, and the underscore: in UTF-8 every byte of a letter that isn't ASCII is above it.
bool belongs(unsigned char c) {
  return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// An apostrophe within a word is a part of it.
bool belongs(const char *at, const char *start, const char *end) {
  if (belongs(static_cast<unsigned char>(*at))) return true;
  return *at == '\'' && at > start && at + 1 < end && belongs(static_cast<unsigned char>(at[-1])) &&
         belongs(static_cast<unsigned char>(at[1]));
}

} // namespace

Words::Words(const char *text, size_t size, int32_t mode)
    : parsing_{parse_plainly, add, nullptr, this, nullptr, text, static_cast<int32_t>(size), 0, mode} {}

int32_t Words::parse(const FullTextParser &parser) {
  int32_t status = parser.begin ? parser.begin(&parsing_) : 0;
  if (status != 0) return status;
  status = parser.parse(&parsing_);
  if (parser.end) parser.end(&parsing_);
  if (has_no_memory_) throw std::bad_alloc();
  return is_full ? 0 : status;
}

// What a parser hands on that extracts texts from documents. A server would look for operators in boolean mode; here
// each word is one that may be there.
int32_t Words::parse_plainly(Parsing *parsing, const char *text, int32_t size) {
  const char *const end = text + (size > 0 ? size : 0);
  for (const char *at = text; at < end;) {
    const char *const start = at;
    while (at < end && belongs(at, text, end))
      at++;
    if (at == start) {
      at++;
      continue;
    }
    WordInfo info = {};
    info.kind = kind_word;
    // The plugin may have put a function of its own there.
    if (const int32_t status = parsing->add(parsing, start, static_cast<int32_t>(at - start), &info))
      return status;
  }
  return 0;
}

int32_t Words::add(Parsing *parsing, const char *word, int32_t size, WordInfo *info) {
  Words &self = *static_cast<Words *>(parsing->own);
  if (self.tokens.size() == max_tokens) self.is_full = true;
  if (self.is_full || self.has_no_memory_) return 1;
  try {
    const WordInfo plain = {kind_word, 0, 0, 0, 0, 0, nullptr};
    const WordInfo &about = info ? *info : plain;
    self.tokens.push_back({std::string(word ? word : "", word && size > 0 ? static_cast<size_t>(size) : 0),
                           about.kind, about.presence, about.weight, about.is_noise != 0,
                           about.is_prefix != 0});
  } catch (const std::bad_alloc &) { // nothing may be thrown through a plugin
    self.has_no_memory_ = true;
    return 1;
  }
  return 0;
}

} // namespace mortise::mariadb
