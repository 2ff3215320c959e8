#include "node/adbc_handle.h"

namespace mortise::adbc {
namespace {

// Drops a reference on the thread of `worker`, since it may be the last, which releases. When JavaScript has ended, all
// is closed that can be, and what a driver hangs in is left alone for good.
template <typename T>
void drop_on(const std::shared_ptr<Home> &home, Worker &worker, std::shared_ptr<T> one) {
  auto *kept = new std::shared_ptr<T>(std::move(one));
  if (home->has_ended()) {
    if (worker.wait_until(std::chrono::steady_clock::now())) delete kept;
    return;
  }
  try {
    worker.post([kept] { delete kept; });
  } catch (const std::exception &) { // no thread can be started: it stays
  }
}

void drop(Napi::Env env, Handle *handle) {
  if (Reading *reading = handle->reading.get()) {
    // Promises that are open keep what they need.
    const bool is_awaited = reading->is_executing || !reading->waiting.empty();
    if (reading->run && !is_awaited) reading->run->drop();
    if (!is_awaited && !handle->home->has_ended()) finish(env, *reading);
  } else if (handle->connection) {
    Worker &worker = handle->connection->worker;
    drop_on(handle->home, worker, std::move(handle->connection));
  } else if (handle->database) {
    Worker &worker = handle->database->worker;
    drop_on(handle->home, worker, std::move(handle->database));
  }
  delete handle;
}

[[noreturn]] void refuse(const Napi::Value &value) {
  throw Napi::TypeError::New(value.Env(), "mortise: not a handle of the native addon");
}

} // namespace

Reading::~Reading() {
  if (run) statement->finish(run);
  Worker &worker = statement->connection->worker;
  drop_on(home, worker, std::move(statement));
}

void finish(Napi::Env env, Reading &reading) {
  reading.is_running = false;
  if (reading.run) reading.statement->finish(reading.run);
  if (reading.pull) napi_delete_reference(env, reading.pull);
  reading.pull = nullptr;
}

Napi::Value to_handle(Napi::Env env, Handle handle) {
  return Napi::External<Handle>::New(env, new Handle(std::move(handle)), drop);
}

Handle &any_handle_of(const Napi::Value &value) {
  return js::handle<Handle>(value);
}

Handle &handle_of(const Napi::Value &value, Handle::Kind kind) {
  Handle &handle = any_handle_of(value);
  if (handle.kind != kind) refuse(value);
  return handle;
}

void stop_reading(Napi::Env env, const std::shared_ptr<Home> &home, Reading &reading) {
  reading.number++;
  reading.is_executing = reading.is_gathering = false;
  reading.ready.clear();
  if (reading.run) reading.run->drop();
  finish(env, reading);
  reading.run.reset();
  for (const Deferred &deferred : reading.waiting) {
    home->let_go();
    deferred.Reject(to_error(env, was_closed("the result was ended")));
  }
  reading.waiting.clear();
}

} // namespace mortise::adbc
