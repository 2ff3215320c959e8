/** The answer to one query, in parts: each is read from the connection when it is asked for. */
import type { Frame } from '../../capabilities/querying/frame/frame.js';
import type { QueryAnswer } from '../../capabilities/querying/source.js';
import { MortiseError } from '../../errors.js';
import { frameOf } from './answers.js';
import { failureOf, saidOf } from './failure.js';
import type { QueryChunkedDataResponse } from './wire/data_pb.js';

/** What Grafana's SDK sends for plugins that can't, besides UNIMPLEMENTED. */
const notImplemented = 501;

/**
 * Waits for the first part.
 * @returns undefined when the plugin can't answer in parts
 */
export async function chunkedAnswer(
  refId: string,
  plugin: string,
  asked: AsyncIterable<QueryChunkedDataResponse>,
): Promise<QueryAnswer | undefined> {
  const parts = asked[Symbol.asyncIterator]();
  let first: IteratorResult<QueryChunkedDataResponse>;
  try {
    first = await parts.next();
  } catch (error) {
    if (error instanceof MortiseError && error.code === 'MORTISE_ERR_CALL_UNIMPLEMENTED') return undefined;
    const failure = failureOf(error);
    if (!failure) throw error;
    return { refId, ...failure };
  }
  if (first.done) return { refId, frames: [] };
  const { error, status, errorSource, frame } = first.value;
  if (error !== '' || status >= 400) {
    await parts.return?.();
    if (error === '' && status === notImplemented && frame.length === 0) return undefined;
    return saidOf(refId, plugin, { error, status, errorSource });
  }
  return { refId, frames: new Frames(refId, plugin, parts, first.value), ...(status > 0 && { status }) };
}

/** To be read once. `return()` cancels the call, also before the first frame was read. */
class Frames implements AsyncIterableIterator<Frame> {
  readonly #refId: string;
  readonly #plugin: string;
  readonly #parts: AsyncIterator<QueryChunkedDataResponse>;
  #first: QueryChunkedDataResponse | undefined;

  constructor(
    refId: string,
    plugin: string,
    parts: AsyncIterator<QueryChunkedDataResponse>,
    first: QueryChunkedDataResponse,
  ) {
    this.#refId = refId;
    this.#plugin = plugin;
    this.#parts = parts;
    this.#first = first;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Frame>> {
    for (;;) {
      const part = this.#first ?? (await this.#next());
      this.#first = undefined;
      if (!part) return { done: true, value: undefined };
      try {
        const frame = this.#read(part);
        if (frame) return { done: false, value: frame };
      } catch (error) {
        await this.return();
        throw error;
      }
    }
  }

  async return(): Promise<IteratorResult<Frame>> {
    this.#first = undefined;
    await this.#parts.return?.();
    return { done: true, value: undefined };
  }

  async #next(): Promise<QueryChunkedDataResponse | undefined> {
    const { done, value } = await this.#parts.next();
    return done ? undefined : value;
  }

  /** @throws MortiseError */
  #read({ refId, frame, format, ...said }: QueryChunkedDataResponse): Frame | undefined {
    if (refId !== this.#refId && refId !== '') {
      throw new MortiseError({
        code: 'MORTISE_ERR_GRAFANA_ANSWER',
        message: 'it answered a query that it was not asked',
        subject: this.#plugin,
        where: `query ${this.#refId}`,
        expected: this.#refId,
        found: refId.slice(0, 100),
        remedy: 'Report it to those who make the plugin.',
      });
    }
    if (said.error !== '' || said.status >= 400) throw saidOf(this.#refId, this.#plugin, said).error;
    return frame.length === 0 ? undefined : frameOf(this.#refId, this.#plugin, { bytes: frame, format });
  }
}
