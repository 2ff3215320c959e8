/** The part of the native addon that runs collectd's plugins: native/node/bind_collectd.cc. Not on Windows. */
import type { Problem } from '../errors.js';
import { addon, type NativeHost, type NativePlugin } from './addon.js';
import type { CollectdItem } from './collectd-config.js';

declare const handle: unique symbol;
/** What the daemon is to the plugins of one host. Lives until the process ends. */
export type NativeDaemon = { [handle]: 'collectd daemon' };
/** One collectd plugin. Lives until the process ends, as its library does. */
export type NativeCollectdPlugin = { [handle]: 'collectd plugin' };

/** A callback, configuration or data set that a plugin registered. */
export interface Registration {
  kind:
    | 'config'
    | 'init'
    | 'read'
    | 'write'
    | 'flush'
    | 'missing'
    | 'cache_event'
    | 'shutdown'
    | 'log'
    | 'notification'
    | 'data_set'
    | 'match'
    | 'target';
  name: string;
}

export interface CollectdAddon {
  /**
   * Opens mortise-collectd.so for the whole process, and serves its functions from this host's collector. "taken": another
   * host has collectd plugins; any other text: why the library can't be opened.
   */
  collectdOpen(host: NativeHost, library: string): NativeDaemon | string;
  /** After the collector was shut down: its plugins' threads get errors from now on. May be repeated. */
  collectdClose(daemon: NativeDaemon): void;
  /** `plugin` is whose log it is, and who owns what it registers. Times in seconds. */
  collectdPlugin(
    daemon: NativeDaemon,
    plugin: NativePlugin,
    options: { name: string; interval?: number; flushInterval?: number; flushTimeout?: number },
  ): NativeCollectdPlugin;
  /** Calls module_register, which lies at that address. */
  collectdStart(daemon: NativeDaemon, plugin: NativeCollectdPlugin, moduleRegister: bigint): void;
  /** A `<Plugin NAME>` block, for whoever registered for that name: nobody did when it is "absent". */
  collectdConfigure(
    daemon: NativeDaemon,
    name: string,
    block: CollectdItem,
  ): { outcome: 'configured' | 'absent' | 'failed'; problems: Problem[] };
  /** Runs its init callbacks. Where one fails, its read callback of the same name goes. */
  collectdInit(daemon: NativeDaemon, plugin: NativeCollectdPlugin): { name: string; status: number }[];
  collectdRegistrations(daemon: NativeDaemon, plugin: NativeCollectdPlugin): Registration[];
  /** Takes back configuration, inits, matches and targets, after the collector gave its callbacks back. */
  collectdForget(daemon: NativeDaemon, plugin: NativeCollectdPlugin): void;
}

/** @throws MortiseError MORTISE_ERR_ADDON */
export function collectdAddon(): CollectdAddon {
  return addon() as unknown as CollectdAddon;
}
