// What the system's loader knows: keeping libraries, finding who exports a symbol, naming the C library.
#include "node/bindings.h"
#include "node/values.h"

#include <cstring>
#include <string>
#include <vector>

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif
#if defined(__linux__)
#include <algorithm>
#include <link.h>
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
Napi::Value pin(const Napi::CallbackInfo &info) {
  const std::string path = js::text(info[0]);
#if defined(_WIN32)
  HMODULE module = nullptr;
  const bool pinned = GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN, wide(path).c_str(), &module) != 0;
#else
  // The handle is kept on purpose: unloading native code is never safe.
  const bool pinned = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
#endif
  return Napi::Boolean::New(info.Env(), pinned);
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

// openLibrary(path, deep, global): its handle, a bigint, or why the system refused it. All symbols are bound at once, since a
// missing one would end the process at its first call; and it stays for the life of the process, since code of it
// may run for as long.
Napi::Value open_library(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const std::string path = js::text(info[0]);
#if defined(_WIN32)
  void *handle = LoadLibraryExW(wide(path).c_str(), nullptr,
                                LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR);
  if (!handle) {
    return js::to_text(env, path + ": error " + std::to_string(GetLastError()) + " of LoadLibrary");
  }
#else
  int flags = RTLD_NOW | RTLD_NODELETE | (js::flag(info[2]) ? RTLD_GLOBAL : RTLD_LOCAL);
#if defined(RTLD_DEEPBIND)
  if (js::flag(info[1])) flags |= RTLD_DEEPBIND;
#endif
  void *handle = dlopen(path.c_str(), flags);
  if (!handle) {
    const char *why = dlerror();
    return js::to_text(env, why ? why : "the system's loader gave no reason");
  }
#endif
  return js::to_address(env, handle);
}

// findSymbol(handle, name): an address, or undefined.
Napi::Value find_symbol(const Napi::CallbackInfo &info) {
  void *handle = js::address<void *>(info[0]);
  const std::string name = js::text(info[1]);
#if defined(_WIN32)
  void *address = reinterpret_cast<void *>(GetProcAddress(reinterpret_cast<HMODULE>(handle), name.c_str()));
#else
  void *address = dlsym(handle, name.c_str());
#endif
  return address ? js::to_address(info.Env(), address) : info.Env().Undefined();
}

// addressOf(memory: a typed array or an ArrayBuffer): a number; 0 when it has none.
Napi::Value address_of(const Napi::CallbackInfo &info) {
  void *data = nullptr;
  if (info[0].IsTypedArray()) {
    // Shared memory as well, which node-addon-api's ArrayBuffer doesn't know.
    const napi_status status =
        napi_get_typedarray_info(info.Env(), info[0], nullptr, nullptr, &data, nullptr, nullptr);
    NAPI_THROW_IF_FAILED(info.Env(), status, info.Env().Undefined());
  } else if (info[0].IsArrayBuffer()) {
    data = info[0].As<Napi::ArrayBuffer>().Data();
  }
  return js::to_number(info.Env(), static_cast<double>(reinterpret_cast<uintptr_t>(data)));
}

// readWord(address: a bigint, bytes): the 4 or 8 bytes there, a number or a bigint.
Napi::Value read_word(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const void *address = js::address<const void *>(info[0]);
  const uint32_t bytes = js::number(info[1]);
  uint64_t word = 0;
  if (!address || bytes > sizeof word) return env.Undefined();
  memcpy(&word, address, bytes);
  if (bytes == sizeof word) return Napi::BigInt::New(env, word);
  return js::to_number(env, static_cast<double>(word));
}

// exporter(symbol): the file that gives this process a global symbol of that name; undefined when none does.
Napi::Value exporter(const Napi::CallbackInfo &info) {
#if !defined(_WIN32)
  const std::string symbol = js::text(info[0]);
  void *address = dlsym(RTLD_DEFAULT, symbol.c_str());
#if defined(__GLIBC__)
  if (address && is_stub(address)) {
    void *real = behind_stub(symbol.c_str());
    if (real) address = real;
  }
#endif
  Dl_info place;
  if (address && dladdr(address, &place) && place.dli_fname) return js::to_text(info.Env(), place.dli_fname);
#endif
  return info.Env()
      .Undefined(); // Windows has no global scope: a DLL's imports name the DLL that they come from
}

// loaded(): what this process has loaded in the order in which it came: a path, a name, and "1" for a library of the
// program's own. The program itself has no path, and its DT_RPATH stands for its name.
Napi::Value loaded(const Napi::CallbackInfo &info) {
  std::vector<std::string> found;
#if defined(__linux__)
  for (const auto &library : loaded_libraries()) {
    found.push_back(library.path);
    found.push_back(found.size() == 1 ? library.rpath : library.name);
    found.emplace_back(library.own ? "1" : "");
  }
#endif
  return js::to_list(info.Env(), found,
                     [env = info.Env()](const std::string &text) { return js::to_text(env, text); });
}

// libc(): the C library of this process, { name, version }.
Napi::Value libc(const Napi::CallbackInfo &info) {
#if defined(__GLIBC__)
  const char *name = "glibc", *version = gnu_get_libc_version();
#elif defined(__linux__)
  const char *name = "musl", *version = "";
#else
  const char *name = "other", *version = "";
#endif
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("name", name);
  result.Set("version", version);
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

void define_library(Napi::Object exports) {
  pin_addon();
  js::define<pin>(exports, "pin");
  js::define<open_library>(exports, "openLibrary");
  js::define<find_symbol>(exports, "findSymbol");
  js::define<address_of>(exports, "addressOf");
  js::define<read_word>(exports, "readWord");
  js::define<exporter>(exports, "exporter");
  js::define<libc>(exports, "libc");
  js::define<loaded>(exports, "loaded");
}

} // namespace mortise
