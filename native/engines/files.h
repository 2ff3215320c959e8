// Files in named directories, and no path that leads out of them.
#pragma once

#include <mortise/files.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mortise {

// Opens a relative path under a directory; -1 and errno when it can't, EXDEV or ELOOP when the path would lead
// out. Linux refuses that in one step (openat2); elsewhere, and where a sandbox forbids that call, the path
// is walked step by step and every symbolic link is refused, those that stay inside too.
int open_beneath(int directory, const std::string &path, int flags, int mode, bool in_one_step = true);

// Why a file operation failed.
struct FileFault {
  std::string message; // empty: it didn't
  bool escape = false; // the path would have led out
};

class NamedDirectories {
public:
  // What went wrong, for a person; empty when nothing did. Before the first plugin is loaded.
  std::string add(const std::string &name, const std::string &path, bool writable);

  // Any thread. Paths start with a directory's name.
  int64_t read(const std::string &path, uint64_t offset, void *buffer, uint64_t capacity, FileFault &fault);
  void write(const std::string &path, const void *bytes, uint64_t size, int32_t mode, FileFault &fault);
  void remove(const std::string &path, FileFault &fault);

  struct Entry {
    std::string name;
    int32_t kind;
    uint64_t bytes;
    int64_t modified;
  };
  std::vector<Entry> list(const std::string &path, FileFault &fault);

  // Every path is refused from now on. Any thread.
  void close();

private:
  // Closes itself when the last call that uses it returns.
  struct Directory {
    int descriptor;
    bool writable;
    Directory(int opened, bool may_write) : descriptor(opened), writable(may_write) {}
    ~Directory();
    Directory(const Directory &) = delete;
    Directory &operator=(const Directory &) = delete;
  };
  // A path taken apart: the directory that it starts with, what follows, and that without its last name.
  struct Place {
    std::shared_ptr<const Directory> directory;
    std::string rest, parent, last;
  };

  bool find(const std::string &path, bool for_writing, Place &place, FileFault &fault);
  int open_parent(const Place &place, const std::string &path, FileFault &fault) const;

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Directory>> directories_;
};

} // namespace mortise
