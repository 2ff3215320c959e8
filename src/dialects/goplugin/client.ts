/** A service of a program as an object with its methods, typed by its description. */
import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import { methodOf } from './messages.js';
import type { CallOptions, Channel, Failure, Method } from './transport/transport.js';

/** How a service's methods are called. Messages may be plain objects. Errors are `CallError`. */
export type Client<S extends DescService> = {
  [N in keyof S['method']]: S['method'][N] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: ClientCallOptions) => Promise<MessageShape<O>>
    : S['method'][N] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: ClientCallOptions) => AsyncIterable<MessageShape<O>>
      : S['method'][N] extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: Requests<MessageInitShape<I>>, options?: ClientCallOptions) => Promise<MessageShape<O>>
        : S['method'][N] extends DescMethodBiDiStreaming<infer I, infer O>
          ? (
              requests: Requests<MessageInitShape<I>>,
              options?: ClientCallOptions,
            ) => AsyncIterable<MessageShape<O>>
          : never;
};

export type Requests<T> = AsyncIterable<T> | Iterable<T>;

export interface ClientCallOptions {
  /** Milliseconds until the call fails. Default: the program's `callMs` for calls with one answer, none for streams. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Sent with the call. A name that ends in `-bin` takes bytes. */
  metadata?: Readonly<Record<string, string | Uint8Array>>;
}

/** What stands behind a client: the connection, and what its program makes of a call. */
export interface Caller {
  readonly channel: Channel;
  /** For calls with one answer that say none. */
  readonly callMs: number;
  readonly metadata: Readonly<Record<string, string | Uint8Array>> | undefined;
  /** A call begins. @throws MortiseError when none may */
  begin(path: string): void;
  end(): void;
  /** What the caller gets instead of a failure. */
  explain(failure: Failure, path: string, timeoutMs: number | undefined): Promise<Error>;
}

export function makeClient<S extends DescService>(service: S, caller: Caller): Client<S> {
  const methods = service.methods.map((description) => [
    description.localName,
    callable(description, caller),
  ]);
  return Object.fromEntries(methods) as Client<S>;
}

type Callable = (request: unknown, options?: ClientCallOptions) => unknown;

function callable(description: DescMethod, caller: Caller): Callable {
  const method = methodOf(description);
  switch (description.methodKind) {
    case 'unary':
      return (request, options) => unary(caller, method, request, options);
    case 'server_streaming':
      return (request, options) => stream(caller, method, [request], options);
    case 'client_streaming':
      return (requests, options) => single(caller, method, requests as Requests<unknown>, options);
    default:
      return (requests, options) => stream(caller, method, requests as Requests<unknown>, options);
  }
}

async function unary(
  caller: Caller,
  method: Method,
  request: unknown,
  options: ClientCallOptions = {},
): Promise<unknown> {
  const prepared = prepare(caller, options, caller.callMs);
  caller.begin(method.path);
  try {
    return await caller.channel.unary(method, request, prepared);
  } catch (failure) {
    throw await caller.explain(failure as Failure, method.path, prepared.timeoutMs);
  } finally {
    caller.end();
  }
}

async function single(
  caller: Caller,
  method: Method,
  requests: Requests<unknown>,
  options: ClientCallOptions = {},
): Promise<unknown> {
  const timed = { timeoutMs: caller.callMs, ...options };
  for await (const answer of stream(caller, method, requests, timed)) return answer;
  const { Failure, status } = await import('./transport/transport.js');
  const failure = new Failure(status.unimplemented, 'the call ended without an answer');
  throw await caller.explain(failure, method.path, timed.timeoutMs);
}

async function* stream(
  caller: Caller,
  method: Method,
  requests: Requests<unknown>,
  options: ClientCallOptions = {},
): AsyncGenerator<unknown, void> {
  const prepared = prepare(caller, options, undefined);
  caller.begin(method.path);
  let failed: { error: unknown } | undefined;
  try {
    try {
      const call = caller.channel.stream(method, prepared);
      const sent = (async () => {
        for await (const request of requests) await call.send(request);
        call.finish();
      })().catch((error) => {
        failed = { error };
        call.cancel();
      });
      yield* call.responses;
      await sent;
    } catch (failure) {
      // What the caller's own iterable threw is the caller's.
      if (failed) throw failed.error;
      throw await caller.explain(failure as Failure, method.path, prepared.timeoutMs);
    }
  } finally {
    caller.end();
  }
}

function prepare(
  { metadata: usual }: Caller,
  { timeoutMs, signal, metadata }: ClientCallOptions,
  usualMs: number | undefined,
): CallOptions {
  return {
    timeoutMs: timeoutMs ?? usualMs,
    signal,
    metadata: usual && metadata ? { ...usual, ...metadata } : (metadata ?? usual),
  };
}
