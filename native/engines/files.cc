#include "engines/files.h"

#if !defined(_WIN32)

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mortise {
namespace {

void refuse(FileFault &fault, const std::string &path, const std::string &why, bool escape = false) {
  fault = {path + ": " + why, escape};
}

// Says what errno says of `path`.
void refuse_errno(FileFault &fault, const std::string &path) {
  const int error = errno;
  const bool escape = error == EXDEV || error == ELOOP;
  refuse(fault, path, escape ? "leads out of its directory" : strerror(error), escape);
}

// Closes itself.
struct Descriptor {
  int number;
  explicit Descriptor(int number) : number(number) {}
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
};

bool write_all(int descriptor, const char *bytes, uint64_t size) {
  while (size > 0) {
    const ssize_t count = ::write(descriptor, bytes, static_cast<size_t>(size));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes += count;
    size -= static_cast<uint64_t>(count);
  }
  return true;
}

int64_t modified_of(const struct stat &status) {
#if defined(__APPLE__)
  return status.st_mtimespec.tv_sec * INT64_C(1000000000) + status.st_mtimespec.tv_nsec;
#else
  return status.st_mtim.tv_sec * INT64_C(1000000000) + status.st_mtim.tv_nsec;
#endif
}

} // namespace

std::string NamedDirectories::add(const std::string &name, const std::string &path, bool writable) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return path + ": " + strerror(errno);
  std::lock_guard<std::mutex> lock(mutex_);
  directories_[name] = std::make_shared<const Directory>(descriptor, writable);
  return "";
}

NamedDirectories::Directory::~Directory() {
  ::close(descriptor);
}

void NamedDirectories::close() {
  std::lock_guard<std::mutex> lock(mutex_);
  directories_.clear();
}

// Two slashes are one, as to the system: in/ and /a.txt joined are no way out.
static std::string with_single_slashes(const std::string &path) {
  std::string result;
  for (const char character : path)
    if (character != '/' || result.empty() || result.back() != '/') result += character;
  return result;
}

bool NamedDirectories::find(const std::string &given, bool for_writing, Place &place, FileFault &fault) {
  const std::string path = with_single_slashes(given);
  if (path.empty() || path.find('\0') != std::string::npos) {
    refuse(fault, "\"\"", "a path is text without a zero, such as rules/eu.txt");
    return false;
  }
  if (path.front() == '/') {
    refuse(fault, path, "an absolute path; paths start with the name of a directory", true);
    return false;
  }
  const size_t slash = path.find('/');
  const std::string name = path.substr(0, slash);
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = directories_.find(name);
  if (found == directories_.end()) {
    std::string names;
    for (const auto &directory : directories_)
      names += (names.empty() ? "" : ", ") + directory.first;
    const bool up = name == ".." || name == ".";
    refuse(fault, path, names.empty() ? "the host has no directories" : "starts with none of " + names, up);
    return false;
  }
  place.directory = found->second;
  place.rest = slash == std::string::npos ? "" : path.substr(slash + 1);
  const size_t last = place.rest.rfind('/');
  place.parent = last == std::string::npos ? "" : place.rest.substr(0, last);
  place.last = last == std::string::npos ? place.rest : place.rest.substr(last + 1);
  if (for_writing && !place.directory->writable) {
    refuse(fault, path, "the directory " + name + " is only for reading");
    return false;
  }
  return true;
}

// The directory that holds the path's last name.
int NamedDirectories::open_parent(const Place &place, const std::string &path, FileFault &fault) const {
  if (place.last.empty() || place.last == "." || place.last == "..") {
    refuse(fault, path, "names no file", place.last == "..");
    return -1;
  }
  const int parent = open_beneath(place.directory->descriptor, place.parent, O_RDONLY | O_DIRECTORY, 0);
  if (parent < 0) refuse_errno(fault, path);
  return parent;
}

int64_t NamedDirectories::read(const std::string &path, uint64_t offset, void *buffer, uint64_t capacity,
                               FileFault &fault) {
  Place place;
  if (!find(path, false, place, fault)) return -1;
  if (capacity > MORTISE_FILES_MAX_BYTES || offset > INT64_MAX || (!buffer && capacity > 0)) {
    refuse(fault, path,
           "a read has a buffer of at most " + std::to_string(MORTISE_FILES_MAX_BYTES) + " bytes");
    return -1;
  }
  // Not blocking, so that a pipe that lies there doesn't hold up the caller.
  const Descriptor file(open_beneath(place.directory->descriptor, place.rest, O_RDONLY | O_NONBLOCK, 0));
  struct stat status;
  if (file.number < 0 || fstat(file.number, &status) != 0) {
    refuse_errno(fault, path);
    return -1;
  }
  if (!S_ISREG(status.st_mode)) {
    refuse(fault, path, "is not a regular file");
    return -1;
  }
  uint64_t count = 0;
  while (count < capacity) {
    const ssize_t got = pread(file.number, static_cast<char *>(buffer) + count,
                              static_cast<size_t>(capacity - count), static_cast<off_t>(offset + count));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      refuse_errno(fault, path);
      return -1;
    }
    if (got == 0) break;
    count += static_cast<uint64_t>(got);
  }
  return static_cast<int64_t>(count);
}

