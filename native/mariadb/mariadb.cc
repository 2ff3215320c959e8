#include "mariadb/mariadb.h"

#include "mariadb/crypto.h"

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

// The versions of MariaDB 10.11 and 11.8. In hexadecimal, the high byte is the major, the low one the minor.
const Service services[] = {
    {"base64_service", 0x100, base64_table},
    {"json_service", 0x100, json_table},
    {"logger_service", 0x100, logger_table},
    {"logger_service", 0x200, logger_table_2},
    {"my_crypt_service", 0x100, crypt_table},
    {"my_md5_service", 0x100, md5_table},
    {"my_print_error_service", 0x100, print_error_table},
    {"my_print_error_service", 0x200, print_error_table_2},
    {"my_sha1_service", 0x101, sha1_table},
    {"my_sha2_service", 0x100, sha2_table},
    {"my_snprintf_service", 0x100, snprintf_table},
    {"my_snprintf_service", 0x200, snprintf_table_2},
    {"provider_service_bzip2", 0x100, nullptr},
    {"provider_service_lz4", 0x100, nullptr},
    {"provider_service_lzma", 0x100, nullptr},
    {"provider_service_lzo", 0x100, nullptr},
    {"provider_service_snappy", 0x100, nullptr},
    {"sql_service", 0x102, sql_table},
};
const size_t service_count = sizeof services / sizeof *services;

const Service *find_service(const std::string &name, uint32_t version) {
  for (const Service &service : services) {
    if (name != service.name || service.version >> 8 != version >> 8 || service.version < version) continue;
    const bool needs_crypto = service.table == crypt_table || service.table == md5_table ||
                              service.table == sha1_table || service.table == sha2_table;
    return needs_crypto && !has_crypto() ? nullptr : &service;
  }
  return nullptr;
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
