/** `host.services`: what plugins provide, as functions that TypeScript calls. */

import { MortiseError, type Problem } from '../../errors.js';
import { difference, inWords, shownSignature } from '../../loader/service-fits.js';
import { shown } from '../../messages/shown.js';
import { addon, type NativeHost, type NativeService } from '../../native/addon.js';
import { bindFunction } from '../../native/functions.js';
import type { Plugin } from '../../registry/plugin.js';
import { isService } from '../schema/define.js';
import { namedOf } from '../schema/named.js';
import { statedSignature } from '../schema/signature.js';
import type { Service, ServiceFunction } from '../schema/types.js';
import type { Mode, Outcome, Provided } from '../schema/values.js';
import { calling, callingAsync, type Lease } from './call.js';
import { createEmbedder, type Embedder } from './embedder.js';
import { destroyAll } from './handle.js';

/** How the functions that {@link Services.use} gives tell that a plugin failed, and where they run. */
export interface UseOptions<Errors extends 'throws' | 'results' = 'throws' | 'results'> {
  /** `throws`: MORTISE_ERR_SERVICE_FAILED. `results`: each call answers `{ ok, value }` or `{ ok, error }`. */
  errors?: Errors;
}

/** A service as {@link Services.list} shows it. */
export interface ServiceEntry {
  name: string;
  /** "1.4" */
  version: string;
  /** A plugin's name; `mortise`: the host itself, or TypeScript. */
  provider: string;
  /** Who holds leases of it; `mortise` is TypeScript, through {@link Services.use}. */
  users: string[];
}

/** One provider, bound in one way. */
interface Bound {
  service: Service;
  mode: Mode;
  table: bigint;
  lease: Lease;
  provided: object;
}

/** `host.services`: what plugins provide, for TypeScript to call. */
export interface Services {
  /**
   * The service of every plugin that is ready and provides it, in configuration order, as typed functions.
   * Asking again is cheap. After its plugin stopped, or the host closed, a function throws.
   * ```
   * for (const rule of host.services.use(PriceRule)) cents = rule.apply({ cart }).cents;
   * ```
   * Bytes are passed by address where no JavaScript can run before the plugin returns, and else as a copy, from which
   * what was written is copied back. On failure a function throws MORTISE_ERR_SERVICE_FAILED.
   *
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED, MORTISE_ERR_SERVICE_SCHEMA, MORTISE_ERR_SERVICE_TABLE
   */
  use<Of extends Service>(service: Of, options?: UseOptions<'throws'>): readonly Provided<Of>[];
  use<Of extends Service>(service: Of, options: UseOptions<'results'>): readonly Provided<Of, 'results'>[];
  /**
   * The same on threads of a pool: each call answers a promise, and several run at a time. Functions that the
   * schema doesn't tag `thread: 'any'` reject with MORTISE_ERR_SERVICE_THREAD. Bytes are copied at the call; a
   * `buffer` receives what was written when the promise settles.
   */
  useAsync<Of extends Service>(service: Of): readonly Provided<Of, 'async'>[];
  /**
   * The first provider.
   * @throws MortiseError MORTISE_ERR_SERVICE_ABSENT, and what {@link Services.use} throws
   */
  get<Of extends Service>(service: Of, options?: UseOptions<'throws'>): Provided<Of>;
  get<Of extends Service>(service: Of, options: UseOptions<'results'>): Provided<Of, 'results'>;
  /** All services that the host and plugins that are ready provide, in the order in which they came. */
  list(): ServiceEntry[];
}

/** The host's side of them: what stops is the host's to say. */
export class UsedServices implements Services {
  readonly #native: NativeHost;
  readonly #plugins: Iterable<Plugin>;
  readonly #report: (plugin: string, problem: Problem) => void;
  readonly #bound = new Set<Bound>();
  readonly #lists = new Map<Service, Map<Mode, readonly object[]>>();
  /** All that calls on pool threads may have, those of plugins that stop too. */
  readonly #leases = new Set<Lease>();
  /** Those that have ended, of plugins that have not: their last handles may still be destroyed. */
  readonly #ended = new Set<Lease>();
  #self: Embedder | undefined;
  #closed = false;

  /** What an embedder gets. */
  readonly view: Services = Object.freeze({
    use: this.use.bind(this),
    useAsync: this.useAsync.bind(this),
    get: this.get.bind(this),
    list: this.list.bind(this),
  }) as Services;

  /** @param report hears what a plugin did wrong, often in the middle of a call; it must not throw */
  constructor(
    native: NativeHost,
    plugins: Iterable<Plugin>,
    report: (plugin: string, problem: Problem) => void,
  ) {
    this.#native = native;
    this.#plugins = plugins;
    this.#report = report;
  }

  use<Of extends Service>(service: Of, options?: UseOptions<'throws'>): readonly Provided<Of>[];
  use<Of extends Service>(service: Of, options: UseOptions<'results'>): readonly Provided<Of, 'results'>[];
  use(service: Service, { errors = 'throws' }: UseOptions = {}): readonly object[] {
    return this.#list(service, errors);
  }

