/** What `Host.open({ querying })` takes. */
import type { CoreSource } from './define.js';
import type { GivenHeaders } from './headers.js';
import type { Method, Middleware } from './middleware.js';
import type { GivenSettings, GivenSource } from './settings.js';
import type { AppSettings, Carrier, User } from './source.js';

export interface QueryingOptions {
  /** Data sources in TypeScript: what `defineDataSource` gives back, or modules that export it. */
  core?: readonly (CoreSource | string)[];
  /** Data sources by name, each with the plugin that answers and its settings. */
  sources?: Readonly<Record<string, GivenSource>>;
  /**
   * How long an answer may take, and each further part of it, in milliseconds. 0: as long as it likes. Default 30,000.
   */
  timeoutMs?: number;
  /** How many calls of one plugin run at once; the others wait. Default 32. */
  concurrency?: number;
  /** How many wait; one more fails at once. Default 1,000. */
  maxWaiting?: number;
  /** How long an answer may be given again, in milliseconds. Default 0: it isn't. */
  cacheMs?: number;
  /** Of all answers that are kept. Default 64 MiB. */
  cacheMaxBytes?: number;
  /** Who asks, and with which settings: called before each call. */
  context?: (asked: AskedContext) => GivenContext | Promise<GivenContext>;
  /** Around every call, the first outermost. The host's own cache, and what names an error's source, are within. */
  middlewares?: readonly Middleware[];
}

/** What the option `context` is told. */
export interface AskedContext {
  /** The name that was asked: of a data source, or of a plugin. */
  readonly source: string;
  readonly plugin: string;
  readonly carrier: Carrier;
  readonly method: Method;
  readonly headers: GivenHeaders;
}

/** What it gives: what is undefined has its default. */
export interface GivenContext {
  /** Under what name instances are kept. Default: the name that was asked. */
  uid?: string;
  /** In place of those of `sources`. */
  settings?: GivenSettings;
  user?: User;
  /** Default 1. */
  orgId?: number;
  app?: AppSettings;
  headers?: GivenHeaders;
}

/** Of every call. */
export interface CallOptions {
  /** Who is asked: a name of `sources`, or a plugin's id, name or alias. */
  plugin: string;
  /** Cancels it, in the plugin too where that can. */
  signal?: AbortSignal;
  /** Default: the host's. 0: as long as it likes. */
  timeoutMs?: number;
  /** Handed on, without those that end at this hop. */
  headers?: GivenHeaders;
}
