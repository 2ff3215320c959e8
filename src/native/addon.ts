/**
 * The native addon, typed. It takes and gives plain handles and addresses; only this package calls it,
 * so it checks handles and leaves all other checks to its callers.
 */
import type { ConfigTable } from '../config/value.js';
import { MortiseError, type Problem } from '../errors.js';
import { isBundled, load, packageRoot } from '../package.js';

declare const handle: unique symbol;
/** A native host. Lives until the process ends. */
export type NativeHost = { [handle]: 'host' };
/** A native plugin. Lives until the process ends, as its library does. */
export type NativePlugin = { [handle]: 'plugin' };
/** The plugins that are asked in turn. Collected when nothing routes through it any more. */
export type NativeChain = { [handle]: 'chain' };

/** What an entry point answered. `status` 0 is success. */
export interface NativeOutcome {
  status: number;
  message: string;
  /** Configuration values that the plugin refused. */
  refusals: { path: string; rule: string }[];
  /** What the host refused meanwhile, whether the plugin cared or not. */
  problems: Problem[];
  /** Configuration values that it never asked for. */
  unused: string[];
  /** Paths that it did ask for, there or not; empty when all were. */
  asked: string[];
}

export interface NativeLog {
  /** Five for each: plugin, severity, milliseconds since 1970, text, and fields (keys and values in turn) or undefined. */
  lines: unknown[];
  /** Lines lost since the last drain because the ring was full. */
  dropped: number;
}

/** A value of a log line's field; integers beyond 2^53 are bigints. */
export type LogValue = string | number | bigint | boolean;

/** What a plugin did wrong while it ran. */
export interface NativeProblem extends Problem {
  /** Its name. */
  plugin: string;
}

export interface NativeMetric {
  plugin: string;
  name: string;
  help: string;
  /** 0 counter, 1 gauge, 2 histogram. */
  kind: number;
  /** A histogram's is the sum of what it counted. */
  value: number;
  bounds: number[];
  /** One more than `bounds`, for what lies above all; none unless a histogram. */
  buckets: number[];
}

export interface NativeCalls {
  plugin: string;
  /** An entry point's name, or a function's of a service. */
  entry: string;
  count: number;
  /** What they took together, as far as those that were timed tell. */
  nanoseconds: number;
  /** Two for each that isn't empty: the most nanoseconds that fall there, and how many calls did. */
  buckets: number[];
}

/** Where calls of one function are counted. */
export type NativeCallCount = { [handle]: 'count' };

export interface NativeService {
  name: string;
  major: number;
  minor: number;
  /** Empty: unstated. */
  signature: string;
  /** Where its table of functions lies. */
  table: bigint;
  /** A plugin's name; null: the host itself. */
  provider: string | null;
  /** Plugins that hold leases. */
  users: string[];
}

/** A chain and a slot. Lives as long as `handle`. */
export interface NativeQuestion {
  handle: { [handle]: 'question' };
  /** What `currentQuestion` says to mean it. */
  index: number;
}

/** include/mortise/sql.h: enumerations as numbers, and a row of an array for each item. */
export interface NativeSqlSummary {
  outcome: number;
  message: string;
  position: number;
  access: number;
  parameterCount: number;
  /** kind, access, first block, number of blocks, node, SQL */
  statements: [number, number, number, number, string, string][];
  /** kind, flags, statement, parent */
  blocks: [number, number, number, number][];
  /** block, use, catalog, schema, name, alias */
  tables: [number, number, string, string, string, string][];
  /** block, schema, name */
  functions: [number, number, string, string][];
  /** block, table, type, parameter, place, flags, group, qualifier, column, operation, value */
  comparisons: [number, number, number, number, number, number, number, string, string, string, string][];
}

export interface Addon {
  /** Keeps a loaded library for the life of the process; false when it isn't loaded. */
  pin(path: string): boolean;
  /** All symbols bound, for the life of the process; `deep`: to its own libraries first, where glibc does that; `global`: what is loaded later may be bound to it. Its handle, or why the system refused it. */
  openLibrary(path: string, deep: boolean, global: boolean): bigint | string;
  findSymbol(library: bigint, name: string): bigint | undefined;
  /** Where its memory lies; 0 when it has none. */
  addressOf(memory: ArrayBufferView | ArrayBufferLike): number;
  /** The word at an address. */
  readWord(address: bigint, bytes: 4): number;
  readWord(address: bigint, bytes: 8): bigint;
  /** The file that gives this process a global symbol of that name. */
  exporter(symbol: string): string | undefined;
  libc(): { name: 'glibc' | 'musl' | 'other'; version: string };
  /**
   * Linux only. What is loaded, in the order in which it came, three for each: its path, its DT_SONAME or "", and "1"
   * when the program needs it. The first is the program, with "" for its path and its DT_RPATH for its name.
   */
  loaded(): string[];

