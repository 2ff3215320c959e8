/** Reads the segments and sections of a Mach-O image. */
import { hex, malformed, truncated } from '../faults.js';
import type { ByteSource } from '../image.js';
import { AddressMap, type Mapping } from '../ranges.js';
import { type Command, commandTypes } from './commands.js';
import { fileTypes, type Header } from './header.js';

export interface Layout {
  /** Address of the Mach-O header; the export trie counts from there. */
  base: number;
  /** Finer than segments: `__TEXT` has constants next to code. */
  sections: AddressMap;
}

/** Section types whose bytes are zeros that the file doesn't hold, or initial values of thread-locals. */
const withoutBytes = new Set([0x1, 0xc, 0x11, 0x12, 0x13]);
/** SG_NORELOC. */
const withoutRelocations = 0x4;
/** SG_READ_ONLY: what dyld protects once it has bound it, as __DATA_CONST. */
const readOnly = 0x10;
/** VM_PROT_WRITE. */
const write = 2;
/** S_ATTR_PURE_INSTRUCTIONS and S_ATTR_SOME_INSTRUCTIONS. */
const instructions = 0x8000_0400;

/** struct segment_command(_64) and its struct section(_64). */
export function readLayout(source: ByteSource, header: Header, commands: readonly Command[]): Layout {
  const { wide } = header;
  const segments: Mapping[] = [];
  const sections: Mapping[] = [];
  let base = 0;
  for (const { index, type, fields } of commands) {
    if (type !== (wide ? commandTypes.segment64 : commandTypes.segment)) continue;
    const where = `load command ${index} (segment)`;
    const [address, extent, offset, bytes] = wide
      ? ([fields.u64(24), fields.u64(32), fields.u64(40), fields.u64(48)] as const)
      : ([fields.u32(24), fields.u32(28), fields.u32(32), fields.u32(36)] as const);
    if (offset + bytes > source.size) {
      throw truncated(source, where, `${bytes} bytes from ${hex(offset)}`, `a file of ${source.size} bytes`);
    }
    // What nobody loads, such as Go's debug information, has no place in memory.
    const flags = fields.u32(wide ? 68 : 52);
    const isUnloaded = extent === 0 && (flags & withoutRelocations) !== 0;
    const writable = (fields.u32(wide ? 60 : 44) & write) !== 0 && (flags & readOnly) === 0;
    if (bytes > extent && !isUnloaded && header.fileType !== fileTypes.object) {
      throw malformed(source, where, 'it has more bytes in the file than in memory', {
        expected: `at most ${extent}`,
        found: String(bytes),
      });
    }
    if (offset === 0 && bytes > 0) base = address;
    segments.push({ address, bytes: Math.min(bytes, extent), offset, extent, executable: false, writable });

    const first = wide ? 72 : 56;
    const size = wide ? 80 : 68;
    const count = fields.u32(wide ? 64 : 48);
    if (first + count * size > fields.length) {
      throw malformed(source, where, 'its sections go on behind it', {
        expected: `at most ${Math.floor((fields.length - first) / size)} sections`,
        found: String(count),
      });
    }
    for (let number = 0; number < count; number++) {
      const at = first + number * size;
      const kind = fields.u32(at + (wide ? 64 : 56));
      const sectionOffset = fields.u32(at + (wide ? 48 : 40));
      const sectionSize = fields.word(at + (wide ? 40 : 36));
      const hasBytes = !withoutBytes.has(kind & 0xff);
      if (hasBytes && sectionOffset + sectionSize > source.size) {
        throw truncated(
          source,
          `${where}, section ${number}`,
          `${sectionSize} bytes from ${hex(sectionOffset)}`,
          `a file of ${source.size} bytes`,
        );
      }
      sections.push({
        address: fields.word(at + 32),
        bytes: hasBytes ? sectionSize : 0,
        offset: sectionOffset,
        extent: sectionSize,
        executable: (kind & instructions) !== 0,
        writable,
      });
    }
  }
  if (new AddressMap(segments).overlap()) {
    throw malformed(source, 'load commands', 'two segments are loaded over each other', {
      expected: 'segments that do not overlap',
    });
  }
  return { base, sections: new AddressMap(sections) };
}
