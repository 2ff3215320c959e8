/** The records that pass through the loader's four stages: discover → bootstrap → validate → initialize. */

import type { ByteSource, Image } from '../binary/image.js';
import type { ConfigTable, PluginRequest } from '../config/value.js';
import type { Problem } from '../errors.js';
import type { NativeHost } from '../native/addon.js';
import type { Library } from '../native/library.js';
import type { Bundle } from './bundles/record.js';
import type { BundlePolicy } from './bundles/sources.js';
import type { CheckResult } from './checks/result.js';
import type { Lock } from './lock/record.js';
import type { Running, Step } from './running.js';
import type { HostService, WantedService } from './service-fits.js';
import type { Target } from './target/target.js';

/** After discover: a request, and the file that it means. */
export interface Candidate {
  request: PluginRequest;
  /** Absolute. Of a bundle its program, or its plugin.json where it has none. */
  path: string;
  /** When it is one of Grafana's. */
  bundle?: Bundle;
}

/** Where plugins are looked for. */
export interface FindContext {
  /** What relative paths count from. */
  cwd: string;
  /** The host's directories. */
  search: readonly string[];
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  arch: string;
}

/** A service that a plugin names in its file. */
export interface ServiceNeed extends WantedService {
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
  /** True when it must see the syntax tree of each query that it is asked about. */
  needsTrees?: boolean;
  requires: ServiceNeed[];
  provides: (WantedService & { symbol: string })[];
}

/** After bootstrap: what the file holds. Stages after it read nothing from the original path. */
export interface Evidence {
  path: string;
  source: ByteSource;
  /** Lower-case hex; empty when the file isn't worth it: a large one that is not an image. */
  sha256: string;
  /** Permission bits and owner, as `fs.Stats` gives them. */
  mode: number;
  uid: number;
  /** Those that lie beside it, by path; undefined while nobody has looked. */
  libraries?: ReadonlyMap<string, OwnLibrary>;
  /** Undefined when the file is not a library; then `problems` says why. */
  image?: Image;
  /** The family that recognised the image. */
  dialect?: LoadedDialect;
  /** Undefined when the identity can't be read; then `problems` says why. */
  identity?: Identity;
  /** What the configuration tells the plugin, when one is there. */
  config?: ConfigTable;
  /** When it came as one of Grafana's bundles: its identity is the bundle's. */
  bundle?: Bundle;
  /** What every bundle must meet: loaded with the first one. */
  bundleChecks?: readonly Check[];
  /** What already went wrong while reading. */
  problems: Problem[];
}

/** A library that is found relative to a plugin. */
export interface OwnLibrary {
  /** As it is asked for. */
  name: string;
  path: string;
  /** Lower-case hex. */
  sha256: string;
  mode: number;
  uid: number;
  /** The private copy that stands for it, where the plugin will be loaded. */
  copy?: string;
}

/** Evidence of a plugin whose checks passed. */
export type Validated = Evidence & Required<Pick<Evidence, 'image' | 'dialect' | 'identity'>>;

export type { CheckResult } from './checks/result.js';

/** One rule of validation: a pure function of what the file holds and what the host is. */
export type Check = (evidence: Evidence, host: HostFacts) => CheckResult[];

/** What a plugin is checked against. */
export interface HostFacts {
  version: string;
  abi: { major: number; minor: number };
  platform: NodeJS.Platform;
  arch: string;
  libc: { name: 'glibc' | 'musl' | 'other' | 'none'; version: string };
  /** Another platform than this machine's, which the fields above then describe. */
  target?: Target;
  /** The version of the installed parser; empty when the host parses nothing. */
  parser: string;
  services: readonly HostService[];
  /** The families that it knows, in the order in which they are asked. */
  dialects: readonly Dialect[];
  policy: Policy;
  /** What plugins must be, byte for byte. */
  lock?: Lock;
  /** What bundles must be. Default: external ones are signed. */
  bundles?: BundlePolicy;
  /** The versions of the plugins that are there beside the one that is checked, by id. Undefined: nobody knows. */
  present?: ReadonlyMap<string, string | undefined>;
  /** The file in this process that already exports a symbol of that name, or undefined. */
  exporter(symbol: string): string | undefined;
}

