// Files, directories and descriptors.
#include "collectd/library/exports.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <string>

namespace mortise::collectd {
namespace {

std::string reason() {
  char text[256];
  const int number = errno;
#if defined(__GLIBC__)
  return strerror_r(number, text, sizeof text);
#else
  return strerror_r(number, text, sizeof text) == 0 ? text : "unknown error";
#endif
}

// The peer has closed its side, and nothing of it waits: what is written would be lost.
bool is_closed(int file) {
  pollfd question = {file, POLLIN | POLLHUP, 0};
  char byte = 0;
  return poll(&question, 1, 0) > 0 && recv(file, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

} // namespace

// Exactly so many bytes, or the errno in `errno`.
MORTISE_EXPORT int sread(int file, void *to, size_t count) {
  char *at = static_cast<char *>(to);
  while (count > 0) {
    const ssize_t got = read(file, at, count);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return errno;
    if (got == 0) return -1;
    at += got;
    count -= static_cast<size_t>(got);
  }
  return 0;
}

MORTISE_EXPORT int swrite(int file, const void *from, size_t count) {
  if (file < 0) return errno = EINVAL;
  if (is_closed(file)) return errno = ECONNRESET;
  const char *at = static_cast<const char *>(from);
  while (count > 0) {
    const ssize_t put = write(file, at, count);
    if (put < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (put < 0) return errno;
    at += put;
    count -= static_cast<size_t>(put);
  }
  return 0;
}

// Hidden entries, without "." and "..", only when `hidden` isn't 0. -1 when all calls failed.
MORTISE_EXPORT int walk_directory(const char *directory,
                                  int (*visit)(const char *directory, const char *file, void *context),
                                  void *context, int hidden) {
  DIR *open = opendir(directory);
  if (!open) {
    daemon_log(log_error, "walk_directory: Cannot open '%s': %s", directory, reason().c_str());
    return -1;
  }
  int passed = 0, failed = 0;
  while (const dirent *entry = readdir(open)) {
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (*name == '.' && !hidden)) continue;
    (visit(directory, name, context) == 0 ? passed : failed)++;
  }
  closedir(open);
  return passed == 0 && failed > 0 ? -1 : 0;
}

// How many bytes, or -1.
MORTISE_EXPORT ssize_t read_file_contents(const char *path, void *to, size_t size) {
  FILE *file = fopen(path, "re");
  if (!file) return -1;
  const size_t count = fread(to, 1, size, file);
  const bool failed = count == 0 && ferror(file);
  if (failed) daemon_log(log_error, "read_file_contents: Reading file \"%s\" failed.", path);
  fclose(file);
  return failed ? -1 : static_cast<ssize_t>(count);
}

// The same with a zero behind it, which counts.
MORTISE_EXPORT ssize_t read_text_file_contents(const char *path, char *to, size_t size) {
  if (size == 0) return -1;
  const ssize_t count = read_file_contents(path, to, size - 1);
  if (count < 0) return -1;
  to[count] = 0;
  return count + 1;
}

// The directories above a file, or up to a final slash. None whose name begins with a dot.
MORTISE_EXPORT int check_create_dir(const char *path) {
  if (!path || !*path || strlen(path) >= PATH_MAX) return -1;
  std::string made = *path == '/' ? "/" : "";
  for (const char *at = path; const char *end = strchr(at, '/'); at = end + 1) {
    const std::string name(at, end);
    if (name.empty()) continue;
    if (name[0] == '.') {
      daemon_log(log_error, "check_create_dir: a directory that begins with a dot is not created: `%s'",
                 path);
      return -2;
    }
    made += name;
    struct stat status = {};
    if (stat(made.c_str(), &status) == 0) {
      if (!S_ISDIR(status.st_mode)) {
        daemon_log(log_error, "check_create_dir: `%s' exists but is not a directory!", made.c_str());
        return -1;
      }
    } else if (errno != ENOENT || (mkdir(made.c_str(), 0777) != 0 && errno != EEXIST)) {
      daemon_log(log_error, "check_create_dir: mkdir (%s): %s", made.c_str(), reason().c_str());
      return -1;
    }
    made += '/';
  }
  return 0;
}

} // namespace mortise::collectd
