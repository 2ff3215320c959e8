/** One statement on one connection, from its start to the end of its result. */
import {
  type AdbcExecution,
  type AdbcResult,
  adbcAddon,
  type NativeConnection,
  type NativeStatement,
} from '../../../native/adbc.js';
import { unlessAborted } from './abort.js';
import type { Connections, Running } from './connections.js';
import { endsConnection, errorOf } from './failure.js';

/** Of each connection a statement that nobody has: the next is asked through the same handle. */
const idle = new WeakMap<NativeConnection, NativeStatement>();

function takeIdle(connection: NativeConnection): NativeStatement | undefined {
  const statement = idle.get(connection);
  idle.delete(connection);
  return statement;
}

/** A statement that has its connection. Gives it back once, when nothing of the statement runs any more. */
export class Use implements Running {
  readonly statement: NativeStatement;
  readonly subject: string;
  readonly #connections: Connections;
  readonly #connection: NativeConnection;
  /** The statement outlives its result: it is prepared. */
  readonly #keeps: boolean;
  ending: Promise<void> | undefined;
  #isOver = false;
  #isBroken = false;

  constructor(connections: Connections, connection: NativeConnection, prepared?: NativeStatement) {
    this.#connections = connections;
    this.#connection = connection;
    this.subject = connections.subject;
    this.#keeps = prepared !== undefined;
    this.statement = prepared ?? takeIdle(connection) ?? adbcAddon().adbcStatement(connection);
    connections.entered(connection, this);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Waits for a call of the addon. A signal that comes first cancels the statement, and nobody waits for the driver;
   * the connection is given back once the driver has come back.
   * @throws AbortError, MortiseError
   */
  async wait<T>(call: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const settled = call.catch((error: unknown) => {
      this.#isBroken ||= endsConnection(error);
      void this.end();
      throw errorOf(error, this.subject);
    });
    return unlessAborted(settled, signal, this.abort);
  }

  /** Cancels what runs, and ends the result after it. */
  readonly abort = (): void => {
    if (this.#isOver && !this.ending) return; // the statement may be another's by now
    adbcAddon()
      .adbcCancel(this.statement)
      .catch(() => {}); // what was asked for fails, or doesn't
    void this.end();
  };

  /** The result was released with its last rows. */
  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (!this.#keeps) idle.set(this.#connection, this.statement);
    this.#connections.give(this.#connection, this.#isBroken);
  }

  /** Ends the result, wherever it is, and gives the connection back. Never throws: a result that fails to end is over. */
  end(): Promise<void> {
    if (this.#isOver) return this.ending ?? Promise.resolve();
    this.#isOver = true;
    this.ending = this.#end();
    return this.ending;
  }

  async #end(): Promise<void> {
    try {
      if (this.#keeps) await adbcAddon().adbcEnd(this.statement);
      else await adbcAddon().adbcCloseStatement(this.statement);
    } catch (error) {
      this.#isBroken ||= endsConnection(error);
    }
    this.#connections.give(this.#connection, this.#isBroken);
  }
}

/**
 * Runs a statement on a connection of its own.
 * @param started is told of it before anything is waited for
 * @param prepared a statement that is kept; it must be of the connection that `connections` gives
 * @returns the first rows; the use of the connection is over when those are all
 * @throws AbortError, MortiseError
 */
export async function execute(
  connections: Connections,
  execution: AdbcExecution,
  {
    signal,
    prepared,
    started,
  }: {
    signal?: AbortSignal;
    prepared?: NativeStatement;
    started?(use: Use): void;
  } = {},
): Promise<{ use: Use; result: AdbcResult }> {
  const connection = await connections.take(signal);
  let use: Use;
  let call: Promise<AdbcResult>;
  try {
    use = new Use(connections, connection, prepared);
    started?.(use);
    call = adbcAddon().adbcExecute(use.statement, { once: prepared === undefined, ...execution });
  } catch (error) {
    connections.give(connection);
    throw errorOf(error, connections.subject);
  }
  const result = await use.wait(call, signal);
  if (result.done) use.over();
  return { use, result };
}
