#include "engines/arrow/format.h"

#include <charconv>

namespace mortise::arrow {
namespace {

// A whole number that is the whole text.
bool parse_number(std::string_view text, int64_t max, int64_t &number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= max;
}

bool starts(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

Format fixed(int64_t width) {
  Format format;
  format.layout = Layout::fixed;
  format.width = width;
  return format;
}

Format integer(int64_t width, bool is_signed) {
  Format format = fixed(width);
  format.is_integer = true;
  format.is_signed = is_signed;
  return format;
}

Format of(Layout layout, int64_t width = 0) {
  Format format;
  format.layout = layout;
  format.width = width;
  return format;
}

bool parse_letter(char letter, Format &format) {
  switch (letter) {
  case 'n':
    format = of(Layout::none);
    return true;
  case 'b':
    format = of(Layout::bits);
    return true;
  case 'c':
  case 'C':
    format = integer(1, letter == 'c');
    return true;
  case 's':
  case 'S':
    format = integer(2, letter == 's');
    return true;
  case 'i':
  case 'I':
    format = integer(4, letter == 'i');
    return true;
  case 'l':
  case 'L':
    format = integer(8, letter == 'l');
    return true;
  case 'e':
    format = fixed(2);
    return true;
  case 'f':
    format = fixed(4);
    return true;
  case 'g':
    format = fixed(8);
    return true;
  case 'z':
  case 'u':
    format = of(Layout::binary, 4);
    return true;
  case 'Z':
  case 'U':
    format = of(Layout::binary, 8);
    return true;
  default:
    return false;
  }
}

// d:PRECISION,SCALE or d:PRECISION,SCALE,BITS; a scale may be negative.
bool parse_decimal(std::string_view text, Format &format) {
  const size_t first = text.find(',');
  if (first == std::string_view::npos) return false;
  int64_t precision = 0, scale = 0, bits = 128;
  if (!parse_number(text.substr(0, first), 76, precision)) return false;
  std::string_view rest = text.substr(first + 1);
  const size_t second = rest.find(',');
  if (second != std::string_view::npos) {
    if (!parse_number(rest.substr(second + 1), 256, bits)) return false;
    rest = rest.substr(0, second);
  }
  if (starts(rest, "-")) rest.remove_prefix(1);
  if (!parse_number(rest, 1000, scale)) return false;
  if (bits != 32 && bits != 64 && bits != 128 && bits != 256) return false;
  format = fixed(bits / 8);
  return true;
}

// What begins with t: dates, times, timestamps with a zone, durations, intervals.
bool parse_time(std::string_view text, Format &format) {
  if (text == "tdD" || text == "tts" || text == "ttm" || text == "tiM")
    format = fixed(4);
  else if (text == "tdm" || text == "ttu" || text == "ttn" || text == "tiD" || text == "tDs" ||
           text == "tDm" || text == "tDu" || text == "tDn")
    format = fixed(8);
  else if (text == "tin")
    format = fixed(16);
  else if (starts(text, "tss:") || starts(text, "tsm:") || starts(text, "tsu:") || starts(text, "tsn:"))
    format = fixed(8);
  else
    return false;
  return true;
}

// Codes from 0 to 127, each once, with commas between.
bool parse_codes(std::string_view text, std::vector<int8_t> &codes) {
  bool seen[128] = {};
  while (!text.empty()) {
    const size_t comma = text.find(',');
    int64_t code = 0;
    if (!parse_number(text.substr(0, comma), 127, code) || seen[code]) return false;
    seen[code] = true;
    codes.push_back(static_cast<int8_t>(code));
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
    if (text.empty()) return false;
  }
  return true; // a union of nothing
}

bool parse_nested(std::string_view text, Format &format) {
  if (text == "+l" || text == "+L" || text == "+m") {
    format = of(Layout::list, text == "+L" ? 8 : 4);
    format.is_map = text == "+m";
  } else if (text == "+vl" || text == "+vL") {
    format = of(Layout::list_view, text == "+vl" ? 4 : 8);
  } else if (text == "+s") {
    format = of(Layout::record);
  } else if (text == "+r") {
    format = of(Layout::run_ends);
  } else if (starts(text, "+w:")) {
    format = of(Layout::fixed_list);
    return parse_number(text.substr(3), INT32_MAX, format.width);
  } else if (starts(text, "+ud:") || starts(text, "+us:")) {
    format = of(text[2] == 'd' ? Layout::dense_union : Layout::sparse_union);
    return parse_codes(text.substr(4), format.codes);
  } else {
    return false;
  }
  return true;
}

} // namespace

int64_t Format::children() const {
  switch (layout) {
  case Layout::list:
  case Layout::list_view:
  case Layout::fixed_list:
    return 1;
  case Layout::run_ends:
    return 2;
  case Layout::sparse_union:
  case Layout::dense_union:
    return static_cast<int64_t>(codes.size());
  case Layout::record:
    return -1;
  default:
    return 0;
  }
}

int64_t Format::buffers() const {
  switch (layout) {
  case Layout::none:
  case Layout::run_ends:
    return 0;
  case Layout::record:
  case Layout::fixed_list:
  case Layout::sparse_union:
    return 1;
  case Layout::bits:
  case Layout::fixed:
  case Layout::list:
  case Layout::dense_union:
    return 2;
  case Layout::binary:
  case Layout::list_view:
    return 3;
  case Layout::view:
    break;
  }
  return -1;
}

bool parse_format(std::string_view text, Format &format) {
  if (text.size() == 1) return parse_letter(text[0], format);
  if (text == "vz" || text == "vu") {
    format = of(Layout::view, 16);
    return true;
  }
  if (starts(text, "d:")) return parse_decimal(text.substr(2), format);
  if (starts(text, "w:")) {
    format = of(Layout::fixed);
    return parse_number(text.substr(2), INT32_MAX, format.width);
  }
  if (starts(text, "t")) return parse_time(text, format);
  return starts(text, "+") && parse_nested(text, format);
}

} // namespace mortise::arrow
