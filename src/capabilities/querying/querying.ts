/** `host.querying`: one client for data sources of every kind. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import type { CapabilityFacade, CapabilityHost } from '../capability.js';
import { hostClosed } from '../closed.js';
import { allFailed, checkedAnswers } from './answers.js';
import { Calls } from './calls.js';
import type { Database, DatabaseOptions } from './database.js';
import type { CoreSource } from './define.js';
import { failureOf } from './failure.js';
import { endToEnd } from './headers.js';
import type { CallOptions, QueryingOptions } from './options.js';
import { Parts } from './parts.js';
import { filledRequest, type GivenQuery, type GivenRange } from './request.js';
import { QueryResults } from './results.js';
import type {
  Headers,
  Health,
  Publication,
  ResourcePart,
  StreamPacket,
  StreamRequest,
  Subscription,
} from './source.js';

export interface QueryCall extends CallOptions {
  queries: readonly GivenQuery[];
  /** What time they are about. Default: the last hour. */
  range?: GivenRange;
}

export interface ResourceCall extends CallOptions {
  /** Below the plugin's resources: `tables/5?full=1`. */
  path: string;
  /** Default GET. */
  method?: string;
  body?: string | Uint8Array;
}

export interface ResourceAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** As it comes. Can be read once; ended by `return()`. */
  readonly body: AsyncIterableIterator<Uint8Array>;
}

export interface StreamCall extends CallOptions {
  path: string;
  /** JSON that goes along; anything but bytes is written as JSON. */
  data?: unknown;
}

export class QueryClient implements CapabilityFacade {
  readonly #host: CapabilityHost;
  readonly #calls: Calls;
  #isClosed = false;

  constructor(host: CapabilityHost, options: QueryingOptions) {
    this.#host = host;
    this.#calls = new Calls(host, options);
  }

  /** Names that can be asked: configured data sources, those in TypeScript, and plugins. */
  get sources(): string[] {
    return this.#calls.names();
  }

  /** Until modules of the option `core` are loaded: before, `sources` lacks what they export. @throws MortiseError MORTISE_ERR_QUERY_DEFINITION */
  async ready(): Promise<void> {
    await this.#calls.ready();
  }

  /** Adds a data source in TypeScript, as the option `core` does. @throws MortiseError MORTISE_ERR_QUERY_DEFINITION */
  add(source: CoreSource): void {
    this.#needOpen();
    this.#calls.add(source);
  }

