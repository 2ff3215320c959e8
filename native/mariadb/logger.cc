// MariaDB's service logger, 1.0 and 2.0: log files that rotate. A relative path counts from the working directory.
#include "mariadb/mariadb.h"

#include <cstdio>
#include <mutex>
#include <sys/stat.h>

namespace mortise::mariadb {
namespace {

struct LogFile {
  std::string path;
  uint64_t max;
  unsigned rotations;
  FILE *file;
  uint64_t size;
  std::mutex mutex;

  // x.log becomes x.log.1, x.log.1 becomes x.log.2, and the oldest goes. The lock is held.
  bool rotate() {
    if (file) fclose(file);
    for (unsigned number = rotations; number > 0; number--) {
      const std::string from = number == 1 ? path : path + "." + std::to_string(number - 1);
      rename(from.c_str(), (path + "." + std::to_string(number)).c_str());
    }
    return open();
  }

  bool open() {
#if defined(_WIN32)
    file = fopen(path.c_str(), "a");
#else
    file = fopen(path.c_str(), "ae"); // a child process doesn't inherit it
#endif
    struct stat status;
    size = file && stat(path.c_str(), &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
    return file != nullptr;
  }

  int write(const char *text, size_t length) {
    std::lock_guard<std::mutex> lock(mutex);
    if (max > 0 && rotations > 0 && size >= max && !rotate()) return -1;
    if (!file || fwrite(text, 1, length, file) != length || fflush(file) != 0) return -1;
    size += length;
    return static_cast<int>(length);
  }
};

constexpr unsigned max_rotations = 999;

void init_mutexes() {}

LogFile *open_log(const char *path, unsigned long long size, unsigned rotations) {
  if (!path || rotations > max_rotations) return nullptr;
  LogFile *log = new LogFile{path, size, rotations, nullptr, 0, {}};
  if (log->open()) return log;
  delete log;
  return nullptr;
}

int close_log(LogFile *log) {
  if (!log) return -1;
  const int status = log->file ? fclose(log->file) : 0;
  delete log;
  return status;
}

template <Notation notation> int print_list(LogFile *log, const char *pattern, va_list arguments) {
  const std::string text = format(notation, pattern, arguments);
  return log ? log->write(text.data(), text.size()) : -1;
}

template <Notation notation> int print(LogFile *log, const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  const int written = print_list<notation>(log, pattern, arguments);
  va_end(arguments);
  return written;
}

int write_log(LogFile *log, const char *text, size_t size) {
  return log ? log->write(text, size) : -1;
}

int rotate_log(LogFile *log) {
  if (!log || log->rotations == 0) return 0;
  std::lock_guard<std::mutex> lock(log->mutex);
  return log->rotate() ? 0 : -1;
}

constexpr Notation conversions = Notation::conversions, suffixes = Notation::suffixes;

} // namespace

const void *const logger_table[] = {reinterpret_cast<const void *>(init_mutexes),
                                    reinterpret_cast<const void *>(open_log),
                                    reinterpret_cast<const void *>(close_log),
                                    reinterpret_cast<const void *>(print_list<conversions>),
                                    reinterpret_cast<const void *>(print<conversions>),
                                    reinterpret_cast<const void *>(write_log),
                                    reinterpret_cast<const void *>(rotate_log)};
const void *const logger_table_2[] = {
    reinterpret_cast<const void *>(init_mutexes),    reinterpret_cast<const void *>(open_log),
    reinterpret_cast<const void *>(close_log),       reinterpret_cast<const void *>(print_list<suffixes>),
    reinterpret_cast<const void *>(print<suffixes>), reinterpret_cast<const void *>(write_log),
    reinterpret_cast<const void *>(rotate_log)};

} // namespace mortise::mariadb