/** What an operator may ask for beyond what safety needs. */
export interface Policy {
  /** Plugins that others than their owner and root can change are refused, not only warned about. */
  strictPermissions: boolean;
  /** The toolchain string that plugins must have whose types depend on it; undefined: any. */
  toolchain?: string;
}

/** A family of plugins, as far as a host knows it that has no plugin of it. */
export interface Dialect {
  id: string;
  /** What a plugin of it is. A library is mapped into this process; a program runs by itself. */
  carrier: 'library' | 'program';
  /** Looks at what an image exports; for a program, also at its bytes. */
  recognise(image: Image, source: ByteSource): boolean;
  /** Whether it runs the program of such a bundle, whatever the program says of itself. Asked before `recognise`. */
  takes?(bundle: Bundle): boolean;
  /**
   * What a request means in the family's own way of naming plugins; undefined: nothing. Asked for what lies at a path
   * before the path itself, and for a name after the host's directories, before the system's.
   * @throws MortiseError when the name leads to what is broken
   */
  find?(request: PluginRequest, context: FindContext): Promise<Candidate | undefined>;
  /** The services that its plugins find, when they aren't the host's own. */
  services?: HostFacts['services'];
  /** Whether they find those of each other beside them. */
  findsOthers?: boolean;
  /** For the messages of what isn't the family's own. */
  words: Words;
  /** The rest, for the first plugin that is recognised: a host starts sooner without the code of other families. */
  load(): Promise<DialectRules>;
}

/** How a family's plugins are read, checked and started. */
export interface DialectRules {
  /** Reads who the plugin is. Problems that hide the identity leave it undefined. */
  identify(source: ByteSource, image: Image): { identity?: Identity; problems: Problem[] };
  /** In addition to the checks that every plugin must pass. */
  checks: readonly Check[];
  /** The file that gives a symbol to the family's plugins, and is loaded before them; undefined: none does. */
  gives?(symbol: string): string | undefined;
  /**
   * Links and starts a plugin.
   * @throws MortiseError; nothing of the plugin runs any more then
   */
  bind(plugin: Validated, options: BindOptions): Running | Promise<Running>;
}

/** A family that has a plugin here. */
export type LoadedDialect = Dialect & DialectRules;

/** How a family calls what every family has. */
export interface Words {
  /** Where a plugin says who it is: `module_info`. Problems of a field name `${identity}.name`. */
  identity: string;
  /** The steps that run something of the plugin. Undefined where the family has no such step. */
  steps: { register?: string; init: string; fini: string };
  /** Who provides the services of the family, when it isn't the host: `a MariaDB server`. */
  server?: string;
}

export interface BindOptions {
  host: NativeHost;
  /** The plugin's own. */
  config: ConfigTable;
  /**
   * Maps the very bytes that were checked, and never unmaps them: the library's constructors run. For a library only.
   * `global`: what it and its libraries export answers those that are loaded later.
   */
  load(options?: { global?: boolean }): Library;
  /** Maps another library that the plugin needs, as safely: the same bytes once for all plugins of the host. */
  loadCompanion(path: string): Library;
  /** To be called before each step, `load` aside. */
  step(step: Step): void;
  /** To be called once the plugin is linked as far as loading goes, before any entry point runs. */
  loaded(): void;
  /** Of the Grafana that the host stands for, as its sources say. */
  grafanaVersion?: string;
  /** Where what a program says and does while it runs is told. Undefined where nobody listens. */
  program?: ProgramSeat;
}

/** A plugin that runs by itself, to its host. */
export interface ProgramSeat {
  became(state: 'ready' | 'crashed' | 'quarantined'): void;
  tell(problem: Problem): void;
  log(line: {
    severity: 'debug' | 'info' | 'warning' | 'error';
    message: string;
    fields: Readonly<Record<string, unknown>>;
  }): void;
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
  // Of a program: between its end and its next start, and when it isn't started any more.
  | 'crashed'
  | 'quarantined'
  // Taken out of the registry while the host goes on.
  | 'decommissioned';
