/** Where a statement gets its connection from: the pool, or what has taken one out of it for longer. */
import { MortiseError } from '../../../errors.js';
import type { NativeConnection } from '../../../native/adbc.js';
import { AbortError, unlessAborted } from './abort.js';
import { closed } from './failure.js';

/** What somebody does on a connection. */
export interface Running {
  /** Set once it failed, was cancelled or closed: until then the connection is still its. */
  readonly ending: Promise<void> | undefined;
  /** Cancels it. */
  abort(): void;
  /** Waits until nothing of it runs, and gives the connection back. */
  end(): Promise<void>;
}

export interface Connections {
  /** For messages. */
  readonly subject: string;
  /** @throws MortiseError, AbortError */
  take(signal?: AbortSignal): Promise<NativeConnection>;
  /** Who took it says what it does there. */
  entered(connection: NativeConnection, running: Running): void;
  /** @param isBroken it is not used again */
  give(connection: NativeConnection, isBroken?: boolean): void;
  /** One connection for longer. */
  pin(signal?: AbortSignal): Promise<Pinned>;
}

export interface Pinned {
  /** Gives this one connection, to one at a time. */
  connections: Connections;
  /** It is no longer needed. */
  release(isBroken?: boolean): void;
}

/** One connection of a pool, for a transaction or a prepared statement. A second use at once is refused. */
export class Only implements Connections {
  readonly subject: string;
  readonly #owner: Connections;
  readonly #connection: NativeConnection;
  #isTaken = false;
  #running: Running | undefined;
  #isClosed = false;
  isBroken = false;

  constructor(owner: Connections, connection: NativeConnection) {
    this.subject = owner.subject;
    this.#owner = owner;
    this.#connection = connection;
  }

  async take(signal?: AbortSignal): Promise<NativeConnection> {
    if (this.#isClosed) throw closed(this.subject);
    if (signal?.aborted) throw new AbortError(signal);
    // What is over for its caller may take its time in the driver.
    const ending = this.#running?.ending;
    if (ending) await unlessAborted(ending, signal, () => {});
    if (this.#isClosed) throw closed(this.subject);
    if (this.#isTaken) throw inUse(this.subject);
    this.#isTaken = true;
    return this.#connection;
  }

  entered(connection: NativeConnection, running: Running): void {
    this.#running = running;
    this.#owner.entered(connection, running);
  }

  give(_connection: NativeConnection, isBroken = false): void {
    this.#isTaken = false;
    this.#running = undefined;
    this.isBroken ||= isBroken;
  }

  async pin(): Promise<Pinned> {
    if (this.#isClosed) throw closed(this.subject);
    return { connections: this, release: () => {} };
  }

  /** Refuses whoever asks from now on, and ends what is still open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running?.end();
  }

  /** @throws MortiseError MORTISE_ERR_ADBC_IN_USE while a result is open */
  async assertIdle(): Promise<void> {
    await this.#running?.ending;
    if (this.#isTaken) throw inUse(this.subject);
  }
}

function inUse(subject: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_ADBC_IN_USE',
    message: 'its connection has another statement that runs, or whose result was not read to its end',
    subject,
    where: 'a transaction or a prepared statement',
    expected: 'one statement at a time',
    found: 'a second one',
    remedy:
      'Await each statement, and read or close its result before the next; outside of a transaction each takes a connection of its own.',
  });
}
