// What the system's loader knows: keeping libraries, finding who exports a symbol, naming the C library.
#include "node/bindings.h"
#include "node/js.h"

#include <cstring>
#include <string>

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif
#if defined(__linux__)
#include <algorithm>
#include <link.h>
#include <vector>
#endif
#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

namespace mortise {
namespace {

#if defined(_WIN32)
std::wstring wide(const std::string &text) {
  const int length = MultiByteToWideChar(CP_UTF8, 0, text.c_str(), -1, nullptr, 0);
  std::wstring result(static_cast<size_t>(length), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.c_str(), -1, result.data(), length);
  return result;
}
#endif

// pin(path): the loaded library stays for the life of the process, whoever closes his handle. True when
// it was loaded.
napi_value pin(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  const std::string path = js::to_string(env, arguments[0]);
#if defined(_WIN32)
  HMODULE module = nullptr;
  const bool pinned = GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN, wide(path).c_str(), &module) != 0;
#else
  // The handle is kept on purpose: unloading native code is never safe.
  const bool pinned = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
#endif
  napi_value result = nullptr;
  napi_get_boolean(env, pinned, &result);
  return result;
}

#if defined(__linux__)
// What the dynamic section of a loaded library says.
struct Loaded {
  std::string path;
  std::string name;
  std::string rpath;
  std::vector<std::string> needed;
  bool own = false; // the program needs it, directly or through others
};

Loaded read_loaded(const dl_phdr_info &library) {
  Loaded result;
  result.path = library.dlpi_name ? library.dlpi_name : "";
  for (size_t index = 0; index < library.dlpi_phnum; index++) {
    const auto &header = library.dlpi_phdr[index];
    if (header.p_type != PT_DYNAMIC) continue;
    const auto *first = reinterpret_cast<const ElfW(Dyn) *>(library.dlpi_addr + header.p_vaddr);
    ElfW(Addr) strings = 0;
    bool runpath = false;
    for (const auto *entry = first; entry->d_tag != DT_NULL; entry++) {
      if (entry->d_tag == DT_STRTAB) strings = entry->d_un.d_ptr;
      if (entry->d_tag == DT_RUNPATH) runpath = true;
    }
    if (strings == 0) return result;
    // glibc writes the real address over the one in the file where it can; others never do.
    if (strings < library.dlpi_addr) strings += library.dlpi_addr;
    for (const auto *entry = first; entry->d_tag != DT_NULL; entry++) {
      const auto *text = reinterpret_cast<const char *>(strings + entry->d_un.d_val);
      if (entry->d_tag == DT_SONAME) result.name = text;
      if (entry->d_tag == DT_RPATH && !runpath) result.rpath = text; // DT_RUNPATH switches it off
      if (entry->d_tag == DT_NEEDED) result.needed.emplace_back(text);
    }
    return result;
  }
  return result;
}

// In the order in which they came; the program is the first.
std::vector<Loaded> loaded_libraries() {
  std::vector<Loaded> list;
  dl_iterate_phdr(
      [](dl_phdr_info *library, size_t, void *data) {
        static_cast<std::vector<Loaded> *>(data)->push_back(read_loaded(*library));
        return 0;
      },
      &list);
  if (list.empty()) return list;
  list.front().path.clear();
  std::vector<size_t> waiting{0};
  list.front().own = true;
  while (!waiting.empty()) {
    const auto needed = list[waiting.back()].needed;
    waiting.pop_back();
    for (size_t index = 1; index < list.size(); index++) {
      auto &one = list[index];
      if (one.own || std::find(needed.begin(), needed.end(), one.name) == needed.end()) continue;
      one.own = true;
      waiting.push_back(index);
    }
  }
  return list;
}
#endif

#if defined(__GLIBC__)
// A program at a fixed address has a stub for a function whose address it takes, and everyone gets the stub for the
// function. Whose it is, the other libraries know.
bool is_stub(void *address) {
  Dl_info place;
  const ElfW(Sym) *symbol = nullptr;
  return dladdr1(address, &place, const_cast<void **>(reinterpret_cast<const void **>(&symbol)),
                 RTLD_DL_SYMENT) &&
         symbol && symbol->st_shndx == SHN_UNDEF;
}

void *behind_stub(const char *symbol) {
  for (const auto &library : loaded_libraries()) {
    if (library.path.find('/') == std::string::npos) continue;
    void *handle = dlopen(library.path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (!handle) continue;
    void *address = dlsym(handle, symbol);
    dlclose(handle); // only what was taken here: it stays loaded
    if (address) return address;
  }
  return nullptr;
}
#endif

// openLibrary(path, deep): its handle, a bigint, or why the system refused it. All symbols are bound at once, since a
// missing one would end the process at its first call; and it stays for the life of the process, since code of it
// may run for as long.
napi_value open_library(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  const std::string path = js::to_string(env, arguments[0]);
#if defined(_WIN32)
  void *handle = LoadLibraryExW(wide(path).c_str(), nullptr,
                                LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR);
  if (!handle) {
    return js::from_string(env, path + ": error " + std::to_string(GetLastError()) + " of LoadLibrary");
  }
#else
  int flags = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;
#if defined(RTLD_DEEPBIND)
  bool deep = false;
  napi_get_value_bool(env, arguments[1], &deep);
  if (deep) flags |= RTLD_DEEPBIND;
#endif
  void *handle = dlopen(path.c_str(), flags);
  if (!handle) {
    const char *why = dlerror();
    return js::from_string(env, why ? why : "the system's loader gave no reason");
  }
#endif
  napi_value result = nullptr;
  napi_create_bigint_uint64(env, reinterpret_cast<uintptr_t>(handle), &result);
  return result;
}

// findSymbol(handle, name): an address, or undefined.
napi_value find_symbol(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  void *handle = js::to_address<void *>(env, arguments[0]);
  const std::string name = js::to_string(env, arguments[1]);
#if defined(_WIN32)
  void *address = reinterpret_cast<void *>(GetProcAddress(reinterpret_cast<HMODULE>(handle), name.c_str()));
#else
  void *address = dlsym(handle, name.c_str());
#endif
  napi_value result = nullptr;
  if (address)
    napi_create_bigint_uint64(env, reinterpret_cast<uintptr_t>(address), &result);
  else
    napi_get_undefined(env, &result);
  return result;
}

// addressOf(memory: a typed array or an ArrayBuffer): a number; 0 when it has none.
napi_value address_of(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  void *data = nullptr;
  size_t length = 0;
  if (napi_get_typedarray_info(env, arguments[0], nullptr, &length, &data, nullptr, nullptr) != napi_ok)
    napi_get_arraybuffer_info(env, arguments[0], &data, &length);
  return js::from_number(env, static_cast<double>(reinterpret_cast<uintptr_t>(data)));
}

// readWord(address: a bigint, bytes): the 4 or 8 bytes there, a number or a bigint.
napi_value read_word(napi_env env, napi_callback_info info) {
  const js::Arguments<2> arguments(env, info);
  const void *address = js::to_address<const void *>(env, arguments[0]);
  uint32_t bytes = 0;
  napi_get_value_uint32(env, arguments[1], &bytes);
  napi_value result = nullptr;
  uint64_t word = 0;
  if (!address || bytes > sizeof word) return nullptr;
  memcpy(&word, address, bytes);
  if (bytes < sizeof word)
    napi_create_int64(env, static_cast<int64_t>(word), &result);
  else
    napi_create_bigint_uint64(env, word, &result);
  return result;
}

// exporter(symbol): the file that gives this process a global symbol of that name; undefined when none does.
napi_value exporter(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  napi_value result = nullptr;
  napi_get_undefined(env, &result);
#if !defined(_WIN32)
  const std::string symbol = js::to_string(env, arguments[0]);
  void *address = dlsym(RTLD_DEFAULT, symbol.c_str());
#if defined(__GLIBC__)
  if (address && is_stub(address)) {
    void *real = behind_stub(symbol.c_str());
    if (real) address = real;
  }
#endif
  Dl_info place;
  if (address && dladdr(address, &place) && place.dli_fname) return js::from_string(env, place.dli_fname);
#endif
  return result; // Windows has no global scope: a DLL's imports name the DLL that they come from
}

// loaded(): what this process has loaded in the order in which it came: a path, a name, and "1" for a library of the
// program's own. The program itself has no path, and its DT_RPATH stands for its name.
napi_value loaded(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  napi_create_array(env, &result);
#if defined(__linux__)
  uint32_t index = 0;
  for (const auto &library : loaded_libraries()) {
    napi_set_element(env, result, index, js::from_string(env, library.path));
    napi_set_element(env, result, index + 1, js::from_string(env, index == 0 ? library.rpath : library.name));
    napi_set_element(env, result, index + 2, js::from_string(env, library.own ? "1" : ""));
    index += 3;
  }
#endif
  return result;
}

// libc(): the C library of this process, { name, version }.
napi_value libc(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  napi_create_object(env, &result);
#if defined(__GLIBC__)
  js::set(env, result, "name", js::from_string(env, "glibc"));
  js::set(env, result, "version", js::from_string(env, gnu_get_libc_version()));
#else
#if defined(__linux__)
  js::set(env, result, "name", js::from_string(env, "musl"));
#else
  js::set(env, result, "name", js::from_string(env, "other"));
#endif
  js::set(env, result, "version", js::from_string(env, ""));
#endif
  return result;
}

// When the worker ends that loaded the addon, Node.js unmaps it, and under the threads that still run in it. It must
// stay, as plugins do.
void pin_addon() {
#if defined(_WIN32)
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&pin_addon), &module);
#else
  Dl_info place;
  if (dladdr(reinterpret_cast<void *>(&pin_addon), &place) && place.dli_fname)
    dlopen(place.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
#endif
}

} // namespace

void define_library(napi_env env, napi_value exports) {
  pin_addon();
  js::define(env, exports, "pin", pin);
  js::define(env, exports, "openLibrary", open_library);
  js::define(env, exports, "findSymbol", find_symbol);
  js::define(env, exports, "addressOf", address_of);
  js::define(env, exports, "readWord", read_word);
  js::define(env, exports, "exporter", exporter);
  js::define(env, exports, "libc", libc);
  js::define(env, exports, "loaded", loaded);
}

} // namespace mortise
