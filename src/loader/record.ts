/** The records that pass through the loader's four stages: discover → bootstrap → validate → initialize. */

import type { ByteSource, Image } from '../binary/image.js';
import type { PluginFunctions } from '../dialects/mariadb/functions.js';
import type { ErrorCode, Problem } from '../errors.js';
import type { NativeHost, NativePlugin } from '../native/addon.js';
import type { Library } from '../native/library.js';

/** A plugin's configuration: what stands under `config` in mortise.toml. */
export type ConfigValue = boolean | number | bigint | string | ConfigValue[] | ConfigTable;
export interface ConfigTable {
  [key: string]: ConfigValue;
}

/** What an embedder or a configuration file asks for. */
export interface PluginRequest {
  /** A bare name to search for, a relative or absolute path, a directory, or a `plugin.json` bundle. */
  name: string;
  /** Further names under which the registry finds the plugin. */
  aliases?: string[];
  config?: ConfigTable;
  /** The host does not open without it. */
  required?: boolean;
  /** Where the plugin runs. Only `none`, in this process, exists so far. */
  isolation?: 'none';
}

/** After discover: a request, and the file that it means. */
export interface Candidate {
  request: PluginRequest;
  /** Absolute. */
  path: string;
}

/** A service that a plugin names in its file. */
export interface ServiceNeed {
  name: string;
  major: number;
  minor: number;
  optional: boolean;
  /** The exported cell that receives the table, when the file has one. */
  cell?: string;
  /** The symbol that said so. */
  symbol: string;
}

/** Who a plugin says that it is; read from its file without running it. */
export interface Identity {
  name: string;
  version: string;
  /** "1.0"; the dialect's own notion of it. */
  abi: string;
  /** Empty when the plugin reads no syntax trees. */
  parser: string;
  toolchain: string;
  /** True when `toolchain` must match the host's policy exactly. */
  exactToolchain: boolean;
  requires: ServiceNeed[];
  provides: { name: string; major: number; minor: number; symbol: string }[];
}

/** After bootstrap: what the file holds. Stages after it read nothing from the original path. */
export interface Evidence {
  path: string;
  source: ByteSource;
  /** Lower-case hex. */
  sha256: string;
  /** Permission bits and owner, as `fs.Stats` gives them. */
  mode: number;
  uid: number;
  /** Undefined when the file is no image; then `problems` says why. */
  image?: Image;
  /** The family that recognised the image. */
  dialect?: Dialect;
  /** Undefined when the identity can't be read; then `problems` says why. */
  identity?: Identity;
  /** What already went wrong while reading. */
  problems: Problem[];
}

/** Evidence of a plugin whose checks passed. */
export type Validated = Evidence & Required<Pick<Evidence, 'image' | 'dialect' | 'identity'>>;

/** One check's verdict, as plain data; rendering is the CLI's. */
export interface CheckResult {
  /** Stable, lower-case: `format`, `abi`, `dependency`… */
  id: string;
  status: 'ok' | 'warn' | 'fail' | 'skip';
  /** One line: "plugin 1.3, host 1.2". */
  message: string;
  code?: ErrorCode;
  remedy?: string;
  /** The whole problem behind a warn or a fail. */
  problem?: Problem;
}

/** One rule of validation: a pure function of what the file holds and what the host is. */
export type Check = (evidence: Evidence, host: HostFacts) => CheckResult[];

/** What a plugin is checked against. */
export interface HostFacts {
  version: string;
  abi: { major: number; minor: number };
  platform: NodeJS.Platform;
  arch: string;
  libc: { name: 'glibc' | 'musl' | 'other' | 'none'; version: string };
  /** The version of the installed parser; empty when the host parses nothing. */
  parser: string;
  services: readonly { name: string; major: number; minor: number; provider: string }[];
  policy: Policy;
  /** The file in this process that already exports a symbol of that name, or undefined. */
  exporter(symbol: string): string | undefined;
}

/** What an operator may ask for beyond what safety needs. */
export interface Policy {
  /** Plugins that others than their owner and root can change are refused, not only warned about. */
  strictPermissions: boolean;
  /** The toolchain string that plugins must have; undefined: any. */
  toolchain?: string;
}

/** A family of plugins: how it is recognised, read, and checked. */
export interface Dialect {
  id: 'mortise' | 'collectd' | 'mariadb' | 'pgdog' | 'goplugin';
  recognise(image: Image): boolean;
  /** Reads who the plugin is. Problems that hide the identity leave it undefined. */
  identify(source: ByteSource, image: Image): { identity?: Identity; problems: Problem[] };
  /** The services that its plugins find, when they aren't the host's own. */
  services?: HostFacts['services'];
  /** In addition to the checks that every library must pass. */
  checks: readonly Check[];
  /**
   * Links a library that was mapped, and starts the plugin in it.
   * @throws MortiseError; nothing of the plugin runs any more then
   */
  bind(plugin: Validated, library: Library, options: BindOptions): Binding;
}

export interface BindOptions {
  host: NativeHost;
  /** The plugin's own. */
  config: ConfigTable;
  /** To be called once the library is linked as far as loading goes, before any entry point runs. */
  loaded(): void;
}

/** A plugin that was started. */
export interface Binding {
  warnings: CheckResult[];
  /** For the chain that routes, when the plugin has an opinion on routes. */
  router?: NativePlugin;
  /** What else the plugin can be asked. */
  functions?: PluginFunctions;
  /** For its services and its tasks, when it has any. */
  native?: NativePlugin;
  /**
   * Ends the plugin; safe to repeat. False when it can't end, because a task of its own still runs after `limitMs`
   * (default: some seconds), or a thread of its own waits for this one.
   */
  stop(limitMs?: number): unknown;
}

/** Where a plugin is in its life. */
export type PluginState =
  | 'discovered'
  | 'validated'
  | 'loaded'
  | 'ready'
  | 'draining'
  | 'stopped'
  | 'rejected'
  | 'failed'
  | 'crashed'
  | 'quarantined'
  | 'decommissioned';
