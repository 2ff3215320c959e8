/** MariaDB's services that this host serves, as native/node/mariadb_services.cc has them; a test compares the two. */

/** Those of 2.0 are 11.8's: they write what printf can't in another notation. */
const versions: readonly (readonly [name: string, major: number, minor: number])[] = [
  ['base64_service', 1, 0],
  ['json_service', 1, 0],
  ['logger_service', 1, 0],
  ['logger_service', 2, 0],
  ['my_crypt_service', 1, 0],
  ['my_md5_service', 1, 0],
  ['my_print_error_service', 1, 0],
  ['my_print_error_service', 2, 0],
  ['my_sha1_service', 1, 1],
  ['my_sha2_service', 1, 0],
  ['my_snprintf_service', 1, 0],
  ['my_snprintf_service', 2, 0],
  ['provider_service_bzip2', 1, 0],
  ['provider_service_lz4', 1, 0],
  ['provider_service_lzma', 1, 0],
  ['provider_service_lzo', 1, 0],
  ['provider_service_snappy', 1, 0],
  ['sql_service', 1, 2],
];

export const services = versions.map(([name, major, minor]) => ({ name, major, minor, provider: 'MariaDB' }));