  /**
   * Asks a data source. What fails, fails as data: each query has frames, or a coded error with a status and who failed.
   * @throws MortiseError MORTISE_ERR_QUERY_REQUEST, MORTISE_ERR_HOST_CLOSED
   */
  async query(given: QueryCall): Promise<QueryResults> {
    this.#needOpen();
    const request = filledRequest(given.queries, given.range);
    const call = this.#calls.begin(given.plugin, given);
    try {
      const answers = await this.#calls.ask('query', call, request, given);
      call.came();
      const checked = checkedAnswers(request, answers, given.plugin, (problem) => this.#host.tell(problem));
      return new QueryResults(checked, call, given.plugin);
    } catch (error) {
      call.close();
      return new QueryResults(allFailed(request, call.error ?? error, given.plugin), call, given.plugin);
    }
  }

  /** A source that has no such check is `unknown`. @throws QueryError */
  async checkHealth(given: CallOptions): Promise<Health> {
    return this.#once('checkHealth', undefined, given);
  }

  /** In Prometheus' text format; empty when it has none. @throws QueryError */
  async collectMetrics(given: CallOptions): Promise<string> {
    return this.#once('collectMetrics', undefined, given);
  }

  /** @throws QueryError; the body throws one too */
  async callResource(given: ResourceCall): Promise<ResourceAnswer> {
    this.#needOpen();
    const { path: url, method = 'GET', body = new Uint8Array() } = given;
    const request = {
      method,
      path: url.split('?')[0] as string,
      url,
      headers: endToEnd(given.headers ?? {}),
      body: typeof body === 'string' ? Buffer.from(body) : body,
    };
    const parts = await this.#parts<ResourcePart>('callResource', request, given);
    const first = await parts.next();
    const { status = 200, headers = {}, body: start } = first.done ? {} : first.value;
    const own = endToEnd(headers);
    const isTyped = 'content-type' in own || status === 204;
    return {
      status,
      headers: isTyped ? own : { ...own, 'content-type': ['application/json'] },
      body: bodyOf(start, parts),
    };
  }

  /** @throws QueryError */
  async subscribeStream(given: StreamCall): Promise<Subscription> {
    return this.#once('subscribeStream', streamRequest(given), given);
  }

  /** @throws QueryError */
  async publishStream(given: StreamCall): Promise<Publication> {
    return this.#once('publishStream', streamRequest(given), given);
  }

  /** Messages as they are asked for: who stops reading stops the plugin. It may be silent for as long as it likes. */
  async *runStream(given: StreamCall): AsyncGenerator<StreamPacket, undefined> {
    this.#needOpen();
    const patient = { timeoutMs: 0, ...given };
    const parts = await this.#parts<StreamPacket>('runStream', streamRequest(given), patient);
    yield* parts;
  }

  /**
   * A database by itself: transactions, prepared statements, ingest.
   * @param name under which its messages go, and the driver's when `driver` is absent
   * @throws MortiseError MORTISE_ERR_QUERY_SOURCE, MORTISE_ERR_QUERY_UNIMPLEMENTED, and the driver's
   */
  async open(name: string, options: DatabaseOptions = {}): Promise<Database> {
    this.#needOpen();
    return this.#calls.open(name, options);
  }

  changed(): void {
    this.#calls.changed();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#calls.end(hostClosed('host.querying'));
  }

  async settle(): Promise<void> {
    await this.#calls.close();
  }

  #needOpen(): void {
    if (this.#isClosed) throw hostClosed('host.querying');
  }

  async #once<M extends 'checkHealth' | 'collectMetrics' | 'subscribeStream' | 'publishStream'>(
    method: M,
    request: Parameters<Calls['ask']>[2],
    given: CallOptions,
  ) {
    this.#needOpen();
    const call = this.#calls.begin(given.plugin, given);
    try {
      return await this.#calls.ask(method, call, request as never, given);
    } catch (error) {
      throw failureOf(call.error ?? error, given.plugin);
    } finally {
      call.close();
    }
  }

  async #parts<Part>(
    method: 'callResource' | 'runStream',
    request: Parameters<Calls['ask']>[2],
    given: CallOptions,
  ): Promise<Parts<Part>> {
    const call = this.#calls.begin(given.plugin, given);
    try {
      const parts = await this.#calls.ask(method, call, request as never, given);
      const source = parts as unknown as AsyncIterable<Part>;
      const ended = () => call.close();
      return new Parts(source, { call, name: given.plugin, check: (part) => part, ended });
    } catch (error) {
      call.close();
      throw failureOf(call.error ?? error, given.plugin);
    }
  }
}

async function* bodyOf(
  start: Uint8Array | undefined,
  parts: Parts<ResourcePart>,
): AsyncGenerator<Uint8Array> {
  try {
    if (start && start.length > 0) yield start;
    for await (const { body } of parts) if (body && body.length > 0) yield body;
  } finally {
    await parts.return();
  }
}

function streamRequest({ path, data }: StreamCall): StreamRequest {
  if (typeof path !== 'string') {
    const found = shown(path);
    throw new MortiseError({
      code: 'MORTISE_ERR_QUERY_REQUEST',
      message: 'path must be a string',
      subject: 'a stream',
      where: 'path',
      expected: 'a string',
      found,
    });
  }
  if (data === undefined) return { path, data: new Uint8Array() };
  return { path, data: data instanceof Uint8Array ? data : Buffer.from(JSON.stringify(data)) };
}
