// Keeps on disk what a writer hasn't taken: its batches go there first, and a thread hands them over from there, oldest
// first. One is removed when it is written: after the process's sudden end it may come a second time, and no other does.
// While the disk takes nothing, what comes waits in the writer's queue.
#pragma once

#include "engines/collect/callbacks.h"
#include "engines/collect/gate.h"
#include "engines/collect/store.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace mortise::collect {

struct BufferOptions {
  std::string path;                       // a directory; empty: nothing is kept on disk
  uint64_t max_bytes = uint64_t{1} << 30; // for one writer; the oldest go, and are counted
  Time max_age = 0;                       // older ones go; 0: none does
};

// Held by its thread too, which isn't joined.
class Buffer : public std::enable_shared_from_this<Buffer> {
public:
  // `unpacked` makes samples of bytes.
  using Unpack = std::function<std::vector<const Sample *>(std::string_view bytes)>;
  // Hears, at most once a second and without a lock, why the disk takes nothing.
  using Told = std::function<void(Problem)>;
  // Null, and `problem` filled, when it can't be opened.
  static std::shared_ptr<Buffer> open(const BufferOptions &options, const std::string &writer, Write write,
                                      Unpack unpack, Told told, Problem &problem);

  // False when the system gives no thread.
  bool start();
  // On the writer's thread: on disk when it answers 0. Tries again and again while the disk takes nothing, until
  // stop_keeping().
  int32_t keep(const Sample *const *samples, size_t count);
  void stop_keeping();
  // Hands over what is there from now on: before, types may be missing.
  void release();
  // Waits until all is handed over. False at the deadline.
  bool drain(Deadline deadline);
  // Calls it while nothing is written. False when that takes longer than the deadline.
  bool beside(Deadline deadline, const std::function<void()> &function);
  // Ends; what is left stays on disk. False when the writer still writes at the deadline.
  bool close(Deadline deadline);

  struct Counts {
    uint64_t written, failed; // failed: batches that are tried again count each time
    uint64_t dropped;         // too old, too many, or of a type that isn't known any more
    uint64_t waiting;         // on disk
    bool is_running;
  };
  Counts counts() const;

private:
  Buffer(std::unique_ptr<Store> store, BufferOptions options, Write write, Unpack unpack, Told told)
      : store_(std::move(store)), options_(std::move(options)), write_(std::move(write)),
        unpack_(std::move(unpack)), told_(std::move(told)) {}
  void run();
  void trim();
  void hand_over(std::unique_lock<std::mutex> &lock, const Store::Batch &batch);
  void remove(std::unique_lock<std::mutex> &lock, const Store::Batch &batch);
  void tell(std::unique_lock<std::mutex> &lock);
  bool is_here() const;

  mutable std::mutex mutex_;
  std::condition_variable work_, done_, room_;
  std::unique_ptr<Store> store_;
  const BufferOptions options_;
  const Write write_;
  const Unpack unpack_;
  const Told told_;
  bool is_released_ = false, is_closed_ = false, is_running_ = false, keeps_ = true;
  int64_t handed_over_ = 0;    // the batch that is written, and couldn't be removed
  Time pause_ = 0, again_ = 0; // after a failure, on the clock that only goes on
  Time told_at_ = 0;
  uint64_t written_ = 0, failed_ = 0, dropped_ = 0;
};

} // namespace mortise::collect
