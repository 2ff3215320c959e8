/** The host: opens, closes, and owns the rest. */
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import type { Capability, CapabilityFacade } from '../capabilities/capability.js';
import { hostClosed } from '../capabilities/closed.js';
import type { Collection } from '../capabilities/collecting/collection.js';
import { Collecting } from '../capabilities/collecting/index.js';
import { capabilities } from '../capabilities/index.js';
import { Querying } from '../capabilities/querying/index.js';
import type { QueryClient } from '../capabilities/querying/querying.js';
import type { Explanation } from '../capabilities/routing/explain.js';
import { Routing, type RoutingChain } from '../capabilities/routing/index.js';
import type { Decision, Query } from '../capabilities/routing/query.js';
import type { Statement } from '../capabilities/routing/router.js';
import type { SqlParser } from '../capabilities/routing/sql/parser.js';
import type { Problem } from '../errors.js';
import { policyOf } from '../loader/bundles/sources.js';
import { PrivateDirectory } from '../loader/private-copy.js';
import type { PluginState } from '../loader/record.js';
import { addon, type NativeHost } from '../native/addon.js';
import { defaultPatienceMs } from '../native/functions.js';
import { version } from '../package.js';
import { Entry } from '../registry/entry.js';
import type { Plugin } from '../registry/plugin.js';
import { Entries, type Registry, RegistryView } from '../registry/registry.js';
import { callMetrics } from '../services/built-in/calls.js';
import { type Severity, severities, toStderr } from '../services/built-in/log.js';
import { type Metric, metricsOf } from '../services/built-in/metrics.js';
import { type Implemented, offered } from '../services/serve/implement.js';
import { type Services, UsedServices } from '../services/use/used.js';
import { announcements } from './announce.js';
import { bundlesIn, entriesOf } from './bundles.js';
import { OpenCapabilities } from './capabilities.js';
import { checkOptions } from './check-options.js';
import { openDirectories } from './directories.js';
import { Ending } from './ending.js';
import { hostFacts, lockAt } from './facts.js';
import { publish } from './observe/channels.js';
import { type HostOptions, withConfig } from './options.js';
import { programLine } from './program-log.js';
import { guarded, Reports } from './reports.js';
import { requireReady } from './required.js';
import { watchSignals } from './signals.js';
import { startPlugins } from './start.js';
import { workingDirectory } from './working-directory.js';

interface HostEvents {
  /** A plugin moved to another state. */
  state: [plugin: Plugin, state: PluginState];
  /** A plugin, or a service that is written in TypeScript, did wrong while it ran. The log has it too. */
  problem: [problem: Problem];
}

/** Plugins, and what they are called for. Made by {@link Host.open}. */
export class Host extends EventEmitter<HostEvents> implements AsyncDisposable {
  /** Bundlers may call the class otherwise. */
  static override readonly name: string = 'Host';
  /** In configuration order; those that aren't ready included. */
  readonly plugins: Registry;
  /** What plugins provide, for TypeScript to call. */
  readonly services: Services;
  readonly #native: NativeHost;
  readonly #entries = new Entries();
  readonly #capabilities: OpenCapabilities;
  #routing: RoutingChain | undefined;
  readonly #used: UsedServices;
  readonly #reports: Reports;
  readonly #directory: PrivateDirectory;
  readonly #ending: Ending;

