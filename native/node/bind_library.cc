// What the system's loader knows: keeping libraries, finding who exports a symbol, naming the C library.
#include "node/bindings.h"
#include "node/js.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
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
}

} // namespace mortise
