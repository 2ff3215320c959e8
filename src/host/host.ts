/** The host: opens, closes, and owns the rest. */
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Decision, Query, RoutingDefaults } from '../capabilities/routing/query.js';
import { type Link, Router, type Statement } from '../capabilities/routing/router.js';
import { MortiseError, type Problem } from '../errors.js';
import { PrivateDirectory } from '../loader/private-copy.js';
import type { PluginState } from '../loader/record.js';
import { addon, type NativeHost } from '../native/addon.js';
import { koffi } from '../native/koffi.js';
import { version } from '../package.js';
import { Plugin } from '../registry/plugin.js';
import { Registry } from '../registry/registry.js';
import { deliver, type LogLine, type Severity, severities, toStderr } from '../services/built-in/log.js';
import { type Metric, metricsOf } from '../services/built-in/metrics.js';
import { offered } from '../services/serve/implement.js';
import { Served } from '../services/serve/serve.js';
import { Services } from '../services/use/used.js';
import { closeAtExit } from './exit.js';
import { hostFacts } from './facts.js';
import { type HostOptions, withConfig } from './options.js';
import { startPlugins } from './start.js';
import { obstacle, retire, retireAnyway, settle, stopOrder, withUsers } from './stop.js';

interface HostEvents {
  /** A plugin moved to another state. */
  state: [plugin: Plugin, state: PluginState];
  /** A plugin, or a service that is written in TypeScript, did wrong while it ran. The log has it too. */
  problem: [problem: Problem];
}

/** Plugins, and what they are called for. Made by {@link Host.open}. */
export class Host extends EventEmitter<HostEvents> implements AsyncDisposable {
  /** In configuration order; those that aren't ready included. */
  readonly plugins = new Registry();
  /** What plugins provide, for TypeScript to call. */
  readonly services: Services;
  readonly #native: NativeHost;
  readonly #log: (line: LogLine) => void;
  readonly #directory: PrivateDirectory;
  #router: Router | undefined;
  #routing: RoutingDefaults = {};
  #links: readonly Link[] = [];
  /** In the order of their init. */
  #started: readonly Plugin[] = [];
  /** What `close` waits for, once it was called. */
  #closing: Promise<void> | undefined;
  readonly #served: Served;
  /** What a second stop of the same plugin waits for. */
  readonly #stopping = new Map<Plugin, Promise<void>>();
  #forgetExit: () => void = () => {};
  #closed = false;
  /** The plugins too. */
  #stopped = false;

  private constructor(options: HostOptions) {
    super();
    this.#log = options.log ?? toStderr;
    this.#directory = PrivateDirectory.create(options.privateDirectory ?? tmpdir());
    this.#native = addon().createHost(version, () => this.#work(), options.strict ?? false);
    const lowest = options.severity ?? (options.log ? 'info' : 'warning');
    addon().setLogSeverity(this.#native, severities.indexOf(lowest));
    this.services = new Services(this.#native, this.plugins);
    this.#served = new Served({
      native: this.#native,
      strict: options.strict ?? false,
      report: (name, problem) => this.#tell(name, problem),
    });
    this.#forgetExit = closeAtExit(() => this.#stop(), options.signals ?? true);
  }

