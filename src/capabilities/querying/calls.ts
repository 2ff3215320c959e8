/** Brings calls to data sources: who answers, with which settings, through which middlewares, and how many at once. */
import { resolve } from 'node:path';
import type { MortiseError } from '../../errors.js';
import type { CapabilityHost } from '../capability.js';
import { Call } from './call.js';
import { coreSourcesIn } from './core-modules.js';
import type { Database, DatabaseOptions } from './database.js';
import type { CoreSource } from './define.js';
import { Directory, type Found } from './directory.js';
import { refusal } from './failure.js';
import { endToEnd } from './headers.js';
import { chained, type Method, type Methods, type Next, type SourceCall } from './middleware.js';
import { caching } from './middlewares/caching.js';
import { errorSource } from './middlewares/error-source.js';
import type { CallOptions, GivenContext, QueryingOptions } from './options.js';
import { SettingsBook } from './settings.js';
import { Slots } from './slots.js';
import type { Carrier, DataSource, SourceContext } from './source.js';

const defaultTimeoutMs = 30_000;
/** What a call carries besides what middlewares see: it goes along when they hand on another one. */
const way = Symbol('way');
interface OnItsWay {
  call: Call;
  found: Found;
}

export class Calls {
  readonly #options: QueryingOptions;
  readonly #directory: Directory;
  readonly #book = new SettingsBook();
  readonly #slots = new Map<string, Slots>();
  readonly #plain = new WeakMap<Found, SourceContext>();
  readonly #open = new Set<Call>();
  readonly #next: Next;
  /** Modules that are being loaded, until they are. */
  #loading: Promise<void> | undefined;

  constructor(host: CapabilityHost, options: QueryingOptions) {
    this.#options = options;
    this.#directory = new Directory(host.plugins, options.sources ?? {});
    const core = options.core ?? [];
    for (const one of core) if (typeof one !== 'string') this.#directory.add(one);
    const modules = core.filter((one) => typeof one === 'string').map((path) => resolve(host.cwd, path));
    if (modules.length > 0) this.#loading = this.#load(modules);
    const { middlewares = [], cacheMs = 0, cacheMaxBytes } = options;
    const own = cacheMs > 0 ? [caching({ ms: cacheMs, maxBytes: cacheMaxBytes })] : [];
    this.#next = chained([...middlewares, ...own, errorSource], (call) => this.#last(call));
  }

  names(): string[] {
    return this.#directory.names();
  }

  async ready(): Promise<void> {
    await this.#loading;
  }

  add(source: CoreSource): void {
    this.#directory.add(source);
  }

  changed(): void {
    this.#directory.changed();
  }

