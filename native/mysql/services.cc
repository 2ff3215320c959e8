#include "mysql/services.h"

namespace mortise::mysql {

const Service services[] = {
    {"component_sys_variable_register", variable_table},
    {"component_sys_variable_unregister", variable_removal_table},
    {"log_builtins", log_table},
    {"log_builtins_string", log_text_table},
    {"mysql_charset", charset_table},
    {"mysql_query_attribute_isnull", attribute_is_null_table},
    {"mysql_query_attribute_string", attribute_text_table},
    {"mysql_query_attributes_iterator", attribute_iterator_table},
#if !defined(_WIN32)
    {"mysql_rwlock_v1", rwlock_table},
#endif
    {"mysql_string_append", text_append_table},
    {"mysql_string_byte_access", text_bytes_table},
    {"mysql_string_case", text_case_table},
    {"mysql_string_character_access", text_characters_table},
    {"mysql_string_charset_converter", text_charset_converter_table},
    {"mysql_string_compare", text_compare_table},
    {"mysql_string_converter", text_converter_table},
    {"mysql_string_ctype", text_kind_table},
    {"mysql_string_factory", text_factory_table},
    {"mysql_string_get_data_in_charset", text_data_table},
    {"mysql_string_iterator", text_iterator_table},
    {"mysql_string_reset", text_reset_table},
    {"mysql_udf_metadata", function_metadata_table},
    {"psi_memory_v2", measured_memory_table},
    {"psi_rwlock_v2", measured_locks_table},
    {"udf_registration", function_registration_table},
    {"udf_registration_aggregate", aggregate_registration_table},
};
const size_t service_count = sizeof services / sizeof *services;

} // namespace mortise::mysql
