/** Functions around every call of a data source: the first of a list is the outermost. */
import type {
  CallContext,
  Carrier,
  Health,
  Publication,
  QueryAnswers,
  QueryRequest,
  ResourcePart,
  ResourceRequest,
  StreamPacket,
  StreamRequest,
  Subscription,
} from './source.js';

/** What each method takes and gives. */
export interface Methods {
  query: { request: QueryRequest; answer: QueryAnswers };
  checkHealth: { request: undefined; answer: Health };
  collectMetrics: { request: undefined; answer: string };
  callResource: { request: ResourceRequest; answer: AsyncIterable<ResourcePart> };
  subscribeStream: { request: StreamRequest; answer: Subscription };
  publishStream: { request: StreamRequest; answer: Publication };
  runStream: { request: StreamRequest; answer: AsyncIterable<StreamPacket> };
}

export type Method = keyof Methods;

/** One call on its way to a data source. */
export interface SourceCall<M extends Method = Method> {
  readonly method: M;
  /** The plugin's name. */
  readonly plugin: string;
  readonly carrier: Carrier;
  readonly request: Methods[M]['request'];
  readonly context: CallContext;
}

export type Next = <M extends Method>(call: SourceCall<M>) => Promise<Methods[M]['answer']>;

/**
 * Does what it likes before and after `next(call)`, which is the rest of the way. It may hand on another call, answer by
 * itself, or throw. Queries that failed by themselves are in the answer; `next` throws what failed all of them.
 */
export type Middleware = <M extends Method>(call: SourceCall<M>, next: Next) => Promise<Methods[M]['answer']>;

/** One function of many. */
export function chained(middlewares: readonly Middleware[], last: Next): Next {
  return middlewares.reduceRight<Next>((next, middleware) => (call) => middleware(call, next), last);
}
