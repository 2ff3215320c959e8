/**
 * One request and its answer, straight on @grpc/grpc-js' channel: its client puts an emitter, an interceptor chain and a
 * captured stack around each call, which a seventh of the processor's time goes to.
 */
import type { ChannelInterface, Metadata } from '@grpc/grpc-js';
import { asBuffer } from './bytes.js';
import { failureOf } from './failure.js';
import { Failure, type Method, status } from './transport.js';

export interface UnaryOptions {
  metadata: Metadata;
  /** On Date.now()'s clock; Infinity: none. */
  deadline: number;
  signal?: AbortSignal;
}

export function unary<I, O>(
  channel: ChannelInterface,
  { path, encode, decode }: Method<I, O>,
  request: I,
  { metadata, deadline, signal }: UnaryOptions,
): Promise<O> {
  let bytes: Buffer;
  try {
    bytes = asBuffer(encode(request));
  } catch (error) {
    const why = `Request message serialization failure: ${(error as Error).message}`;
    return Promise.reject(new Failure(status.internal, why));
  }
  return new Promise((resolve, reject) => {
    const call = channel.createCall(path, deadline, null, null, null);
    const cancel = () => call.cancelWithStatus(status.cancelled, 'Cancelled on client');
    let answer: { message: O } | undefined;
    let wrong: Failure | undefined;
    const refuse = (failure: Failure) => {
      wrong ??= failure;
      call.cancelWithStatus(failure.status as number, failure.detail);
    };
    call.start(metadata, {
      onReceiveMetadata() {},
      onReceiveMessage(message: Uint8Array | null) {
        if (message === null) return;
        if (answer) {
          refuse(new Failure(status.internal, 'it sent more than one answer'));
          return;
        }
        try {
          answer = { message: decode(message) };
          call.startRead(); // one more must be seen: until it is read, the end isn't told
        } catch (error) {
          const why = `Response message parsing error: ${(error as Error).message}`;
          refuse(new Failure(status.internal, why));
        }
      },
      onReceiveStatus(ending) {
        signal?.removeEventListener('abort', cancel);
        if (wrong) reject(wrong);
        else if (ending.code !== 0) reject(failureOf(ending));
        else if (answer) resolve(answer.message);
        else reject(new Failure(status.unimplemented, 'No message received', failureOf(ending).metadata));
      },
    });
    call.startRead();
    call.sendMessageWithContext({}, bytes);
    call.halfClose();
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}
