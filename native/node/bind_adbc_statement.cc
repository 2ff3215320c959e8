// ADBC's statements for JavaScript: executing, reading ahead, feeding, cancelling.
#include "node/adbc_handle.h"
#include "node/arrow_values.h"
#include "node/bindings.h"

namespace mortise {
namespace {

using namespace adbc;
using Kind = Handle::Kind;
using Shared = std::shared_ptr<Reading>;
using SharedHome = std::shared_ptr<Home>;

// Smaller blocks are copied at once: another way to the other thread and back would cost more.
constexpr uint64_t small = 256 << 10;

void pump(Napi::Env env, const SharedHome &home, const Shared &reading);

// `settle(env, block)` with what was gathered, once it lies in memory of JavaScript's.
template <typename Settle>
void hand_over(Napi::Env env, const SharedHome &home, Worker &worker, std::shared_ptr<Gathered> gathered,
               Settle settle) {
  arrow::Block &block = gathered->block;
  Napi::ArrayBuffer memory = arrow::memory_for(env, block);
  auto *bytes = static_cast<uint8_t *>(memory.Data());
  if (block.size() <= small) {
    block.fill(bytes);
    block.drop();
    return settle(env, arrow::to_block(env, block, memory));
  }
  // Nobody else has it yet, so that its memory stays where it is.
  auto kept = std::make_shared<Napi::Reference<Napi::ArrayBuffer>>(Napi::Persistent(memory));
  kept->SuppressDestruct();
  worker.post([home, gathered, bytes, kept, settle] {
    gathered->block.fill(bytes);
    gathered->block.drop();
    home->post([gathered, kept, settle](Napi::Env own) {
      const Napi::ArrayBuffer filled = kept->Value();
      kept->Reset();
      settle(own, arrow::to_block(own, gathered->block, filled));
    });
  });
}

void gather(const SharedHome &home, const Shared &reading) {
  reading->is_gathering = true;
  reading->statement->connection->worker.post(
      [home, reading, statement = reading->statement, run = reading->run, number = reading->number] {
        Reading::Outcome outcome;
        try {
          outcome = std::make_shared<Gathered>(statement->gather(*run));
          run->throw_if_cancelled();
        } catch (const Failure &failure) {
          outcome = failure;
          if (failure.kind == Failure::Kind::cancelled) statement->end();
        } catch (const std::exception &error) { // no memory
          outcome = unusable(error.what());
          statement->end();
        }
        home->post([home, reading, number, outcome](Napi::Env env) {
          if (number != reading->number) return; // it was ended meanwhile
          reading->is_gathering = false;
          const auto *gathered = std::get_if<std::shared_ptr<Gathered>>(&outcome);
          if (!gathered || (*gathered)->done) finish(env, *reading);
          reading->ready.push_back(outcome);
          pump(env, home, reading);
        });
      });
}

void settle_next(Napi::Env env, const SharedHome &home, const Shared &reading, const Deferred &deferred,
                 const Reading::Outcome &outcome) {
  if (const Failure *failure = std::get_if<Failure>(&outcome)) {
    home->let_go();
    return deferred.Reject(to_error(env, *failure));
  }
  const auto gathered = std::get<std::shared_ptr<Gathered>>(outcome);
  hand_over(env, home, reading->statement->connection->worker, gathered,
            [home, deferred, done = gathered->done](Napi::Env own, Napi::Value block) {
              home->let_go();
              const Napi::Object result = Napi::Object::New(own);
              result.Set("block", block);
              result.Set("done", Napi::Boolean::New(own, done));
              deferred.Resolve(result);
            });
}

// Gives those who wait what there is, and reads ahead once.
void pump(Napi::Env env, const SharedHome &home, const Shared &reading) {
  while (!reading->waiting.empty() && !reading->ready.empty()) {
    const Deferred deferred = reading->waiting.front();
    const Reading::Outcome outcome = reading->ready.front();
    reading->waiting.pop_front();
    reading->ready.pop_front();
    settle_next(env, home, reading, deferred, outcome);
  }
  if (reading->is_running) {
    if (!reading->is_gathering && reading->ready.empty()) gather(home, reading);
    return;
  }
  const auto end = std::make_shared<Gathered>();
  end->done = true;
  while (!reading->waiting.empty()) {
    const Deferred deferred = reading->waiting.front();
    reading->waiting.pop_front();
    settle_next(env, home, reading, deferred, end);
  }
}

// adbcStatement(connection): a handle.
Napi::Value make_statement(const Napi::CallbackInfo &info) {
  const Handle &handle = handle_of(info[0], Kind::connection);
  const auto reading = std::make_shared<Reading>(handle.home, std::make_shared<Statement>(handle.connection));
  return to_handle(info.Env(), {Kind::statement, handle.home, nullptr, nullptr, nullptr, reading});
}

// The parameters that are made at once, and the feed of those that aren't, or that are several batches.
std::shared_ptr<Feed> read_parameters(const Napi::Value &value, Execution &execution, const SharedHome &home,
                                      const Shared &reading) {
  if (!value.IsObject()) return nullptr;
  const Napi::Env env = value.Env();
  const Napi::Object parameters = value.As<Napi::Object>();
  const Napi::Value columns = parameters.Get("columns"), pull = parameters.Get("pull");
  if (columns.IsArray()) {
    arrow::Field schema;
    arrow::from_columns(columns.As<Napi::Array>(), schema, execution.parameters);
    execution.parameter_schema = arrow::to_c(schema);
    return nullptr;
  }
  arrow::Field schema = arrow::from_schema(parameters.Get("schema"));
  if (pull.IsFunction()) {
    if (napi_create_reference(env, pull, 1, &reading->pull) != napi_ok) throw Napi::Error::New(env);
    return std::make_shared<Feed>(std::move(schema), [home, reading, number = reading->number] {
      home->post([reading, number](Napi::Env own) {
        napi_value function = nullptr;
        if (number != reading->number || !reading->pull) return;
        if (napi_get_reference_value(own, reading->pull, &function) == napi_ok && function)
          Napi::Function(own, function).Call({});
      });
    });
  }
  std::vector<arrow::Owned<Array>> batches;
  const std::string problem = arrow::unpack(schema, arrow::from_block(parameters.Get("block")), batches);
  if (!problem.empty()) throw Napi::Error(env, to_error(env, unusable("a damaged block: " + problem)));
  if (batches.size() == 1) {
    execution.parameters = std::move(batches[0]);
    execution.parameter_schema = arrow::to_c(schema);
    return nullptr;
  }
  const auto feed = std::make_shared<Feed>(std::move(schema), nullptr);
  feed->put(std::move(batches));
  return feed;
}

Napi::Value to_result(Napi::Env env, Home &home, const Result &result, Napi::Value block) {
  const Napi::Object object = Napi::Object::New(env);
  object.Set("schema", result.schema ? home.schemas.of(env, result.schema) : env.Null());
  object.Set("block", block);
  object.Set("done", Napi::Boolean::New(env, result.first.done));
  object.Set("affected", js::to_number(env, static_cast<double>(result.affected)));
  return object;
}

// adbcExecute(statement, execution): a promise.
Napi::Value execute(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Handle &handle = handle_of(info[0], Kind::statement);
  const SharedHome home = handle.home;
  const Shared reading = handle.reading;
  const Napi::Object object = info[1].As<Napi::Object>();
  const auto execution = to_execution(object);
  stop_reading(env, home, *reading);
  const auto run =
      std::make_shared<Run>(read_parameters(object.Get("parameters"), *execution, home, reading));
  rethrowing(env, [&] { reading->statement->begin(run); });
  reading->run = run;
  reading->is_running = reading->is_executing = reading->is_gathering = true;

  const Deferred deferred = Deferred::New(env);
  Worker &worker = reading->statement->connection->worker;
  worker.post(
      [home, reading, statement = reading->statement, run, execution, deferred, number = reading->number] {
        using Outcome = std::variant<Failure, Result>;
        const auto outcome = std::make_shared<Outcome>();
        try {
          *outcome = statement->execute(run, *execution);
        } catch (const Failure &failure) {
          *outcome = failure;
        } catch (const std::exception &error) { // no memory
          *outcome = unusable(error.what());
          statement->release();
        }
        home->post([home, reading, number, outcome, deferred](Napi::Env own) {
          Result *result = std::get_if<Result>(outcome.get());
          const bool is_current = number == reading->number;
          if (is_current) {
            reading->is_executing = reading->is_gathering = false;
            if (!result || result->first.done) finish(own, *reading);
          }
          if (!result) {
            home->let_go();
            return deferred.Reject(to_error(own, std::get<Failure>(*outcome)));
          }
          const std::shared_ptr<Gathered> first(outcome, &result->first);
          const std::shared_ptr<const Result> kept(outcome, result);
          hand_over(own, home, reading->statement->connection->worker, first,
                    [home, kept, deferred](Napi::Env then, Napi::Value block) {
                      home->let_go();
                      deferred.Resolve(to_result(then, *home, *kept, block));
                    });
          if (is_current) pump(own, home, reading);
        });
      });
  home->hold();
  return deferred.Promise();
}

// adbcNext(statement): a promise.
Napi::Value next(const Napi::CallbackInfo &info) {
  const Handle &handle = handle_of(info[0], Kind::statement);
  const Deferred deferred = Deferred::New(info.Env());
  handle.reading->waiting.push_back(deferred);
  handle.home->hold();
  pump(info.Env(), handle.home, handle.reading);
  return deferred.Promise();
}

// adbcFeed(statement, block | text | null): undefined.
void feed(const Napi::CallbackInfo &info) {
  const Handle &handle = handle_of(info[0], Kind::statement);
  const std::shared_ptr<Run> &run = handle.reading->run;
  if (!run || !run->feed) return; // it has ended
  if (info[1].IsNull()) return run->feed->end();
  if (info[1].IsString()) return run->feed->fail(js::text(info[1]));
  std::vector<arrow::Owned<Array>> batches;
  const std::string problem = arrow::unpack(run->feed->schema(), arrow::from_block(info[1]), batches);
  if (!problem.empty())
    throw Napi::Error(info.Env(), to_error(info.Env(), unusable("a damaged block: " + problem)));
  run->feed->put(std::move(batches));
}

// A promise of what is done on the thread of the statement's connection.
template <typename Act> Napi::Value stop(const Napi::CallbackInfo &info, Act act) {
  const Handle &handle = handle_of(info[0], Kind::statement);
  stop_reading(info.Env(), handle.home, *handle.reading);
  return promise(
      info.Env(), handle.home, handle.reading->statement->connection->worker,
      [statement = handle.reading->statement, act] {
        act(*statement);
        return Done{};
      },
      from_done);
}

// adbcEnd(statement), adbcCloseStatement(statement): promises.
Napi::Value end(const Napi::CallbackInfo &info) {
  return stop(info, [](Statement &statement) { statement.end(); });
}
Napi::Value close(const Napi::CallbackInfo &info) {
  return stop(info, [](Statement &statement) { statement.close(); });
}

// adbcPrepare(statement, ask, options): a promise of a schema, or null.
Napi::Value prepare(const Napi::CallbackInfo &info) {
  const Handle &handle = handle_of(info[0], Kind::statement);
  stop_reading(info.Env(), handle.home, *handle.reading);
  return promise(
      info.Env(), handle.home, handle.reading->statement->connection->worker,
      [statement = handle.reading->statement, ask = to_ask(info[1]), options = to_options(info[2])] {
        statement->prepare(ask, options);
        return std::make_shared<std::optional<arrow::Field>>(statement->parameter_schema());
      },
      [](Napi::Env env, const std::shared_ptr<std::optional<arrow::Field>> &field) {
        return *field ? arrow::to_schema(env, **field) : env.Null();
      });
}

// adbcCancel(statement): a promise of "asked", "idle" or "unsupported".
Napi::Value cancel(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Handle &handle = handle_of(info[0], Kind::statement);
  const SharedHome home = handle.home;
  const Shared reading = handle.reading;
  const Deferred deferred = Deferred::New(env);
  if (!reading->run || !reading->is_running) {
    deferred.Resolve(Napi::String::New(env, "idle"));
    return deferred.Promise();
  }
  reading->run->refuse(); // at once, so that the result isn't taken for one that was merely left
  start_thread([home, run = reading->run, deferred] {
    const Run::Answer answer = run->cancel();
    home->post([home, answer, deferred](Napi::Env own) {
      home->let_go();
      deferred.Resolve(Napi::String::New(own, answer == Run::Answer::unsupported ? "unsupported" : "asked"));
    });
  });
  home->hold();
  // What was read ahead isn't wanted either.
  reading->ready.clear();
  if (!reading->is_gathering) gather(home, reading);
  return deferred.Promise();
}

} // namespace

void define_adbc_statement(Napi::Object exports) {
  js::define<make_statement>(exports, "adbcStatement");
  js::define<prepare>(exports, "adbcPrepare");
  js::define<execute>(exports, "adbcExecute");
  js::define<next>(exports, "adbcNext");
  js::define<feed>(exports, "adbcFeed");
  js::define<end>(exports, "adbcEnd");
  js::define<close>(exports, "adbcCloseStatement");
  js::define<cancel>(exports, "adbcCancel");
}

} // namespace mortise
