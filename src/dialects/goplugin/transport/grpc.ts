/** The transport by @grpc/grpc-js. Imported only by `load`, for the package is an optional peer. */
import {
  type ChannelInterface,
  type ChannelOptions,
  Client,
  credentials,
  type CallOptions as GrpcCallOptions,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { type Address, addressText } from '../address.js';
import { asBuffer } from './bytes.js';
import { failureOf } from './failure.js';
import { serve } from './grpc-server.js';
import {
  type CallOptions,
  type Channel,
  Failure,
  type Limits,
  type Method,
  type Stream,
  status,
  type Tls,
  type Transport,
} from './transport.js';
import { unary } from './unary.js';

/** The largest that a timer takes: 24 days, after which an unused connection is made anew. */
const neverMs = 2 ** 31 - 1;

export const grpc: Transport = { connect, serve };

function connect(address: Address, tls: Tls | undefined, limits: Limits): Channel {
  return new GrpcChannel(addressText(address), tls, {
    'grpc.max_receive_message_length': limits.maxMessageBytes,
    'grpc.max_send_message_length': -1,
    'grpc.client_idle_timeout_ms': neverMs,
    'grpc.use_local_subchannel_pool': 1, // a new program is a new connection, whatever its address
    'grpc.enable_http_proxy': 0,
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_retries': 0, // a request may have been acted on
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1000,
    'grpc.default_authority': tls?.serverName ?? 'localhost',
    ...(tls && { 'grpc.ssl_target_name_override': tls.serverName ?? 'localhost' }),
  });
}

class GrpcChannel implements Channel {
  readonly #client: Client;
  readonly #channel: ChannelInterface;
  #isClosed = false;

  constructor(target: string, tls: Tls | undefined, options: ChannelOptions) {
    const secured =
      tls &&
      credentials.createSsl(Buffer.from(tls.trusted), Buffer.from(tls.key), Buffer.from(tls.certificate));
    this.#client = new Client(target, secured ?? credentials.createInsecure(), options);
    this.#channel = this.#client.getChannel();
  }

  unary<I, O>(method: Method<I, O>, request: I, options: CallOptions): Promise<O> {
    if (this.#isClosed) return Promise.reject(closed());
    const { timeoutMs, signal } = options;
    const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
    return unary(this.#channel, method, request, { metadata: metadataOf(options), deadline, signal });
  }

  stream<I, O>({ path, encode, decode }: Method<I, O>, options: CallOptions): Stream<I, O> {
    if (this.#isClosed) throw closed();
    const call = this.#client.makeBidiStreamRequest<I, O>(
      path,
      (message: I) => asBuffer(encode(message)),
      decode,
      metadataOf(options),
      callOptions(options),
    );
    const cancel = () => call.cancel();
    const { signal } = options;
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    let over = false;
    // Both may come, and an error before anyone reads it would end the process.
    call.on('error', () => {});
    call.on('status', () => {
      over = true;
      signal?.removeEventListener('abort', cancel);
    });
    return {
      async send(message) {
        if (over || call.write(message)) return;
        await new Promise<void>((resolve) => {
          const done = () => {
            for (const event of ['drain', 'status', 'error']) call.off(event, done);
            resolve();
          };
          for (const event of ['drain', 'status', 'error']) call.on(event, done);
        });
      },
      finish: () => call.end(),
      responses: {
        async *[Symbol.asyncIterator]() {
          try {
            for await (const message of call) yield message as O;
          } catch (error) {
            throw failureOf(error as ServiceError);
          } finally {
            if (!over) cancel();
          }
        },
      },
      cancel,
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#client.close();
  }
}

const closed = () => new Failure(status.unavailable, 'the connection was closed');

const none = new Metadata();

function metadataOf({ metadata, waitForReady }: CallOptions): Metadata {
  if (!metadata && !waitForReady) return none;
  const made = new Metadata(waitForReady ? { waitForReady } : {});
  for (const [name, value] of Object.entries(metadata ?? {})) {
    made.set(name, typeof value === 'string' ? value : asBuffer(value));
  }
  return made;
}

function callOptions({ timeoutMs }: CallOptions): GrpcCallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}
