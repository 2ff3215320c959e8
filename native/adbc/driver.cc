#include "adbc/driver.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>

namespace mortise::adbc {
namespace {

// Of each version how much of the table belongs to it, newest first.
constexpr struct {
  int version;
  size_t size;
} versions[] = {{1001000, sizeof(Table)}, {1000000, offsetof(Table, error_get_detail_count)}};

// Of the table, after its two words of data.
const char *const names[] = {
    "release", "AdbcDatabaseInit", "AdbcDatabaseNew", "AdbcDatabaseSetOption", "AdbcDatabaseRelease",
    "AdbcConnectionCommit", "AdbcConnectionGetInfo", "AdbcConnectionGetObjects",
    "AdbcConnectionGetTableSchema", "AdbcConnectionGetTableTypes", "AdbcConnectionInit", "AdbcConnectionNew",
    "AdbcConnectionSetOption", "AdbcConnectionReadPartition", "AdbcConnectionRelease",
    "AdbcConnectionRollback", "AdbcStatementBind", "AdbcStatementBindStream", "AdbcStatementExecuteQuery",
    "AdbcStatementExecutePartitions", "AdbcStatementGetParameterSchema", "AdbcStatementNew",
    "AdbcStatementPrepare", "AdbcStatementRelease", "AdbcStatementSetOption", "AdbcStatementSetSqlQuery",
    "AdbcStatementSetSubstraitPlan",
    // Since 1.1.0.
    "AdbcErrorGetDetailCount", "AdbcErrorGetDetail", "AdbcErrorFromArrayStream", "AdbcDatabaseGetOption",
    "AdbcDatabaseGetOptionBytes", "AdbcDatabaseGetOptionDouble", "AdbcDatabaseGetOptionInt",
    "AdbcDatabaseSetOptionBytes", "AdbcDatabaseSetOptionDouble", "AdbcDatabaseSetOptionInt",
    "AdbcConnectionCancel", "AdbcConnectionGetOption", "AdbcConnectionGetOptionBytes",
    "AdbcConnectionGetOptionDouble", "AdbcConnectionGetOptionInt", "AdbcConnectionGetStatistics",
    "AdbcConnectionGetStatisticNames", "AdbcConnectionSetOptionBytes", "AdbcConnectionSetOptionDouble",
    "AdbcConnectionSetOptionInt", "AdbcStatementCancel", "AdbcStatementExecuteSchema",
    "AdbcStatementGetOption", "AdbcStatementGetOptionBytes", "AdbcStatementGetOptionDouble",
    "AdbcStatementGetOptionInt", "AdbcStatementSetOptionBytes", "AdbcStatementSetOptionDouble",
    "AdbcStatementSetOptionInt"};
constexpr size_t data_words = 2;
static_assert(sizeof names / sizeof *names == sizeof(Table) / sizeof(void *) - data_words);

const char *const required[] = {"AdbcDatabaseNew",   "AdbcDatabaseInit",     "AdbcDatabaseRelease",
                                "AdbcConnectionNew", "AdbcConnectionInit",   "AdbcConnectionRelease",
                                "AdbcStatementNew",  "AdbcStatementRelease", "AdbcStatementExecuteQuery"};

// A table, and what lies behind it, which no driver has any business with.
struct Guarded {
  Table table = {};
  uint64_t behind[16] = {};
};

std::vector<std::string> missing_in(const Table &table, size_t size) {
  std::vector<std::string> missing;
  void *words[sizeof(Table) / sizeof(void *)];
  memcpy(words, &table, sizeof table);
  for (size_t i = 1; i < size / sizeof(void *) - data_words; i++) // a driver needn't have a release
    if (!words[data_words + i]) missing.push_back(names[i]);
  return missing;
}

void refuse_unusable(const std::vector<std::string> &missing) {
  std::string lacking;
  for (const char *name : required)
    if (std::find(missing.begin(), missing.end(), name) != missing.end())
      lacking += (lacking.empty() ? "" : ", ") + std::string(name);
  if (!lacking.empty()) throw broken("AdbcDriverInit", "the driver's table lacks " + lacking);
}

} // namespace

Driver *load_driver(Init init) {
  for (const auto &[version, size] : versions) {
    Guarded guarded;
    CallError error;
    const Status status = init(version, &guarded.table, error);
    if (status == not_implemented && version != versions[std::size(versions) - 1].version) continue;
    if (status != ok) throw error.failure({}, "AdbcDriverInit", status);
    const auto bytes = reinterpret_cast<const uint8_t *>(&guarded);
    if (std::any_of(bytes + size, bytes + sizeof guarded, [](uint8_t byte) { return byte != 0; }))
      throw broken("AdbcDriverInit",
                   "the driver wrote beyond the table of the version that it was asked for");
    auto driver = std::make_unique<Driver>();
    driver->table = guarded.table;
    driver->version = version;
    driver->missing = missing_in(guarded.table, size);
    refuse_unusable(driver->missing);
    return driver.release();
  }
  throw broken("AdbcDriverInit", "the driver implements no version of ADBC that is known");
}

} // namespace mortise::adbc
