/** A table of the newest values on a terminal, drawn anew in place. */
import type { Collection } from '../../capabilities/collecting/collection.js';
import type { Sample } from '../../capabilities/collecting/sample.js';
import type { Cli } from '../cli.js';
import { type LiveRow, renderLive } from '../render/live.js';
import type { Sink } from './sink.js';

/** How often at most. */
const pauseMs = 500;
/** After so many intervals without a value a series has no row any more; until then the table says how late it is. */
const goneAfter = 10;

export class Live implements Sink {
  readonly #cli: Cli;
  readonly #rows = new Map<string, LiveRow>();
  #collection: Collection | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Lines of the last table. */
  #height = 0;
  #count = 0;
  #drawn = performance.now();
  #last = '';

  constructor(cli: Cli) {
    this.#cli = cli;
    if (cli.err.isTerminal) cli.err.beforeWrite(() => this.#erase());
  }

  watch(collection: Collection): void {
    this.#collection = collection;
    this.#rows.clear();
    this.#timer ??= setInterval(() => void this.#draw(), pauseMs);
  }

  async take(samples: readonly Sample[]): Promise<void> {
    this.#count += samples.length;
    for (const { series, time, interval, values, rates } of samples) {
      for (const [index, { name, kind }] of series.sources.entries()) {
        const source = series.sources.length > 1 ? name : '';
        this.#rows.set(`${series.id} ${source}`, {
          id: series.id,
          plugin: series.plugin,
          source,
          time,
          interval,
          value: values[index] as number,
          rate: kind === 'gauge' ? undefined : (rates[index] as number),
        });
      }
    }
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#cli.err.beforeWrite(undefined);
    if (this.#height > 0) return;
    // The last one comes again as it was: the host that could tell more is closed.
    if (this.#last) await this.#cli.out.write(this.#last);
    else if (this.#collection) await this.#draw();
  }

  /** What is told on stderr stands above the table, which the next drawing brings back. */
  #erase(): void {
    if (this.#height === 0) return;
    void this.#cli.out.write(`\x1b[${this.#height}A\x1b[0J`);
    this.#height = 0;
  }

  #forgetGone(now: number): void {
    for (const [key, { time, interval }] of this.#rows) {
      if (now - time.getTime() > goneAfter * interval * 1000) this.#rows.delete(key);
    }
  }

  async #draw(): Promise<void> {
    const { out } = this.#cli;
    const now = performance.now();
    const perSecond = (this.#count * 1000) / Math.max(1, now - this.#drawn);
    this.#count = 0;
    this.#drawn = now;
    this.#forgetGone(Date.now());
    const text = renderLive(
      {
        rows: [...this.#rows.values()],
        perSecond,
        readers: this.#collection?.readers ?? [],
        writers: this.#collection?.writers ?? [],
      },
      // A pseudo-terminal may say that it has none.
      { columns: out.columns || 80, lines: out.rows || 24, now: Date.now(), colours: out.colours },
    );
    const up = this.#height > 0 ? `\x1b[${this.#height}A` : '';
    this.#height = text.split('\n').length - 1;
    if (up && text === this.#last) return;
    this.#last = text;
    await out.write(`${up}\x1b[0J${text}`);
  }
}
