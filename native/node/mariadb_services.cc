#include "node/mariadb_services.h"

#include "mariadb/crypto.h"
#include "node/mariadb_sql.h"

namespace mortise::mariadb {

// The versions of MariaDB 10.11 and 11.8. In hexadecimal, the high byte is the major, the low one the minor.
const Service services[] = {
    {"base64_service", 0x100, base64_table},
    {"json_service", 0x100, json_table},
    {"logger_service", 0x100, logger_table},
    {"logger_service", 0x200, logger_table_2},
    {"my_crypt_service", 0x100, crypt_table},
    {"my_md5_service", 0x100, md5_table},
    {"my_print_error_service", 0x100, print_error_table},
    {"my_print_error_service", 0x200, print_error_table_2},
    {"my_sha1_service", 0x101, sha1_table},
    {"my_sha2_service", 0x100, sha2_table},
    {"my_snprintf_service", 0x100, snprintf_table},
    {"my_snprintf_service", 0x200, snprintf_table_2},
    {"provider_service_bzip2", 0x100, nullptr},
    {"provider_service_lz4", 0x100, nullptr},
    {"provider_service_lzma", 0x100, nullptr},
    {"provider_service_lzo", 0x100, nullptr},
    {"provider_service_snappy", 0x100, nullptr},
    {"sql_service", 0x102, sql_table},
};
const size_t service_count = sizeof services / sizeof *services;

const Service *find_service(const std::string &name, uint32_t version) {
  for (const Service &service : services) {
    if (name != service.name || service.version >> 8 != version >> 8 || service.version < version) continue;
    const bool needs_crypto = service.table == crypt_table || service.table == md5_table ||
                              service.table == sha1_table || service.table == sha2_table;
    return needs_crypto && !has_crypto() ? nullptr : &service;
  }
  return nullptr;
}

} // namespace mortise::mariadb
