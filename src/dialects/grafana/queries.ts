/** Queries: in parts as the plugin reads them, where it can; else whole. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  CallContext,
  QueryAnswer,
  QueryAnswers,
  QueryRequest,
  SourceQuery,
} from '../../capabilities/querying/source.js';
import type { Kept } from '../goplugin/keep.js';
import { answerOf } from './answers.js';
import { chunkedAnswer } from './chunks.js';
import { type PluginFacts, pluginContext } from './context.js';
import { failureOf } from './failure.js';
import { callHeaders } from './headers.js';
import { jsonBytes } from './json.js';
import { limits } from './limits.js';
import { Data, type DataQuerySchema } from './wire/data_pb.js';

export class Queries {
  readonly #facts: PluginFacts;
  readonly #data;
  /** Whether it answers in parts; undefined until the first query. */
  #isChunked: boolean | undefined;

  constructor(kept: Pick<Kept, 'client'>, facts: PluginFacts) {
    this.#facts = facts;
    this.#data = kept.client(Data);
  }

  async query({ queries }: QueryRequest, context: CallContext): Promise<QueryAnswers> {
    if (this.#isChunked !== false) {
      const answers = await this.#inParts(queries, context);
      if (answers) return answers;
    }
    try {
      const answer = await this.#data.queryData(this.#request(queries, context), limits(context));
      return new Map(
        Object.entries(answer.responses).map(([refId, response]) => [
          refId,
          answerOf(refId, this.#facts.id, response),
        ]),
      );
    } catch (error) {
      const failure = failureOf(error);
      if (!failure) throw error;
      return new Map(queries.map(({ refId }) => [refId, { refId, ...failure }]));
    }
  }

  /**
   * Each query is a call of its own: one whose answer isn't read holds up no other.
   * @returns undefined when the plugin can't
   */
  async #inParts(
    queries: readonly SourceQuery[],
    context: CallContext,
  ): Promise<Map<string, QueryAnswer> | undefined> {
    const ask = async (query: SourceQuery) => {
      const parts = this.#data.queryChunkedData(this.#request([query], context), { signal: context.signal });
      return chunkedAnswer(query.refId, this.#facts.id, parts);
    };
    const [first, ...rest] = queries as [SourceQuery, ...SourceQuery[]];
    const answers: QueryAnswer[] = [];
    if (this.#isChunked === undefined) {
      const answer = await ask(first);
      this.#isChunked = answer !== undefined;
      if (!answer) return undefined;
      answers.push(answer);
    } else rest.unshift(first);
    const asked = await Promise.allSettled(rest.map(ask));
    for (const one of asked) {
      if (one.status === 'fulfilled' && one.value) answers.push(one.value);
    }
    const failed = asked.find((one) => one.status === 'rejected');
    if (failed) {
      await Promise.all(answers.map(close));
      throw failed.reason;
    }
    return new Map(answers.map((answer) => [answer.refId, answer]));
  }

  #request(queries: readonly SourceQuery[], context: CallContext) {
    return {
      pluginContext: pluginContext(this.#facts, context),
      headers: callHeaders(context.headers),
      queries: queries.map((query) => dataQuery(query, context)),
    };
  }
}

/** Plugins find in the JSON, besides what is theirs, all that the query says of itself. */
function dataQuery(
  { refId, queryType, json, maxDataPoints, intervalMs, range }: SourceQuery,
  { dataSource: { type, uid } }: CallContext,
): MessageInitShape<typeof DataQuerySchema> {
  const own = { refId, ...(queryType !== undefined && { queryType }), maxDataPoints, intervalMs };
  return {
    ...{ refId, queryType: queryType ?? '' },
    ...{ maxDataPoints: BigInt(Math.trunc(maxDataPoints)), intervalMS: BigInt(Math.trunc(intervalMs)) },
    timeRange: { fromEpochMS: BigInt(range.from.getTime()), toEpochMS: BigInt(range.to.getTime()) },
    json: jsonBytes({ datasource: { type, uid }, ...own, ...json }),
  };
}

/** Ends what still comes of an answer that nobody gets. */
async function close(answer: QueryAnswer): Promise<void> {
  if ('error' in answer) return;
  const { frames } = answer;
  if (Symbol.asyncIterator in frames) await frames[Symbol.asyncIterator]().return?.();
}
