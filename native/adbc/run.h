// One execution of a statement, as far as other threads may reach into it.
#pragma once

#include "adbc/failure.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace mortise::adbc {

class Feed;

class Run {
public:
  explicit Run(std::shared_ptr<Feed> run_feed = nullptr) : feed(std::move(run_feed)) {}
  const std::shared_ptr<Feed> feed; // what the driver pulls parameters from; or none

  bool is_cancelled() const { return cancelled_; }
  // Any thread: nobody wants what it would still read.
  void drop() { dropped_ = true; }
  bool is_dropped() const { return dropped_; }
  void throw_if_cancelled() const;

  enum class Answer { asked, idle, unsupported };
  // Any thread: cancels the driver's call that runs, if one does. What comes after fails in any case.
  Answer cancel();

  // While it lives, the driver may be in a call that can be cancelled: of the statement, or when there is none of the
  // connection. It ends after a cancel that has begun.
  class Calling {
  public:
    Calling(Run &run, const Table &table, CStatement *statement, CConnection *connection);
    ~Calling();

  private:
    Run &run_;
  };

private:
  std::mutex mutex_;
  std::atomic<bool> cancelled_{false}, dropped_{false};
  const Table *table_ = nullptr; // while there is a call
  CStatement *statement_ = nullptr;
  CConnection *connection_ = nullptr;
};

} // namespace mortise::adbc
