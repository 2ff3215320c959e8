/** The public API, and nothing else. */

export { Audit, type AuditOffer, type Auditors, type StatementEvent } from './capabilities/audit.js';
export {
  Authentication,
  type AuthenticationOffer,
  type Authenticators,
  type Conversation,
  type Login,
  type LoginVerdict,
} from './capabilities/authentication.js';
export type {
  Capability,
  CapabilityFacade,
  CapabilityHost,
  CapabilityOptions,
} from './capabilities/capability.js';
export type {
  CollectingCounts,
  Collection,
} from './capabilities/collecting/collection.js';
export { Collecting, type CollectingOptions } from './capabilities/collecting/index.js';
export type { GivenNotification, Notification } from './capabilities/collecting/notification.js';
export type { CollectingOffer } from './capabilities/collecting/offer.js';
export type { Read, ReadContext, Reader } from './capabilities/collecting/readers.js';
export type { Report } from './capabilities/collecting/report.js';
export type { Sample, Series, Source, SourceKind } from './capabilities/collecting/sample.js';
export type { ReaderState, WriterState } from './capabilities/collecting/states.js';
export type { Batches, StreamOptions, Values } from './capabilities/collecting/stream.js';
export {
  type OpenTelemetryMeterProvider,
  type OpenTelemetryOptions,
  openTelemetryWriter,
} from './capabilities/collecting/to/open-telemetry.js';
export {
  type PrometheusOptions,
  type PrometheusWriter,
  prometheusWriter,
} from './capabilities/collecting/to/prometheus.js';
export type { Writer } from './capabilities/collecting/writers.js';
export { Compression, type CompressionOffer, type Compressors } from './capabilities/compression.js';
export {
  type Encrypters,
  Encryption,
  type EncryptionKey,
  type EncryptionOffer,
} from './capabilities/encryption.js';
export {
  FullText,
  type FullTextOffer,
  type FullTextParsers,
  type SearchToken,
} from './capabilities/full-text.js';
export {
  type FunctionArgument,
  type FunctionCall,
  type FunctionInfo,
  type FunctionOffer,
  type FunctionResult,
  Functions,
  type SqlFunctions,
} from './capabilities/functions.js';
export { type EncryptionKeys, type KeyOffer, Keys } from './capabilities/keys.js';
export {
  type Credentials,
  type PasswordChecks,
  type PasswordOffer,
  Passwords,
  type Verdict,
} from './capabilities/passwords.js';
export type {
  Columns,
  Connection,
  Database,
  DatabaseOptions,
  IngestOptions,
  ObjectsOptions,
  Parameter as StatementParameter,
  Parameters as StatementParameters,
  Prepared,
  QueryOptions,
  Result,
  StatisticsOptions,
  Transaction,
  TransactionOptions,
} from './capabilities/querying/database.js';
export { DatabaseError } from './capabilities/querying/database-error.js';
export {
  type CoreDefinition,
  type CoreInstance,
  type CoreSource,
  defineDataSource,
} from './capabilities/querying/define.js';
export { QueryError } from './capabilities/querying/failure.js';
export { type FrameOptions, frameOfIpc } from './capabilities/querying/frame/arrow-frame.js';
export {
  type ColumnType,
  type ColumnValues,
  frameOf,
  type GivenColumn,
  type GivenFrame,
} from './capabilities/querying/frame/build.js';
export type { Frame, FrameField, Row } from './capabilities/querying/frame/frame.js';
export type { ArrowColumn, ArrowTable } from './capabilities/querying/frame/library.js';
export type { GivenHeaders } from './capabilities/querying/headers.js';
export { Querying } from './capabilities/querying/index.js';
export type { Method, Methods, Middleware, Next, SourceCall } from './capabilities/querying/middleware.js';
export { type CachingOptions, caching } from './capabilities/querying/middlewares/caching.js';
export { type CallRecord, log, metrics } from './capabilities/querying/middlewares/observing.js';
export { type TimeoutOptions, timeout } from './capabilities/querying/middlewares/timeout.js';
export {
  type OpenTelemetrySpan,
  type OpenTelemetryTracer,
  tracing,
} from './capabilities/querying/middlewares/tracing.js';
export type {
  AskedContext,
  CallOptions,
  GivenContext,
  QueryingOptions,
} from './capabilities/querying/options.js';
export type {
  QueryCall,
  QueryClient,
  ResourceAnswer,
  ResourceCall,
  StreamCall,
} from './capabilities/querying/querying.js';
export type { GivenQuery, GivenRange } from './capabilities/querying/request.js';
export type { Frames, QueryResult, QueryResults } from './capabilities/querying/results.js';
export type { GivenSettings, GivenSource } from './capabilities/querying/settings.js';
export type {
  Answered,
  AppSettings,
  CallContext,
  Carrier,
  DataSource,
  DataSourceSettings,
  ErrorSource,
  Headers as SourceHeaders,
  Health,
  Publication,
  QueryAnswer,
  QueryAnswers,
  QueryRequest,
  ResourcePart,
  ResourceRequest,
  SourceContext,
  SourceQuery,
  StreamPacket,
  StreamRequest,
  Subscription,
  TimeRange,
  Unanswered,
  User,
} from './capabilities/querying/source.js';
export type { Asked, Explanation } from './capabilities/routing/explain.js';
export { Routing, type RoutingChain } from './capabilities/routing/index.js';
export type { Parameter } from './capabilities/routing/parameter.js';
export type { BlockReason, Decision, Query, RoutingDefaults } from './capabilities/routing/query.js';
export type { Statement } from './capabilities/routing/router.js';
export { type SqlParser, SqlSyntaxError } from './capabilities/routing/sql/parser.js';
export type { SqlIdentity } from './capabilities/routing/sql/summaries.js';
export type {
  SqlBlock,
  SqlCallClause,
  SqlClause,
  SqlComparison,
  SqlFunction,
  SqlKind,
  SqlStatement,
  SqlSummary,
  SqlTable,
} from './capabilities/routing/sql/summary.js';
export type { SqlOptions } from './capabilities/routing/sql/trees.js';
export {
  Sql,
  type SqlCell,
  type SqlClients,
  type SqlOffer,
  type SqlResult,
  type SqlService,
} from './capabilities/sql.js';
export type { ConfigTable, ConfigValue, PluginRequest } from './config/value.js';
export type { AdbcDriver } from './dialects/adbc/driver.js';
export { catalogue, describe, type ErrorCode, MortiseError, type Problem } from './errors.js';
export { Host } from './host/host.js';
export type { HostMessage, ProblemMessage, StateMessage } from './host/observe/messages.js';
export { openTelemetryMetrics } from './host/observe/open-telemetry.js';
export { type PrometheusMetrics, prometheusMetrics } from './host/observe/prometheus.js';
export type { HostOptions } from './host/options.js';
export type { Bundle, BundleClass, BundleType, Signature } from './loader/bundles/record.js';
export type { Sources } from './loader/bundles/sources.js';
export type { CheckResult, PluginState, Policy } from './loader/record.js';
export type { Offers, Step } from './loader/running.js';
export type { BundleFacts, BundleRecord, SignatureState } from './registry/bundle.js';
export type { Plugin } from './registry/plugin.js';
export type { PluginRecord } from './registry/record.js';
export type { Registry } from './registry/registry.js';
export { type CallMetric, quantile } from './services/built-in/calls.js';
export type { LogLine, Severity } from './services/built-in/log.js';
export type { Metric, PluginMetric } from './services/built-in/metrics.js';
export { defineService, type FunctionOptions, fn } from './services/schema/define.js';
export {
  type Bytes,
  bool,
  buffer,
  bytes,
  type Callback,
  type CallbackParameters,
  callback,
  type Enumeration,
  enumeration,
  type Flags,
  f32,
  f64,
  flags,
  type Handle,
  handle,
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
  type RecordFields,
  type RecordOf,
  type Result as ServiceResult,
  type Returns,
  record,
  returns,
  type Scalar,
  type ScalarKind,
  type Service,
  type ServiceFunction,
  type ServiceFunctions,
  type Span,
  type Status,
  type StatusWithMessage,
  safeInteger,
  safeUnsigned,
  span,
  status,
  statusWithMessage,
  type Text,
  text,
  u8,
  u16,
  u32,
  u64,
  type WritableBuffer,
  type WritableSpan,
  writableSpan,
} from './services/schema/types.js';
export type { Caller, Implementation, Outcome, Provided } from './services/schema/values.js';
export { type Failed, fail } from './services/serve/fail.js';
export { type Implemented, implement } from './services/serve/implement.js';
export type { ServiceHandle } from './services/use/handle.js';
export type { ServiceEntry, Services, UseOptions } from './services/use/used.js';
export type { FileReport } from './verify/file.js';
export { type VerifyOptions, verify } from './verify/index.js';
