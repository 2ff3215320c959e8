/** MySQL's services that this host has, as native/mysql has them; a test compares the two. */
import { unversioned } from '../../loader/service-fits.js';
import { server } from './layout.js';

/** Of the part of MySQL that loads components. */
const chassis = ['registry', 'registry_query', 'registry_registration'];

/** Of its server. */
export const serverServices = [
  'component_sys_variable_register',
  'component_sys_variable_unregister',
  'log_builtins',
  'log_builtins_string',
  'mysql_charset',
  'mysql_query_attribute_isnull',
  'mysql_query_attribute_string',
  'mysql_query_attributes_iterator',
  'mysql_rwlock_v1',
  'mysql_string_append',
  'mysql_string_byte_access',
  'mysql_string_case',
  'mysql_string_character_access',
  'mysql_string_charset_converter',
  'mysql_string_compare',
  'mysql_string_converter',
  'mysql_string_ctype',
  'mysql_string_factory',
  'mysql_string_get_data_in_charset',
  'mysql_string_iterator',
  'mysql_string_reset',
  'mysql_udf_metadata',
  'psi_memory_v2',
  'psi_rwlock_v2',
  'udf_registration',
  'udf_registration_aggregate',
];

/** Each may be asked for by its full name too. */
export const services = [
  ...chassis.flatMap((name) => [name, `${name}.mysql_minimal_chassis`]),
  ...serverServices.flatMap((name) => [name, `${name}.mysql_server`]),
].map((name) => ({ ...unversioned(name), provider: server }));
