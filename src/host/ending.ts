/** How plugins end: one while the others go on, or all with their host. */
import { setImmediate as turn } from 'node:timers/promises';
import type { PrivateDirectory } from '../loader/private-copy.js';
import type { PluginState } from '../loader/record.js';
import { addon, type NativeHost } from '../native/addon.js';
import type { Entry } from '../registry/entry.js';
import type { Entries } from '../registry/registry.js';
import type { Served } from '../services/serve/serve.js';
import type { UsedServices } from '../services/use/used.js';
import type { OpenCapabilities } from './capabilities.js';
import { closeAtExit } from './exit.js';
import { assertRemovable, bundlesInside } from './remove.js';
import type { Reports } from './reports.js';
import { obstacle, retire, retireAnyway, settle, stopOrder, withUsers } from './stop.js';

/** What of a host has a part in the end of its plugins. */
export interface EndingParts {
  readonly native: NativeHost;
  readonly entries: Entries;
  readonly capabilities: OpenCapabilities;
  readonly used: UsedServices;
  readonly reports: Reports;
  readonly directory: PrivateDirectory;
  /** Whether a signal that ends the process is an end of the host. */
  readonly signals: boolean;
  /** Does what plugins left to do for this thread. */
  work(): void;
}

export interface StopOptions {
  /** Also those that use its services, those first. */
  withUsers?: boolean;
  deadlineMs?: number;
}

export class Ending {
  /** The plugins that run, in the order of their init. */
  started: readonly Entry[] = [];
  /** Only of a host that offers services. */
  served: Served | undefined;
  readonly #parts: EndingParts;
  readonly #forgetExit: () => void;
  /** What a second stop of the same plugin waits for. */
  readonly #stopping = new Map<Entry, Promise<void>>();
  /** What `close` waits for, once it was called. */
  #closing: Promise<void> | undefined;
  #isClosed = false;
  /** The plugins too. */
  #isStopped = false;

  /** From now on the end of the process ends the plugins too. */
  constructor(parts: EndingParts) {
    this.#parts = parts;
    this.#forgetExit = closeAtExit(() => this.#stopNow(), parts.signals);
  }

  /** Whether calls are refused. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * One plugin. Nothing when it doesn't run.
   * @throws MortiseError MORTISE_ERR_SERVICE_IN_USE
   */
  async stop(entry: Entry, options: StopOptions): Promise<void> {
    if (entry.state === 'draining') await this.#stopping.get(entry);
    if (!stoppable.has(entry.state)) return;
    // Before anything changes: the only plugin that is stopped may be refused.
    if (!options.withUsers) retire(entry);
    const order = options.withUsers ? withUsers(entry, this.started, this.#parts.native) : [entry];
    const stopped = this.#stopAll(order, options.deadlineMs);
    for (const one of order) this.#stopping.set(one, stopped);
    await stopped;
  }

  /**
   * One plugin, and bundles inside its own before it, which then leave the registry.
   * @throws MortiseError MORTISE_ERR_PLUGIN_PERMANENT, MORTISE_ERR_SERVICE_IN_USE, and why it can't be stopped
   */
  async decommission(entry: Entry, options: StopOptions): Promise<void> {
    const { entries } = this.#parts;
    assertRemovable(entry);
    for (const one of [...bundlesInside(entry, entries.all), entry]) {
      const ran = stoppable.has(one.state) || one.state === 'draining';
      await this.stop(one, options);
      if (ran && one.state === 'failed') throw one.error;
      entries.remove(one);
      one.leave();
    }
  }

  /** All, and the host with them. May be called twice. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #stopAll(order: readonly Entry[], deadlineMs?: number): Promise<void> {
    const { used, work } = this.#parts;
    for (const one of order) one.become('draining');
    await settle(order, (one) => used.running(one.plugin), deadlineMs);
    for (const one of order) this.#end(one, 0);
    work();
  }

  async #close(): Promise<void> {
    const { capabilities, used } = this.#parts;
    const running = this.started.filter(({ state }) => stoppable.has(state) || state === 'draining');
    this.#refuseCalls();
    await capabilities.settle();
    await settle(running, (entry) => used.running(entry.plugin));
    this.#stopNow(0);
    // What native code lets go of is freed by the event loop, which may not turn otherwise from one host to the next.
    await turn();
  }

  #refuseCalls(): void {
    this.#isClosed = true;
    this.#parts.capabilities.close();
    this.#parts.used.close();
  }

  /**
   * Also runs when the process ends, where nothing can be awaited.
   * @param limitMs how long tasks may still run; 0 where they were waited for
   */
  #stopNow(limitMs?: number): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    const { native, capabilities, used, directory, work } = this.#parts;
    this.#refuseCalls();
    capabilities.end();
    this.served?.stopping();
    for (const entry of this.started) entry.become('draining');
    for (const entry of stopOrder(this.started, native)) {
      // Plugins that merely want its services are told that they are going away.
      if (entry.state === 'draining') retireAnyway(entry);
      this.#end(entry, limitMs);
    }
    used.end();
    this.served?.close();
    work();
    addon().closeHost(native);
    directory.remove();
    this.#forgetExit();
  }

  #end(entry: Entry, limitMs?: number): void {
    const { running } = entry;
    if (entry.state !== 'draining' || !running) return;
    const { used, reports } = this.#parts;
    const problem = obstacle(entry, used.running(entry.plugin));
    if (problem) running.abandon(problem);
    else if (running.stop(limitMs)) {
      entry.become('stopped');
      return;
    }
    const [first, ...rest] = reports
      .takeProblems()
      .filter(({ code, subject }) => subject === entry.name && unstoppable.has(code));
    if (first) entry.refuse('failed', [first, ...rest]);
    else entry.become('failed');
  }
}

/** Where something of a plugin runs, or will run again. */
const stoppable: ReadonlySet<PluginState> = new Set(['ready', 'crashed', 'quarantined']);
/** Why a plugin could not be stopped. */
const unstoppable: ReadonlySet<string> = new Set(['MORTISE_ERR_TASK_STUCK', 'MORTISE_ERR_SERVICE_IN_USE']);
