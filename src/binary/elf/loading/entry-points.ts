/** What the loader calls when the library is there, and when it goes: DT_INIT, DT_FINI and their arrays. */
import { hex, malformed, tooMuch } from '../../faults.js';
import { Fields } from '../../fields.js';
import { tags } from '../dynamic.js';
import type { Elf } from './elf.js';

const maxEntries = 65_536;
/** In place of an address: a symbol of another library. */
const foreign = -1;
/** In place of an address: nothing says where the library will lie. */
const unrelocated = -2;

const found: Record<number, string> = {
  [foreign]: 'an address in another library',
  [unrelocated]: 'an address that is not relocated',
};

/** An array of functions that the loader calls, each as an address in the file. */
export class CallList {
  readonly #targets: Float64Array;
  readonly #word: number;

  constructor(
    readonly where: string,
    readonly address: number,
    readonly size: number,
    readonly elf: Elf,
  ) {
    this.#word = elf.header.wide ? 8 : 4;
    this.#targets = new Float64Array(Math.floor(size / this.#word)).fill(unrelocated);
  }

  /** A relocation that writes an address of the image itself; undefined: of another library. */
  relocate(address: number, width: number, target: number | undefined): void {
    if (address + width <= this.address || address >= this.address + this.size) return;
    const index = (address - this.address) / this.#word;
    if (Number.isInteger(index) && width === this.#word) {
      this.#targets[index] = target ?? foreign;
    } else {
      throw malformed(this.elf.source, this.where, 'a relocation writes across its entries', {
        expected: 'an entry as a whole',
        found: `address ${hex(address)}`,
      });
    }
  }

  /** A relocation that adds the base address to what stands there: twice is once too much. */
  relocateInPlace(address: number): void {
    if (address + this.#word <= this.address || address >= this.address + this.size) return;
    const index = (address - this.address) / this.#word;
    const again = Number.isInteger(index) && this.#targets[index] !== unrelocated;
    this.relocate(address, this.#word, again ? undefined : this.#inFile(address));
  }

  #inFile(address: number): number | undefined {
    const { source, header, segments } = this.elf;
    const place = segments.map.find(address);
    if (!place || place.available < this.#word) return undefined;
    return new Fields(source.read(place.offset, this.#word), header.little, header.wide).word(0);
  }

  check(): void {
    for (const [index, target] of this.#targets.entries()) {
      if (this.elf.pages.executable(target)) continue;
      throw malformed(this.elf.source, `${this.where}[${index}]`, 'it does not lead to code', {
        expected: 'an address in an executable segment',
        found: found[target] ?? hex(target),
      });
    }
  }
}

/** The single functions are checked at once; the arrays once they are relocated. */
export function callLists(elf: Elf): CallList[] {
  const { values } = elf.dynamic;
  for (const [tag, where] of [
    [tags.init, 'DT_INIT'],
    [tags.fini, 'DT_FINI'],
  ] as const) {
    const address = values.get(tag);
    if (address === undefined || elf.pages.executable(address)) continue;
    throw malformed(elf.source, where, 'it does not lead to code', {
      expected: 'an address in an executable segment',
      found: hex(address),
    });
  }
  const lists: CallList[] = [];
  for (const [array, bytes, where] of [
    [tags.initArray, tags.initArraySize, 'DT_INIT_ARRAY'],
    [tags.finiArray, tags.finiArraySize, 'DT_FINI_ARRAY'],
  ] as const) {
    const address = values.get(array);
    if (address === undefined) continue;
    const size = values.get(bytes);
    if (size === undefined) {
      throw malformed(elf.source, `${where}SZ`, `${where} needs this entry`, {
        expected: `${where}SZ`,
        found: 'no such entry',
      });
    }
    if (size > maxEntries * 8)
      throw tooMuch(elf.source, where, 'functions', maxEntries, Math.floor(size / 8));
    if (size > 0 && !elf.pages.readable(address, size)) {
      throw malformed(elf.source, where, 'the table lies outside the loaded segments', {
        expected: `${size} bytes from address ${hex(address)}`,
        found: 'less',
      });
    }
    lists.push(new CallList(where, address, size, elf));
  }
  return lists;
}
