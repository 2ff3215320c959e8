/**
 * What plugins are for: routing, passwords, keys, compression. A capability is a folder or a file beside this one and
 * a line in index.ts; the host, its options and mortise.toml know none by name.
 */
import type { ZodObject } from 'zod';
import type { Rules } from '../config/rules.js';
import type { Problem } from '../errors.js';
import type { NativeHost } from '../native/addon.js';
import type { Registry } from '../registry/registry.js';
import type { SqlParser } from './routing/sql/parser.js';

/** A purpose of plugins. `Facade` is what the embedder gets of it: `host.capability(Routing)`. */
export interface Capability<Options = unknown, Facade extends CapabilityFacade = CapabilityFacade> {
  /** Its key among the options of `Host.open`, and its table in mortise.toml. Lower case. */
  readonly name: string;
  /**
   * The schema of its options, with keys as in mortise.toml. Called when options are checked: zod is loaded only then.
   * Undefined when there is nothing to set.
   * @internal users' types need no schema library
   */
  readonly section?: (z: typeof import('zod')) => ZodObject;
  /**
   * The same as plain code, with keys in camel case: `Host.open` checks its options without the schema library, which
   * takes longer to load than the rest. A test holds the two together. Undefined: any table passes.
   */
  readonly rules?: Rules;
  /** Keys of its options that are paths, or lists of them: in mortise.toml they count from the file's directory. */
  readonly paths?: readonly (keyof NonNullable<Options> & string)[];
  /** Called for each host, whether it uses the capability or not, before its plugins start. */
  prepare?(host: CapabilityHost, options: Options): void;
  /** Whether it is opened although nobody asked for it: called once the plugins have started. */
  isWanted?(host: CapabilityHost): boolean;
  /** @throws MortiseError when the options are not valid */
  open(host: CapabilityHost, options: Options): Facade;
}

/** What a capability sees of its host. */
export interface CapabilityHost {
  readonly native: NativeHost;
  /** In configuration order; those that aren't ready included. */
  readonly plugins: Registry;
  /** The host's own parser of SQL; undefined: it has none. */
  readonly parser: SqlParser | undefined;
  /** What relative paths count from. */
  readonly cwd: string;
  /** Tells what went wrong while nobody was calling: to the log, and to who listens. */
  tell(problem: Problem): void;
}

/** What `Host.open` takes for each capability. A capability adds its key, as it does to `Offers`. */
// biome-ignore lint/suspicious/noEmptyInterface: capabilities add their keys
export interface CapabilityOptions {}

/** What the host tells a capability. */
export interface CapabilityFacade {
  /**
   * What `Host.open` waits for once it has opened it.
   * @throws MortiseError when the host can't open
   */
  ready?(): Promise<void>;
  /** Plugins came, changed or went: ask `host.plugins` again. Called after each change of state. */
  changed(): void;
  /** The host closes. Calls throw MORTISE_ERR_HOST_CLOSED from now on. May be called twice. */
  close(): void;
  /** After that, before plugins stop: what of it still runs ends, while the event loop goes on. */
  settle?(): Promise<void>;
  /** The same where nothing can be awaited, as when the process ends. May be called twice, and after `settle`. */
  end?(): void;
}
