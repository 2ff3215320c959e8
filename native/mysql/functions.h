// The functions that components register, and a call of one.
#pragma once

#include "mysql/layout.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mortise::mysql {

struct Library;

struct Function {
  std::string name; // as it was registered
  int32_t kind;
  Any run;
  Prepare prepare;
  Finish finish;
  Add add; // of an aggregate; else null
  Clear clear;
  Library *owner;
};

// Those of one host. Names are told apart without regard to case, as in SQL. Safe on any thread.
class Functions {
public:
  // False, and a message in the current call, when the name is taken or not valid.
  bool add(Function function);
  // `found` says whether it was there; one that runs stays.
  bool remove(const std::string &name, bool &found);
  std::vector<std::string> remove_all(const Library &owner);
  std::vector<Function> of(const Library &owner);

  // Holds a function while it runs.
  class Use {
  public:
    Use(Functions &functions, const Library &owner, const std::string &name);
    ~Use();
    Use(const Use &) = delete;
    Use &operator=(const Use &) = delete;
    const Function *function() const { return found_ ? &function_ : nullptr; }

  private:
    Functions &functions_;
    std::string key_;
    bool found_ = false;
    Function function_;
  };

private:
  struct Entry {
    Function function;
    size_t running = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

// One value of an argument.
struct Value {
  int32_t kind = kind_text;
  bool is_null = true;
  bool is_binary = false;
  std::string text;
  double real = 0;
  long long integer = 0;
};

// The arguments and the result of one call.
struct Call {
  enum class Outcome { done, refused, failed, bad_result, no_memory };

  std::vector<Value> columns; // the first row: it gives the types
  std::vector<std::string> argument_charsets;
  std::string charset; // of the result; empty: binary
  std::string message;
  Value result;

  // Prepares the function, gives it each row, and takes its result. The rows have as many values as the first.
  Outcome run(const Function &function, std::vector<std::vector<Value>> rows);

private:
  Outcome take(const Function &function, Prepared &prepared, Arguments &arguments);
};

// Whether this host knows a character set by that name.
bool is_charset(const std::string &name);

} // namespace mortise::mysql
