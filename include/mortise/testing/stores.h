/* mortise.state and mortise.files of a test's host, both in memory. */
#ifndef MORTISE_TESTING_STORES_H
#define MORTISE_TESTING_STORES_H

#include <mortise/files.h>
#include <mortise/state.h>
#include <mortise/testing/memory.h>

typedef struct mortise_test_entry {
  struct mortise_test_entry *next;
  mortise_text key, value;
  int is_there;
} mortise_test_entry;

/* A table of texts; what it holds lives until the next mortise_test_begin. */
static mortise_test_entry *mortise_test_state_entries, *mortise_test_file_entries;

static inline mortise_test_entry *mortise_test_lookup(mortise_test_entry *entry, mortise_text key) {
  while (entry && !(entry->is_there && mortise_text_equal(entry->key, key)))
    entry = entry->next;
  return entry;
}

static inline void mortise_test_store(mortise_test_entry **table, mortise_text key, mortise_text value) {
  mortise_test_entry *entry = mortise_test_lookup(*table, key);
  mortise_test_entry **end = table;
  if (!entry) {
    entry = (mortise_test_entry *)mortise_test_keep(sizeof *entry);
    entry->key = mortise_test_copy(key);
    entry->is_there = 1;
    while (*end)
      end = &(*end)->next;
    *end = entry;
  }
  entry->value = mortise_test_copy(value);
}

static inline mortise_text mortise_test_bytes(const void *bytes, uint64_t size) {
  mortise_text text;
  text.data = (const char *)bytes;
  text.size = size;
  return text;
}

static inline int32_t mortise_test_drop(mortise_test_entry *table, mortise_text key) {
  mortise_test_entry *entry = mortise_test_lookup(table, key);
  if (!entry) return MORTISE_PASS;
  entry->is_there = 0;
  return MORTISE_OK;
}

static inline int64_t mortise_test_state_get(const mortise_host *host, mortise_text key, void *buffer,
                                             uint64_t capacity) {
  const mortise_test_entry *entry = mortise_test_lookup(mortise_test_state_entries, key);
  (void)host;
  if (!entry) return -1;
  if (capacity > 0 && buffer)
    memcpy(buffer, entry->value.data, (size_t)(entry->value.size < capacity ? entry->value.size : capacity));
  return (int64_t)entry->value.size;
}

static inline int32_t mortise_test_state_put(const mortise_host *host, mortise_text key, const void *value,
                                             uint64_t bytes, mortise_error *error) {
  (void)host;
  if (key.size == 0 || key.size > MORTISE_STATE_KEY_BYTES)
    return mortise_fail(error, "the key is empty or too long");
  if (bytes > MORTISE_STATE_TOTAL_BYTES) return mortise_fail(error, "the value is too large");
  mortise_test_store(&mortise_test_state_entries, key, mortise_test_bytes(value, bytes));
  return MORTISE_OK;
}

static inline int32_t mortise_test_state_remove(const mortise_host *host, mortise_text key) {
  (void)host;
  return mortise_test_drop(mortise_test_state_entries, key);
}

static inline int32_t mortise_test_state_each(const mortise_host *host, mortise_state_visit visit,
                                              void *context) {
  const mortise_test_entry *entry;
  (void)host;
  for (entry = mortise_test_state_entries; entry; entry = entry->next) {
    const int32_t status = entry->is_there ? visit(context, entry->key, entry->value.size) : MORTISE_OK;
    if (status != MORTISE_OK) return status;
  }
  return MORTISE_OK;
}

static const mortise_state_v1 mortise_test_state_table = {sizeof(mortise_state_v1),  0,
                                                          mortise_test_state_get,    mortise_test_state_put,
                                                          mortise_test_state_remove, mortise_test_state_each};

static inline int64_t mortise_test_file_read(const mortise_host *host, mortise_text path, uint64_t offset,
                                             void *buffer, uint64_t capacity, mortise_error *error) {
  const mortise_test_entry *entry = mortise_test_lookup(mortise_test_file_entries, path);
  uint64_t rest;
  (void)host;
  if (!entry) {
    (void)mortise_fail(error, "%.*s: there is no such file", MORTISE_TEXT_ARGS(path));
    return -1;
  }
  rest = offset < entry->value.size ? entry->value.size - offset : 0;
  if (rest > capacity) rest = capacity;
  if (rest > 0) memcpy(buffer, entry->value.data + offset, (size_t)rest);
  return (int64_t)rest;
}

static inline int32_t mortise_test_file_write(const mortise_host *host, mortise_text path, const void *bytes,
                                              uint64_t size, int32_t mode, mortise_error *error) {
  const mortise_test_entry *entry = mortise_test_lookup(mortise_test_file_entries, path);
  mortise_text text = mortise_test_bytes(bytes, size);
  (void)host;
  if (entry && mode == MORTISE_FILES_CREATE)
    return mortise_fail(error, "%.*s: it is there already", MORTISE_TEXT_ARGS(path));
  if (entry && mode == MORTISE_FILES_APPEND) {
    char *joined = (char *)mortise_test_keep((size_t)(entry->value.size + size));
    if (entry->value.size > 0) memcpy(joined, entry->value.data, (size_t)entry->value.size);
    if (size > 0) memcpy(joined + entry->value.size, bytes, (size_t)size);
    text = mortise_test_bytes(joined, entry->value.size + size);
  }
  mortise_test_store(&mortise_test_file_entries, path, text);
  return MORTISE_OK;
}

static inline int32_t mortise_test_file_list(const mortise_host *host, mortise_text path,
                                             mortise_files_visit visit, void *context, mortise_error *error) {
  const mortise_test_entry *entry;
  (void)error;
  for (entry = mortise_test_file_entries; entry; entry = entry->next) {
    const mortise_text key = entry->key;
    mortise_file file;
    int32_t status;
    if (!entry->is_there || key.size <= path.size + 1 || memcmp(key.data, path.data, (size_t)path.size) != 0)
      continue;
    if (key.data[path.size] != '/' ||
        memchr(key.data + path.size + 1, '/', (size_t)(key.size - path.size - 1)))
      continue;
    memset(&file, 0, sizeof file);
    file.size = sizeof file;
    file.kind = MORTISE_FILE_REGULAR;
    file.name = mortise_test_bytes(key.data + path.size + 1, key.size - path.size - 1);
    file.bytes = entry->value.size;
    (void)host;
    if ((status = visit(context, &file)) != MORTISE_OK) return status;
  }
  return MORTISE_OK;
}

static inline int32_t mortise_test_file_remove(const mortise_host *host, mortise_text path,
                                               mortise_error *error) {
  (void)host;
  if (mortise_test_drop(mortise_test_file_entries, path) == MORTISE_OK) return MORTISE_OK;
  return mortise_fail(error, "%.*s: there is no such file", MORTISE_TEXT_ARGS(path));
}

static const mortise_files_v1 mortise_test_files_table = {sizeof(mortise_files_v1), 0,
                                                          mortise_test_file_read,   mortise_test_file_write,
                                                          mortise_test_file_list,   mortise_test_file_remove};

/* Puts a file there for the plugin: mortise_test_file("rules/eu.txt", "…"). Directories need not be made. */
static inline void mortise_test_file(const char *path, const char *text) {
  mortise_test_store(&mortise_test_file_entries, mortise_text_of(path), mortise_text_of(text));
}

/* What a file holds, with a zero at its end; null when there is none. */
static inline const char *mortise_test_file_text(const char *path) {
  const mortise_test_entry *entry = mortise_test_lookup(mortise_test_file_entries, mortise_text_of(path));
  return entry ? entry->value.data : NULL;
}

#endif
