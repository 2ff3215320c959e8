/** What came out of one pipe of the child: counted to the end, kept only at its start. */
const maxKept = 4096;
const maxShown = 200;

export class Output {
  readonly #marker: Buffer;
  /** The end of what came before the marker; undefined once that was seen. */
  #before: Buffer | undefined = Buffer.alloc(0);
  #kept = Buffer.alloc(0);
  #bytes = 0;

  /** @param marker what comes before it doesn't count */
  constructor(marker: string) {
    this.#marker = Buffer.from(marker);
  }

  add(chunk: Buffer): void {
    const counted = this.#before ? this.#afterMarker(Buffer.concat([this.#before, chunk])) : chunk;
    this.#bytes += counted.length;
    if (this.#kept.length < maxKept) this.#kept = Buffer.concat([this.#kept, counted]).subarray(0, maxKept);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The end of what was printed when the marker never came. */
  get unmarked(): string {
    return this.#before?.toString().trim() ?? '';
  }

  /** The first line with anything on it, at most 200 characters of it. */
  get firstLine(): string {
    const line =
      this.#kept
        .toString()
        .split(/\r?\n/)
        .find((line) => line.trim()) ?? '';
    return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line;
  }

  #afterMarker(seen: Buffer): Buffer {
    const at = seen.indexOf(this.#marker);
    this.#before = at < 0 ? seen.subarray(-maxKept) : undefined;
    return at < 0 ? Buffer.alloc(0) : seen.subarray(at + this.#marker.length);
  }
}
