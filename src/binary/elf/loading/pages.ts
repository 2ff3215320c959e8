/** The memory that a loader makes of the segments, in whole pages. */
import type { Segment } from '../segments.js';

interface Run {
  start: number;
  end: number;
  flags: number;
}

const flags = { execute: 1, write: 2, read: 4 };

export class Pages {
  /** From the first byte of the first segment to the last of the last one. */
  readonly start: number;
  readonly end: number;
  readonly #runs: Run[];

  constructor(
    loads: readonly Segment[],
    readonly size: number,
    /** With DT_TEXTREL every segment can be written to while it is relocated. */
    readonly allWritable: boolean,
  ) {
    this.#runs = loads.map(({ address, memorySize, flags }) => ({
      start: Math.floor(address / size) * size,
      end: Math.ceil((address + memorySize) / size) * size,
      flags,
    }));
    this.start = this.#runs[0]?.start ?? 0;
    this.end = this.#runs.at(-1)?.end ?? 0;
  }

  readable(address: number, size: number): boolean {
    return this.#has(address, size, flags.read | flags.write);
  }

  writable(address: number, size: number): boolean {
    return this.#has(address, size, this.allWritable ? 7 : flags.write);
  }

  executable(address: number): boolean {
    return this.#has(address, 1, flags.execute);
  }

  /** Whether a page in it is executable. Only whole pages count, as the loader protects only those. */
  holdsCode(address: number, size: number): boolean {
    const start = Math.floor(address / this.size) * this.size;
    const end = Math.floor((address + size) / this.size) * this.size;
    return this.#runs.some(
      (run) => (run.flags & flags.execute) !== 0 && run.start < end && start < run.end && start < end,
    );
  }

  /** Some one of the flags on each page. There are few segments, so they are simply tried. */
  #has(address: number, size: number, wanted: number): boolean {
    let at = address;
    const end = address + size;
    for (const run of this.#runs) {
      if (at < run.start || at >= run.end) continue;
      if ((run.flags & wanted) === 0) return false;
      if (end <= run.end) return true;
      at = run.end;
    }
    return false;
  }
}