  useAsync<Of extends Service>(service: Of): readonly Provided<Of, 'async'>[] {
    return this.#list(service, 'async') as readonly Provided<Of, 'async'>[];
  }

  get<Of extends Service>(service: Of, options?: UseOptions<'throws'>): Provided<Of>;
  get<Of extends Service>(service: Of, options: UseOptions<'results'>): Provided<Of, 'results'>;
  get(service: Service, { errors = 'throws' }: UseOptions = {}): object {
    const [first] = this.#list(service, errors);
    return first ?? this.#missing(service);
  }

  list(): ServiceEntry[] {
    if (this.#closed) closed();
    const ready = new Set([...this.#plugins].flatMap(({ state, name }) => (state === 'ready' ? name : [])));
    return addon()
      .listServices(this.#native)
      .filter(({ provider }) => provider === null || ready.has(provider))
      .map(({ name, major, minor, provider, users }) => ({
        name,
        version: `${major}.${minor}`,
        provider: provider ?? 'mortise',
        users,
      }));
  }

  /** A plugin moved to another state: what was listed may have changed, and what has stopped must not run. */
  changed(plugin: Plugin): void {
    this.#lists.clear();
    if (plugin.state === 'ready') return;
    // Of one that is in no state to be called, nothing is.
    const isGone = plugin.state !== 'draining';
    for (const bound of this.#bound) {
      if (bound.lease.plugin !== plugin.name) continue;
      bound.lease.isGone = isGone;
      this.#end(bound);
    }
    for (const lease of isGone ? this.#ended : []) {
      if (lease.plugin !== plugin.name) continue;
      lease.isGone = true;
      this.#ended.delete(lease);
    }
  }

  /** How many calls of a plugin are on pool threads. */
  running({ name }: Plugin): number {
    let count = 0;
    for (const { plugin, running } of this.#leases) if (plugin === name) count += running;
    return count;
  }

  /** New calls are refused from now on. */
  close(): void {
    this.#closed = true;
    this.#lists.clear();
    for (const bound of this.#bound) this.#end(bound);
  }

  /** Gives back what it holds. After the plugins were stopped. */
  end(): void {
    this.close();
    if (this.#self) addon().stopPlugin(this.#self.plugin);
    this.#self = undefined;
  }

  #list(service: Service, mode: Mode): readonly object[] {
    const known = this.#lists.get(service)?.get(mode);
    if (known) return known;
    if (this.#closed) closed();
    if (!isService(service)) notService(service);
    const list = Object.freeze(
      this.#providers(service).flatMap((one) => this.#bind(service, mode, one) ?? []),
    );
    const lists = this.#lists.get(service) ?? new Map<Mode, readonly object[]>();
    this.#lists.set(service, lists.set(mode, list));
    return list;
  }

  /** In configuration order. */
  #providers({ name, major }: Service): NativeService[] {
    const all = addon()
      .listServices(this.#native)
      .filter((one) => one.name === name && one.major === major);
    return [...this.#plugins].flatMap((plugin) =>
      plugin.state === 'ready' ? all.filter(({ provider }) => provider === plugin.name) : [],
    );
  }

  #bind(service: Service, mode: Mode, native: NativeService): object | undefined {
    const { table, provider, minor } = native;
    for (const bound of this.#bound) {
      if (bound.service === service && bound.mode === mode && bound.table === table) return bound.provided;
    }
    const plugin = provider as string;
    const lease: Lease = { plugin, live: true, running: 0 };
    const self = this.#identity();
    // The lease keeps the plugin from withdrawing the service. None: another of its threads has just withdrawn it.
    if (!addon().acquireTable(self.plugin, table)) return undefined;
    let functions: Map<string, bigint>;
    try {
      checkSignature(service, native);
      functions = functionsOf(service, { table, plugin, minor });
    } catch (error) {
      addon().releaseTable(self.plugin, table);
      throw error;
    }
    const provided: Record<string, unknown> = { plugin };
    const destroyers = destroyersOf(service, functions, self.address);
    for (const [name, fn] of Object.entries(service.functions)) {
      const address = functions.get(name);
      if (address === undefined) continue;
      const report = this.#report;
      const options = {
        service: service.name,
        name,
        address,
        host: self.address,
        lease,
        count: addon().callCount(this.#native, plugin, `${service.name}.${name}`),
        destroyers,
        refuse: closed,
        report,
      };
      provided[name] = inMode(mode, fn, options);
    }
    this.#bound.add({ service, mode, table, lease, provided: Object.freeze(provided) });
    if (mode === 'async') this.#leases.add(lease);
    return provided;
  }

  #end(bound: Bound): void {
    // First: what destroys a handle may call TypeScript, which could ask for another.
    bound.lease.live = false;
    this.#bound.delete(bound);
    this.#ended.add(bound.lease);
    destroyAll(bound.lease);
  }

  #identity(): Embedder {
    this.#self ??= createEmbedder(this.#native);
    return this.#self;
  }

  #missing({ name, major }: Service): never {
    const others = addon()
      .listServices(this.#native)
      .filter(({ provider }) => provider !== null)
      .map((one) => `${one.name} ${one.major}.${one.minor} of ${one.provider}`);
    throw new MortiseError({
      code: 'MORTISE_ERR_SERVICE_ABSENT',
      message: `no plugin that is ready provides ${name} ${major}`,
      subject: name,
      expected: `a plugin that provides ${name} ${major}.x`,
      found: others.length > 0 ? others.join(', ') : 'no plugin that provides a service',
      remedy: 'Add such a plugin to the configuration, or see with `mortise list` why it is not ready.',
    });
  }
}

/** What ends handles that their users left, by the name of their type. */
function destroyersOf(
  service: Service,
  functions: ReadonlyMap<string, bigint>,
  host: number,
): Map<string, (address: number) => void> {
  const found = new Map<string, (address: number) => void>();
  for (const type of namedOf(service.functions)) {
    const address = type.kind === 'handle' ? functions.get(type.destroy) : undefined;
    if (type.kind !== 'handle' || address === undefined) continue;
    const signature = { result: 'void', parameters: ['uintptr_t', 'uintptr_t'] } as const;
    const destroy = bindFunction(address, signature, `${type.destroy} of ${service.name}`);
    found.set(type.name, (handle) => void destroy(host, handle));
  }
  return found;
}

/** Whether both sides mean the same functions, as far as the provider's minor has them. */
function checkSignature(service: Service, native: NativeService): void {
  const { name, major, minor, provider, signature } = native;
  const need = { name, major, minor, signature: statedSignature(service) };
  const differs = difference(need, native);
  if (!differs) return;
  throw new MortiseError({
    code: 'MORTISE_ERR_SERVICE_SIGNATURE',
    message: `${name} ${major}.${minor} of ${provider} has other functions than the definition: it ${inWords(differs)}`,
    subject: provider as string,
    where: `${name} ${major}.${minor}`,
    expected: shownSignature(need.signature),
    found: shownSignature(signature),
    remedy: 'Build the plugin with the header that `mortise headers` writes from this very definition.',
  });
}

/** Where the functions lie that the provider has. */
function functionsOf(
  { name, major, functions }: Service,
  { table, plugin, minor }: { table: bigint; plugin: string; minor: number },
): Map<string, bigint> {
  const refuse = (message: string, found: string): never => {
    throw new MortiseError({
      code: 'MORTISE_ERR_SERVICE_TABLE',
      message,
      subject: plugin,
      where: `${name} ${major}.${minor}`,
      expected: `a table with every function of ${name} ${major}.${minor}`,
      found,
      remedy: 'Build the plugin with the header of the version that it says it provides.',
    });
  };
  const size = addon().readWord(table, 4);
  const found = new Map<string, bigint>();
  Object.entries(functions).forEach(([key, { since }], index) => {
    if (since !== undefined && Number(since.split('.')[1]) > minor) return;
    const end = 16 + index * 8;
    if (size < end) refuse(`its table ends before ${key}`, `${size} bytes, and ${key} ends at ${end}`);
    const address = addon().readWord(table + BigInt(end - 8), 8);
    if (address === 0n) refuse(`its ${key} is null`, 'a null pointer');
    found.set(key, address);
  });
  return found;
}

function inMode(mode: Mode, fn: ServiceFunction, options: Parameters<typeof calling>[1]) {
  if (mode === 'throws') return calling(fn, options);
  if (mode === 'async') return fn.thread === 'any' ? callingAsync(fn, options) : refusing(options);
  const call = calling(fn, options);
  return (given?: unknown): Outcome<unknown> => {
    try {
      return { ok: true, value: call(given) };
    } catch (error) {
      if (error instanceof MortiseError && error.code === 'MORTISE_ERR_SERVICE_FAILED') {
        return { ok: false, error };
      }
      throw error;
    }
  };
}

const refusing =
  ({ service, name, lease }: { service: string; name: string; lease: Lease }) =>
  async (): Promise<never> => {
    throw new MortiseError({
      code: 'MORTISE_ERR_SERVICE_THREAD',
      message: `${name} may only be called on the main thread`,
      subject: `${service} of ${lease.plugin}`,
      where: name,
      expected: "a function that the schema tags with thread: 'any'",
      found: "thread: 'main'",
      remedy: `Take it through use(), or say in the schema that ${name} may be called on any thread.`,
    });
  };

function closed(): never {
  throw new MortiseError({
    code: 'MORTISE_ERR_HOST_CLOSED',
    message: 'the plugin has stopped, or the host was closed',
    subject: 'host.services',
    expected: 'a plugin that is ready',
    found: 'a call of its service after that',
    remedy: 'Take the service from host.services again, or close the host later.',
  });
}

function notService(found: unknown): never {
  throw new MortiseError({
    code: 'MORTISE_ERR_SERVICE_SCHEMA',
    message: 'that is not a service',
    subject: 'host.services',
    expected: 'what defineService gives back',
    found: shown(found),
    remedy: 'Pass the service itself, not its name.',
  });
}
