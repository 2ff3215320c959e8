/** Text and bytes that a plugin gives back while its function runs: native/services/answers.h. */
import { answerAddon } from '../../native/answers.js';
import { copied } from '../../native/views.js';
import type { Returns } from '../schema/types.js';

/** As native/services/answers.h has it. */
const [headSize, dataOffset, smallSize] = [16, 32, 1024];
const nothing = 2 ** 32 - 1;

/** What one call's function gave, in that call's scratch memory. */
export class GivenAnswer {
  static readonly bytes = dataOffset + smallSize;
  /** The size and whether it is elsewhere. */
  readonly #state: Uint32Array;
  readonly #small: Buffer;
  readonly #address: number;

  /** @param offset in the scratch memory, which lies at `address` */
  constructor(bytes: ArrayBuffer, address: number, offset: number) {
    const head = new DataView(bytes, offset, headSize);
    head.setUint32(0, headSize, true);
    head.setBigUint64(8, answerAddon().answerFunction(), true);
    this.#state = new Uint32Array(bytes, offset + headSize, 2);
    this.#small = Buffer.from(bytes, offset + dataOffset, smallSize);
    this.#address = address + offset;
  }

  /** Before each call. */
  reset(): void {
    this.#state[0] = nothing;
    this.#state[1] = 0;
  }

  isNothing(): boolean {
    return this.#state[0] === nothing;
  }

  text(): string {
    if (this.#state[1] !== 0) return answerAddon().largeText(this.#address);
    return this.#small.toString('utf8', 0, this.#state[0]);
  }

  bytes(): Uint8Array {
    if (this.#state[1] !== 0) return answerAddon().largeBytes(this.#address);
    return copied(this.#small.subarray(0, this.#state[0]));
  }

  /** After each call, however it ended. */
  release(): void {
    if (this.#state[1] !== 0) answerAddon().freeAnswer(this.#address);
    this.#state[1] = 0;
  }
}

/** Source of what the caller gets. */
export const answerSource = ({ of }: Returns, answer: string): string =>
  `(${answer}.isNothing() ? unanswered() : ${answer}.${of.kind}())`;
