// A writer: a queue, and a thread that hands over what is in it. However long that takes, nobody else waits for it.
#pragma once

#include "engines/collect/buffer.h"
#include "engines/collect/callbacks.h"
#include "engines/collect/queue.h"
#include "engines/collect/registrations.h"
#include "engines/collect/states.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::collect {

// Held by its thread too, which isn't joined: a plugin that hangs keeps nobody waiting.
class Writer : public std::enable_shared_from_this<Writer> {
public:
  // With a buffer, `write` is what puts samples there.
  Writer(Owner *owner, std::string name, Write write, size_t max_queue,
         std::shared_ptr<Buffer> buffer = nullptr);

  Owner *const owner;
  const std::string name;

  // False when the system gives no thread.
  bool start();
  // Takes over one hold of it.
  void push(const Sample *sample);
  // Runs it on the writer's thread, when what waits now is written; at once on that thread itself. False when it
  // hasn't run by the deadline: it still will, unless the writer is removed.
  using Flushing = std::shared_ptr<Registration<Flush>>;
  bool flush(const Flushing &flush, Time age, std::string_view identifier, Deadline deadline,
             int32_t &status);
  // Waits until what waits now is written, or dropped. False at the deadline.
  bool drain(Deadline deadline);
  // Ends the thread; what waits is dropped and counted. False when it still runs at the deadline.
  bool close(Deadline deadline);
  bool is_closed() const { return is_closed_; }
  // Of a closed one: gives back what it was made with as soon as it doesn't run, whoever holds the writer.
  void give_up();
  // Null: what waits is only in memory.
  const std::shared_ptr<Buffer> buffer;
  // Whether the calling thread is this writer's.
  bool is_here() const;

  WriterState state() const;
  // How many were dropped since this was asked the last time.
  uint64_t untold_drops();

private:
  struct Request {
    Flushing flush;
    Time age;
    std::string identifier;
    uint64_t after; // so many samples are done
    bool is_done = false;
    int32_t status = 0;
  };

  void run();
  bool empty_queue(Deadline deadline);
  void write(std::unique_lock<std::mutex> &lock);
  void answer(std::unique_lock<std::mutex> &lock);
  uint64_t done() const { return written_ + failed_ + dropped_ + queue_.dropped(); }

  Write write_;
  mutable std::mutex mutex_;
  std::condition_variable work_, done_;
  Queue queue_;
  std::vector<std::shared_ptr<Request>> requests_;
  std::vector<const Sample *> batch_;
  std::atomic<bool> is_closed_{false};
  bool is_asleep_ = false; // nothing to do: the next sample wakes it
  bool is_urgent_ = false; // somebody waits for it
  bool is_running_ = false;
  bool is_given_up_ = false;
  size_t in_hand_ = 0;
  uint64_t written_ = 0, failed_ = 0, dropped_ = 0; // dropped: beside the queue's own
  Time last_run_ = 0, last_duration_ = 0;
  uint64_t told_ = 0;
};

} // namespace mortise::collect
