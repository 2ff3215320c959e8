/** The serving side of the transport by @grpc/grpc-js. */
import {
  Server as GrpcServer,
  type handleBidiStreamingCall,
  type handleUnaryCall,
  Metadata,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { type Address, addressText } from '../address.js';
import { asBuffer } from './bytes.js';
import {
  Failure,
  type Handler,
  type Limits,
  type ServedCall,
  type Server,
  status,
  type Tls,
} from './transport.js';

/** Calls of one program that run at once; further ones wait there, not here. */
const maxCalls = 1000;

export async function serve(
  address: Address,
  handlers: readonly Handler[],
  tls: Tls | undefined,
  { maxMessageBytes }: Limits,
): Promise<Server> {
  const server = new GrpcServer({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': maxCalls,
  });
  server.addService(
    Object.fromEntries(
      handlers.map((handler) => [handler.method.path, definition(handler)]),
    ) as ServiceDefinition,
    Object.fromEntries(handlers.map((handler) => [handler.method.path, implementation(handler)])),
  );
  const secured =
    tls &&
    ServerCredentials.createSsl(
      Buffer.from(tls.trusted),
      [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) }],
      true,
    );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(addressText(address), secured ?? ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    address: address.network === 'tcp' ? { ...address, port } : address,
    close: () => server.forceShutdown(),
  };
}

function definition({ kind, method }: Handler) {
  return {
    path: method.path,
    requestStream: kind === 'stream',
    responseStream: kind === 'stream',
    requestDeserialize: (bytes: Buffer) => method.decode(bytes),
    requestSerialize: asBuffer,
    responseSerialize: (message: unknown) => asBuffer(method.encode(message)),
    responseDeserialize: (bytes: Buffer) => bytes,
  };
}

function implementation(handler: Handler): UntypedHandleCall {
  return handler.kind === 'unary' ? answerOne(handler) : answerMany(handler);
}

function answerOne({ handle }: Handler & { kind: 'unary' }): handleUnaryCall<unknown, unknown> {
  return (call, answer) => {
    handle(call.request, contextOf(call)).then(
      (message) => answer(null, message),
      (error) => answer(statusOf(error)),
    );
  };
}

function answerMany({ handle }: Handler & { kind: 'stream' }): handleBidiStreamingCall<unknown, unknown> {
  return async (call) => {
    // One that reads only the first request doesn't end the call with it.
    const requests: AsyncIterable<unknown> = {
      [Symbol.asyncIterator]: () => call.iterator({ destroyOnReturn: false }),
    };
    try {
      for await (const message of handle(requests, contextOf(call))) {
        if (call.cancelled) return;
        if (call.write(message)) continue;
        await new Promise<void>((resolve) => {
          call.once('drain', resolve).once('cancelled', resolve);
        });
      }
      call.end();
    } catch (error) {
      call.emit('error', statusOf(error));
    }
  };
}

function contextOf(call: {
  on(event: 'cancelled', heard: () => void): unknown;
  metadata: Metadata;
}): ServedCall {
  const gone = new AbortController();
  call.on('cancelled', () => gone.abort());
  return { signal: gone.signal, metadata: new Map(Object.entries(call.metadata.getMap())) };
}

function statusOf(error: unknown) {
  const failure =
    error instanceof Failure
      ? error
      : new Failure(status.unknown, error instanceof Error ? error.message : String(error));
  const metadata = new Metadata();
  for (const [name, value] of failure.metadata) {
    metadata.set(name, typeof value === 'string' ? value : asBuffer(value));
  }
  return { code: failure.status, details: failure.detail, metadata };
}
