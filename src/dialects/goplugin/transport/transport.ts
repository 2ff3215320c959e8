/**
 * The seam between this host and gRPC: what it asks of a transport, so that another can take its place. Messages cross it
 * as objects; each method says how they become bytes.
 */
import type { Address } from '../address.js';

/** One method of a service. */
export interface Method<I = unknown, O = unknown> {
  /** `/package.Service/Method` */
  path: string;
  encode(message: I): Uint8Array;
  decode(bytes: Uint8Array): O;
}

/** Both sides trust exactly one certificate, which names `localhost`. PEM. */
export interface Tls {
  certificate: string;
  key: string;
  /** The other side's. */
  trusted: string;
  /** The name in it. Default `localhost`. */
  serverName?: string;
}

export interface Limits {
  /** Of a message that is received, in bytes. */
  maxMessageBytes: number;
}

export interface CallOptions {
  /** From now on. Undefined: none. */
  timeoutMs?: number;
  signal?: AbortSignal;
  metadata?: Readonly<Record<string, string | Uint8Array>>;
  /** Waits while there is no connection yet, instead of failing. */
  waitForReady?: boolean;
}

/** A connection to one server. It never goes idle: a socket's file may be deleted while it lasts. */
export interface Channel {
  /** @throws Failure */
  unary<I, O>(method: Method<I, O>, request: I, options: CallOptions): Promise<O>;
  /** @throws Failure when it is closed */
  stream<I, O>(method: Method<I, O>, options: CallOptions): Stream<I, O>;
  close(): void;
}

/** A call in which either side sends any number of messages. */
export interface Stream<I, O> {
  /** Resolves when the connection takes more. After the call's end it does nothing: `responses` says why it ended. */
  send(message: I): Promise<void>;
  /** No more requests. */
  finish(): void;
  /** To be read once. What isn't read holds the sender back. Throws Failure; leaving the loop cancels the call. */
  responses: AsyncIterable<O>;
  cancel(): void;
}

/** How one method is answered. A Failure that is thrown keeps its status; anything else is UNKNOWN. */
export type Handler =
  | { kind: 'unary'; method: Method; handle(request: unknown, context: ServedCall): Promise<unknown> }
  | {
      kind: 'stream';
      method: Method;
      handle(requests: AsyncIterable<unknown>, context: ServedCall): AsyncIterable<unknown>;
    };

/** What a handler sees of its call. */
export interface ServedCall {
  /** Aborts when the caller has gone or cancelled. */
  signal: AbortSignal;
  metadata: ReadonlyMap<string, string | Uint8Array>;
}

export interface Server {
  /** Where it listens: with the port that the system chose. */
  address: Address;
  close(): void;
}

export interface Transport {
  connect(address: Address, tls: Tls | undefined, limits: Limits): Channel;
  /** @param address a path, or port 0 */
  serve(
    address: Address,
    handlers: readonly Handler[],
    tls: Tls | undefined,
    limits: Limits,
  ): Promise<Server>;
}

/** gRPC's own numbers. */
export const status = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** A call that ended with another status than OK. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    /** One of `status`, or another of gRPC's. */
    readonly status: number,
    /** What came with it. */
    readonly detail: string,
    readonly metadata: ReadonlyMap<string, string | Uint8Array> = new Map(),
  ) {
    super(`status ${status}: ${detail}`);
  }
}
