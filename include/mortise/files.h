/*
 * mortise.files 1.0: files in directories that the host's operator has given names. A path starts with such a
 * name: "rules/eu.txt" is eu.txt in the directory "rules". No path leads out of its directory, by "..", by
 * an absolute path, or through a symbolic link; one that tries is refused, and reported.
 *
 * On Windows every function fails so far.
 */
#ifndef MORTISE_FILES_H
#define MORTISE_FILES_H

#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/service.h>

/* The most bytes in one read or write, and the most entries in one listing. */
#define MORTISE_FILES_MAX_BYTES (64 * 1024 * 1024)
#define MORTISE_FILES_MAX_ENTRIES 10000

/* How mortise_files_v1.write treats a file that is there. */
enum { MORTISE_FILES_REPLACE = 0, MORTISE_FILES_APPEND = 1, MORTISE_FILES_CREATE = 2 /* fails */ };

/* mortise_file.kind */
enum { MORTISE_FILE_REGULAR = 1, MORTISE_FILE_DIRECTORY = 2, MORTISE_FILE_OTHER = 3 };

/* Owned by the host, valid for that call. */
typedef struct mortise_file {
  uint32_t size;
  int32_t kind;      /* MORTISE_FILE_… */
  mortise_text name; /* without its directory */
  uint64_t bytes;    /* 0 unless regular */
  int64_t modified;  /* nanoseconds since 1970-01-01 UTC */
} mortise_file;

/*
 * Called for each entry of a directory, in the order of their names as bytes, on the thread that lists. MORTISE_OK
 * goes on. [any-thread]
 */
typedef int32_t (*mortise_files_visit)(void *context, const mortise_file *file);

/* Each function's `error` may be null. */
typedef struct mortise_files_v1 {
  uint32_t size;
  uint32_t reserved;

  /*
   * Reads up to `capacity` bytes of a regular file from `offset` on into `buffer`. How many it read: fewer than
   * `capacity` only at the end of the file; -1, with a message, when it can't. [any-thread]
   */
  int64_t (*read)(const mortise_host *host, mortise_text path, uint64_t offset, void *buffer,
                  uint64_t capacity, mortise_error *error);

  /*
   * Writes a whole file, or to the end of one; its directory must be there, and be writable by the host's
   * configuration. Replacing is atomic: a reader sees the old bytes or the new. `mode` is
   * MORTISE_FILES_…. [any-thread]
   */
  int32_t (*write)(const mortise_host *host, mortise_text path, const void *bytes, uint64_t size,
                   int32_t mode, mortise_error *error);

  /*
   * Visits what is in a directory. What the visitor answers other than MORTISE_OK ends the visit and is
   * returned. A path without a slash is a named directory itself. [any-thread]
   */
  int32_t (*list)(const mortise_host *host, mortise_text path, mortise_files_visit visit, void *context,
                  mortise_error *error);

  /* Removes a regular file from a writable directory. [any-thread] */
  int32_t (*remove)(const mortise_host *host, mortise_text path, mortise_error *error);
} mortise_files_v1;

#define mortise_files_signature                                                                              \
  "read(host, path: mortise_text, offset: u64, buffer: void *, capacity: u64, error) -> i64 or -1 "          \
  "[any-thread];"                                                                                            \
  "write(host, path: mortise_text, bytes: const void *, size: u64, mode: i32, error) -> status "             \
  "[any-thread];"                                                                                            \
  "list(host, path: mortise_text, visit: mortise_files_visit, context: void *, error) -> status "            \
  "[any-thread];"                                                                                            \
  "remove(host, path: mortise_text, error) -> status [any-thread]"

MORTISE_SERVICE_CELL(mortise_files, 1)

#endif
