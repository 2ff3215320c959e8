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

  // Any thread: what comes after fails, and its result isn't read on.
  void refuse() { cancelled_ = true; }
  enum class Answer { asked, idle, unsupported };
  // Any thread: refuses, and cancels the driver's call that runs, if one does.
  Answer cancel();
  // On its connection's thread, between calls: cancels what the database still does for them, unless that was asked.
  void cancel_rest(const Table &table, CStatement *statement, CConnection *connection);

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
  Answer ask(const Table &table, CStatement *statement, CConnection *connection);

  std::mutex mutex_;
  bool is_asked_ = false;
  std::atomic<bool> cancelled_{false}, dropped_{false};
  const Table *table_ = nullptr; // while there is a call
  CStatement *statement_ = nullptr;
  CConnection *connection_ = nullptr;
};

} // namespace mortise::adbc
