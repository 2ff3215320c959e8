#include "engines/collect/sqlite.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace mortise::collect {
namespace {

#ifdef _WIN32
constexpr const char *library_name = "winsqlite3.dll"; // a part of Windows
HMODULE open_library() {
  return LoadLibraryExA(library_name, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
}
void *symbol(HMODULE library, const char *name) {
  return reinterpret_cast<void *>(GetProcAddress(library, name));
}
#else
#ifdef __APPLE__
constexpr const char *library_name = "/usr/lib/libsqlite3.dylib";
#else
constexpr const char *library_name = "libsqlite3.so.0";
#endif
void *open_library() {
  if (dlsym(RTLD_DEFAULT, "sqlite3_open_v2")) return RTLD_DEFAULT;
  return dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
}
void *symbol(void *library, const char *name) {
  return dlsym(library, name);
}
#endif

template <typename Library, typename Function>
bool find(Library library, const char *name, Function &function) {
  function = reinterpret_cast<Function>(symbol(library, name));
  return function != nullptr;
}

struct Loaded {
  Sqlite functions{};
  bool is_there = false;
  std::string why;

  Loaded() {
    const auto library = open_library();
#ifdef _WIN32
    if (!library) {
#else
    if (!library && library != RTLD_DEFAULT) {
#endif
      why = std::string("there is no ") + library_name;
      return;
    }
    Sqlite &f = functions;
    is_there =
        find(library, "sqlite3_open_v2", f.open) && find(library, "sqlite3_close_v2", f.close) &&
        find(library, "sqlite3_exec", f.execute) && find(library, "sqlite3_prepare_v2", f.prepare) &&
        find(library, "sqlite3_step", f.step) && find(library, "sqlite3_reset", f.reset) &&
        find(library, "sqlite3_finalize", f.finalize) && find(library, "sqlite3_bind_int64", f.bind_number) &&
        find(library, "sqlite3_bind_blob", f.bind_bytes) && find(library, "sqlite3_column_int64", f.number) &&
        find(library, "sqlite3_column_blob", f.bytes) && find(library, "sqlite3_column_bytes", f.size) &&
        find(library, "sqlite3_errmsg", f.message);
    if (!is_there) why = std::string("a function of SQLite is missing in ") + library_name;
  }
};

} // namespace

const Sqlite *Sqlite::get(std::string &why) {
  static const Loaded loaded;
  why = loaded.why;
  return loaded.is_there ? &loaded.functions : nullptr;
}

} // namespace mortise::collect
