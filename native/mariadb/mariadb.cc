#include "mariadb/mariadb.h"

#include <cstdio>
#include <cstring>

namespace mortise::mariadb {
namespace {

// The server's bits for how serious a message is.
constexpr uint64_t flag_note = 1024, flag_warning = 2048;
// As in mortise/log.h.
constexpr int32_t severity_info = 1, severity_warning = 2, severity_error = 3;

} // namespace

bool Message::is_note() const {
  return flags & flag_note;
}

int32_t Message::severity() const {
  if (is_note()) return severity_info;
  return flags & flag_warning ? severity_warning : severity_error;
}

void report(uint32_t code, uint64_t flags, std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  if (Calling *call = Calling::current())
    call->messages.push_back({code, flags, std::move(text)});
  else
    fprintf(stderr, "mortise: a MariaDB plugin's thread reports: %s\n", text.c_str());
}

Library::Library(Plugin &owner, const Declaration *list) : plugin(owner) {
  // Bounded: a list without an end must not lead out of the file.
  for (; declarations.size() < 64 && list->info; list++)
    declarations.push_back(list);
  instances.resize(declarations.size());
  initialised.resize(declarations.size());
  for (size_t i = 0; i < declarations.size(); i++) {
    instances[i] = {};
    instances[i].name = {declarations[i]->name, strlen(declarations[i]->name)};
    instances[i].declaration = declarations[i];
  }
}

int32_t Library::init(size_t index) {
  const Declaration &declaration = *declarations[index];
  const int32_t status = declaration.init ? declaration.init(&instances[index]) : 0;
  initialised[index] = status == 0;
  return status;
}

void Library::stop() {
  for (size_t i = declarations.size(); i-- > 0;) {
    if (!initialised[i]) continue;
    initialised[i] = false;
    Calling call(*this);
    // Its status asks the server to keep the library mapped. This host never unmaps one.
    if (declarations[i]->deinit) declarations[i]->deinit(&instances[i]);
    log(call.messages);
  }
}

void Library::log(int32_t severity, const std::string &text) {
  LogRing &ring = plugin.owner.log;
  if (severity < ring.lowest_severity.load(std::memory_order_relaxed)) return;
  ring.write(&plugin, severity, text);
}

void Library::log(const std::vector<Message> &messages) {
  for (const Message &message : messages)
    log(message.severity(), message.text);
}

} // namespace mortise::mariadb
