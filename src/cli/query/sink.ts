/** Where rows go: a table of text, lines of JSON, or a file of Arrow's. */
import { writeFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { joinedFrame } from '../../capabilities/querying/frame/arrow-frame.js';
import type { Frame } from '../../capabilities/querying/frame/frame.js';
import { MortiseError } from '../../errors.js';
import { clean } from '../../messages/clean.js';
import type { Cli } from '../cli.js';
import { table } from '../render/table.js';
import { count } from '../render/text.js';
import { cellText, plainValue } from './cell.js';

export interface Sink {
  begin(source: string, refId: string): Promise<void>;
  /** @returns false when nobody reads any more */
  frame(frame: Frame, source: string, refId: string): Promise<boolean>;
  end(): Promise<void>;
  fail(error: MortiseError, source: string, refId: string): Promise<void>;
}

export interface SinkOptions {
  json: boolean;
  arrow: string | undefined;
  /** Nothing else is asked: whose the rows are needs no word. */
  isOne: boolean;
  /** Once it has aborted, what is left of a frame isn't written: a frame may have many rows, and its reader be slow. */
  signal: AbortSignal;
}

export async function sinkFor(cli: Cli, { json, arrow, isOne, signal }: SinkOptions): Promise<Sink> {
  if (arrow !== undefined) return new ArrowFile(cli, cli.resolve(arrow));
  return json ? new JsonLines(cli, signal) : new TextTable(cli, isOne, signal);
}

/** Rows that are written at a time. */
const atOnce = 500;

class TextTable implements Sink {
  readonly #cli: Cli;
  readonly #isOne: boolean;
  readonly #signal: AbortSignal;
  #columns = '';
  #rows = 0;

  constructor(cli: Cli, isOne: boolean, signal: AbortSignal) {
    this.#cli = cli;
    this.#isOne = isOne;
    this.#signal = signal;
  }

  async begin(source: string): Promise<void> {
    this.#columns = '';
    this.#rows = 0;
    if (!this.#isOne) await this.#cli.out.write(`${this.#cli.out.colours.bold(clean(source))}\n`);
  }

  async frame(frame: Frame): Promise<boolean> {
    const { out } = this.#cli;
    const { fields, rowCount } = frame;
    const columns = fields.map(({ name, type }) => `${name} ${type}`).join('\n');
    const head = fields.map(({ name, labels }) => {
      const own = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      return out.colours.bold(clean(own.length > 0 ? `${name}{${own.join(',')}}` : name));
    });
    const values = fields.map((_, index) => [...(frame.table().getChildAt(index) ?? [])]);
    const isNew = columns !== this.#columns;
    this.#columns = columns;
    for (let start = 0; start < Math.max(rowCount, isNew ? 1 : 0); start += atOnce) {
      const length = Math.min(atOnce, rowCount - start);
      const rows = Array.from({ length }, (_, row) =>
        fields.map(({ type }, column) => cellText(values[column]?.[start + row], type)),
      );
      await out.write(table(isNew && start === 0 ? [head, ...rows] : rows, ''));
      if (out.isClosed) return false;
      // A pipe is written to at once: without a turn of the event loop no signal would be heard.
      await turn();
      if (this.#signal.aborted) return true; // whoever gives the next frame says so
    }
    this.#rows += rowCount;
    return true;
  }

  async end(): Promise<void> {
    await this.#cli.err.write(`${count(this.#rows, 'row')}\n`);
  }

  async fail(error: MortiseError): Promise<void> {
    await this.#cli.tell(error);
  }
}

class JsonLines implements Sink {
  readonly #cli: Cli;
  readonly #signal: AbortSignal;

  constructor(cli: Cli, signal: AbortSignal) {
    this.#cli = cli;
    this.#signal = signal;
  }

  async begin(): Promise<void> {}

  async frame(frame: Frame, source: string, refId: string): Promise<boolean> {
    const { out } = this.#cli;
    const types = frame.fields.map(({ type }) => type);
    let text = '';
    for (const row of frame.rows()) {
      const values = Object.entries(row).map(([name, value], index) => [
        name,
        plainValue(value, types[index]),
      ]);
      text += `${JSON.stringify({ source, refId, row: Object.fromEntries(values) })}\n`;
      if (text.length < 65_536) continue;
      await out.write(text);
      text = '';
      if (out.isClosed) return false;
      await turn();
      if (this.#signal.aborted) return true;
    }
    await out.write(text);
    return !out.isClosed;
  }

  async end(): Promise<void> {}

  async fail(error: MortiseError, source: string, refId: string): Promise<void> {
    const { status } = error as { status?: number };
    await this.#cli.tell(error);
    await this.#cli.out.write(`${JSON.stringify({ source, refId, status, errors: error.problems })}\n`);
  }
}

class ArrowFile implements Sink {
  readonly #cli: Cli;
  readonly #path: string;
  readonly #frames: Frame[] = [];

  constructor(cli: Cli, path: string) {
    this.#cli = cli;
    this.#path = path;
  }

  async begin(): Promise<void> {}

  async frame(frame: Frame): Promise<boolean> {
    this.#frames.push(frame);
    return true;
  }

  async end(): Promise<void> {
    const whole = joinedFrame(this.#frames);
    const rows = whole?.rowCount ?? 0;
    try {
      await writeFile(this.#path, whole?.ipc() ?? new Uint8Array());
    } catch (cause) {
      const found = (cause as Error).message;
      const problem = { code: 'MORTISE_ERR_OUTPUT', message: found, subject: this.#path, found } as const;
      throw new MortiseError({ ...problem, remedy: 'Name a file that can be written.' }, { cause });
    }
    await this.#cli.err.write(`${count(rows, 'row')} in ${this.#path}\n`);
  }

  async fail(error: MortiseError): Promise<void> {
    await this.#cli.tell(error);
  }
}
