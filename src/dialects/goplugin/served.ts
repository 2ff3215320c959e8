/** Services that the host implements, for its programs to call. */
import type {
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { ServedCall } from './transport/transport.js';

export type { ServedCall } from './transport/transport.js';

/** How the host answers a service. A method that is left out is UNIMPLEMENTED to its caller. */
export type Implementation<S extends DescService> = {
  [N in keyof S['method']]?: S['method'][N] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, call: ServedCall) => Answer<O>
    : S['method'][N] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, call: ServedCall) => AsyncIterable<MessageInitShape<O>>
      : S['method'][N] extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageShape<I>>, call: ServedCall) => Answer<O>
        : S['method'][N] extends DescMethodBiDiStreaming<infer I, infer O>
          ? (requests: AsyncIterable<MessageShape<I>>, call: ServedCall) => AsyncIterable<MessageInitShape<O>>
          : never;
};

type Answer<O extends DescMethodUnary['output']> = MessageInitShape<O> | Promise<MessageInitShape<O>>;

/** A service with its answers. */
export interface Served {
  readonly service: DescService;
  readonly implementation: Readonly<Record<string, unknown>>;
}

/** Ties a service to its answers, checked by the compiler. */
export function served<S extends DescService>(service: S, implementation: Implementation<S>): Served {
  return { service, implementation };
}
