// Reads a statement's stream.
#include "adbc/statement.h"

#include "engines/c_text.h"
#include "engines/readable.h"

#include <chrono>
#include <cstring>

namespace mortise::adbc {
namespace {

constexpr size_t max_message = 1 << 16;
// Batches that come slowly are handed on rather than gathered.
constexpr auto max_gathering = std::chrono::milliseconds(20);

} // namespace

arrow::Field read_result_schema(const char *call, const arrow::Owned<Schema> &schema) {
  arrow::Field field;
  if (!schema) throw broken(call, "the driver gave no schema");
  const std::string problem = arrow::read_schema(schema.c, field);
  if (!problem.empty()) throw broken(call, "the driver gave a damaged schema: " + problem);
  if (field.type.layout != arrow::Layout::record || field.dictionary)
    throw broken(call, "the driver gave a schema of one value instead of rows: " + field.format);
  return field;
}

void Statement::read_schema() {
  const char *const call = "ArrowArrayStream.get_schema";
  if (!stream_ || !stream_.c.get_schema || !stream_.c.get_next) {
    stream_.c = {};
    throw broken(call, "the driver gave no stream, or one without functions");
  }
  arrow::Owned<Schema> schema;
  const int error = stream_.c.get_schema(&stream_.c, &schema.c);
  if (error != 0) fail_stream(call, error);
  schema_ = std::make_shared<const arrow::Field>(read_result_schema(call, schema));
}

void Statement::fail_stream(const char *call, int error) {
  Failure failure;
  failure.status = io_error;
  failure.call = call;
  Status status = ok;
  const Error *known =
      table_.error_from_array_stream ? table_.error_from_array_stream(&stream_.c, &status) : nullptr;
  if (known && is_readable(known, sizeof *known))
    failure = copy_failure(table_, call, status == ok ? io_error : status, *known);
  else
    known = nullptr;
  if (!known || !known->message) {
    failure.message.clear();
    if (stream_.c.get_last_error)
      read_c_text(stream_.c.get_last_error(&stream_.c), max_message, failure.message);
    if (failure.message.empty())
      failure.message = std::string(call) + " answered errno " + std::to_string(error) + " (" +
                        strerror(error) + ") without a message";
  }
  throw failure;
}

bool Statement::next(arrow::Block &block) {
  const char *const call = "ArrowArrayStream.get_next";
  arrow::Owned<Array> batch;
  const int error = stream_.c.get_next(&stream_.c, &batch.c);
  if (error != 0) {
    batch.c = {}; // not to be released
    is_at_end_ = true;
    fail_stream(call, error);
  }
  is_at_end_ = !batch;
  if (is_at_end_) return false;
  const std::string problem = block.add(*schema_, std::move(batch), max_batch_bytes_);
  if (!problem.empty()) throw broken(call, "the driver gave a damaged batch: " + problem);
  return true;
}

Gathered Statement::gather(Run &run) {
  Gathered gathered;
  if (later_) {
    const Failure failure = *later_;
    is_once_ ? release() : end();
    throw failure;
  }
  if (!stream_) throw was_closed("the statement has no open result");
  if (run.is_dropped()) return gathered;
  const auto until = std::chrono::steady_clock::now() + max_gathering;
  try {
    const Run::Calling calling(run, table_, is_made_ ? &raw_ : nullptr, connection->raw());
    while (gathered.block.size() < gather_bytes_ && gathered.block.batches() < gather_batches_) {
      gathered.done = !next(gathered.block);
      run.throw_if_cancelled();
      if (gathered.done || run.is_dropped() || std::chrono::steady_clock::now() >= until) break;
    }
  } catch (Failure &failure) {
    if (run.is_cancelled()) failure.kind = Failure::Kind::cancelled;
    // What came before is told before.
    if (gathered.block.batches() > 0 && !run.is_cancelled()) {
      later_ = failure;
      return gathered;
    }
    is_once_ ? release() : end();
    throw;
  }
  if (gathered.done) is_once_ ? retire() : end();
  return gathered;
}

} // namespace mortise::adbc
