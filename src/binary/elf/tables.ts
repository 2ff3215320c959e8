/** The tables through which a loader binds symbols, read once each. */
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import { paged } from '../paged.js';
import { countSymbols } from './count.js';
import { type Dynamic, readDynamic, tags } from './dynamic.js';
import { type Header, readHeader } from './header.js';
import { readLoaded, readSegments, type Segments } from './segments.js';

/** An ELF file with a dynamic section. */
export interface Linked {
  source: ByteSource;
  header: Header;
  segments: Segments;
  dynamic: Dynamic;
}

/** Undefined for a file without a dynamic section, which neither needs nor gives anything. */
export function readLinked(file: ByteSource): Linked | undefined {
  const source = paged(file);
  const header = readHeader(source);
  const segments = readSegments(source, header);
  const dynamic = readDynamic(source, header, segments);
  return dynamic && { source, header, segments, dynamic };
}

/** Bytes from an address on; undefined when no tag names one. */
export function tableAt(linked: Linked, where: string, tag: number, size: number): Fields | undefined {
  const { source, header, segments, dynamic } = linked;
  const address = dynamic.values.get(tag);
  if (address === undefined) return undefined;
  return readLoaded(source, header, segments, where, address, size);
}

/** gABI, "Symbol Table". */
export class SymbolTable {
  readonly count: number;
  readonly #fields: Fields;
  readonly #versions: Fields | undefined;
  readonly #entry: number;

  constructor(linked: Linked, atLeast = 0) {
    const { header } = linked;
    this.#entry = header.wide ? 24 : 16;
    this.count = Math.max(atLeast, countSymbols(linked, []));
    this.#fields =
      tableAt(linked, 'DT_SYMTAB', tags.symbols, this.count * this.#entry) ??
      new Fields(Buffer.alloc(0), header.little, header.wide);
    if (this.#fields.length === 0) this.count = 0;
    this.#versions = tableAt(linked, 'DT_VERSYM', tags.versions, this.count * 2);
  }

  get bytes(): number {
    return this.#fields.length + (this.#versions?.length ?? 0);
  }

  /** Offset into the string table. */
  name(index: number): number {
    return this.#fields.u32(index * this.#entry);
  }

  binding(index: number): number {
    return this.#info(index) >> 4;
  }

  type(index: number): number {
    return this.#info(index) & 15;
  }

  visibility(index: number): number {
    return this.#fields.u8(index * this.#entry + (this.#fields.wide ? 5 : 13)) & 3;
  }

  section(index: number): number {
    return this.#fields.u16(index * this.#entry + (this.#fields.wide ? 6 : 14));
  }

  value(index: number): number {
    return this.#fields.word(index * this.#entry + (this.#fields.wide ? 8 : 4));
  }

  /** The entry of DT_VERSYM; undefined when the file has no such table. */
  version(index: number): number | undefined {
    return this.#versions?.u16(index * 2);
  }

  #info(index: number): number {
    return this.#fields.u8(index * this.#entry + (this.#fields.wide ? 4 : 12));
  }
}

/** gABI, "Symbol Table": st_info, st_other, st_shndx. */
export const symbolKinds = {
  undefined: 0,
  absolute: 0xfff1,
  local: 0,
  global: 1,
  weak: 2,
  gnuUnique: 10,
  threadLocal: 6,
  internal: 1,
  hidden: 2,
} as const;
