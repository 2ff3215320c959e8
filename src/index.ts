/** The public API, and nothing else. */
export type { Credentials, Verdict } from './dialects/mariadb/functions.js';
export type { SqlCell, SqlResult, SqlService } from './dialects/mariadb/sql.js';
export { catalogue, describe, type ErrorCode, MortiseError, type Problem } from './errors.js';
export { Host, type HostOptions } from './host.js';
export type {
  CheckResult,
  ConfigTable,
  ConfigValue,
  PluginRequest,
  PluginState,
  Policy,
} from './loader/record.js';
export type { Plugin } from './registry/plugin.js';
export type { Registry } from './registry/registry.js';
export type { Parameter } from './routing/parameter.js';
export type { Decision, Query, RoutingDefaults } from './routing/query.js';
export type { Statement } from './routing/router.js';
export type { LogLine, Severity } from './services/log.js';
export type { Metric } from './services/metrics.js';