  /** Starts the clock of a call. It must be closed. */
  begin(name: string, { signal, timeoutMs }: CallOptions): Call {
    const limit = timeoutMs ?? this.#options.timeoutMs ?? defaultTimeoutMs;
    const call = new Call(String(name), { signal, timeoutMs: limit });
    this.#open.add(call);
    call.onClose(() => this.#open.delete(call));
    return call;
  }

  /** @throws QueryError; what middlewares throw */
  async ask<M extends Method>(
    method: M,
    call: Call,
    request: Methods[M]['request'],
    given: CallOptions,
  ): Promise<Methods[M]['answer']> {
    if (this.#loading) await call.race(this.#loading);
    if (call.error) throw call.error;
    const found = this.#directory.find(given.plugin);
    const carrier: Carrier = found.source?.carrier ?? 'core';
    const said = this.#options.context?.({
      source: given.plugin,
      plugin: found.plugin,
      carrier,
      method,
      headers: given.headers ?? {},
    });
    const told = said instanceof Promise ? await call.race(said) : said;
    call.tell(this.#context(found, told, given));
    const sent = { method, plugin: found.plugin, carrier, request, context: call, [way]: { call, found } };
    const answer = this.#next(sent as SourceCall<M>);
    return call.race(answer);
  }

  /** @throws MortiseError as `Querying.open` says */
  async open(name: string, options: DatabaseOptions): Promise<Database> {
    if (this.#loading) await this.#loading;
    const { driver = name, options: { uri } = {} } = options;
    // Where no plugin is named, the scheme of what it is to connect to may be: postgresql://…
    const scheme = typeof uri === 'string' ? /^([a-z][\w+.-]*):/i.exec(uri)?.[1] : undefined;
    const isByScheme = options.driver === undefined && !this.#directory.knows(name);
    const asked = isByScheme && scheme && this.#directory.knows(scheme) ? scheme : driver;
    const { source, plugin } = this.#directory.find(asked);
    if (source?.open) return source.open(name, options);
    throw unimplemented(plugin, 'opens databases by itself');
  }

  /** Calls that run, and those that wait, fail. */
  end(error: MortiseError): void {
    for (const call of [...this.#open]) call.end(error);
  }

  async close(): Promise<void> {
    await this.#directory.close();
  }

  async #load(modules: readonly string[]): Promise<void> {
    try {
      for (const source of await coreSourcesIn(modules)) this.#directory.add(source);
      this.#loading = undefined;
    } catch (error) {
      // Whoever asks hears it.
      this.#loading?.catch(() => {});
      throw error;
    }
  }

  #context(found: Found, told: GivenContext | undefined, given: CallOptions): SourceContext {
    if (told || given.headers) return this.#contextOf(found, told, given);
    // Nothing of it depends on the call: made once.
    let plain = this.#plain.get(found);
    if (!plain) {
      plain = this.#contextOf(found, undefined, given);
      this.#plain.set(found, plain);
    }
    return plain;
  }

  #contextOf(found: Found, told: GivenContext | undefined, given: CallOptions): SourceContext {
    const { uid = found.uid, settings = found.settings ?? {}, user, orgId = 1, app, headers } = told ?? {};
    const { plugin: _, ...own } = settings as { plugin?: string };
    const dataSource = this.#book.of(uid, found.plugin, own);
    const all = given.headers || headers ? endToEnd({ ...given.headers, ...headers }) : noHeaders;
    return { dataSource, orgId, headers: all, user, app };
  }

  async #last<M extends Method>(sent: SourceCall<M>): Promise<Methods[M]['answer']> {
    const { call, found } = (sent as unknown as { [way]: OnItsWay })[way];
    const slots = this.#slotsOf(found.plugin);
    const turn = slots.enter(call);
    if (turn) await turn;
    call.onClose(() => slots.leave());
    const source = await this.#source(found, call);
    const method = source[sent.method] as ((...values: unknown[]) => unknown) | undefined;
    if (typeof method !== 'function') return absent(sent.method, found.plugin) as never;
    const { request, context } = sent;
    const answer =
      request === undefined ? method.call(source, context) : method.call(source, request, context);
    return answer as never;
  }

  #source(
    { instances, source }: Found,
    call: Call,
  ): Omit<DataSource, 'carrier'> | Promise<Omit<DataSource, 'carrier'>> {
    if (source) return source;
    const lent = (instances as NonNullable<typeof instances>).use(call.dataSource);
    if (!(lent instanceof Promise)) {
      call.onClose(lent.release);
      return lent.instance;
    }
    return lent.then(({ instance, release }) => {
      call.onClose(release);
      return instance;
    });
  }

  #slotsOf(plugin: string): Slots {
    let slots = this.#slots.get(plugin);
    if (!slots) {
      const { concurrency = 32, maxWaiting = 1000 } = this.#options;
      slots = new Slots(plugin, concurrency, maxWaiting);
      this.#slots.set(plugin, slots);
    }
    return slots;
  }
}

const noHeaders = Object.freeze({});

function absent(method: Method, plugin: string): unknown {
  if (method === 'checkHealth') return { status: 'unknown', message: 'the data source has no health check' };
  if (method === 'collectMetrics') return '';
  throw unimplemented(plugin, `has the method ${method}`);
}

const unimplemented = (plugin: string, what: string) =>
  refusal('MORTISE_ERR_QUERY_UNIMPLEMENTED', plugin, {
    message: `it is not a data source that ${what}`,
    expected: `a data source that ${what}`,
    found: plugin,
  });
