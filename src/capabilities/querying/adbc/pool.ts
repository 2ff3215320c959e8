/** The connections of one database: opened when they are needed, and one at a time to whoever asks. */
import { MortiseError } from '../../../errors.js';
import {
  type AdbcOptions,
  adbcAddon,
  type NativeConnection,
  type NativeDatabase,
} from '../../../native/adbc.js';
import { AbortError } from './abort.js';
import { type Connections, Only, type Pinned, type Running } from './connections.js';
import { closed, errorOf } from './failure.js';

export interface PoolOptions {
  max: number;
  waitMs: number;
  connectionOptions: AdbcOptions;
}

interface Waiting {
  take(connection: NativeConnection): void;
  fail(error: unknown): void;
}

export class Pool implements Connections {
  readonly subject: string;
  readonly #database: NativeDatabase;
  readonly #options: PoolOptions;
  readonly #free: NativeConnection[] = [];
  readonly #waiting = new Set<Waiting>();
  /** Connections that are open, being opened, or being closed. */
  #count = 0;
  /** What each does that somebody has. */
  readonly #used = new Map<NativeConnection, Running | undefined>();
  #isClosed = false;
  #idle: (() => void) | undefined;
  #empty: (() => void) | undefined;

  constructor(subject: string, database: NativeDatabase, options: PoolOptions) {
    this.subject = subject;
    this.#database = database;
    this.#options = options;
  }

  async take(signal?: AbortSignal): Promise<NativeConnection> {
    if (this.#isClosed) throw closed(this.subject);
    if (signal?.aborted) throw new AbortError(signal);
    const free = this.#free.pop();
    if (free) return this.#lend(free);
    if (this.#count < this.#options.max) return this.#lend(await this.#connect());
    return this.#wait(signal);
  }

  give(connection: NativeConnection, isBroken = false): void {
    if (!this.#used.delete(connection)) return;
    if (isBroken || this.#isClosed) this.#discard(connection);
    else {
      const [next] = this.#waiting;
      if (next) {
        this.#waiting.delete(next);
        next.take(this.#lend(connection));
      } else this.#free.push(connection);
    }
    if (this.#used.size === 0) this.#idle?.();
  }

  entered(connection: NativeConnection, running: Running): void {
    if (this.#used.has(connection)) this.#used.set(connection, running);
  }

  async pin(signal?: AbortSignal): Promise<Pinned> {
    const connection = await this.take(signal);
    const only = new Only(this, connection);
    return { connections: only, release: (isBroken) => this.give(connection, isBroken || only.isBroken) };
  }

  /** Refuses whoever asks from now on, and those who wait. */
  refuse(): void {
    this.#isClosed = true;
    for (const one of this.#waiting) one.fail(closed(this.subject));
    this.#waiting.clear();
  }

  /** Somebody has a connection. */
  get isUsed(): boolean {
    return this.#used.size > 0;
  }

  /** @returns once nobody has a connection any more, or the time is over */
  async idle(limitMs: number): Promise<boolean> {
    if (this.#used.size === 0) return true;
    return new Promise((done) => {
      const timer = setTimeout(() => done(false), limitMs);
      this.#idle = () => {
        clearTimeout(timer);
        done(true);
      };
    });
  }

  /**
   * Closes all connections; what still runs on them is cancelled.
   * @returns false when one doesn't end: what runs on it can't be cancelled
   */
  async close(limitMs: number): Promise<boolean> {
    this.refuse();
    for (const running of this.#used.values()) running?.abort();
    for (const connection of [...this.#free.splice(0), ...this.#used.keys()]) this.#discard(connection);
    this.#used.clear();
    if (this.#count === 0) return true;
    return new Promise((done) => {
      const timer = setTimeout(() => done(false), limitMs);
      this.#empty = () => {
        clearTimeout(timer);
        done(true);
      };
    });
  }

  #lend(connection: NativeConnection): NativeConnection {
    this.#used.set(connection, undefined);
    return connection;
  }

  async #connect(): Promise<NativeConnection> {
    this.#count++;
    try {
      const connection = await adbcAddon().adbcConnect(this.#database, this.#options.connectionOptions);
      if (!this.#isClosed) return connection;
      this.#discard(connection);
    } catch (error) {
      this.#gone();
      throw errorOf(error, this.subject);
    }
    throw closed(this.subject);
  }

  #discard(connection: NativeConnection): void {
    // What it says at its end is of no use to anybody: it is gone either way.
    adbcAddon()
      .adbcDisconnect(connection)
      .catch(() => {})
      .finally(() => this.#gone());
  }

  /** A place is free: who waits longest gets a new connection. */
  #gone(): void {
    this.#count--;
    if (this.#count === 0) this.#empty?.();
    if (this.#waiting.size === 0 || this.#isClosed) return;
    this.#connect().then(
      // To whoever waits longest by then.
      (connection) => this.give(this.#lend(connection)),
      (error) => {
        const [next] = this.#waiting;
        next?.fail(error);
      },
    );
  }

  #wait(signal?: AbortSignal): Promise<NativeConnection> {
    const { waitMs, max } = this.#options;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const waiting: Waiting = {
        take: (connection) => {
          leave();
          resolve(connection);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const abort = () => waiting.fail(new AbortError(signal as AbortSignal));
      const timer = setTimeout(() => waiting.fail(busy(this.subject, max, waitMs)), waitMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiting);
    });
  }
}

function busy(subject: string, max: number, waitMs: number): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_ADBC_BUSY',
    message: `no connection was free within ${waitMs} ms`,
    subject,
    expected: `one of ${max} connections`,
    found: `${max} in use`,
    remedy:
      'Read results to their end, or close them, before the next query is awaited; or raise `connections` or `waitMs`.',
  });
}
