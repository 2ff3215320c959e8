// A text that a full-text parser takes apart, and the words that it finds.
#pragma once

#include "mariadb/layout.h"

#include <string>
#include <vector>

namespace mortise::mariadb {

struct Token {
  std::string word;
  int32_t kind;
  int32_t presence;
  int32_t weight;
  bool is_noise;
  bool is_prefix;
};

class Words {
public:
  // `text` is UTF-8, and stays where it is until the end.
  Words(const char *text, size_t size, int32_t mode);
  Words(const Words &) = delete;
  Words &operator=(const Words &) = delete;

  // 0, or what the parser answered. Once. Throws std::bad_alloc.
  int32_t parse(const FullTextParser &parser);

  std::vector<Token> tokens;
  bool is_full = false; // more came than are taken

private:
  static int32_t parse_plainly(Parsing *parsing, const char *text, int32_t size);
  static int32_t add(Parsing *parsing, const char *word, int32_t size, WordInfo *info);

  Parsing parsing_;
  bool has_no_memory_ = false;
};

} // namespace mortise::mariadb
