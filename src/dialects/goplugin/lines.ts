/** Cuts what a program writes into lines, in bounded memory, whatever it writes. */

/** As long as the longest line that go-plugin's own host keeps. */
const maxLineBytes = 64 * 1024;

const newline = 0x0a;

export class Lines {
  readonly #max: number;
  readonly #take: (line: string, cut: boolean) => void;
  #parts: Buffer[] = [];
  #size = 0;
  /** The rest of a line that was too long is left out. */
  #skipping = false;

  /**
   * @param take hears each line, without its end; `cut`: it was longer, and the rest is left out
   * @param max bytes of a line that are kept
   */
  constructor(take: (line: string, cut: boolean) => void, max: number = maxLineBytes) {
    this.#take = take;
    this.#max = max;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, end));
      this.#finish();
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** What is left without an end of line counts as a line. */
  end(): void {
    if (this.#size > 0) this.#finish();
  }

  /** The line that has no end yet. */
  get rest(): string {
    return Buffer.concat(this.#parts).toString();
  }

  #keep(bytes: Buffer): void {
    if (this.#skipping || bytes.length === 0) return;
    const room = this.#max - this.#size;
    // A copy: the stream may use the chunk's memory again, and a short piece would keep all of it.
    this.#parts.push(Buffer.from(bytes.subarray(0, room)));
    this.#size += Math.min(bytes.length, room);
    if (bytes.length <= room) return;
    this.#emit(true);
    this.#skipping = true;
  }

  #finish(): void {
    if (this.#skipping) this.#skipping = false;
    else this.#emit(false);
  }

  #emit(cut: boolean): void {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    this.#take(bytes.toString().replace(/\r$/, ''), cut);
  }
}
