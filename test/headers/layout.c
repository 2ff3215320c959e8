/* The layout of every struct that crosses the ABI, on 64-bit systems. A change here is a new major. */
#include <mortise/data_source.h>
#include <mortise/sql_parser.h>
#include <mortise/mortise.h>

#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " has another size")
#define AT(type, member, bytes)                                                                              \
  _Static_assert(offsetof(type, member) == (bytes), #type "." #member " is elsewhere")

SIZE(void *, 8);

SIZE(mortise_reply, 16);
AT(mortise_reply, give, 8);

SIZE(mortise_room, 40);
AT(mortise_room, data, 16);
AT(mortise_room, capacity, 24);
AT(mortise_room, bytes, 32);

SIZE(mortise_text, 16);
AT(mortise_text, size, 8);

SIZE(mortise_module_info, 296);
AT(mortise_module_info, magic, 0);
AT(mortise_module_info, size, 8);
AT(mortise_module_info, abi, 16);
AT(mortise_module_info, toolchain, 32);
AT(mortise_module_info, name, 128);
AT(mortise_module_info, version, 192);
AT(mortise_module_info, parser, 224);
AT(mortise_module_info, flags, 288);

SIZE(mortise_requirement, 80);
AT(mortise_requirement, version, 4);
AT(mortise_requirement, flags, 8);
AT(mortise_requirement, name, 16);

SIZE(mortise_provision, 80);
AT(mortise_provision, version, 4);
AT(mortise_provision, flags, 8);
AT(mortise_provision, name, 16);

SIZE(mortise_service, 48);
AT(mortise_service, version, 4);
AT(mortise_service, name, 8);
AT(mortise_service, table, 24);
AT(mortise_service, signature, 32);

SIZE(mortise_error, 1032);
AT(mortise_error, message, 8);

SIZE(mortise_host, 96);
AT(mortise_host, abi, 4);
AT(mortise_host, version, 8);
AT(mortise_host, plugin, 24);
AT(mortise_host, path, 40);
AT(mortise_host, config, 56);
AT(mortise_host, get_service, 64);
AT(mortise_host, release_service, 72);
AT(mortise_host, register_service, 80);
AT(mortise_host, unregister_service, 88);

SIZE(mortise_config, 40);
AT(mortise_config, find, 8);
AT(mortise_config, refuse, 16);
AT(mortise_config, find_in, 24);
AT(mortise_config, refuse_in, 32);

SIZE(mortise_value, 24);
AT(mortise_value, count, 4);
AT(mortise_value, as, 8);

SIZE(mortise_member, 40);
AT(mortise_member, value, 16);

SIZE(mortise_log_v1, 32);
AT(mortise_log_v1, enabled, 8);
AT(mortise_log_v1, write, 16);
AT(mortise_log_v1, write_fields, 24);

SIZE(mortise_clock_v1, 24);
AT(mortise_clock_v1, wall, 8);
AT(mortise_clock_v1, monotonic, 16);

SIZE(mortise_memory_v1, 32);
AT(mortise_memory_v1, allocate, 8);
AT(mortise_memory_v1, reallocate, 16);
AT(mortise_memory_v1, release, 24);

SIZE(mortise_metrics_v1, 56);
AT(mortise_metrics_v1, counter, 8);
AT(mortise_metrics_v1, gauge, 16);
AT(mortise_metrics_v1, histogram, 24);
AT(mortise_metrics_v1, add, 32);
AT(mortise_metrics_v1, set, 40);
AT(mortise_metrics_v1, observe, 48);

SIZE(mortise_sql_statement, 48);
AT(mortise_sql_statement, access, 4);
AT(mortise_sql_statement, first_block, 8);
AT(mortise_sql_statement, block_count, 12);
AT(mortise_sql_statement, node, 16);
AT(mortise_sql_statement, sql, 32);

SIZE(mortise_sql_block, 16);
AT(mortise_sql_block, flags, 4);
AT(mortise_sql_block, statement, 8);
AT(mortise_sql_block, parent, 12);

SIZE(mortise_sql_table, 72);
AT(mortise_sql_table, use, 4);
AT(mortise_sql_table, catalog, 8);
AT(mortise_sql_table, schema, 24);
AT(mortise_sql_table, name, 40);
AT(mortise_sql_table, alias, 56);

SIZE(mortise_sql_function, 40);
AT(mortise_sql_function, flags, 4);
AT(mortise_sql_function, schema, 8);
AT(mortise_sql_function, name, 24);

SIZE(mortise_sql_comparison, 96);
AT(mortise_sql_comparison, table, 4);
AT(mortise_sql_comparison, qualifier, 8);
AT(mortise_sql_comparison, column, 24);
AT(mortise_sql_comparison, operation, 40);
AT(mortise_sql_comparison, value, 56);
AT(mortise_sql_comparison, type, 72);
AT(mortise_sql_comparison, parameter, 76);
AT(mortise_sql_comparison, place, 80);
AT(mortise_sql_comparison, flags, 84);
AT(mortise_sql_comparison, group, 88);
AT(mortise_sql_comparison, reserved, 92);

SIZE(mortise_sql_summary, 104);
AT(mortise_sql_summary, outcome, 4);
AT(mortise_sql_summary, message, 8);
AT(mortise_sql_summary, position, 24);
AT(mortise_sql_summary, access, 32);
AT(mortise_sql_summary, parameter_count, 36);
AT(mortise_sql_summary, statements, 40);
AT(mortise_sql_summary, blocks, 48);
AT(mortise_sql_summary, tables, 56);
AT(mortise_sql_summary, functions, 64);
AT(mortise_sql_summary, comparisons, 72);
AT(mortise_sql_summary, statement_count, 80);
AT(mortise_sql_summary, block_count, 84);
AT(mortise_sql_summary, table_count, 88);
AT(mortise_sql_summary, function_count, 92);
AT(mortise_sql_summary, comparison_count, 96);
AT(mortise_sql_summary, reserved, 100);

SIZE(mortise_sql_tree, 48);
AT(mortise_sql_tree, outcome, 4);
AT(mortise_sql_tree, data, 8);
AT(mortise_sql_tree, bytes, 16);
AT(mortise_sql_tree, id, 24);
AT(mortise_sql_tree, message, 32);

SIZE(mortise_sql_v1, 40);
AT(mortise_sql_v1, summary, 8);
AT(mortise_sql_v1, tree, 16);
AT(mortise_sql_v1, fingerprint, 24);
AT(mortise_sql_v1, normalise, 32);

SIZE(mortise_state_v1, 40);
AT(mortise_state_v1, get, 8);
AT(mortise_state_v1, put, 16);
AT(mortise_state_v1, remove, 24);
AT(mortise_state_v1, each, 32);

SIZE(mortise_tasks_v1, 40);
AT(mortise_tasks_v1, run_main, 8);
AT(mortise_tasks_v1, run_pool, 16);
AT(mortise_tasks_v1, start_timer, 24);
AT(mortise_tasks_v1, cancel, 32);

SIZE(mortise_files_v1, 40);
AT(mortise_files_v1, read, 8);
AT(mortise_files_v1, write, 16);
AT(mortise_files_v1, list, 24);
AT(mortise_files_v1, remove, 32);

SIZE(mortise_file, 40);
AT(mortise_file, kind, 4);
AT(mortise_file, name, 8);
AT(mortise_file, bytes, 24);
AT(mortise_file, modified, 32);

SIZE(mortise_registry_v1, 32);
AT(mortise_registry_v1, each, 8);
AT(mortise_registry_v1, subscribe, 16);
AT(mortise_registry_v1, unsubscribe, 24);

SIZE(mortise_service_entry, 48);
AT(mortise_service_entry, version, 4);
AT(mortise_service_entry, name, 8);
AT(mortise_service_entry, provider, 24);
AT(mortise_service_entry, leases, 40);

SIZE(mortise_notice, 72);
AT(mortise_notice, event, 4);
AT(mortise_notice, version, 8);
AT(mortise_notice, name, 16);
AT(mortise_notice, provider, 32);
AT(mortise_notice, table, 48);
AT(mortise_notice, signature, 56);

SIZE(mortise_parameter, 24);
AT(mortise_parameter, size, 8);
AT(mortise_parameter, format, 16);
AT(mortise_parameter, is_null, 20);

SIZE(mortise_context, 80);
AT(mortise_context, shards, 4);
AT(mortise_context, has_replicas, 8);
AT(mortise_context, has_primary, 12);
AT(mortise_context, in_transaction, 16);
AT(mortise_context, write_override, 20);
AT(mortise_context, sql, 24);
AT(mortise_context, parameters, 40);
AT(mortise_context, parameter_count, 48);
AT(mortise_context, statement, 56);
AT(mortise_context, parameter_types, 64);
AT(mortise_context, parameter_type_count, 72);

SIZE(mortise_route, 288);
AT(mortise_route, target, 4);
AT(mortise_route, read_write, 8);
AT(mortise_route, shard, 16);
AT(mortise_route, sqlstate, 24);
AT(mortise_route, reason, 32);

SIZE(mortise_collect_value, 8);

SIZE(mortise_collect_source, 40);
AT(mortise_collect_source, kind, 16);
AT(mortise_collect_source, reserved, 20);
AT(mortise_collect_source, min, 24);
AT(mortise_collect_source, max, 32);

SIZE(mortise_collect_set, 32);
AT(mortise_collect_set, count, 4);
AT(mortise_collect_set, type, 8);
AT(mortise_collect_set, sources, 24);

SIZE(mortise_collect_identity, 80);
AT(mortise_collect_identity, plugin, 16);
AT(mortise_collect_identity, plugin_instance, 32);
AT(mortise_collect_identity, type, 48);
AT(mortise_collect_identity, type_instance, 64);

SIZE(mortise_collect_report, 128);
AT(mortise_collect_report, count, 4);
AT(mortise_collect_report, identity, 8);
AT(mortise_collect_report, values, 88);
AT(mortise_collect_report, time, 96);
AT(mortise_collect_report, interval, 104);
AT(mortise_collect_report, metadata, 112);
AT(mortise_collect_report, metadata_count, 120);
AT(mortise_collect_report, reserved, 124);

SIZE(mortise_collect_series, 120);
AT(mortise_collect_series, reserved, 4);
AT(mortise_collect_series, number, 8);
AT(mortise_collect_series, identity, 16);
AT(mortise_collect_series, text, 96);
AT(mortise_collect_series, set, 112);

SIZE(mortise_collect_sample, 64);
AT(mortise_collect_sample, count, 4);
AT(mortise_collect_sample, series, 8);
AT(mortise_collect_sample, values, 16);
AT(mortise_collect_sample, rates, 24);
AT(mortise_collect_sample, time, 32);
AT(mortise_collect_sample, interval, 40);
AT(mortise_collect_sample, metadata, 48);
AT(mortise_collect_sample, metadata_count, 56);
AT(mortise_collect_sample, reserved, 60);

SIZE(mortise_collect_notification, 128);
AT(mortise_collect_notification, severity, 4);
AT(mortise_collect_notification, time, 8);
AT(mortise_collect_notification, message, 16);
AT(mortise_collect_notification, identity, 32);
AT(mortise_collect_notification, metadata, 112);
AT(mortise_collect_notification, metadata_count, 120);
AT(mortise_collect_notification, reserved, 124);

SIZE(mortise_collect_callbacks, 120);
AT(mortise_collect_callbacks, reserved, 4);
AT(mortise_collect_callbacks, name, 8);
AT(mortise_collect_callbacks, context, 24);
AT(mortise_collect_callbacks, release, 32);
AT(mortise_collect_callbacks, read, 40);
AT(mortise_collect_callbacks, interval, 48);
AT(mortise_collect_callbacks, group, 56);
AT(mortise_collect_callbacks, write, 72);
AT(mortise_collect_callbacks, flush, 80);
AT(mortise_collect_callbacks, log, 88);
AT(mortise_collect_callbacks, notified, 96);
AT(mortise_collect_callbacks, missing, 104);
AT(mortise_collect_callbacks, shutdown, 112);

SIZE(mortise_collect_v1, 72);
AT(mortise_collect_v1, reserved, 4);
AT(mortise_collect_v1, add, 8);
AT(mortise_collect_v1, remove, 16);
AT(mortise_collect_v1, remove_group, 24);
AT(mortise_collect_v1, dispatch, 32);
AT(mortise_collect_v1, notify, 40);
AT(mortise_collect_v1, add_set, 48);
AT(mortise_collect_v1, find_set, 56);
AT(mortise_collect_v1, interval, 64);

_Static_assert(MORTISE_VERSION(1, 0) == 0x00010000, "the minor lies in the low 16 bits");
_Static_assert(MORTISE_OK == 0 && MORTISE_PASS == 1 && MORTISE_ERROR == -1, "status codes are frozen");
_Static_assert(MORTISE_TARGET_BLOCKED == 3 && MORTISE_ACCESS_WRITE == 2, "answers are frozen");
_Static_assert(MORTISE_VALUE_TABLE == 6, "value types are frozen");
_Static_assert(MORTISE_COLLECT_ABSOLUTE == 3 && MORTISE_COLLECT_OKAY == 4, "what values are is frozen");
_Static_assert(MORTISE_COLLECT_SHUTDOWN == 64, "which callbacks is frozen");

SIZE(mortise_data_source_v1, 40);
AT(mortise_data_source_v1, health, 8);
AT(mortise_data_source_v1, query, 16);
AT(mortise_data_source_v1, resource, 24);
AT(mortise_data_source_v1, cancel, 32);

SIZE(mortise_sql_parser_fault, 1040);
AT(mortise_sql_parser_fault, message, 16);
SIZE(mortise_sql_parser_node, 32);
AT(mortise_sql_parser_node, text, 8);
AT(mortise_sql_parser_node, size, 16);
AT(mortise_sql_parser_node, end, 20);
AT(mortise_sql_parser_node, kind, 24);
SIZE(mortise_sql_parser_v1, 48);
AT(mortise_sql_parser_v1, json, 8);
AT(mortise_sql_parser_v1, protobuf, 16);
AT(mortise_sql_parser_v1, fingerprint, 24);
AT(mortise_sql_parser_v1, normalise, 32);
AT(mortise_sql_parser_v1, nodes, 40);
