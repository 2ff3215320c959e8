import { Strings, Writer } from '../writer.js';

export interface ElfSymbol {
  name: string;
  /** Bytes behind it; `zero` for bss, `absolute` for SHN_ABS, `undefined` for an import. */
  at: Buffer | 'zero' | 'absolute' | 'undefined';
  /** STB_GLOBAL is 1, STB_WEAK 2. */
  binding?: number;
  /** STT_OBJECT is 1, STT_FUNC 2, STT_TLS 6. */
  type?: number;
  visibility?: number;
  size?: number;
  /** DT_VERSYM entry; 0x8000 marks an old version. */
  version?: number;
}

export interface ElfOptions {
  wide?: boolean;
  little?: boolean;
  type?: number;
  machine?: number;
  symbols?: ElfSymbol[];
  needed?: string[];
  soname?: string;
  rpath?: string;
  runpath?: string;
  needs?: { library: string; versions: string[] }[];
  hash?: 'sysv' | 'gnu' | 'none';
  interpreter?: string;
  flags1?: number;
  /** Flags of PT_GNU_STACK; null leaves it out. */
  stack?: number | null;
  sections?: boolean;
}

const base = 0x10000;

/** A small shared library, and where its parts lie, for tests that damage them. */
export function buildElf(options: ElfOptions = {}) {
  const { wide = true, little = true, symbols = [], needs = [], hash = 'gnu' } = options;
  const writer = new Writer(little, wide);
  const strings = new Strings();
  const stack = options.stack === undefined ? 6 : options.stack;
  const segments = 2 + (stack === null ? 0 : 1) + (options.interpreter === undefined ? 0 : 1);
  const headerSize = wide ? 64 : 52;
  const segmentSize = wide ? 56 : 32;
  writer.padTo(headerSize + segments * segmentSize);

  const interpreterAt = writer.size;
  if (options.interpreter !== undefined) writer.text(`${options.interpreter}\0`);
  const interpreterSize = writer.size - interpreterAt;

  // Imports come first: DT_GNU_HASH holds the rest.
  const sorted = [...symbols].sort((a, b) => Number(b.at === 'undefined') - Number(a.at === 'undefined'));
  const firstDefined = 1 + sorted.filter(({ at }) => at === 'undefined').length;
  const dataAt = sorted.map(({ at }) => {
    if (!Buffer.isBuffer(at)) return 0;
    const start = writer.align(8);
    writer.bytes(at);
    return start;
  });

  const symbolsAt = writer.align(8);
  writer.padTo(symbolsAt + (wide ? 24 : 16));
  sorted.forEach(({ name, at, binding = 1, type = 1, visibility = 0, size }, index) => {
    const section = { undefined: 0, absolute: 0xfff1, zero: 1 }[Buffer.isBuffer(at) ? 'zero' : at];
    const value = Buffer.isBuffer(at) ? base + (dataAt[index] as number) : at === 'zero' ? base + 0x20000 : 0;
    const length = size ?? (Buffer.isBuffer(at) ? at.length : 0);
    writer.u32(strings.add(name));
    if (wide)
      writer
        .u8((binding << 4) | type, visibility)
        .u16(section)
        .u64(value, length);
    else
      writer
        .u32(value, length)
        .u8((binding << 4) | type, visibility)
        .u16(section);
  });
  const versionsAt = writer.align(2);
  writer.u16(0, ...sorted.map(({ version = 1 }) => version));

  const hashAt = writer.align(8);
  // One bucket: each symbol leads to the next one, the last to none.
  if (hash === 'sysv')
    writer.u32(1, sorted.length + 1, sorted.length > 0 ? 1 : 0, 0, ...sorted.map((_, index) => index + 2));
  if (hash === 'sysv' && sorted.length > 0) {
    writer.size -= 4;
    writer.u32(0);
  }
  if (hash === 'gnu') {
    const defined = sorted.length + 1 - firstDefined;
    writer
      .u32(1, firstDefined, 1, 0)
      .u32(0xffff_ffff, ...(wide ? [0xffff_ffff] : []))
      .u32(defined > 0 ? firstDefined : 0);
    sorted.slice(firstDefined - 1).forEach(({ name }, index) => {
      writer.u32(((gnuHash(name) & ~1) | (index === defined - 1 ? 1 : 0)) >>> 0);
    });
  }

  const needsAt = writer.align(4);
  needs.forEach(({ library, versions }, index) => {
    const size = 16 + versions.length * 16;
    writer.u16(1, versions.length).u32(strings.add(library), 16, index === needs.length - 1 ? 0 : size);
    versions.forEach((version, place) => {
      writer
        .u32(0)
        .u16(0, place + 2)
        .u32(strings.add(version), place === versions.length - 1 ? 0 : 16);
    });
  });

  const entries: [number, number][] = (options.needed ?? []).map((name) => [1, strings.add(name)]);
  const texts = [
    [14, options.soname],
    [15, options.rpath],
    [29, options.runpath],
  ] as const;
  for (const [tag, text] of texts) if (text !== undefined) entries.push([tag, strings.add(text)]);
  const stringsAt = writer.size;
  writer.text(strings.text);
  entries.push([5, base + stringsAt], [10, strings.text.length], [6, base + symbolsAt], [11, wide ? 24 : 16]);
  if (hash !== 'none') entries.push([hash === 'sysv' ? 4 : 0x6ffffef5, base + hashAt]);
  if (needs.length > 0) entries.push([0x6ffffffe, base + needsAt], [0x6fffffff, needs.length]);
  if (symbols.some(({ version }) => version !== undefined)) entries.push([0x6ffffff0, base + versionsAt]);
  if (options.flags1 !== undefined) entries.push([0x6ffffffb, options.flags1]);
  const dynamicAt = writer.align(8);
  for (const [tag, value] of [...entries, [0, 0]] as const) writer.word(tag, value);
  const dynamicSize = writer.size - dynamicAt;
  const loaded = writer.size;

  const sectionsAt = options.sections ? writer.align(8) : 0;
  const sections = options.sections
    ? sectionTable(writer, sectionsAt, base + symbolsAt, symbolsAt, (sorted.length + 1) * (wide ? 24 : 16))
    : 0;

  writer.patch(0, (header) => {
    header.bytes(Buffer.from([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1, 0])).padTo(16);
    header.size = 16;
    header.u16(options.type ?? 3, options.machine ?? (wide ? 62 : 3)).u32(1);
    header.word(0, headerSize, sectionsAt).u32(0).u16(headerSize, segmentSize, segments);
    header.u16(wide ? 64 : 40, sections, sections > 0 ? sections - 1 : 0);
    const segment = (type: number, flags: number, offset: number, bytes: number, extent = bytes) => {
      header.u32(type);
      if (wide) header.u32(flags).u64(offset, base + offset, base + offset, bytes, extent, 8);
      else header.u32(offset, base + offset, base + offset, bytes, extent, flags, 8);
    };
    segment(1, 6, 0, loaded, 0x21000);
    segment(2, 6, dynamicAt, dynamicSize);
    if (stack !== null) segment(0x6474e551, stack, 0, 0);
    if (options.interpreter !== undefined) segment(3, 4, interpreterAt, interpreterSize);
  });
  const at = {
    segments: headerSize,
    segmentSize,
    dynamic: dynamicAt,
    symbols: symbolsAt,
    hash: hashAt,
    needs: needsAt,
  };
  return { bytes: writer.done(), at, base };
}

function gnuHash(name: string): number {
  return [...Buffer.from(name)].reduce((hash, byte) => (Math.imul(hash, 33) + byte) >>> 0, 5381);
}

/** Null, .dynsym, .comment and .shstrtab. */
function sectionTable(writer: Writer, start: number, address: number, offset: number, size: number): number {
  const { wide } = writer;
  const names = '\0.dynsym\0.comment\0.shstrtab\0';
  const comment = 'GCC: (Debian) 12.2.0\0clang 21\0';
  const namesAt = start + 4 * (wide ? 64 : 40);
  const section = (name: number, type: number, where: number, from: number, length: number, entry: number) =>
    writer.u32(name, type).word(0, where, from, length).u32(0, 0).word(1, entry);
  section(0, 0, 0, 0, 0, 0);
  section(1, 11, address, offset, size, wide ? 24 : 16);
  section(9, 1, 0, namesAt + names.length, comment.length, 1);
  section(18, 3, 0, namesAt, names.length, 0);
  writer.text(names).text(comment);
  return 4;
}
