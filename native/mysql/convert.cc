#include "mysql/convert.h"

#include <cmath>
#include <limits>
#include <locale>
#include <sstream>

namespace mortise::mysql {
namespace {

using Limits = std::numeric_limits<long long>;

bool is_text(int32_t kind) {
  return kind == kind_text || kind == kind_decimal;
}

// What a number may be made of, from the first that isn't a blank on.
std::string number_in(const std::string &text) {
  const size_t start = text.find_first_not_of(" \t\r\n\v\f");
  if (start == std::string::npos) return "";
  const auto digits = [&text](size_t at) {
    while (at < text.size() && text[at] >= '0' && text[at] <= '9')
      at++;
    return at;
  };
  const auto after_sign = [&text](size_t at) {
    return at < text.size() && (text[at] == '-' || text[at] == '+') ? at + 1 : at;
  };
  size_t end = digits(after_sign(start));
  if (end < text.size() && text[end] == '.') end = digits(end + 1);
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const size_t exponent = after_sign(end + 1);
    if (digits(exponent) > exponent) end = digits(exponent);
  }
  return text.substr(start, end - start);
}

// Not strtod: a plugin may have set a locale with commas.
double real_in(const std::string &text) {
  std::istringstream stream(number_in(text));
  stream.imbue(std::locale::classic());
  double number = 0;
  stream >> number; // the largest when there is none so large, else 0
  return number;
}

long long to_integer(double number) {
  if (std::isnan(number)) return 0;
  // The largest integer isn't a real, the next one is.
  if (number >= -static_cast<double>(Limits::min())) return Limits::max();
  return number <= static_cast<double>(Limits::min()) ? Limits::min() : std::llrint(number);
}

long long integer_in(const std::string &text) {
  const std::string number = number_in(text);
  if (number.find_first_of(".eE") != std::string::npos) return to_integer(std::trunc(real_in(number)));
  std::istringstream stream(number);
  stream.imbue(std::locale::classic());
  long long integer = 0;
  stream >> integer;
  return integer;
}

// As few digits as give the same number again.
std::string text_of(double number) {
  for (const int digits : {15, 16, 17}) {
    std::ostringstream stream;
    stream.imbue(std::locale::classic());
    stream.precision(digits);
    stream << number;
    if (digits == 17 || real_in(stream.str()) == number) return stream.str();
  }
  return "";
}

} // namespace

Value converted(const Value &value, int32_t kind) {
  if (value.kind == kind || (is_text(value.kind) && is_text(kind))) {
    Value same = value;
    same.kind = kind;
    return same;
  }
  Value made;
  made.kind = kind;
  made.is_null = value.is_null;
  if (value.is_null) return made;
  if (kind == kind_real)
    made.real = value.kind == kind_integer ? static_cast<double>(value.integer) : real_in(value.text);
  else if (kind == kind_integer)
    made.integer = value.kind == kind_real ? to_integer(value.real) : integer_in(value.text);
  else
    made.text = value.kind == kind_real ? text_of(value.real) : std::to_string(value.integer);
  return made;
}

} // namespace mortise::mysql
