/** Many rows into a table. Rows that come one frame after the other are pulled by the driver, as fast as it takes them. */

import { type AdbcOptions, type ArrowSchema, adbcAddon, type NativeStatement } from '../../../native/adbc.js';
import type { Columns, IngestOptions } from '../database.js';
import { isFrame } from '../frame/arrow-frame.js';
import { blockOf } from '../frame/block.js';
import type { Frame } from '../frame/frame.js';
import { affected, statementOptions } from './ask.js';
import type { Connections } from './connections.js';
import { execute } from './execute.js';
import { wrongParameter } from './failure.js';
import { parametersOf } from './parameters.js';
import { OpenResult } from './result.js';

type Frames = Iterable<Frame> | AsyncIterable<Frame>;

const modes = ['create', 'append', 'replace', 'create_append'] as const;

/** @throws AbortError, MortiseError, and what the iterable throws */
export async function ingest(
  connections: Connections,
  table: string,
  data: Columns | Frame | Frames,
  options: IngestOptions,
): Promise<number | undefined> {
  const { subject } = connections;
  const all = [
    ...ingestOptions(table, options, subject),
    ...(statementOptions(options.options, subject) ?? []),
  ];
  const execution = { ask: { kind: 'ingest' }, options: all, rows: false } as const;
  const { signal } = options;
  if (!isIterable(data)) {
    const parameters = parametersOf(data, subject);
    const { use, result } = await execute(connections, { ...execution, parameters }, { signal });
    return affected(new OpenResult(use, result, signal));
  }
  const feed = await Feed.start(data, subject);
  if (!feed) return 0;
  try {
    const { schema } = feed;
    const { use, result } = await execute(
      connections,
      { ...execution, parameters: { schema, pull: () => void feed.give() } },
      {
        signal,
        started: (use) => {
          feed.statement = use.statement;
        },
      },
    );
    return await affected(new OpenResult(use, result, signal));
  } catch (error) {
    // What the iterable threw is why the driver failed.
    throw feed.failure ? feed.failure.error : error;
  } finally {
    await feed.end();
  }
}

function isIterable(data: unknown): data is Frames {
  return (
    typeof data === 'object' &&
    data !== null &&
    !isFrame(data) &&
    !ArrayBuffer.isView(data) &&
    (Symbol.asyncIterator in data || Symbol.iterator in data)
  );
}

function ingestOptions(
  table: string,
  { mode = 'create', catalog, schema, temporary }: IngestOptions,
  subject: string,
): AdbcOptions {
  if (!modes.includes(mode)) throw wrongParameter(subject, `mode must be one of ${modes.join(', ')}`);
  return [
    ['adbc.ingest.target_table', table],
    ['adbc.ingest.mode', `adbc.ingest.mode.${mode}`],
    ...(catalog === undefined ? [] : [['adbc.ingest.target_catalog', catalog] as const]),
    ...(schema === undefined ? [] : [['adbc.ingest.target_db_schema', schema] as const]),
    ...(temporary ? [['adbc.ingest.temporary', 'true'] as const] : []),
  ];
}

/** Frames on their way to a driver: one is asked for when the driver wants it. */
class Feed {
  readonly schema: ArrowSchema;
  statement: NativeStatement | undefined;
  /** What the iterable threw. */
  failure: { error: unknown } | undefined;
  readonly #frames: AsyncIterator<Frame> | Iterator<Frame>;
  readonly #subject: string;
  #first: Frame | undefined;
  #isOver = false;

  private constructor(frames: AsyncIterator<Frame> | Iterator<Frame>, first: Frame, subject: string) {
    this.#frames = frames;
    this.#first = first;
    this.#subject = subject;
    this.schema = blockOf(first).schema;
  }

  /** Undefined when there is no frame at all, and so no schema. */
  static async start(data: Frames, subject: string): Promise<Feed | undefined> {
    const frames = Symbol.asyncIterator in data ? data[Symbol.asyncIterator]() : data[Symbol.iterator]();
    const { value, done } = await frames.next();
    if (done) return undefined;
    if (isFrame(value)) return new Feed(frames, value, subject);
    await frames.return?.();
    throw wrongParameter(subject, 'what is ingested must be columns, a frame, or frames');
  }

  /** Answers the driver's wish for the next one. */
  async give(): Promise<void> {
    const { statement } = this;
    if (!statement) return;
    try {
      const frame = await this.#next();
      adbcAddon().adbcFeed(statement, frame ? this.#blockOf(frame) : null);
    } catch (error) {
      this.failure ??= { error };
      adbcAddon().adbcFeed(statement, error instanceof Error ? error.message : String(error));
    }
  }

  async #next(): Promise<Frame | undefined> {
    const first = this.#first;
    this.#first = undefined;
    if (first) return first;
    if (this.#isOver) return undefined;
    const { value, done } = await this.#frames.next();
    if (done) this.#isOver = true;
    return done ? undefined : value;
  }

  #blockOf(frame: Frame) {
    if (!isFrame(frame)) throw wrongParameter(this.#subject, 'what is ingested must be frames');
    const { schema, block } = blockOf(frame);
    if (typesOf(schema) !== typesOf(this.schema)) {
      throw wrongParameter(this.#subject, 'a frame has other columns than the first one');
    }
    return block;
  }

  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#frames.return?.();
  }
}

function typesOf({ fields }: ArrowSchema): string {
  return JSON.stringify(
    fields.map(({ name, format, children }) => [name, format, typesOf({ fields: children, metadata: [] })]),
  );
}
