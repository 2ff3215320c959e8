// Batches that JavaScript makes and a driver pulls: a stream that waits for the next one.
#pragma once

#include "adbc/layout.h"
#include "engines/arrow/field.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mortise::adbc {

class Feed : public std::enable_shared_from_this<Feed> {
public:
  using Batch = arrow::Owned<Array>;

  // `ask` is called on the driver's thread each time that it waits for a batch. Without it there are only those that
  // were put in before.
  Feed(arrow::Field schema, std::function<void()> ask) : schema_(std::move(schema)), ask_(std::move(ask)) {}

  const arrow::Field &schema() const { return schema_; }

  // Any thread. After the end or a failure they do nothing.
  void put(std::vector<Batch> batches);
  void end();
  void fail(std::string why);

  // For the driver, which releases it.
  arrow::Owned<Stream> stream();

private:
  bool next(Array *out);

  const arrow::Field schema_;
  const std::function<void()> ask_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> batches_;
  bool ended_ = false;
  std::string failure_;
};

} // namespace mortise::adbc
