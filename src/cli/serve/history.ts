/** How often entry points are called: from counts that are looked at on a beat. */
import type { HostSnapshot } from '../../host/observe/snapshot.js';

/** A second, and a minute of them. */
const beatMs = 1000;
const kept = 60;

interface Beat {
  time: number;
  counts: Map<string, number>;
}

const keyOf = (plugin: string, entry: string) => `${plugin}\0${entry}`;

export class History {
  readonly #beats: Beat[] = [];
  readonly #timer: NodeJS.Timeout;

  /** @param look undefined: there is no host at the moment */
  constructor(look: () => Pick<HostSnapshot, 'calls'> | undefined) {
    const beat = () => {
      const seen = look();
      if (!seen) return;
      this.#beats.push({
        time: performance.now(),
        counts: new Map(seen.calls.map(({ plugin, entry, count }) => [keyOf(plugin, entry), count])),
      });
      if (this.#beats.length > kept) this.#beats.shift();
    };
    beat();
    this.#timer = setInterval(beat, beatMs).unref();
  }

  /** Calls a second between each two beats, oldest first; counts that began anew count from 0. */
  rates(plugin: string, entry: string): number[] {
    const key = keyOf(plugin, entry);
    return this.#beats.slice(1).map(({ time, counts }, index) => {
      const before = this.#beats[index] as Beat;
      const [from = 0, to = 0] = [before.counts.get(key), counts.get(key)];
      return (to >= from ? to - from : to) / ((time - before.time) / 1000);
    });
  }

  /** Over the last ten seconds; 0 while there is nothing to compare. */
  rate(plugin: string, entry: string): number {
    const last = this.rates(plugin, entry).slice(-10);
    return last.length === 0 ? 0 : last.reduce((sum, one) => sum + one, 0) / last.length;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
