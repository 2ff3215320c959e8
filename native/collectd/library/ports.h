// Ports by their names.
#pragma once

namespace mortise::collectd {

// Of a service as the system knows it ("http"), or a number as text; -1: neither, which is told.
int port_number(const char *service);

} // namespace mortise::collectd
