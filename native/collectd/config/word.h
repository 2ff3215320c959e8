// What an unquoted word of a collectd.conf is.
#pragma once

#include <string_view>

namespace mortise::collectd {

// Letters, digits and underscores: what keys are.
bool is_name(std::string_view word);
// 010 is ten, 0x1f is 31, 1.5e+3 is 1500; an exponent needs its sign. False when it is no number.
bool to_number(std::string_view word, double &number);
// IPv4 or IPv6, with a port behind the first or behind brackets: 10.0.0.1:80, ::1, [::1]:80.
bool is_address(std::string_view word);

} // namespace mortise::collectd
