#include "collectd/config/word.h"

#include <cstdlib>
#include <string>

namespace mortise::collectd {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// How many characters in front are digits.
size_t digits(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && is_digit(text[count]))
    count++;
  return count;
}

// A whole number without a leading zero, at most `max`.
bool is_whole(std::string_view text, unsigned max) {
  if (text.empty() || text.size() > 5 || digits(text) != text.size()) return false;
  if (text[0] == '0' && text.size() > 1) return false;
  return std::strtoul(std::string(text).c_str(), nullptr, 10) <= max;
}

bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 3; part++) {
    const size_t dot = text.find('.');
    if (dot == std::string_view::npos || !is_whole(text.substr(0, dot), 255)) return false;
    text.remove_prefix(dot + 1);
  }
  return is_whole(text, 255);
}

bool is_port(std::string_view text) {
  return text != "0" && is_whole(text, 65535);
}

// How many 16-bit groups stand there, with colons between; an IPv4 address at the end is two. -1: something else.
int groups(std::string_view text, bool may_end_in_ipv4) {
  if (text.empty()) return 0;
  int count = 0;
  for (;;) {
    const size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (colon == std::string_view::npos && may_end_in_ipv4 && is_ipv4(part)) return count + 2;
    if (part.empty() || part.size() > 4) return -1;
    for (const char c : part)
      if (!is_hex(c)) return -1;
    count++;
    if (colon == std::string_view::npos) return count;
    text.remove_prefix(colon + 1);
  }
}

bool is_ipv6(std::string_view text) {
  const size_t gap = text.find("::");
  if (gap == std::string_view::npos) return groups(text, true) == 8;
  const int before = groups(text.substr(0, gap), false);
  const int after = groups(text.substr(gap + 2), true);
  return before >= 0 && after >= 0 && before + after <= 7;
}

} // namespace

bool is_name(std::string_view word) {
  for (const char c : word)
    if (!is_digit(c) && !is_letter(c) && c != '_') return false;
  return !word.empty();
}

bool to_number(std::string_view word, double &number) {
  std::string_view rest = word;
  if (rest.size() > 2 && rest[0] == '0' && (rest[1] == 'x' || rest[1] == 'X')) {
    rest.remove_prefix(2);
    double sum = 0;
    for (const char c : rest) {
      if (!is_hex(c)) return false;
      sum = sum * 16 + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    number = sum;
    return true;
  }
  if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) rest.remove_prefix(1);
  const size_t whole = digits(rest);
  rest.remove_prefix(whole);
  if (rest.empty() && whole == 0) return false;
  if (!rest.empty()) {
    if (rest[0] != '.') return false;
    rest.remove_prefix(1);
    const size_t decimals = digits(rest);
    if (decimals == 0) return false;
    rest.remove_prefix(decimals);
    if (!rest.empty()) {
      const bool has_exponent = rest.size() > 2 && (rest[0] == 'e' || rest[0] == 'E') &&
                                (rest[1] == '+' || rest[1] == '-') &&
                                digits(rest.substr(2)) == rest.size() - 2;
      if (!has_exponent) return false;
    }
  }
  number = std::strtod(std::string(word).c_str(), nullptr);
  return true;
}

bool is_address(std::string_view word) {
  constexpr size_t longest = 56; // [eight groups, the last two as IPv4]:65535, and some
  if (word.size() > longest) return false;
  if (word[0] == '[') {
    const size_t end = word.find(']');
    if (end == std::string_view::npos || !is_ipv6(word.substr(1, end - 1))) return false;
    const std::string_view port = word.substr(end + 1);
    return port.empty() || (port[0] == ':' && is_port(port.substr(1)));
  }
  if (is_ipv4(word) || is_ipv6(word)) return true;
  const size_t colon = word.find(':');
  return colon != std::string_view::npos && is_ipv4(word.substr(0, colon)) && is_port(word.substr(colon + 1));
}

} // namespace mortise::collectd
