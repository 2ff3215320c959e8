// One loaded component, and the services that it is linked to.
#pragma once

#include "host/calling.h"
#include "host/plugin.h"
#include "mysql/layout.h"
#include "mysql/registry.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mortise::mysql {

// What a component said in the course of a call.
struct Message {
  int32_t severity; // as in mortise/log.h
  std::string text;
};

// One value of the configuration.
using Setting = std::variant<bool, long long, double, std::string, std::vector<std::string>>;

// A system variable that a component registered.
struct Variable {
  std::string component;
  std::string name;
  int32_t flags;
  void *place;
  const Names *names;
};

// Lives until the process ends, as its library does.
struct Library {
  Library(Plugin &owner, Registry &services, const Component &loaded);

  Plugin &plugin; // keeps the cells, and is whose log it is
  Registry &registry;
  const Component &component;
  std::vector<std::string> provided;
  std::map<std::string, Setting> settings; // those that no variable has taken yet
  std::vector<Variable> variables;
  std::deque<std::string> texts; // what text variables point to

  // Registers what it provides, and puts tables where it wants them. The names of what isn't there, or isn't free.
  std::vector<std::string> link();
  int init();
  // Ends what was started; safe to repeat. False when its deinit failed.
  bool stop();
  void log(int32_t severity, const std::string &text);

private:
  bool initialised_ = false;
  bool joined_ = true;
};

// What a query brings beside its text: names and values, null without one.
using Attributes = std::vector<std::pair<std::string, std::optional<std::string>>>;

// Makes a component the one that this thread's services work for, and collects what it says meanwhile.
class Calling : public CallingOf<Calling, Library> {
public:
  explicit Calling(Library &library) : CallingOf(library) {}

  std::vector<Message> messages;
  const Attributes *attributes = nullptr;
};

// Says it to the current call; on a thread of a component's own to stderr.
void report(int32_t severity, std::string text);

// As in mortise/log.h.
constexpr int32_t severity_info = 1, severity_warning = 2, severity_error = 3;

} // namespace mortise::mysql
