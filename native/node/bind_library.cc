// What the system's loader knows: keeping libraries, finding who exports a symbol, naming the C library.
#include "node/bindings.h"
#include "node/js.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif
#if defined(__linux__)
#include <link.h>
#include <string>
#include <vector>
#endif
#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

namespace mortise {
namespace {

// pin(path): the loaded library stays for the life of the process, whoever closes his handle. True when
// it was loaded.
napi_value pin(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  const std::string path = js::to_string(env, arguments[0]);
#if defined(_WIN32)
  const int length = MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, nullptr, 0);
  std::wstring wide(static_cast<size_t>(length), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, wide.data(), length);
  HMODULE module = nullptr;
  const bool pinned = GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN, wide.c_str(), &module) != 0;
#else
  // The handle is kept on purpose: unloading native code is never safe.
  const bool pinned = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
#endif
  napi_value result;
  napi_get_boolean(env, pinned, &result);
  return result;
}

// exporter(symbol): the file that gives this process a global symbol of that name; undefined when none does.
napi_value exporter(napi_env env, napi_callback_info info) {
  const js::Arguments<1> arguments(env, info);
  napi_value result;
  napi_get_undefined(env, &result);
#if !defined(_WIN32)
  const std::string symbol = js::to_string(env, arguments[0]);
  void *address = dlsym(RTLD_DEFAULT, symbol.c_str());
  Dl_info place;
  if (address && dladdr(address, &place) && place.dli_fname) return js::from_string(env, place.dli_fname);
#endif
  return result; // Windows has no global scope: a DLL's imports name the DLL that they come from
}

#if defined(__linux__)
// A string that the dynamic section of a loaded library names; empty when it has none.
std::string text_of(const dl_phdr_info &library, ElfW(Sxword) tag) {
  for (size_t index = 0; index < library.dlpi_phnum; index++) {
    const auto &header = library.dlpi_phdr[index];
    if (header.p_type != PT_DYNAMIC) continue;
    const auto *entry = reinterpret_cast<const ElfW(Dyn) *>(library.dlpi_addr + header.p_vaddr);
    ElfW(Addr) strings = 0;
    const ElfW(Dyn) *named = nullptr;
    for (; entry->d_tag != DT_NULL; entry++) {
      if (entry->d_tag == DT_STRTAB) strings = entry->d_un.d_ptr;
      if (entry->d_tag == tag) named = entry;
    }
    if (!named || strings == 0) return "";
    // glibc writes the real address over the one in the file where it can; others never do.
    if (strings < library.dlpi_addr) strings += library.dlpi_addr;
    return reinterpret_cast<const char *>(strings + named->d_un.d_val);
  }
  return "";
}
#endif

// loaded(): what this process has loaded in the order in which it came: a path and a name for each. The program has no
// path, and its DT_RPATH stands for its name.
napi_value loaded(napi_env env, napi_callback_info) {
  napi_value result;
  napi_create_array(env, &result);
#if defined(__linux__)
  std::vector<std::string> found;
  dl_iterate_phdr(
      [](dl_phdr_info *library, size_t, void *data) {
        auto &list = *static_cast<std::vector<std::string> *>(data);
        const bool program = list.empty();
        list.emplace_back(program ? "" : library->dlpi_name);
        // DT_RUNPATH switches DT_RPATH off.
        if (program && !text_of(*library, DT_RUNPATH).empty())
          list.emplace_back("");
        else
          list.emplace_back(text_of(*library, program ? DT_RPATH : DT_SONAME));
        return 0;
      },
      &found);
  for (size_t index = 0; index < found.size(); index++) {
    napi_set_element(env, result, static_cast<uint32_t>(index), js::from_string(env, found[index]));
  }
#endif
  return result;
}

// libc(): the C library of this process, { name, version }.
napi_value libc(napi_env env, napi_callback_info) {
  napi_value result;
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
  js::define(env, exports, "exporter", exporter);
  js::define(env, exports, "libc", libc);
  js::define(env, exports, "loaded", loaded);
}

} // namespace mortise