  /**
   * `onWork` is called when there are lines to drain, problems to take or tasks to run; it doesn't keep the
   * process alive. A strict host refuses calls on the wrong thread.
   */
  createHost(version: string, onWork: () => void, strict?: boolean): NativeHost;
  /** A directory for mortise.files. A problem as text, or "". */
  addDirectory(host: NativeHost, name: string, path: string, writable: boolean): string;
  setLogSeverity(host: NativeHost, lowest: number): void;
  drainLog(host: NativeHost): NativeLog;
  /** `lost`: how many there were too many. */
  takeProblems(host: NativeHost): { problems: NativeProblem[]; lost: number };
  /** Runs the tasks of plugins that wait for this thread. */
  runTasks(host: NativeHost): void;
  /** Ends its threads, and gives back what it has of the system. May be repeated. */
  closeHost(host: NativeHost): void;
  /** The longest text and the deepest nesting that are parsed; how many texts are known, and the bytes of that. */
  setSqlBounds(
    host: NativeHost,
    maxBytes: number,
    maxDepth: number,
    maxTexts: number,
    maxMemory: number,
  ): void;
  /** No parser. */
  setSqlParser(host: NativeHost): void;
  /**
   * One in JavaScript. `make` gets what to make (0: JSON, 1: protobuf, 2: a fingerprint's 8 bytes, 3: normalised text)
   * and how many bytes of SQL stand in `input`; it gives bytes, or says why there are none, and in `fault` the outcome
   * and the position.
   */
  setSqlParser(
    host: NativeHost,
    make: (what: number, size: number) => Uint8Array | string,
    input: Uint8Array,
    fault: Int32Array,
  ): void;
  /** A plugin's table of functions, called in the name of `user`; both must stay until another is set. */
  setSqlParser(host: NativeHost, user: NativePlugin, table: bigint): void;
  /** What a plugin would read of this text. */
  summariseSql(chain: NativeChain, sql: string): NativeSqlSummary;
  identifySql(chain: NativeChain, sql: string): { fingerprint?: bigint; normalised?: string };
  /** Changes when a text may have another summary. */
  sqlParsers(chain: NativeChain): number;
  /** Forgets what an earlier parser made. When no query is being asked. */
  dropOldSql(host: NativeHost): void;
  listMetrics(host: NativeHost): NativeMetric[];
  /** Counts calls of plugins from now on: before there are plugins. */
  observeCalls(host: NativeHost): void;
  /** Undefined where calls aren't counted. */
  callCount(host: NativeHost, plugin: string, entry: string): NativeCallCount | undefined;
  listCalls(host: NativeHost): NativeCalls[];
  /** The host's own service; `table` stays valid until the process ends. A problem as text, or "". */
  provideService(host: NativeHost, name: string, version: number, table: bigint, signature: string): string;
  /** In the order of registration. */
  listServices(host: NativeHost): NativeService[];
  /** Those that a new host has. */
  listBuiltInServices(): NativeService[];
  createPlugin(
    host: NativeHost,
    options: {
      name: string;
      path: string;
      config: ConfigTable;
      register?: bigint;
      init?: bigint;
      route?: bigint;
      fini?: bigint;
      moduleHost?: bigint;
      /** The compiler that built it; and whether those that use its services must be of the same. */
      toolchain?: string;
      exactToolchain?: boolean;
      /** Queries without a syntax tree are blocked instead of its being asked. */
      needsTrees?: boolean;
      /** Stands for TypeScript, which uses services and isn't asked before a plugin stops. */
      embedder?: boolean;
    },
  ): NativePlugin;
  /**
   * Puts a service's table into a cell, or only counts the lease when there is no cell. An optional one is
   * filled and emptied as its service comes and goes.
   */
  linkCell(
    plugin: NativePlugin,
    cell: bigint | undefined,
    service: string,
    version: number,
    optional: boolean,
    signature: string,
  ): 'linked' | 'absent' | 'occupied';
  /** Counts a lease of a service by its table. False when it can't be had any more. */
  acquireTable(plugin: NativePlugin, table: bigint): boolean;
  releaseTable(plugin: NativePlugin, table: bigint): void;
  registerPlugin(plugin: NativePlugin): NativeOutcome;
  initPlugin(plugin: NativePlugin): NativeOutcome;
  /**
   * Says to those who want its services that these are going, and gives them to nobody any more. The names of others
   * that hold leases; unless `always`, nothing changes then.
   */
  retirePlugin(plugin: NativePlugin, always?: boolean): string[];
  /**
   * Takes no more tasks of it, drops those that wait, and refuses what its threads call of TypeScript. How many tasks
   * run on the pool, and how many calls wait for this thread.
   */
  settlePlugin(plugin: NativePlugin): number;
  /** Reports the problem, and leaves the plugin alone: nothing of it is called or taken away any more. */
  abandonPlugin(plugin: NativePlugin, problem: Problem): void;
  /**
   * Runs module_fini if module_init succeeded and it hasn't run; gives back cells, leases and services.
   * False, and nothing of that, when a task of its own still runs after so many milliseconds, or a thread of its own
   * waits for this one.
   */
  stopPlugin(plugin: NativePlugin, milliseconds?: number): boolean;