  /**
   * Discovers, checks, loads and initialises the plugins. One that fails stays in `plugins` with its state
   * and its error and stops no other, unless it is `required`.
   *
   * @throws MortiseError MORTISE_ERR_CONFIG_*, MORTISE_ERR_PARSER_PACKAGE, MORTISE_ERR_ADDON,
   *   MORTISE_ERR_COPY_FAILED, MORTISE_ERR_FILES_DIRECTORY, MORTISE_ERR_PLUGIN_REQUIRED, MORTISE_ERR_SERVICE_FILE,
   *   MORTISE_ERR_SERVICE_OFFER
   */
  static async open(given: HostOptions = {}): Promise<Host> {
    const options = given.config === undefined ? given : await withConfig(given, given.config);
    const services = options.services ?? [];
    const { parser, policy } = options;
    const facts = await hostFacts({ parser, policy, services: offered(services) });
    const host = new Host(options);
    try {
      host.#openDirectories(options);
      const requests = (options.plugins ?? []).map((name) => (typeof name === 'string' ? { name } : name));
      const plugins = requests.map(
        (request) => new Plugin(request, (plugin, state) => host.#moved(plugin, state)),
      );
      for (const plugin of plugins) host.plugins.add(plugin);
      // Its stacks get their sizes before it opens the first library.
      if (plugins.length > 0) koffi();
      host.#served.serve(services);
      host.#started = await startPlugins(plugins, {
        host: host.#native,
        facts,
        directory: host.#directory,
        cwd: options.cwd ?? process.cwd(),
        search: options.search ?? [],
      });
      requireReady(plugins);
      host.#routing = options.routing ?? {};
      host.#openRouter();
      return host;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** False after {@link Host.close}. */
  get isOpen(): boolean {
    return !this.#closed;
  }

  /**
   * Asks the plugins in configuration order where a query goes; the first that decides wins.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, MORTISE_ERR_HOST_CLOSED
   */
  route(query: Query): Decision {
    return (this.#router ?? this.#refuse()).route(query);
  }

  /**
   * A query that is routed again and again with other parameters: faster than {@link Host.route}.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_HOST_CLOSED
   */
  prepare(sql: string): Statement {
    return (this.#router ?? this.#refuse()).prepare(sql);
  }

  /** How many answers of each routing plugin broke the rules since the host opened. */
  get faults(): Record<string, number> {
    return Object.fromEntries(this.#links.map(({ name, faults }) => [name, faults]));
  }

  /** What plugins count through mortise.metrics, those that were stopped included. */
  metrics(): Metric[] {
    return metricsOf(addon().listMetrics(this.#native));
  }

  /**
   * Stops one plugin; the others go on. Does nothing when it isn't ready.
   * @param name an id, a name or an alias
   * @param options.withUsers also stops the plugins that use its services, those first
   * @throws MortiseError MORTISE_ERR_PLUGIN_UNKNOWN, MORTISE_ERR_SERVICE_IN_USE, MORTISE_ERR_HOST_CLOSED
   */
  async stop(name: string, options: { withUsers?: boolean } = {}): Promise<void> {
    if (this.#closed) this.#refuse();
    const plugin = this.plugins.get(name);
    if (plugin.state === 'draining') await this.#stopping.get(plugin);
    if (plugin.state !== 'ready') return;
    // Before anything changes: the only plugin that is stopped may be refused.
    if (!options.withUsers) retire(plugin);
    const order = options.withUsers ? withUsers(plugin, this.#started, this.#native) : [plugin];
    const stopped = this.#stopAll(order);
    for (const one of order) this.#stopping.set(one, stopped);
    await stopped;
  }

  async #stopAll(order: readonly Plugin[]): Promise<void> {
    for (const one of order) one.become('draining');
    this.#openRouter();
    await settle(order, (one) => this.services.running(one));
    for (const one of order) this.#end(one, 0);
    this.#work();
  }

  /**
   * Stops the plugins, users of services before their providers, and hands on what they logged last. May be called
   * twice. Waits up to 10 s for tasks of plugins and for calls of their services on other threads.
   */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const running = this.#started.filter(({ state }) => state === 'ready' || state === 'draining');
    this.#router?.close(this.#refuse);
    this.#closed = true;
    this.services.close();
    await settle(running, (plugin) => this.services.running(plugin));
    this.#stop(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Also runs when the process ends, where nothing can be awaited.
   * @param limitMs how long tasks may still run; 0 where they were waited for
   */
  #stop(limitMs?: number): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#closed = true;
    this.#router?.close(this.#refuse);
    this.services.close();
    this.#served.stopping();
    for (const plugin of this.#started) plugin.become('draining');
    for (const plugin of stopOrder(this.#started, this.#native)) {
      // Who only wants its services hears that they go.
      if (plugin.state === 'draining') retireAnyway(plugin);
      this.#end(plugin, limitMs);
    }
    this.services.end();
    this.#served.close();
    this.#work();
    addon().closeHost(this.#native);
    this.#directory.remove();
    this.#forgetExit();
  }

  #end(plugin: Plugin, limitMs?: number): void {
    if (plugin.state !== 'draining') return;
    const { native } = plugin.binding ?? {};
    const problem = obstacle(plugin, this.services.running(plugin));
    if (native && problem) addon().abandonPlugin(native, problem);
    else if (plugin.binding?.stop(limitMs) !== false) {
      plugin.become('stopped');
      return;
    }
    const [first, ...rest] = this.#takeProblems().filter(
      ({ code, subject }) => subject === plugin.name && unstoppable.has(code),
    );
    if (first) plugin.refuse('failed', [first, ...rest]);
    else plugin.become('failed');
  }

  #moved(plugin: Plugin, state: PluginState): void {
    this.services.changed(plugin);
    guarded(() => this.emit('state', plugin, state));
  }

  /** What plugins left to do for this thread, and what there is to tell of them. */
  #work(): void {
    addon().runTasks(this.#native);
    deliver(addon().drainLog(this.#native), (line) => guarded(() => this.#log(line)));
    this.#takeProblems();
  }

  #takeProblems(): Problem[] {
    const { problems, lost } = addon().takeProblems(this.#native);
    const told = problems.map(({ plugin, ...problem }) => ({ ...problem, subject: plugin }));
    for (const problem of told) this.#tell(problem.subject, problem);
    if (lost > 0) this.#tell('mortise', problemsLost(lost));
    return told;
  }

  #tell(name: string, problem: Problem): void {
    const severity: Severity = problem.code.startsWith('MORTISE_WARN') ? 'warning' : 'error';
    this.plugins.find(name)?.note(problem);
    const message = `${problem.code}: ${problem.message}`;
    guarded(() => this.#log({ time: new Date(), plugin: name, severity, message }));
    guarded(() => this.emit('problem', problem));
  }

  #openDirectories({ files = {}, cwd = process.cwd() }: HostOptions): void {
    for (const [name, given] of Object.entries(files)) {
      const { path, write = false } = typeof given === 'string' ? { path: given } : given;
      const directory = resolve(cwd, path);
      const bad = /^[^/\0]+$/.test(name) && !/^\.\.?$/.test(name) ? '' : `${JSON.stringify(name)} is no name`;
      const found = bad || addon().addDirectory(this.#native, name, directory, write);
      if (found) throw noDirectory(name, directory, found);
    }
  }

  #openRouter(): void {
    const before = this.#links;
    this.#links = [...this.plugins].flatMap(({ name, state, binding }) =>
      state === 'ready' && binding?.router
        ? [
            before.find((link) => link.native === binding.router) ?? {
              name,
              native: binding.router,
              faults: 0,
            },
          ]
        : [],
    );
    if (this.#router) this.#router.relink(this.#links);
    else this.#router = new Router(this.#links, this.#routing);
  }

  #refuse(): never {
    throw new MortiseError({
      code: 'MORTISE_ERR_HOST_CLOSED',
      message: 'the host was closed',
      expected: 'an open host',
      found: 'a call after close()',
      remedy: 'Open another host, or close this one later.',
    });
  }
}

/** What a listener throws is its own: the host goes on, and the process hears of it as of any error. */
function guarded(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

/** Why a plugin could not be stopped. */
const unstoppable: ReadonlySet<string> = new Set(['MORTISE_ERR_TASK_STUCK', 'MORTISE_ERR_SERVICE_IN_USE']);

function problemsLost(count: number): Problem {
  return {
    code: 'MORTISE_WARN_PROBLEMS_LOST',
    message: `${count} more problems of plugins were not kept`,
    subject: 'mortise',
    expected: 'plugins that do nothing wrong',
    found: `${count} more than the host keeps at a time`,
    remedy: 'Correct those that were reported, and look again.',
  };
}

function noDirectory(name: string, path: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_FILES_DIRECTORY',
    message: `the directory ${JSON.stringify(name)} cannot be opened: ${found}`,
    subject: path,
    where: `files.${name}`,
    expected: 'a name without a slash, and a directory that this user can read',
    found,
    remedy: 'Create the directory, or correct its path.',
  });
}

function requireReady(plugins: readonly Plugin[]): void {
  const missing = plugins.filter(({ required, state }) => required && state !== 'ready');
  const problems = missing.flatMap(({ name, state, error }): Problem[] => [
    {
      code: 'MORTISE_ERR_PLUGIN_REQUIRED',
      message: `${name} is ${state}`,
      subject: name,
      expected: 'ready',
      found: state,
      remedy: 'Correct what follows, or set required = false.',
    },
    ...(error?.problems ?? []),
  ]);
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
}
