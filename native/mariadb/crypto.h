// Whether the services for hashes and ciphers can be had in this process.
#pragma once

namespace mortise::mariadb {

bool has_crypto();

} // namespace mortise::mariadb
