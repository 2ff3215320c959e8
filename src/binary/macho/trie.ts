/** Reads the export trie, in which newer Mach-O images keep their exports. */
import { hex, malformed, tooMuch } from '../faults.js';
import type { ByteSource } from '../image.js';
import { maxNameLength, maxSymbols, NameBudget } from '../names.js';

/** One exported name, as dyld finds it. */
export interface TrieExport {
  name: string;
  /** Relative to the Mach-O header; undefined when no address in this image stands behind the name. */
  address?: number;
}

/** EXPORT_SYMBOL_FLAGS_* of <mach-o/loader.h>. */
const flagBits = { kindMask: 0x3, regular: 0, reexport: 0x8 };

/** Names share their beginnings in a trie, so all of them together are longer than the trie is. */
const sharing = 32;

/**
 * The export trie. A node is: the size of its terminal part (0 when no name ends here), that part (flags, then
 * address or re-export), the number of children, and for each the next letters and the node's offset.
 */
export function readTrie(source: ByteSource, bytes: Buffer, label: string): TrieExport[] {
  const found: TrieExport[] = [];
  const visited = new Set<number>();
  const budget = new NameBudget(source, bytes.length * sharing + maxNameLength);
  const open: { at: number; prefix: string }[] = bytes.length > 0 ? [{ at: 0, prefix: '' }] : [];
  for (let node = open.pop(); node; node = open.pop()) {
    const { at, prefix } = node;
    const where = `${label}, node ${hex(at)}`;
    // A tree by definition; a node that two parents lead to would multiply names without end.
    if (visited.has(at)) throw malformed(source, where, 'the export trie leads into itself');
    visited.add(at);

    const reader = new Reader(source, bytes, at, where);
    const size = reader.uleb();
    const children = reader.at + size;
    if (size > 0) {
      if (found.length === maxSymbols) throw tooMuch(source, where, 'symbols', maxSymbols, maxSymbols + 1);
      budget.take(prefix.length, where);
      const flags = reader.uleb();
      const here = (flags & flagBits.reexport) === 0 && (flags & flagBits.kindMask) === flagBits.regular;
      found.push(here ? { name: prefix, address: reader.uleb() } : { name: prefix });
    }
    const branches: typeof open = [];
    reader.at = children;
    for (let left = reader.byte(); left > 0; left--) {
      const letters = reader.text();
      const next = prefix + letters;
      if (next.length > maxNameLength)
        throw malformed(source, where, 'a name in the export trie does not end');
      branches.push({ at: reader.uleb(), prefix: next });
    }
    open.push(...branches.reverse());
  }
  return found;
}

class Reader {
  constructor(
    readonly source: ByteSource,
    readonly bytes: Buffer,
    public at: number,
    readonly where: string,
  ) {}

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) {
      throw malformed(this.source, this.where, 'the export trie leads out of itself', {
        expected: `an offset below ${hex(this.bytes.length)}`,
        found: hex(this.at - 1),
      });
    }
    return value;
  }

  /** ULEB128: seven bits a byte, the lowest first. Rounded above 2^53, where no address lies. */
  uleb(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed(this.source, this.where, 'a number in the export trie does not end');
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0 || end - this.at > maxNameLength) {
      throw malformed(this.source, this.where, 'a name in the export trie does not end');
    }
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }
}
