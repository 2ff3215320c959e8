// Files in named directories: what is found, and every way out that must be closed. Each path is tried with
// openat2 and, where a sandbox forbids that, step by step.
#include "check.h"
#include "engines/files.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace mortise;

namespace {

std::string base;

void put(const std::string &path, const char *content) {
  FILE *file = fopen((base + "/" + path).c_str(), "w");
  CHECK(file && fputs(content, file) >= 0 && fclose(file) == 0);
}

void link_to(const std::string &target, const std::string &path) {
  CHECK(symlink(target.c_str(), (base + "/" + path).c_str()) == 0);
}

std::string content(NamedDirectories &files, const std::string &path, FileFault &fault) {
  char buffer[64] = {};
  fault = {};
  const int64_t count = files.read(path, 0, buffer, sizeof buffer, fault);
  CHECK((count < 0) == !fault.message.empty());
  return std::string(buffer, count > 0 ? static_cast<size_t>(count) : 0);
}

void make() {
  char pattern[] = "/tmp/mortise-files-XXXXXX";
  CHECK(mkdtemp(pattern));
  base = pattern;
  for (const char *name : {"/in", "/in/sub", "/out"})
    CHECK(mkdir((base + name).c_str(), 0700) == 0);
  put("in/a.txt", "alpha");
  put("in/sub/b.txt", "beta");
  put("out/secret.txt", "secret");
  link_to("../out/secret.txt", "in/up");
  link_to(base + "/out/secret.txt", "in/absolute");
  link_to("../out", "in/outside");
  link_to("sub/b.txt", "in/inside");
  link_to("loop", "in/loop");
  CHECK(mkfifo((base + "/in/pipe").c_str(), 0600) == 0);
}

void paths_stay_inside() {
  const int directory = open((base + "/in").c_str(), O_RDONLY | O_DIRECTORY);
  CHECK(directory >= 0);
  for (const bool in_one_step : {true, false}) {
    const auto opens = [&](const std::string &path) {
      const int found = open_beneath(directory, path, O_RDONLY | O_NONBLOCK, 0, in_one_step);
      if (found >= 0) close(found);
      return found >= 0;
    };
    const auto refuses = [&](const std::string &path) {
      return !opens(path) && (errno == EXDEV || errno == ELOOP);
    };
    CHECK(opens("a.txt") && opens("sub/b.txt") && opens("sub//b.txt") && opens("./a.txt") && opens("sub") &&
          opens(""));
    CHECK(refuses("..") && refuses("../out/secret.txt") && refuses("sub/../../out/secret.txt"));
    CHECK(refuses("/etc/passwd") && refuses("up") && refuses("absolute") && refuses("outside/secret.txt"));
    CHECK(refuses("outside") && refuses("loop") && refuses("loop/x"));
    CHECK(!opens("none") && errno == ENOENT);
    CHECK(!opens("a.txt/x") && errno == ENOTDIR);
    // Only in one step can it be seen that a link stays inside.
    CHECK(opens("inside") == in_one_step);
  }
  close(directory);
}

void directories_have_names() {
  NamedDirectories files;
  CHECK(files.add("in", base + "/in", false).empty() && files.add("rw", base + "/in/sub", true).empty());
  CHECK(!files.add("none", base + "/none", true).empty() &&
        !files.add("file", base + "/in/a.txt", true).empty());
  FileFault fault;
  CHECK(content(files, "in/a.txt", fault) == "alpha" && content(files, "rw/b.txt", fault) == "beta");
  for (const char *path : {"in/../out/secret.txt", "in/up", "in/absolute", "in/outside/secret.txt",
                           "/etc/passwd", "../out/secret.txt", "in//../out/secret.txt"}) {
    CHECK(content(files, path, fault).empty() && fault.escape && fault.message.find(path) == 0);
  }
  for (const char *path :
       {"", "in", "in/", "in/sub", "in/pipe", "in/none", "out/secret.txt", "in/sub/", "in//etc/passwd"}) {
    CHECK(content(files, path, fault).empty() && !fault.message.empty() && !fault.escape);
  }
  CHECK(content(files, "in//a.txt", fault) == "alpha" && content(files, "in///sub//b.txt", fault) == "beta");
  CHECK(content(files, std::string("in/a.txt\0/x", 11), fault).empty() && !fault.message.empty());
  char byte;
  CHECK(files.read("in/a.txt", 4, &byte, 1, fault) == 1 && byte == 'a');
  CHECK(files.read("in/a.txt", 5, &byte, 1, fault) == 0 &&
        files.read("in/a.txt", 1 << 20, &byte, 1, fault) == 0);
  CHECK(files.read("in/a.txt", UINT64_MAX, &byte, 1, fault) == -1);
  CHECK(files.read("in/a.txt", 0, &byte, UINT64_MAX, fault) == -1 &&
        files.read("in/a.txt", 0, nullptr, 1, fault) == -1);

  const auto entries = files.list("in", fault = {});
  CHECK(fault.message.empty() && entries.size() == 8 && entries[0].name == "a.txt" && entries[0].bytes == 5);
  CHECK(entries[0].kind == MORTISE_FILE_REGULAR && entries[0].modified > 0);
  CHECK(entries[6].name == "sub" && entries[6].kind == MORTISE_FILE_DIRECTORY);
  CHECK(entries[7].name == "up" && entries[7].kind == MORTISE_FILE_OTHER);
  CHECK(files.list("in/a.txt", fault).empty() && !fault.message.empty());
  CHECK(files.list("in/outside", fault = {}).empty() && fault.escape);
  CHECK(files.list("in/..", fault = {}).empty() && fault.escape);
}

void writing_stays_inside() {
  NamedDirectories files;
  CHECK(files.add("in", base + "/in", true).empty() && files.add("ro", base + "/in", false).empty());
  FileFault fault;
  const auto write = [&](const char *path, const char *text, int32_t mode) {
    fault = {};
    files.write(path, text, strlen(text), mode, fault);
    return fault.message.empty();
  };
  CHECK(write("in/new.txt", "one", MORTISE_FILES_REPLACE) && content(files, "in/new.txt", fault) == "one");
  CHECK(write("in/new.txt", "two", MORTISE_FILES_APPEND) && content(files, "in/new.txt", fault) == "onetwo");
  CHECK(write("in/new.txt", "3", MORTISE_FILES_REPLACE) && content(files, "in/new.txt", fault) == "3");
  CHECK(!write("in/new.txt", "4", MORTISE_FILES_CREATE) && content(files, "in/new.txt", fault) == "3");
  CHECK(write("in/sub/c.txt", "5", MORTISE_FILES_CREATE) && content(files, "in/sub/c.txt", fault) == "5");
  CHECK(!write("ro/new.txt", "6", MORTISE_FILES_REPLACE) && !write("in/none/x", "7", MORTISE_FILES_REPLACE));
  CHECK(!write("in/x", "8", 3) && !write("in", "9", 0) && !write("in/", "10", 0) &&
        !write("in/sub", "11", 0));
  for (const char *path : {"in/../out/x", "in/outside/x", "/tmp/x", "in/.."})
    CHECK(!write(path, "out", MORTISE_FILES_REPLACE) && fault.escape);
  // A link at the end is replaced, or refused, and never followed.
  CHECK(!write("in/up", "out", MORTISE_FILES_APPEND) && fault.escape);
  CHECK(write("in/up", "mine", MORTISE_FILES_REPLACE) && content(files, "in/up", fault) == "mine");
  CHECK(!write("in/pipe", "12", MORTISE_FILES_APPEND));
  files.write("in/x", "", UINT64_MAX, 0, fault = {});
  CHECK(!fault.message.empty());
  NamedDirectories outside;
  CHECK(outside.add("out", base + "/out", false).empty());
  CHECK(content(outside, "out/secret.txt", fault) == "secret" && outside.list("out", fault).size() == 1);

  files.remove("in/new.txt", fault = {});
  CHECK(fault.message.empty() && content(files, "in/new.txt", fault).empty());
  for (const char *path :
       {"in/new.txt", "in/sub", "in/outside/secret.txt", "in/absolute", "ro/a.txt", "in/.."}) {
    files.remove(path, fault = {});
    CHECK(!fault.message.empty());
  }
  // Who reads meanwhile sees a whole file.
  const std::string ones(5000, '1'), twos(5000, '2');
  files.write("in/whole", ones.data(), ones.size(), 0, fault = {});
  std::thread writer([&] {
    FileFault own;
    for (int i = 0; i < 200; i++)
      files.write("in/whole", (i % 2 ? ones : twos).data(), ones.size(), MORTISE_FILES_REPLACE, own);
    CHECK(own.message.empty());
  });
  std::string buffer(5001, 0);
  for (int i = 0; i < 200; i++) {
    CHECK(files.read("in/whole", 0, &buffer[0], buffer.size(), fault) == 5000);
    CHECK(buffer.find_first_not_of(buffer[0]) == 5000);
  }
  writer.join();
  for (const auto &entry : files.list("in", fault))
    CHECK(entry.name.find(".mortise-") != 0);
}

} // namespace

int main() {
  make();
  paths_stay_inside();
  directories_have_names();
  writing_stays_inside();
  CHECK(system(("rm -r " + base).c_str()) == 0);
  std::puts("ok");
}
