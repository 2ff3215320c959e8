/** The part of the native addon that calls PgDog's plugins: native/node/bind_pgdog.cc. */
import { addon, type NativePlugin } from './addon.js';

declare const handle: unique symbol;
/** One loaded PgDog plugin. Lives until the process ends. */
export type NativeInstance = { [handle]: 'pgdog plugin' };

export interface PgdogAddon {
  /** What a version function gives; undefined when that is not a short text. */
  pgdogText(version: bigint): string | undefined;
  /** `plugin` is whose name and log it is; stop this before it. */
  pgdogOpen(plugin: NativePlugin, init: bigint | undefined, fini: bigint | undefined): NativeInstance;
  /** Makes it a link of routing chains. False when the bridge isn't the one for `rustc` and `parser`. */
  pgdogLink(
    instance: NativeInstance,
    bridge: {
      identity: bigint;
      make: bigint;
      ask: bigint;
      rustc: string;
      parser: string;
      /** The plugin's `pgdog_route`. */
      route: bigint;
      /** The table of mortise.sql. */
      sql: bigint;
    },
  ): boolean;
  pgdogInit(instance: NativeInstance): void;
  /** `pgdog_fini`, when its init ran; safe to repeat. */
  pgdogStop(instance: NativeInstance): void;
}

/** @throws MortiseError MORTISE_ERR_ADDON */
export function pgdogAddon(): PgdogAddon {
  return addon() as unknown as PgdogAddon;
}
