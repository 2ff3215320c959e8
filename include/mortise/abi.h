/*
 * What every other header stands on: the ABI's own version, how symbols are exported, status codes, and
 * text.
 *
 * Rules of the whole ABI
 * - A plugin looks up no host symbol by name. Everything arrives as a table of functions, so the same
 *   source works on Linux, macOS and Windows.
 * - A struct that a plugin receives by pointer starts with its size in bytes and grows only at the end.
 *   A plugin may use a member when `size` covers it; within one ABI minor that needs no test.
 *   Structs that stand in arrays or inside others (mortise_text, mortise_parameter, mortise_value,
 *   mortise_member) have no size: they are frozen for the ABI's major.
 * - Integers have fixed widths, enumerations travel as int32_t, text is a pointer and a length.
 * - Functions don't unwind: no exception, panic or longjmp may leave a plugin's function.
 *
 * Thread tags, at the end of each function's comment
 * - [main-thread]  only on the thread that opened the host
 * - [any-thread]   on any thread, at the same time as others
 * - [entry]        only inside module_register, module_init or module_fini
 */
#ifndef MORTISE_ABI_H
#define MORTISE_ABI_H

#include <stddef.h>
#include <stdint.h>

/* A plugin fits a host of the same major whose minor is the same or higher. */
#define MORTISE_ABI_MAJOR 1
#define MORTISE_ABI_MINOR 0

/* A major.minor version as one number; the minor lies in the low 16 bits. */
#define MORTISE_VERSION(major, minor) (((uint32_t)(major) << 16) | (uint32_t)(minor))

#if defined(_WIN32)
#define MORTISE_VISIBLE __declspec(dllexport)
#else
#define MORTISE_VISIBLE __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define MORTISE_EXPORT extern "C" MORTISE_VISIBLE
#define MORTISE_BEGIN_C extern "C" {
#define MORTISE_END_C }
#else
#define MORTISE_EXPORT MORTISE_VISIBLE
#define MORTISE_BEGIN_C
#define MORTISE_END_C
#endif

/* Lets the compiler check a printf-like function's arguments; positions count from 1. */
#if defined(__GNUC__)
#define MORTISE_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define MORTISE_PRINTF(text, first)
#endif

#define MORTISE_STRINGIFY_(text) #text
#define MORTISE_STRINGIFY(text) MORTISE_STRINGIFY_(text)

/* What a plugin's entry point, or a service, answers. */
enum {
  MORTISE_OK = 0,     /* done */
  MORTISE_PASS = 1,   /* module_route only: no opinion, ask the next plugin */
  MORTISE_ERROR = -1, /* failed; where a mortise_error was given, it says why */
};

/*
 * Text, UTF-8. Not terminated by a zero; `size` counts bytes. Whoever hands one over says how long `data`
 * lives. An empty text may have a null `data`.
 */
typedef struct mortise_text {
  const char *data;
  uint64_t size;
} mortise_text;

#endif