void NamedDirectories::write(const std::string &path, const void *bytes, uint64_t size, int32_t mode,
                             FileFault &fault) {
  Place place;
  if (!find(path, true, place, fault)) return;
  if (size > MORTISE_FILES_MAX_BYTES || (!bytes && size > 0))
    return refuse(fault, path, "a write has at most " + std::to_string(MORTISE_FILES_MAX_BYTES) + " bytes");
  if (mode < MORTISE_FILES_REPLACE || mode > MORTISE_FILES_CREATE)
    return refuse(fault, path, std::to_string(mode) + " is not a mode of writing");
  const Descriptor parent(open_parent(place, path, fault));
  if (parent.number < 0) return;
  const char *data = static_cast<const char *>(bytes);
  if (mode != MORTISE_FILES_REPLACE) {
    const int flags = mode == MORTISE_FILES_CREATE ? O_CREAT | O_EXCL : O_CREAT | O_APPEND;
    const Descriptor file(openat(parent.number, place.last.c_str(),
                                 flags | O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
    struct stat status;
    if (file.number < 0 || fstat(file.number, &status) != 0) return refuse_errno(fault, path);
    if (!S_ISREG(status.st_mode)) return refuse(fault, path, "is not a regular file");
    if (!write_all(file.number, data, size)) refuse_errno(fault, path);
    return;
  }
  // Beside its place and then renamed: the old bytes or the new, never a part. A link there is replaced,
  // not followed.
  static std::atomic<uint64_t> serial{0};
  std::string temporary;
  int created;
  // One that is there was left by a process of the same number that was killed: in a container they repeat.
  do {
    temporary = ".mortise-" + std::to_string(getpid()) + "-" + std::to_string(serial.fetch_add(1));
    created =
        openat(parent.number, temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
  } while (created < 0 && errno == EEXIST);
  const Descriptor file(created);
  if (file.number < 0) return refuse_errno(fault, path);
  if (write_all(file.number, data, size) &&
      renameat(parent.number, temporary.c_str(), parent.number, place.last.c_str()) == 0)
    return;
  refuse_errno(fault, path);
  unlinkat(parent.number, temporary.c_str(), 0);
}

void NamedDirectories::remove(const std::string &path, FileFault &fault) {
  Place place;
  if (!find(path, true, place, fault)) return;
  const Descriptor parent(open_parent(place, path, fault));
  if (parent.number < 0) return;
  struct stat status;
  if (fstatat(parent.number, place.last.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return refuse_errno(fault, path);
  if (!S_ISREG(status.st_mode)) return refuse(fault, path, "is not a regular file");
  if (unlinkat(parent.number, place.last.c_str(), 0) != 0) refuse_errno(fault, path);
}

std::vector<NamedDirectories::Entry> NamedDirectories::list(const std::string &path, FileFault &fault) {
  std::vector<Entry> entries;
  Place place;
  if (!find(path, false, place, fault)) return entries;
  const int descriptor = open_beneath(place.directory->descriptor, place.rest, O_RDONLY | O_DIRECTORY, 0);
  DIR *stream = descriptor < 0 ? nullptr : fdopendir(descriptor);
  if (!stream) {
    refuse_errno(fault, path);
    if (descriptor >= 0) ::close(descriptor);
    return entries;
  }
  while (const dirent *item = readdir(stream)) {
    if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, "..")) continue;
    if (entries.size() == MORTISE_FILES_MAX_ENTRIES) {
      refuse(fault, path, "has more than " + std::to_string(MORTISE_FILES_MAX_ENTRIES) + " entries");
      entries.clear();
      break;
    }
    struct stat status;
    if (fstatat(dirfd(stream), item->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue; // gone meanwhile
    const int32_t kind = S_ISREG(status.st_mode)   ? MORTISE_FILE_REGULAR
                         : S_ISDIR(status.st_mode) ? MORTISE_FILE_DIRECTORY
                                                   : MORTISE_FILE_OTHER;
    const uint64_t bytes = kind == MORTISE_FILE_REGULAR ? static_cast<uint64_t>(status.st_size) : 0;
    entries.push_back({item->d_name, kind, bytes, modified_of(status)});
  }
  closedir(stream);
  std::sort(entries.begin(), entries.end(),
            [](const Entry &one, const Entry &other) { return one.name < other.name; });
  return entries;
}

} // namespace mortise

#endif
