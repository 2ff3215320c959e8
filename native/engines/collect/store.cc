#include "engines/collect/store.h"

namespace mortise::collect {
namespace {

Problem unusable(const std::string &path, std::string found) {
  return Problem("MORTISE_ERR_COLLECT_BUFFER", "the buffer " + path + " cannot be used")
      .in(path)
      .expects("an SQLite file of this process alone")
      .got(std::move(found))
      .fix("Give the buffer a directory on a local disk that this process may write and no other uses.");
}

} // namespace

std::unique_ptr<Store> Store::open(const std::string &path, Problem &problem) {
  std::string why;
  const Sqlite *const sqlite = Sqlite::get(why);
  if (!sqlite) {
    problem = unusable(path, why);
    return nullptr;
  }
  Sqlite::Database *database = nullptr;
  const int flags = Sqlite::read_write | Sqlite::create | Sqlite::own_mutex;
  const int status = sqlite->open(path.c_str(), &database, flags, nullptr);
  if (!database) {
    problem = unusable(path, "no memory");
    return nullptr;
  }
  std::unique_ptr<Store> store(new Store(sqlite, database));
  // Exclusive: a second process would send everything twice. NORMAL: what is committed survives this process in any
  // case, and the machine's loss of power up to the last checkpoint.
  const bool is_ready =
      status == Sqlite::ok && store->execute("PRAGMA locking_mode=EXCLUSIVE") &&
      store->execute("PRAGMA journal_mode=WAL") && store->execute("PRAGMA synchronous=NORMAL") &&
      store->execute("CREATE TABLE IF NOT EXISTS batch (number INTEGER PRIMARY KEY AUTOINCREMENT, "
                     "made INTEGER NOT NULL, samples INTEGER NOT NULL, bytes BLOB NOT NULL)") &&
      store->prepare();
  if (!is_ready) {
    problem = unusable(path, store->message());
    return nullptr;
  }
  return store;
}

bool Store::prepare() {
  const auto make = [this](const char *sql, Sqlite::Statement *&statement) {
    return sqlite_->prepare(database_, sql, -1, &statement, nullptr) == Sqlite::ok;
  };
  Sqlite::Statement *sums = nullptr;
  bool is_read = make("SELECT total(samples), total(length(bytes)) FROM batch", sums) &&
                 sqlite_->step(sums) == Sqlite::row;
  if (is_read) {
    samples_ = static_cast<uint64_t>(sqlite_->number(sums, 0));
    bytes_ = static_cast<uint64_t>(sqlite_->number(sums, 1));
  }
  sqlite_->finalize(sums);
  return is_read && make("INSERT INTO batch (made, samples, bytes) VALUES (?, ?, ?)", put_) &&
         make("SELECT number, samples, bytes FROM batch ORDER BY number LIMIT 1", oldest_) &&
         make("SELECT number, made FROM batch ORDER BY number LIMIT 1", first_) &&
         make("DELETE FROM batch WHERE number = ? RETURNING samples, length(bytes)", remove_);
}

Store::~Store() {
  for (Sqlite::Statement *statement : {put_, oldest_, first_, remove_})
    sqlite_->finalize(statement);
  sqlite_->close(database_);
}

bool Store::put(const std::string &bytes, uint32_t samples, Time made) {
  sqlite_->bind_number(put_, 1, static_cast<int64_t>(made));
  sqlite_->bind_number(put_, 2, samples);
  sqlite_->bind_bytes(put_, 3, bytes.data(), static_cast<int>(bytes.size()),
                      nullptr); // it stays until the reset
  const bool is_kept = sqlite_->step(put_) == Sqlite::done;
  sqlite_->reset(put_);
  if (!is_kept) return false;
  bytes_ += bytes.size();
  samples_ += samples;
  return true;
}

bool Store::oldest(Batch &batch) {
  const bool is_there = sqlite_->step(oldest_) == Sqlite::row;
  if (is_there) {
    batch.number = sqlite_->number(oldest_, 0);
    batch.samples = static_cast<uint32_t>(sqlite_->number(oldest_, 1));
    const void *const bytes = sqlite_->bytes(oldest_, 2);
    batch.bytes.assign(static_cast<const char *>(bytes), static_cast<size_t>(sqlite_->size(oldest_, 2)));
  }
  sqlite_->reset(oldest_);
  return is_there;
}

Store::Removal Store::remove(int64_t number) {
  sqlite_->bind_number(remove_, 1, number);
  int status = sqlite_->step(remove_);
  uint64_t samples = 0, bytes = 0;
  if (status == Sqlite::row) {
    samples = static_cast<uint64_t>(sqlite_->number(remove_, 0));
    bytes = static_cast<uint64_t>(sqlite_->number(remove_, 1));
    status = sqlite_->step(remove_); // to its end, which commits
  }
  sqlite_->reset(remove_);
  if (status != Sqlite::done) return Removal::failed;
  samples_ -= samples;
  bytes_ -= bytes;
  return samples > 0 ? Removal::done : Removal::absent;
}

uint64_t Store::trim(uint64_t max_bytes, Time since) {
  uint64_t gone = 0;
  for (;;) {
    const bool is_there = sqlite_->step(first_) == Sqlite::row;
    const int64_t number = is_there ? sqlite_->number(first_, 0) : 0;
    const bool is_old = is_there && static_cast<Time>(sqlite_->number(first_, 1)) < since;
    sqlite_->reset(first_);
    if (!is_there || (!is_old && bytes_ <= max_bytes)) return gone;
    const uint64_t before = samples_;
    if (remove(number) != Removal::done) return gone;
    gone += before - samples_;
  }
}

} // namespace mortise::collect
