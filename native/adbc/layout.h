// The structs of ADBC 1.0.0 and 1.1.0 that a driver fills in and takes, as its specification lays them out.
#pragma once

#include "engines/arrow/c_data.h"

#include <cstddef>
#include <cstdint>

namespace mortise::adbc {

using Stream = arrow::CStream;
using Array = arrow::CArray;
using Schema = arrow::CSchema;

// What functions answer.
using Status = uint8_t;
constexpr Status ok = 0, not_implemented = 2, invalid_argument = 5, invalid_state = 6, invalid_data = 7,
                 internal = 9, io_error = 10, cancelled = 11;

struct Table;

struct Error {
  char *message;
  int32_t vendor_code; // extended_error, from who asks for the last two words and from who fills them in
  char sqlstate[5];    // without a zero at its end
  void (*release)(Error *);
  // Since 1.1.0.
  void *private_data;
  Table *private_driver;
};
constexpr int32_t extended_error = INT32_MIN;

// Valid until its error is released.
struct ErrorDetail {
  const char *key;
  const uint8_t *value;
  size_t size;
};

// What the driver keeps of each. All zeros before New, and after Release.
struct CDatabase {
  void *private_data;
  Table *private_driver;
};
struct CConnection {
  void *private_data;
  Table *private_driver;
};
struct CStatement {
  void *private_data;
  Table *private_driver;
};
struct Partitions;

template <typename Object> struct Options {
  using SetText = Status (*)(Object *, const char *name, const char *value, Error *);
  // Writes no more than the size says, and then how large it is, with its zero.
  using GetText = Status (*)(Object *, const char *name, char *value, size_t *size, Error *);
  using GetBytes = Status (*)(Object *, const char *name, uint8_t *value, size_t *size, Error *);
  using GetDouble = Status (*)(Object *, const char *name, double *value, Error *);
  using GetInt = Status (*)(Object *, const char *name, int64_t *value, Error *);
  using SetBytes = Status (*)(Object *, const char *name, const uint8_t *value, size_t size, Error *);
  using SetDouble = Status (*)(Object *, const char *name, double value, Error *);
  using SetInt = Status (*)(Object *, const char *name, int64_t value, Error *);
};

// What an init function fills in. An object is used by one call at a time, on any thread; only Cancel may come
// meanwhile. What is null isn't implemented.
struct Table {
  void *private_data;
  void *private_manager;
  Status (*release)(Table *, Error *);

  Status (*database_init)(CDatabase *, Error *);
  Status (*database_new)(CDatabase *, Error *);
  Options<CDatabase>::SetText database_set_option;
  Status (*database_release)(CDatabase *, Error *);

  Status (*connection_commit)(CConnection *, Error *);
  Status (*connection_get_info)(CConnection *, const uint32_t *codes, size_t count, Stream *out, Error *);
  Status (*connection_get_objects)(CConnection *, int depth, const char *catalog, const char *schema,
                                   const char *table, const char **types, const char *column, Stream *out,
                                   Error *);
  Status (*connection_get_table_schema)(CConnection *, const char *catalog, const char *schema,
                                        const char *table, Schema *out, Error *);
  Status (*connection_get_table_types)(CConnection *, Stream *out, Error *);
  Status (*connection_init)(CConnection *, CDatabase *, Error *);
  Status (*connection_new)(CConnection *, Error *);
  Options<CConnection>::SetText connection_set_option;
  Status (*connection_read_partition)(CConnection *, const uint8_t *, size_t, Stream *out, Error *);
  Status (*connection_release)(CConnection *, Error *);
  Status (*connection_rollback)(CConnection *, Error *);

  // Bind and BindStream take over what they are given, also when they fail.
  Status (*statement_bind)(CStatement *, Array *, Schema *, Error *);
  Status (*statement_bind_stream)(CStatement *, Stream *, Error *);
  // Without `out` for what has no result; -1 for rows that aren't counted.
  Status (*statement_execute_query)(CStatement *, Stream *out, int64_t *affected, Error *);
  Status (*statement_execute_partitions)(CStatement *, Schema *, Partitions *, int64_t *affected, Error *);
  Status (*statement_get_parameter_schema)(CStatement *, Schema *out, Error *);
  Status (*statement_new)(CConnection *, CStatement *, Error *);
  Status (*statement_prepare)(CStatement *, Error *);
  Status (*statement_release)(CStatement *, Error *);
  Options<CStatement>::SetText statement_set_option;
  Status (*statement_set_sql_query)(CStatement *, const char *, Error *);
  Status (*statement_set_substrait_plan)(CStatement *, const uint8_t *, size_t, Error *);

  // Since 1.1.0.
  int (*error_get_detail_count)(const Error *);
  ErrorDetail (*error_get_detail)(const Error *, int index);
  // Of the stream's last error: belongs to the stream, and isn't released.
  const Error *(*error_from_array_stream)(Stream *, Status *);

  Options<CDatabase>::GetText database_get_option;
  Options<CDatabase>::GetBytes database_get_option_bytes;
  Options<CDatabase>::GetDouble database_get_option_double;
  Options<CDatabase>::GetInt database_get_option_int;
  Options<CDatabase>::SetBytes database_set_option_bytes;
  Options<CDatabase>::SetDouble database_set_option_double;
  Options<CDatabase>::SetInt database_set_option_int;

  Status (*connection_cancel)(CConnection *, Error *);
  Options<CConnection>::GetText connection_get_option;
  Options<CConnection>::GetBytes connection_get_option_bytes;
  Options<CConnection>::GetDouble connection_get_option_double;
  Options<CConnection>::GetInt connection_get_option_int;
  Status (*connection_get_statistics)(CConnection *, const char *catalog, const char *schema,
                                      const char *table, char approximate, Stream *out, Error *);
  Status (*connection_get_statistic_names)(CConnection *, Stream *out, Error *);
  Options<CConnection>::SetBytes connection_set_option_bytes;
  Options<CConnection>::SetDouble connection_set_option_double;
  Options<CConnection>::SetInt connection_set_option_int;

  Status (*statement_cancel)(CStatement *, Error *);
  Status (*statement_execute_schema)(CStatement *, Schema *out, Error *);
  Options<CStatement>::GetText statement_get_option;
  Options<CStatement>::GetBytes statement_get_option_bytes;
  Options<CStatement>::GetDouble statement_get_option_double;
  Options<CStatement>::GetInt statement_get_option_int;
  Options<CStatement>::SetBytes statement_set_option_bytes;
  Options<CStatement>::SetDouble statement_set_option_double;
  Options<CStatement>::SetInt statement_set_option_int;
};

static_assert(sizeof(Error) == 48 && offsetof(Error, private_data) == 32 && sizeof(ErrorDetail) == 24);
static_assert(sizeof(CDatabase) == 16 && sizeof(CConnection) == 16 && sizeof(CStatement) == 16);
static_assert(offsetof(Table, error_get_detail_count) == 232 && sizeof(Table) == 464);

using Init = Status (*)(int version, void *table, Error *);

} // namespace mortise::adbc
