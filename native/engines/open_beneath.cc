#include "engines/files.h"

#if !defined(_WIN32)

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

namespace mortise {
namespace {

#if defined(__linux__) && defined(SYS_openat2)
// As in linux/openat2.h, which older systems lack.
struct open_how {
  uint64_t flags, mode, resolve;
};
constexpr int max_tries = 100;
constexpr uint64_t resolve_no_magiclinks = 0x02, resolve_beneath = 0x08;

// False when the kernel, or a sandbox, hasn't the call.
bool open_at_once(int directory, const char *path, int flags, int mode, int &result) {
  const open_how how = {static_cast<uint64_t>(flags), static_cast<uint64_t>(mode),
                        resolve_beneath | resolve_no_magiclinks};
  // EAGAIN: somebody renamed meanwhile, which passes, or holds a lease of the file, which may last.
  for (int tries = 0; tries < max_tries; tries++) {
    result = static_cast<int>(syscall(SYS_openat2, directory, path, &how, sizeof how));
    if (result >= 0 || (errno != EINTR && errno != EAGAIN)) break;
  }
  return result >= 0 || (errno != ENOSYS && errno != EPERM);
}
#else
bool open_at_once(int, const char *, int, int, int &) {
  return false;
}
#endif

// Each name of the path, one after the other, following no link.
int open_step_by_step(int directory, const std::string &path, int flags, int mode) {
  int current = fcntl(directory, F_DUPFD_CLOEXEC, 0);
  for (size_t at = 0; current >= 0;) {
    const size_t slash = path.find('/', at);
    const std::string name = path.substr(at, slash == std::string::npos ? slash : slash - at);
    const bool last = slash == std::string::npos;
    if (name == "..") {
      close(current);
      errno = EXDEV;
      return -1;
    }
    const int step = last ? flags : O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    const int next = openat(current, name.empty() ? "." : name.c_str(), step | O_NOFOLLOW, mode);
    const int error = errno;
    // With O_DIRECTORY a link is "not a directory": say what it is.
    char target[1];
    const bool link = next < 0 && error == ENOTDIR && readlinkat(current, name.c_str(), target, 1) >= 0;
    close(current);
    errno = link ? ELOOP : error;
    if (last || next < 0) return next;
    current = next;
    at = slash + 1;
  }
  return current;
}

} // namespace

int open_beneath(int directory, const std::string &path, int flags, int mode, bool in_one_step) {
  flags |= O_CLOEXEC;
  if (!path.empty() && path.front() == '/') {
    errno = EXDEV;
    return -1;
  }
  int result = -1;
  // An empty path is the directory itself.
  if (in_one_step && open_at_once(directory, path.empty() ? "." : path.c_str(), flags, mode, result))
    return result;
  return open_step_by_step(directory, path, flags, mode);
}

} // namespace mortise

#else

namespace mortise {

namespace {

void refuse(FileFault &fault) {
  fault = {"mortise.files: not on Windows so far", false};
}

} // namespace

int open_beneath(int, const std::string &, int, int, bool) {
  return -1;
}

NamedDirectories::Directory::~Directory() {}

void NamedDirectories::close() {}

std::string NamedDirectories::add(const std::string &, const std::string &path, bool) {
  return path + ": named directories are not for Windows so far";
}

int64_t NamedDirectories::read(const std::string &, uint64_t, void *, uint64_t, FileFault &fault) {
  refuse(fault);
  return -1;
}

void NamedDirectories::write(const std::string &, const void *, uint64_t, int32_t, FileFault &fault) {
  refuse(fault);
}

void NamedDirectories::remove(const std::string &, FileFault &fault) {
  refuse(fault);
}

std::vector<NamedDirectories::Entry> NamedDirectories::list(const std::string &, FileFault &fault) {
  refuse(fault);
  return {};
}

} // namespace mortise

#endif
