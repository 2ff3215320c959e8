/** One plugin of a host: who it is, where it stands, and why it isn't ready. */
import type { Credentials, PluginFunctions, Verdict } from '../dialects/mariadb/functions.js';
import type { SqlService } from '../dialects/mariadb/sql.js';
import { MortiseError, type Problem } from '../errors.js';
import { failed, warned } from '../loader/checks/result.js';
import type {
  Binding,
  CheckResult,
  Identity,
  PluginRequest,
  PluginState,
  ServiceNeed,
} from '../loader/record.js';

/** States that a plugin never leaves: nothing of it runs any more, or ever did. */
const final: ReadonlySet<PluginState> = new Set(['rejected', 'failed', 'stopped', 'decommissioned']);

/** The functions that only some plugins have, and what is said of those that don't. */
const lacks: Record<keyof PluginFunctions, string> = {
  validatePassword: 'validates no passwords',
  encryptionKey: 'has no encryption keys',
  compress: 'compresses nothing',
  decompress: 'decompresses nothing',
  serveSql: 'asks no SQL',
};

export class Plugin {
  #request: PluginRequest;
  readonly #changed: (plugin: Plugin, state: PluginState) => void;
  #state: PluginState = 'discovered';
  #path: string | undefined;
  #identity: Identity | undefined;
  #dialect: string | undefined;
  #sha256: string | undefined;
  #checks: readonly CheckResult[] = [];
  #noted = 0;
  #error: MortiseError | undefined;
  /** What was started. Only the host touches it. */
  binding: Binding | undefined;

  /** @param changed called after each change of state */
  constructor(request: PluginRequest, changed: (plugin: Plugin, state: PluginState) => void) {
    this.#request = request;
    this.#changed = changed;
  }

  /** `name@version`; the requested name while the file hasn't said who it is. */
  get id(): string {
    return this.#identity ? `${this.#identity.name}@${this.#identity.version}` : this.#request.name;
  }

  /** As the file says; the requested name while it hasn't. */
  get name(): string {
    return this.#identity?.name ?? this.#request.name;
  }

  get aliases(): readonly string[] {
    return this.#request.aliases ?? [];
  }

  /** Undefined while the file hasn't said it. */
  get version(): string | undefined {
    return this.#identity?.version;
  }

  /** The family that it belongs to. */
  get dialect(): string | undefined {
    return this.#dialect;
  }

  /** The file that it was read from. The library that runs is a private copy. */
  get path(): string | undefined {
    return this.#path;
  }

  /** Of the file, and of the copy that runs; lower-case hex. */
  get sha256(): string | undefined {
    return this.#sha256;
  }

  get state(): PluginState {
    return this.#state;
  }

  /** Why it isn't ready. */
  get error(): MortiseError | undefined {
    return this.#error;
  }

  /** What was checked, warnings after loading included. */
  get checks(): readonly CheckResult[] {
    return this.#checks;
  }

  /** Services that it needs. */
  get requires(): readonly ServiceNeed[] {
    return this.#identity?.requires ?? [];
  }

  /** Services that it says it provides. */
  get provides(): Identity['provides'] {
    return this.#identity?.provides ?? [];
  }

  /** The host doesn't open without it. */
  get required(): boolean {
    return this.#request.required ?? false;
  }

  /** What was asked for, with what a bundle adds. */
  get request(): PluginRequest {
    return this.#request;
  }

  /**
   * Asks a password validation plugin of MariaDB whether a user may have a password.
   * @throws MortiseError MORTISE_ERR_PLUGIN_FUNCTION, MORTISE_ERR_PLUGIN_ARGUMENT
   */
  validatePassword(credentials: Credentials): Verdict {
    return this.#function('validatePassword')(credentials);
  }

  /**
   * A key of an encryption key plugin of MariaDB, in its newest version unless another is asked for;
   * undefined when there is none.
   * @throws MortiseError MORTISE_ERR_PLUGIN_FUNCTION, MORTISE_ERR_PLUGIN_ARGUMENT
   */
  encryptionKey(id: number, version?: number): Buffer | undefined {
    return this.#function('encryptionKey')(id, version);
  }

  /**
   * Compresses with a compression provider of MariaDB.
   * @throws MortiseError MORTISE_ERR_PLUGIN_FUNCTION, MORTISE_ERR_PLUGIN_ARGUMENT, MORTISE_ERR_PLUGIN_FAILED
   */
  compress(bytes: Uint8Array): Buffer {
    return this.#function('compress')(bytes);
  }

  /**
   * Undoes {@link Plugin.compress}.
   * @param most how many bytes may come out; at most 2³⁰
   * @throws MortiseError MORTISE_ERR_PLUGIN_FUNCTION, MORTISE_ERR_PLUGIN_ARGUMENT, MORTISE_ERR_PLUGIN_FAILED
   */
  decompress(bytes: Uint8Array, most: number): Buffer {
    return this.#function('decompress')(bytes, most);
  }

  /**
   * Answers the SQL of a MariaDB plugin from now on. Until then each of its statements fails.
   * @throws MortiseError MORTISE_ERR_PLUGIN_FUNCTION, MORTISE_ERR_PLUGIN_ARGUMENT
   */
  serveSql(service: SqlService): void {
    this.#function('serveSql')(service);
  }

  #function<Name extends keyof PluginFunctions>(name: Name): NonNullable<PluginFunctions[Name]> {
    const found = this.#state === 'ready' ? this.binding?.functions?.[name] : undefined;
    if (found) return found;
    const isReady = this.#state === 'ready';
    throw new MortiseError({
      code: 'MORTISE_ERR_PLUGIN_FUNCTION',
      message: isReady ? `${this.name} ${lacks[name]}` : `${this.name} is ${this.#state}`,
      subject: this.name,
      where: name,
      expected: isReady ? `a plugin that has ${name}` : 'a plugin that is ready',
      found: isReady ? `a ${this.#dialect} plugin without it` : this.#state,
      remedy: isReady ? 'Call it on a plugin that has it.' : 'See the plugin’s error, or open another host.',
    });
  }

  /** Takes over what the loader's stages found. */
  learn(found: {
    request?: PluginRequest;
    path?: string;
    sha256?: string;
    dialect?: string;
    identity?: Identity;
    checks?: readonly CheckResult[];
  }): void {
    this.#request = found.request ?? this.#request;
    this.#path = found.path ?? this.#path;
    this.#sha256 = found.sha256 ?? this.#sha256;
    this.#dialect = found.dialect ?? this.#dialect;
    this.#identity = found.identity ?? this.#identity;
    this.#checks = found.checks ?? this.#checks;
  }

  /** Keeps what it did wrong while it ran, as a check; the first hundred. */
  note(problem: Problem): void {
    if (++this.#noted > 100) return;
    const make = problem.code.startsWith('MORTISE_WARN') ? warned : failed;
    this.#checks = [...this.#checks, make('running', problem)];
  }

  /** Moves to another state; a final one is never left. */
  become(state: PluginState): void {
    if (this.#state === state || final.has(this.#state)) return;
    this.#state = state;
    this.#changed(this, state);
  }

  /** Moves to `state` because of these problems. */
  refuse(state: 'rejected' | 'failed', problems: readonly [Problem, ...Problem[]], cause?: unknown): void {
    this.#error = new MortiseError(problems, cause === undefined ? undefined : { cause });
    this.become(state);
  }
}
