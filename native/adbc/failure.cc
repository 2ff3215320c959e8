#include "adbc/failure.h"

#include "engines/c_text.h"
#include "engines/readable.h"

namespace mortise::adbc {
namespace {

constexpr size_t max_message = 1 << 16, max_detail = 1 << 20;
constexpr int max_details = 256;

void copy_details(const Table &table, const Error &error, Failure &failure) {
  if (error.vendor_code != extended_error || !error.private_data) return;
  if (!table.error_get_detail_count || !table.error_get_detail) return;
  const int count = table.error_get_detail_count(&error);
  for (int i = 0; i < count && i < max_details; i++) {
    const ErrorDetail detail = table.error_get_detail(&error, i);
    std::string key;
    if (!detail.key || !read_c_text(detail.key, max_message, key)) continue;
    if (detail.size > max_detail || (detail.size > 0 && !is_readable(detail.value, detail.size))) continue;
    failure.details.emplace_back(key, std::vector<uint8_t>(detail.value, detail.value + detail.size));
  }
}

} // namespace

const char *status_name(Status status) {
  static const char *const names[] = {"OK",
                                      "UNKNOWN",
                                      "NOT_IMPLEMENTED",
                                      "NOT_FOUND",
                                      "ALREADY_EXISTS",
                                      "INVALID_ARGUMENT",
                                      "INVALID_STATE",
                                      "INVALID_DATA",
                                      "INTEGRITY",
                                      "INTERNAL",
                                      "IO",
                                      "CANCELLED",
                                      "TIMEOUT",
                                      "UNAUTHENTICATED",
                                      "UNAUTHORIZED"};
  return status < sizeof names / sizeof *names ? names[status] : "a status that ADBC doesn't have";
}

Failure broken(const char *call, std::string what) {
  Failure failure;
  failure.kind = Failure::Kind::contract;
  failure.call = call;
  failure.status = invalid_data;
  failure.message = std::move(what);
  return failure;
}

Failure was_closed(std::string what) {
  Failure failure;
  failure.kind = Failure::Kind::closed;
  failure.status = invalid_state;
  failure.message = std::move(what);
  return failure;
}

Failure unusable(std::string what) {
  Failure failure;
  failure.kind = Failure::Kind::input;
  failure.status = invalid_argument;
  failure.message = std::move(what);
  return failure;
}

Failure copy_failure(const Table &table, const char *call, Status status, const Error &error) {
  Failure failure;
  failure.call = call;
  failure.status = status;
  const bool has_text = error.message && read_c_text(error.message, max_message, failure.message);
  if (!has_text || failure.message.empty())
    failure.message =
        std::string(call) + " answered " + std::to_string(status) + " (" + status_name(status) + ")" +
        (error.message && !has_text ? " and a message that can't be read" : " without a message");
  if (error.sqlstate[0]) {
    size_t size = 0;
    while (size < sizeof error.sqlstate && error.sqlstate[size])
      size++;
    failure.sqlstate.assign(error.sqlstate, size);
  }
  if (error.vendor_code != extended_error) failure.vendor_code = error.vendor_code;
  copy_details(table, error, failure);
  return failure;
}

CallError::~CallError() {
  if (error_.release) error_.release(&error_);
}

Failure CallError::failure(const Table &table, const char *call, Status status) const {
  return copy_failure(table, call, status, error_);
}

} // namespace mortise::adbc
