// Batches on disk, oldest first: an SQLite file that survives the process's end at any moment.
#pragma once

#include "engines/collect/sqlite.h"
#include "engines/collect/time.h"
#include "engines/problems.h"

#include <cstdint>
#include <memory>
#include <string>

namespace mortise::collect {

// One thread at a time.
class Store {
public:
  struct Batch {
    int64_t number = 0;
    uint32_t samples = 0;
    std::string bytes;
  };

  // Null, and `problem` filled, when it can't be opened; also when another process has it.
  static std::unique_ptr<Store> open(const std::string &path, Problem &problem);
  ~Store();

  // False: it isn't kept. The disk is full, mostly; message() says so.
  bool put(const std::string &bytes, uint32_t samples, Time made);
  // False when there is none.
  bool oldest(Batch &batch);
  // failed: it is still there, and comes again.
  enum class Removal { done, absent, failed };
  Removal remove(int64_t number);
  // Removes the oldest until no more than `max_bytes` are kept, and none is older than `since`. How many samples went.
  uint64_t trim(uint64_t max_bytes, Time since);
  // Where the disk takes nothing more, SQLite's log may still hold room that this makes free.
  void fold_log() { execute("PRAGMA wal_checkpoint(RESTART)"); }
  uint64_t bytes() const { return bytes_; }
  uint64_t samples() const { return samples_; }
  std::string message() const { return sqlite_->message(database_); }

private:
  Store(const Sqlite *sqlite, Sqlite::Database *database) : sqlite_(sqlite), database_(database) {}
  bool execute(const char *sql) {
    return sqlite_->execute(database_, sql, nullptr, nullptr, nullptr) == Sqlite::ok;
  }
  bool prepare();

  const Sqlite *const sqlite_;
  Sqlite::Database *const database_;
  Sqlite::Statement *put_ = nullptr, *oldest_ = nullptr, *first_ = nullptr, *remove_ = nullptr;
  uint64_t bytes_ = 0, samples_ = 0;
};

} // namespace mortise::collect
