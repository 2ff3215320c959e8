// One loaded file of MariaDB plugins, and the services that it is linked to.
#pragma once

#include "host/calling.h"
#include "host/plugin.h"
#include "mariadb/layout.h"

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace mortise::mariadb {

// What a plugin reported through my_error or my_printf_error.
struct Message {
  uint32_t code;
  uint64_t flags;
  std::string text;

  bool is_note() const;
  // As in mortise/log.h.
  int32_t severity() const;
};

// The tables that provider_bzip2 and its like fill. Each file has its own, so that two hosts stay apart.
// bzip2's is the largest: eight functions, then whether it was filled.
struct ProviderTable {
  void *functions[9];
};

class SqlServer; // native/node/mariadb_sql_server.h

// Lives until the process ends, as its library does.
struct Library {
  Library(Plugin &owner, const Declaration *declarations);

  Plugin &plugin; // keeps the cells, and is whose log it is
  std::vector<const Declaration *> declarations;
  std::vector<Instance> instances; // beside `declarations`
  std::vector<bool> initialised;
  std::deque<std::string> texts; // what text variables point to
  ProviderTable provider = {};
  const char *provider_service = nullptr; // "provider_service_lz4" when its cell was linked

  std::shared_ptr<SqlServer> sql;   // who answers its SQL; set when it is opened
  std::atomic<uint32_t> running{0}; // functions on threads of their own

  // Within a Calling.
  int32_t init(size_t index);
  // Ends what was started, last first; safe to repeat.
  void stop();
  void log(int32_t severity, const std::string &text);
  // For messages that no caller wants.
  void log(const std::vector<Message> &messages);
};

// Makes a library the one that this thread's services work for, and collects what it reports meanwhile. Every call
// into a plugin stands inside one of its own.
class Calling : public CallingOf<Calling, Library> {
public:
  explicit Calling(Library &library) : CallingOf(library) {}

  std::vector<Message> messages;
};

// Reports as my_printf_error does, for services that fail.
void report(uint32_t code, uint64_t flags, std::string text);

// How MariaDB writes what printf can't: until 10.11 as conversions and a flag, %M (an errno in words), %`s (a quoted
// name), %b (bytes) and %T (a text that ends in dots where it is cut off); since 11 as suffixes, %iE, %sQ, %sB and %sT.
enum class Notation { conversions, suffixes };

// Returns the bytes written, the zero not counted; what doesn't fit is cut off.
size_t format(Notation notation, char *to, size_t size, const char *format, va_list arguments);
std::string format(Notation notation, const char *format, va_list arguments);

extern const void *const base64_table[];
extern const void *const crypt_table[];
extern const void *const json_table[];
extern const void *const logger_table[], *const logger_table_2[];
extern const void *const md5_table[];
extern const void *const print_error_table[], *const print_error_table_2[];
extern const void *const sha1_table[];
extern const void *const sha2_table[];
extern const void *const snprintf_table[], *const snprintf_table_2[];

} // namespace mortise::mariadb
