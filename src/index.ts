/** The public API, and nothing else. */

export type { Parameter } from './capabilities/routing/parameter.js';
export type { Decision, Query, RoutingDefaults } from './capabilities/routing/query.js';
export type { Statement } from './capabilities/routing/router.js';
export type { Credentials, Verdict } from './dialects/mariadb/functions.js';
export type { SqlCell, SqlResult, SqlService } from './dialects/mariadb/sql.js';
export { catalogue, describe, type ErrorCode, MortiseError, type Problem } from './errors.js';
export { Host } from './host/host.js';
export type { HostOptions } from './host/options.js';
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
export type { LogLine, Severity } from './services/built-in/log.js';
export type { Metric } from './services/built-in/metrics.js';
export { defineService, type FunctionOptions, fn } from './services/schema/define.js';
export {
  type Bytes,
  bool,
  buffer,
  bytes,
  type Callback,
  type CallbackParameters,
  callback,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  type None,
  none,
  type Out,
  out,
  type Parameter as ServiceParameter,
  type Parameters as ServiceParameters,
  type Result as ServiceResult,
  type Scalar,
  type ScalarKind,
  type Service,
  type ServiceFunction,
  type ServiceFunctions,
  type Status,
  type StatusWithMessage,
  safeInteger,
  status,
  statusWithMessage,
  type Text,
  text,
  u8,
  u16,
  u32,
  u64,
  type WritableBuffer,
} from './services/schema/types.js';
export type { Caller, Implementation, Outcome, Provided } from './services/schema/values.js';
export { type Failed, fail } from './services/serve/fail.js';
export { type Implemented, implement } from './services/serve/implement.js';
export type { ServiceEntry, Services, UseOptions } from './services/use/used.js';
