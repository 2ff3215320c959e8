/** Answers of the host as handlers of the transport. */
import type { DescMethod } from '@bufbuild/protobuf';
import { servedMethodOf } from './messages.js';
import type { Served } from './served.js';
import { Failure, type Handler, type ServedCall, status } from './transport/transport.js';

export function handlersOf({ service, implementation }: Served): Handler[] {
  return service.methods.map((description) =>
    handlerOf(description, implementation[description.localName] as AnyAnswer | undefined),
  );
}

type AnyAnswer = (input: unknown, call: ServedCall) => unknown;

function handlerOf(description: DescMethod, answer: AnyAnswer | undefined): Handler {
  const method = servedMethodOf(description);
  const call: AnyAnswer =
    answer ??
    (() => {
      throw new Failure(status.unimplemented, `the host does not have ${method.path}`);
    });
  switch (description.methodKind) {
    case 'unary':
      return { kind: 'unary', method, handle: async (request, context) => call(request, context) };
    case 'client_streaming':
      return {
        kind: 'stream',
        method,
        async *handle(requests, context) {
          yield await call(requests, context);
        },
      };
    case 'server_streaming':
      return {
        kind: 'stream',
        method,
        async *handle(requests, context) {
          for await (const request of requests) {
            yield* call(request, context) as AsyncIterable<unknown>;
            return;
          }
        },
      };
    default:
      return {
        kind: 'stream',
        method,
        async *handle(requests, context) {
          yield* call(requests, context) as AsyncIterable<unknown>;
        },
      };
  }
}