  private constructor(options: HostOptions, parser: SqlParser | undefined) {
    super();
    const { log, strict = false } = options;
    this.plugins = new RegistryView(this.#entries);
    this.#directory = PrivateDirectory.create(options.privateDirectory ?? tmpdir());
    watchSignals();
    this.#native = addon().createHost(version, () => this.#work(), strict);
    if (options.observe) addon().observeCalls(this.#native);
    addon().setLogSeverity(this.#native, severities.indexOf(lowestSeverity(options)));
    this.#reports = new Reports(this.#native, this.#entries, log ?? toStderr, (problem) => {
      publish('problem', { host: this, problem });
      this.emit('problem', problem);
    });
    this.#used = new UsedServices(this.#native, this.plugins, (name, problem) =>
      this.#reports.tell(name, problem),
    );
    this.services = this.#used.view;
    this.#capabilities = new OpenCapabilities(
      {
        native: this.#native,
        plugins: this.plugins,
        parser,
        cwd: options.cwd ?? workingDirectory(),
        tell: (problem) => this.#reports.tell('mortise', problem),
      },
      options,
    );
    this.#ending = new Ending({
      native: this.#native,
      entries: this.#entries,
      capabilities: this.#capabilities,
      used: this.#used,
      reports: this.#reports,
      directory: this.#directory,
      signals: options.signals ?? true,
      work: () => this.#work(),
    });
  }

  /**
   * Discovers, checks, loads and initialises the plugins. One that fails stays in `plugins` with its state
   * and its error and stops no other, unless it is `required`.
   *
   * @throws MortiseError MORTISE_ERR_CONFIG_*, MORTISE_ERR_PARSER_PACKAGE, MORTISE_ERR_ADDON,
   *   MORTISE_ERR_COLLECT_LISTEN, MORTISE_ERR_COPY_FAILED, MORTISE_ERR_FILES_DIRECTORY, MORTISE_ERR_PEER_MISSING, MORTISE_ERR_PLUGIN_REQUIRED, MORTISE_ERR_SERVICE_FILE,
   *   MORTISE_ERR_SERVICE_OFFER, MORTISE_ERR_SOURCE, MORTISE_ERR_TRUST_KEY, MORTISE_ERR_LOCK_MISSING, MORTISE_ERR_LOCK_INVALID, MORTISE_ERR_LOCK_SCHEMA
   */
  static async open(given: HostOptions = {}): Promise<Host> {
    checkOptions(given);
    const options = given.config === undefined ? given : await withConfig(given, given.config);
    const { parser, policy, services = [] } = options;
    const lock = await lockAt(options.lock, options.cwd);
    const bundles = await bundlesIn(options);
    const facts = await hostFacts({
      ...{ parser, policy, lock, services: offered(services) },
      bundles: options.sources && policyOf(options.sources),
    });
    const host = new Host(options, await openParser(parser));
    try {
      openDirectories(host.#native, options);
      const requests = (options.plugins ?? []).map((one) => (typeof one === 'string' ? { name: one } : one));
      const changed = (entry: Entry) => host.#moved(entry);
      host.#entries.all.push(...requests.map((request) => new Entry(request, changed)));
      if (bundles) host.#entries.all.push(...entriesOf(bundles, requests, changed));
      if (services.length > 0) await host.#serve(services, options);
      host.#capabilities.prepare(capabilities);
      host.#ending.started = await startPlugins(host.#entries.all, {
        host: host.#native,
        facts,
        directory: host.#directory,
        cwd: options.cwd ?? workingDirectory(),
        search: options.search ?? [],
        bundles,
        step: (entry, step) => guarded(() => options.onStep?.(entry.plugin, step)),
        tell: (entry, problem) => host.#reports.tell(entry.name, problem),
        log: (entry, line) => {
          const kept = programLine(entry.name, line, lowestSeverity(options));
          if (kept) host.#reports.log([kept]);
        },
      });
      requireReady(host.plugins);
      if (options.announce ?? true) host.#reports.log(announcements(host.plugins, lowestSeverity(options)));
      await host.#capabilities.open(capabilities);
      publish('host', { host, event: 'open' });
      return host;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** False after {@link Host.close}. */
  get isOpen(): boolean {
    return !this.#ending.isClosed;
  }

  /**
   * What plugins are for, one purpose at a time: `host.capability(Passwords).validate({ user, password })`.
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED
   */
  capability<Options, Facade extends CapabilityFacade>(of: Capability<Options, Facade>): Facade {
    return this.#capabilities.get(of);
  }

  /** The capability Routing. */
  get routing(): RoutingChain {
    // Asked for with each query: not looked up again.
    this.#routing ??= this.#capabilities.get(Routing);
    return this.#routing;
  }

  /**
   * The capability Collecting. Opened when it has options, when a plugin reads or writes values, or here.
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED
   */
  get collecting(): Collection {
    return this.#capabilities.get(Collecting);
  }

  /**
   * The capability Querying: asks data sources, whatever carries them.
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED
   */
  get querying(): QueryClient {
    return this.#capabilities.get(Querying);
  }

  /**
   * Asks the plugins in configuration order where a query goes; the first that decides wins. Short for
   * `host.routing.route`.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, MORTISE_ERR_HOST_CLOSED
   */
  route(query: Query): Decision {
    return this.routing.route(query);
  }

  /**
   * Asks as `route` does, slower, and tells who was asked, what each plugin said and how long it took. Short for
   * `host.routing.explain`.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, MORTISE_ERR_HOST_CLOSED
   */
  explain(query: Query, types?: readonly number[]): Explanation {
    return this.routing.explain(query, types);
  }

  /**
   * A query that is routed again and again with other parameters: faster than {@link Host.route}.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_HOST_CLOSED
   */
  prepare(sql: string, types?: readonly number[]): Statement {
    return this.routing.prepare(sql, types);
  }

  /**
   * What plugins count through mortise.metrics, those that were stopped included; and, with the option `observe`, how
   * often each of their entry points was called and how long that took: those have the kind `calls`.
   */
  metrics(): Metric[] {
    const native = this.#native;
    return [...metricsOf(addon().listMetrics(native)), ...callMetrics(addon().listCalls(native))];
  }

  /**
   * Stops one plugin; the others go on. Does nothing when it isn't ready.
   * @param name an id, a name or an alias
   * @param options.withUsers also stops the plugins that use its services, those first
   * @throws MortiseError MORTISE_ERR_PLUGIN_UNKNOWN, MORTISE_ERR_SERVICE_IN_USE, MORTISE_ERR_HOST_CLOSED
   */
  async stop(name: string, options: { withUsers?: boolean } = {}): Promise<void> {
    if (this.#ending.isClosed) throw hostClosed();
    await this.#ending.stop(this.#entries.get(name), options);
  }

  /**
   * Takes a plugin out while the others go on: it gets no more work, what runs may go on until the deadline, then it
   * stops and leaves the registry, which from then on says that it was decommissioned. So do bundles inside its own,
   * before it.
   * @param name an id, a name or an alias
   * @param options.deadlineMs default 10,000
   * @param options.withUsers also stops the plugins that use its services, those first; they stay in the registry
   * @throws MortiseError MORTISE_ERR_PLUGIN_UNKNOWN, MORTISE_ERR_PLUGIN_DECOMMISSIONED, MORTISE_ERR_SERVICE_IN_USE,
   *   MORTISE_ERR_HOST_CLOSED; MORTISE_ERR_PLUGIN_PERMANENT for core and bundled ones; why it can't be stopped: it
   *   stays, failed, then
   */
  async decommission(
    name: string,
    options: { deadlineMs?: number; withUsers?: boolean } = {},
  ): Promise<void> {
    if (this.#ending.isClosed) throw hostClosed();
    await this.#ending.decommission(this.#entries.get(name), options);
  }

  /**
   * Stops the plugins, users of services before their providers, and hands on what they logged last. May be called
   * twice. Waits up to 10 s for tasks of plugins and for calls of their services on other threads.
   */
  async close(): Promise<void> {
    if (this.isOpen) publish('host', { host: this, event: 'close' });
    await this.#ending.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @throws MortiseError MORTISE_ERR_SERVICE_OFFER */
  async #serve(
    services: readonly Implemented[],
    { strict = false, serviceTimeoutMs }: HostOptions,
  ): Promise<void> {
    const { Served } = await import('../services/serve/serve.js');
    this.#ending.served = new Served({
      native: this.#native,
      strict,
      patienceMs: serviceTimeoutMs ?? defaultPatienceMs,
      report: (name, problem) => this.#reports.tell(name, problem),
    });
    this.#ending.served.serve(services);
  }

  #moved(entry: Entry): void {
    const { plugin, state } = entry;
    this.#used.changed(plugin);
    this.#capabilities.changed();
    publish('state', { host: this, plugin, state });
    guarded(() => this.emit('state', plugin, state));
  }

  /** What plugins left to do for this thread, and what there is to tell of them. */
  #work(): void {
    addon().runTasks(this.#native);
    this.#reports.take();
  }
}

/** Loaded only where it is asked for. */
async function openParser(parser: HostOptions['parser'] = 'none'): Promise<SqlParser | undefined> {
  if (parser === 'none') return undefined;
  if (typeof parser === 'object') return parser;
  const { openPgQuery } = await import('../capabilities/routing/sql/pg-query.js');
  return openPgQuery();
}

/** Of the lines that are kept. */
function lowestSeverity({ severity, log }: HostOptions): Severity {
  return severity ?? (log ? 'info' : 'warning');
}
