// The services of a MySQL server that this host has, as tables of functions. 0 is success, as MySQL has it.
#pragma once

#include <cstddef>

namespace mortise::mysql {

struct Service {
  const char *name;
  const void *table;
};

// Beside those of the registry, of which each host has its own.
extern const Service services[];
extern const size_t service_count;

extern const void *const attribute_iterator_table[];
extern const void *const attribute_is_null_table[];
extern const void *const attribute_text_table[];
extern const void *const aggregate_registration_table[];
extern const void *const charset_table[];
extern const void *const function_metadata_table[];
extern const void *const function_registration_table[];
extern const void *const log_table[];
extern const void *const log_text_table[];
extern const void *const measured_locks_table[];
extern const void *const measured_memory_table[];
extern const void *const rwlock_table[];
extern const void *const text_append_table[];
extern const void *const text_bytes_table[];
extern const void *const text_case_table[];
extern const void *const text_characters_table[];
extern const void *const text_charset_converter_table[];
extern const void *const text_compare_table[];
extern const void *const text_converter_table[];
extern const void *const text_data_table[];
extern const void *const text_factory_table[];
extern const void *const text_iterator_table[];
extern const void *const text_kind_table[];
extern const void *const text_reset_table[];
extern const void *const variable_table[];
extern const void *const variable_removal_table[];

template <typename Function> const void *entry(Function function) {
  return reinterpret_cast<const void *>(function);
}

} // namespace mortise::mysql