  /** Whether this thread is the one that hears signals: the main one, and not on Windows. */
  hearsSignals(): boolean;
  /**
   * Whether the signal of that number would end the process, as only mortise listens to it. The main thread only; it
   * is the one that is watched. While a plugin keeps that thread, such a signal then ends the process by itself.
   */
  watchSignal(signal: number, ends: boolean): void;
  /** The exit that comes now ends the process by that signal, once workers have ended; after 10 s even so. */
  endAfterWorkers(signal: number): void;
  /** How many hosts are open in the process, those of workers too. */
  openHosts(): number;
  /** JavaScript has heard of the signals that came. */
  hearSignal(): void;
  /** With a host its queries have trees, where that has a parser. */
  createChain(host?: NativeHost): NativeChain;
  /** Who is asked from now on; their indices are what a slot names. */
  relinkChain(chain: NativeChain, plugins: NativePlugin[]): void;
  createQuestion(chain: NativeChain, slot: ArrayBuffer, parameterCapacity: number): NativeQuestion;
  /** Its only word says which question the next two mean. */
  currentQuestion: Uint32Array;
  /** Asks about what stands in the slot's short part, with kept SQL; the answer lies in the slot. */
  askShort(): void;
  /**
   * Asks about what stands in the slot's long part. Those of the first four parameters are read that the
   * slot calls arguments.
   */
  ask(sql: string, p0?: unknown, p1?: unknown, p2?: unknown, p3?: unknown): void;
  /**
   * As `ask`, and tells four numbers for each plugin that was asked: nanoseconds, whether it decided (1), and kind and
   * value of its fault, or 0. The slot has none of the faults then.
   */
  explain(sql: string, p0?: unknown, p1?: unknown, p2?: unknown, p3?: unknown): number[];
  /** Keeps SQL that is routed more than once, until `forgetSql`. Its number is what a slot names. */
  keepSql(chain: NativeChain, sql: string, types?: Uint32Array): number;
  forgetSql(chain: NativeChain, statement: number): void;
  /** Does nothing: the floor that benchmarks compare with. */
  empty(): void;
}

let loaded: Addon | undefined;

/** Loads the addon when it is first needed: nothing happens at import. */
export function addon(): Addon {
  loaded ??= find();
  return loaded;
}

function find(): Addon {
  const target = `${process.platform}-${process.arch}`;
  // A clone builds its own; an installed package brings one for each platform as an optional dependency.
  const places = [`${packageRoot}build/Release/mortise.node`, `@mortise/${target}`];
  let cause: unknown;
  for (const place of places) {
    try {
      return load(place) as Addon;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') cause ??= error;
    }
  }
  throw new MortiseError(addonProblem(cause, target, isBundled), { cause });
}

/**
 * Why there is no addon, with the remedy for that.
 * @param cause what loading it threw; undefined when no file was found
 */
export function addonProblem(cause: unknown, target: string, bundled: boolean): Problem {
  const { code, message = '' } = (cause ?? {}) as { code?: string; message?: string };
  const common = { code: 'MORTISE_ERR_ADDON', subject: 'mortise.node' } as const;
  if (code === 'ERR_DLOPEN_DISABLED' && 'permission' in process) {
    return {
      ...common,
      message: 'Node.js’s permission model forbids addons, so that no native code can be loaded',
      expected: 'a process that may load addons',
      found: 'the permission model, without --allow-addons',
      remedy:
        'Start Node.js with --allow-addons. Plugins are then beyond the model: native code may do anything.',
    };
  }
  if (code === 'ERR_DLOPEN_DISABLED') {
    return {
      ...common,
      message: 'Node.js was started with --no-addons, so that no native code can be loaded',
      expected: 'a process that may load addons',
      found: '--no-addons, on the command line or in NODE_OPTIONS',
      remedy: 'Start Node.js without --no-addons.',
    };
  }
  const [, needed] = /version `(GLIBC(?:XX)?_[\d.]+)' not found/.exec(message) ?? [];
  if (needed) {
    return {
      ...common,
      message: `the addon needs ${needed}, which this system's C or C++ library does not have`,
      expected: needed,
      found: message,
      remedy: 'Run it on a newer system, or build mortise on this one: `npm run build` in a clone.',
    };
  }
  if (/too many open files/i.test(message)) {
    return {
      ...common,
      message: 'this process has no more file descriptors, and so cannot open the addon',
      expected: 'a few file descriptors',
      found: message,
      remedy: 'Close files, or raise the limit on open files: ulimit -n.',
    };
  }
  if (bundled) {
    return {
      ...common,
      message: 'a bundler has moved mortise away from its addon',
      expected: 'the package mortise in node_modules, loaded from there',
      found: `its code in ${packageRoot}`,
      remedy: 'Keep mortise out of the bundle: `--external:mortise` with esbuild, `external` elsewhere.',
    };
  }
  return {
    ...common,
    message: message || `there is no native addon for ${target}`,
    expected: `build/Release/mortise.node, or the package @mortise/${target}`,
    found: message || 'neither',
    remedy: 'In a clone run `npm run build`; elsewhere install mortise without --omit=optional.',
  };
}
