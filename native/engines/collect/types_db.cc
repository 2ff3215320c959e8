// types.db: a line a type, `if_octets  rx:DERIVE:0:U, tx:DERIVE:0:U`.
#include "engines/collect/data_set.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <locale>
#include <sstream>

namespace mortise::collect {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == ',';
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (size_t at = 0; at < line.size();) {
    if (is_blank(line[at])) {
      at++;
      continue;
    }
    const size_t start = at;
    while (at < line.size() && !is_blank(line[at]))
      at++;
    words.emplace_back(line.substr(start, at - start));
  }
  return words;
}

std::vector<std::string> fields_of(const std::string &word) {
  std::vector<std::string> fields(1);
  for (const char c : word) {
    if (c == ':')
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}

bool kind_of(std::string word, Kind &kind) {
  for (char &c : word)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (word == "COUNTER")
    kind = Kind::counter;
  else if (word == "GAUGE")
    kind = Kind::gauge;
  else if (word == "DERIVE")
    kind = Kind::derive;
  else if (word == "ABSOLUTE")
    kind = Kind::absolute;
  else
    return false;
  return true;
}

// "U" is no limit. Not strtod: a plugin may have set a locale with commas.
bool limit_of(const std::string &word, double &limit) {
  if (word == "U" || word == "u") {
    limit = std::nan("");
    return true;
  }
  std::istringstream stream(word);
  stream.imbue(std::locale::classic());
  return stream >> limit && stream.eof();
}

// What is wrong with it, or nothing.
std::string parse_source(const std::string &word, Source &source) {
  const std::vector<std::string> fields = fields_of(word);
  if (fields.size() != 4) return "a source, name:KIND:min:max";
  source.name = fields[0];
  if (!kind_of(fields[1], source.kind)) return "COUNTER, GAUGE, DERIVE or ABSOLUTE as the kind";
  if (!limit_of(fields[2], source.min)) return "a number or U as the minimum";
  if (!limit_of(fields[3], source.max)) return "a number or U as the maximum";
  return "";
}

} // namespace

size_t DataSets::read(std::string_view text, const std::string &path, std::vector<Problem> &problems) {
  size_t added = 0, number = 0;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = text.substr(start, end - start);
    const std::string where = path + ":" + std::to_string(++number);
    start = end + 1;
    const std::vector<std::string> words = words_of(line);
    if (words.empty() || words[0][0] == '#') continue;
    const auto refuse = [&](std::string expected, const std::string &found) {
      problems.push_back(Problem("MORTISE_ERR_COLLECT_TYPES_DB", where + " is not a valid line of a types.db")
                             .in(where)
                             .expects(std::move(expected))
                             .got(found.substr(0, 200))
                             .fix("Repair the line. The other types are there."));
    };
    if (words.size() < 2) {
      refuse("a type and at least one source, name:KIND:min:max", std::string(line));
      continue;
    }
    DataSet set{words[0], {}};
    std::string wrong;
    size_t at = 1;
    for (; at < words.size() && wrong.empty(); at++) {
      Source source;
      wrong = parse_source(words[at], source);
      set.sources.push_back(std::move(source));
    }
    Problem problem;
    if (!wrong.empty())
      refuse(wrong, words[at - 1]);
    else if (!add(std::move(set), problem))
      refuse(problem.where + ": " + problem.expected, problem.found);
    else
      added++;
  }
  return added;
}

} // namespace mortise::collect
