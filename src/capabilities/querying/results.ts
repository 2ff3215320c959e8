/** What a caller gets: for each query its frames, or why there are none. */
import { shown } from '../../messages/shown.js';
import type { Call } from './call.js';
import { failureOf, type QueryError, refusal } from './failure.js';
import { joinedFrame } from './frame/arrow-frame.js';
import type { Frame, Row } from './frame/frame.js';
import { Parts } from './parts.js';
import type { ErrorSource, QueryAnswer, QueryAnswers } from './source.js';

/** Frames as they come: `for await` takes the next when it is done with one. Can be read once. */
export interface Frames extends AsyncIterable<Frame> {
  /** The rest of them. */
  all(): Promise<Frame[]>;
  /** The rest as one; undefined when there are none. Of frames with different columns, the first. */
  joined(): Promise<Frame | undefined>;
  /** The rest as objects. */
  rows(): Promise<Row[]>;
}

export type QueryResult =
  | {
      readonly refId: string;
      readonly status: number;
      readonly frames: Frames;
      readonly error?: undefined;
      readonly source?: undefined;
    }
  | {
      readonly refId: string;
      readonly status: number;
      readonly error: QueryError;
      /** Who failed: the plugin itself, or what it asked. */
      readonly source: ErrorSource;
      readonly frames?: undefined;
    };

/** By refId, in the order of the queries. */
export class QueryResults extends Map<string, QueryResult> implements AsyncDisposable {
  readonly #open = new Set<FrameReader>();

  /**
   * @param call ended once all frames were read
   * @param name the data source's
   */
  constructor(answers: QueryAnswers, call: Call, name: string) {
    super();
    const ended = (reader: FrameReader) => {
      this.#open.delete(reader);
      if (this.#open.size === 0) call.close();
    };
    for (const [refId, answer] of answers) this.set(refId, this.#result(answer, call, name, ended));
    if (this.#open.size === 0) call.close();
  }

  /** The result of a query that succeeded. @throws QueryError why it failed */
  need(refId: string): Frames {
    const result = this.get(refId);
    if (result?.frames) return result.frames;
    throw (
      result?.error ??
      refusal('MORTISE_ERR_QUERY_ANSWER', refId, {
        message: `there was no query ${refId}`,
        expected: [...this.keys()].join(', '),
        found: refId,
      })
    );
  }

  /** Ends what is still being read: what runs in the plugin is told to stop. May be called twice. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((reader) => reader.return()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #result(answer: QueryAnswer, call: Call, name: string, ended: (reader: FrameReader) => void): QueryResult {
    if ('error' in answer) {
      const error = failureOf(answer.error, name);
      const { refId, status = error.status, source = error.source } = answer;
      return { refId, status, error, source };
    }
    const { refId, status = 200, frames } = answer;
    if (Array.isArray(frames)) return { refId, status, frames: new Kept(frames as Frame[], name) };
    const reader: FrameReader = new FrameReader(frames, call, name, () => ended(reader));
    this.#open.add(reader);
    return { refId, status, frames: reader };
  }
}

/** Something that a data source calls a frame. */
function frameIn(value: unknown, name: string): Frame {
  const { ipc, fields } = (value ?? {}) as Partial<Frame>;
  if (typeof ipc === 'function' && Array.isArray(fields)) return value as Frame;
  throw refusal('MORTISE_ERR_QUERY_ANSWER', name, {
    message: 'it answered with what is not a frame',
    expected: 'what frameOf, frameOfIpc or another source gives',
    found: shown(value),
    remedy: 'Report it to the author of the data source.',
  });
}

abstract class Reading implements Frames {
  abstract [Symbol.asyncIterator](): AsyncIterator<Frame>;

  async all(): Promise<Frame[]> {
    const all: Frame[] = [];
    for await (const frame of this) all.push(frame);
    return all;
  }

  async joined(): Promise<Frame | undefined> {
    const all = await this.all();
    const types = (frame: Frame) => frame.fields.map(({ name, type }) => `${name}\0${type}`).join('\0');
    const [first] = all;
    return first && joinedFrame(all.filter((frame) => types(frame) === types(first)));
  }

  async rows(): Promise<Row[]> {
    const all: Row[] = [];
    for await (const frame of this) for (const row of frame.rows()) all.push(row);
    return all;
  }
}

/** All there: nothing waits. */
class Kept extends Reading {
  readonly #frames: readonly Frame[];
  readonly #name: string;

  constructor(frames: readonly Frame[], name: string) {
    super();
    this.#frames = frames;
    this.#name = name;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame, undefined> {
    for (const frame of this.#frames) yield frameIn(frame, this.#name);
  }
}

class FrameReader extends Reading {
  readonly #parts: Parts<Frame>;

  constructor(frames: Iterable<Frame> | AsyncIterable<Frame>, call: Call, name: string, ended: () => void) {
    super();
    this.#parts = new Parts(frames, { call, name, ended, check: (frame) => frameIn(frame, name) });
  }

  [Symbol.asyncIterator](): AsyncIterator<Frame> {
    return this.#parts;
  }

  async return(): Promise<void> {
    await this.#parts.return();
  }
}
