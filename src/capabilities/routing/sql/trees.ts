/** Gives a host's plugins the trees of the queries that they are asked about. */
import { isParser } from '../../../loader/sql-parser.js';
import { addon, type NativeHost, type NativePlugin } from '../../../native/addon.js';
import { isBytes } from '../../../native/views.js';
import type { Plugin } from '../../../registry/plugin.js';
import { createEmbedder, type Embedder } from '../../../services/use/embedder.js';
import { type SqlParser, SqlSyntaxError } from './parser.js';

/** What is parsed, and how much of it is kept. */
export interface SqlOptions {
  /** The longest SQL that is parsed, in bytes. Default 65,536. */
  maxSqlBytes?: number;
  /** How deeply it may nest. Default 1,000. */
  maxSqlDepth?: number;
  /** Of how many texts the host keeps what was parsed. Default 1,024. */
  sqlCacheTexts?: number;
  /** How many bytes that may take. Default 33,554,432. */
  sqlCacheBytes?: number;
}

/** What native code asks for, by its number. */
const makers = [
  (parser: SqlParser, sql: Uint8Array) => parser.json(sql),
  (parser: SqlParser, sql: Uint8Array) => parser.protobuf(sql),
  (parser: SqlParser, sql: Uint8Array) => fingerprintBytes(parser.fingerprint(sql)),
  (parser: SqlParser, sql: Uint8Array) => parser.normalise(sql),
] as const;

/** As in include/mortise/sql.h. */
const outcomes = { syntaxError: 1, noTree: 4 } as const;

export class SqlTrees {
  readonly #native: NativeHost;
  readonly #plugins: Iterable<Plugin>;
  readonly #parser: SqlParser | undefined;
  readonly #maxBytes: number;
  /** The plugin whose parser is used; null: the host's own is. */
  #provider: string | null | undefined;
  /** Whoever a plugin's parser is called by; kept from the first on. */
  #user: Embedder | undefined;

  constructor(
    host: { native: NativeHost; plugins: Iterable<Plugin>; parser: SqlParser | undefined },
    { maxSqlBytes = 65_536, maxSqlDepth = 1_000, sqlCacheTexts = 1_024, sqlCacheBytes = 2 ** 25 }: SqlOptions,
  ) {
    this.#native = host.native;
    this.#plugins = host.plugins;
    this.#parser = host.parser;
    this.#maxBytes = maxSqlBytes;
    addon().setSqlBounds(this.#native, maxSqlBytes, maxSqlDepth, sqlCacheTexts, sqlCacheBytes);
    this.changed();
  }

  /** The first plugin that is ready and has a parser gives it; without one the host's own is used. */
  changed(): void {
    const provider = this.#firstProvider();
    if (provider === this.#provider) return;
    const had = this.#provider !== undefined;
    this.#provider = provider;
    const table = provider === null ? undefined : this.#lease(provider);
    if (table !== undefined) addon().setSqlParser(this.#native, this.#userOf(), table);
    else if (this.#parser) this.#bind(this.#parser);
    else addon().setSqlParser(this.#native);
    if (had) this.#dropOld();
  }

  close(): void {
    this.#provider = undefined;
    addon().setSqlParser(this.#native);
    this.#dropOld();
    if (this.#user) addon().stopPlugin(this.#user.plugin);
    this.#user = undefined;
  }

  #firstProvider(): string | null {
    for (const { name, state, provides } of this.#plugins)
      if (state === 'ready' && provides.some(isParser)) return name;
    return null;
  }

  /** Undefined when it didn't register what its file says. */
  #lease(provider: string): bigint | undefined {
    const service = addon()
      .listServices(this.#native)
      .find((one) => one.provider === provider && isParser(one));
    return service && addon().acquireTable(this.#userOf(), service.table) ? service.table : undefined;
  }

  /** In whose name a plugin's parser is called, and holds a lease of it. */
  #userOf(): NativePlugin {
    this.#user ??= createEmbedder(this.#native);
    return this.#user.plugin;
  }

  /** A query may be reading what the other made: when this has returned to where nothing is called, none does. */
  #dropOld(): void {
    queueMicrotask(() => addon().dropOldSql(this.#native));
  }

  #bind(parser: SqlParser): void {
    const input = new Uint8Array(this.#maxBytes);
    const fault = new Int32Array(2);
    const make = (what: number, size: number): Uint8Array | string => {
      // First: where the stack ends, nothing more may be done about an error.
      fault[0] = outcomes.noTree;
      fault[1] = 0;
      try {
        const maker = makers[what] as (typeof makers)[number];
        // A copy, which the parser may keep or transfer.
        const made = maker(parser, input.slice(0, size));
        if (!isBytes(made)) throw new TypeError('what it gave is not a Uint8Array');
        return made;
      } catch (error) {
        if (!(error instanceof SqlSyntaxError)) return `the parser failed: ${error}`;
        fault[0] = outcomes.syntaxError;
        fault[1] = error.position;
        return `${error.message}`;
      }
    };
    addon().setSqlParser(this.#native, make, input, fault);
  }
}

/** A number of 64 bits in this machine's order of bytes. */
function fingerprintBytes(digits: string): Uint8Array {
  return new Uint8Array(new BigUint64Array([BigInt(`0x${digits}`)]).buffer);
}
