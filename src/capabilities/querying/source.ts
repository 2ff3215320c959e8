/**
 * What a data source is to its host, whatever carries it: TypeScript in the process, a driver in C, a program. A dialect
 * offers it as `offers.querying`, and the facade fills in all that a source may count on.
 */
import type { MortiseError } from '../../errors.js';
import type { Database, DatabaseOptions } from './database.js';
import type { Frame } from './frame/frame.js';

/** What answers: a function in the process, a native library, or a program of its own. */
export type Carrier = 'core' | 'native' | 'external';

/** Methods that a source lacks are refused by the host. */
export interface DataSource {
  readonly carrier: Carrier;
  /** Whether aborting ends what runs in the plugin too; else only the host stops waiting. */
  readonly cancels?: boolean;
  /**
   * One answer for each query, by refId. What one query does wrong is data; a throw fails all of them.
   * @throws MortiseError with a code of its own; anything else is told as a failure of the plugin
   */
  query(request: QueryRequest, context: CallContext): QueryAnswers | Promise<QueryAnswers>;
  checkHealth?(context: CallContext): Health | Promise<Health>;
  /** In Prometheus' text format. */
  collectMetrics?(context: CallContext): string | Promise<string>;
  /** The first part has the status and the headers; bodies follow in order. */
  callResource?(request: ResourceRequest, context: CallContext): AsyncIterable<ResourcePart>;
  subscribeStream?(request: StreamRequest, context: CallContext): Subscription | Promise<Subscription>;
  publishStream?(request: StreamRequest, context: CallContext): Publication | Promise<Publication>;
  /** Sends no more than is asked for; ended by `return()`, or when the signal aborts. */
  runStream?(request: StreamRequest, context: CallContext): AsyncIterable<StreamPacket>;
  /** What `host.querying.open` gives. */
  open?(name: string, options: DatabaseOptions): Promise<Database>;
}

declare module '../../loader/running.js' {
  interface Offers {
    querying?: DataSource;
  }
}

/** Both ends, as wall-clock time. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/** One query of a request. All but `queryType` is always filled in. */
export interface SourceQuery {
  /** Names the query and its answer; none twice in a request. */
  readonly refId: string;
  readonly queryType?: string;
  /** The query itself, in the source's own words: `{ sql, parameters }` for ADBC. */
  readonly json: Readonly<Record<string, unknown>>;
  /** How many points its answer is shown as. Default 1,000. */
  readonly maxDataPoints: number;
  /** Between two points. Default 1,000. */
  readonly intervalMs: number;
  readonly range: TimeRange;
}

export interface QueryRequest {
  /** At least one. */
  readonly queries: readonly SourceQuery[];
  readonly range: TimeRange;
}

/** By refId. What nobody asked for, or what is missing, is a mistake of the source, and said to be one. */
export type QueryAnswers = ReadonlyMap<string, QueryAnswer>;

export type QueryAnswer = Answered | Unanswered;

/** A result. Its frames may still be coming: each is asked for, and ended by `return()`. */
export interface Answered {
  readonly refId: string;
  readonly frames: Iterable<Frame> | AsyncIterable<Frame>;
  /** As HTTP has it. Default 200. */
  readonly status?: number;
}

/** Who failed: the plugin itself, or what it asked. */
export type ErrorSource = 'plugin' | 'downstream';

export interface Unanswered {
  readonly refId: string;
  readonly error: MortiseError;
  /** As HTTP has it: 400, 404, 499 for cancelled, 504. */
  readonly status: number;
  readonly source: ErrorSource;
}

export interface Health {
  readonly status: 'ok' | 'error' | 'unknown';
  readonly message: string;
  readonly details?: unknown;
}

/** Headers by lower-case name, each with all its values. */
export type Headers = Readonly<Record<string, readonly string[]>>;

export interface ResourceRequest {
  readonly method: string;
  /** Below the plugin's resources, without a slash before it: `tables/5`. */
  readonly path: string;
  /** The path with its query: `tables/5?full=1`. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface ResourcePart {
  /** Of the first part. */
  readonly status?: number;
  /** Of the first part. */
  readonly headers?: Headers;
  readonly body?: Uint8Array;
}

export interface StreamRequest {
  readonly path: string;
  /** JSON that the caller sends along: empty when there is none. */
  readonly data: Uint8Array;
}

export interface Subscription {
  readonly status: 'ok' | 'not-found' | 'permission-denied';
  /** What the subscriber sees first: JSON. */
  readonly initialData?: Uint8Array;
}

export interface Publication {
  readonly status: 'ok' | 'not-found' | 'permission-denied';
  readonly data?: Uint8Array;
}

/** One message of a stream: JSON. */
export interface StreamPacket {
  readonly data: Uint8Array;
}

/**
 * What a source is told besides the request. Settings are the same object on every call, in the same form, until they
 * change.
 */
export interface CallContext extends SourceContext {
  /** Aborts when the caller does, at the deadline, and when the host closes. Made when it is first read. */
  readonly signal: AbortSignal;
  /** The end of the call as `performance.now()` has it; undefined: it may take as long as it likes. */
  readonly deadline: number | undefined;
}

/** Who asks what for. Filled in by the host's option `querying.context`. */
export interface SourceContext {
  readonly dataSource: DataSourceSettings;
  readonly orgId: number;
  readonly user?: User | undefined;
  /** Settings of the app that the source belongs to. */
  readonly app?: AppSettings | undefined;
  /** To be handed to the plugin with the call. */
  readonly headers: Headers;
}

export interface User {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

/** One configured data source of a plugin. A plugin may have several. */
export interface DataSourceSettings {
  readonly id: number;
  /** Unique in the host: its name in `[querying.sources]`, or the plugin's. */
  readonly uid: string;
  readonly name: string;
  /** The plugin's. */
  readonly type: string;
  readonly url: string;
  readonly user: string;
  readonly database: string;
  readonly basicAuth: boolean;
  readonly basicAuthUser: string;
  /** What else it takes, in the plugin's own words. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Passwords and keys, in the clear. `console.log` of the settings doesn't show them. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Moves when anything of it changed. */
  readonly updated: Date;
}

export interface AppSettings {
  readonly options: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly updated: Date;
}
