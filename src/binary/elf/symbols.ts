/** Reads the imported and exported symbols of an ELF file. */
import { tooMuch } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource, SymbolPlace } from '../image.js';
import { maxSymbols } from '../names.js';
import { type Dynamic, tags } from './dynamic.js';
import type { Header } from './header.js';
import { isWritable, readLoaded, type Segments } from './segments.js';

/** gABI, "Symbol Table". */
const bindings = { global: 1, weak: 2, gnuUnique: 10 };
const types = { object: 1, function: 2, section: 3, file: 4, threadLocal: 6, indirect: 10 };
const indices = { undefined: 0, absolute: 0xfff1, common: 0xfff2 };
const visibilities = { internal: 1, hidden: 2 };
/** In DT_VERSYM: `name@VERSION`, which only an image that asks for this very version binds to. */
const oldVersion = 0x8000;

export interface Symbols {
  exports: string[];
  uniqueExports: string[];
  imports: string[];
  weakImports: string[];
  symbols: Map<string, SymbolPlace>;
}

/**
 * The dynamic symbols as other images see them, the same ones that `nm -D` lists. So absolute symbols are
 * exports too, among them the names of the versions that old linkers define (`GLIBC_2.2.5`).
 *
 * @param findable for each symbol, whether a search for its name finds it: others are no exports. Where it is not known,
 *   all are taken to be.
 */
export function readSymbols(
  source: ByteSource,
  header: Header,
  segments: Segments,
  dynamic: Dynamic,
  count: number,
  findable?: Uint8Array,
): Symbols {
  const exports = new Set<string>();
  const unique = new Set<string>();
  /** Whether every undefined symbol of the name is weak. */
  const imports = new Map<string, boolean>();
  const symbols = new Map<string, SymbolPlace>();

  const fields = symbolTable(source, header, segments, dynamic, count);
  const entry = header.wide ? 24 : 16;
  const versions = versionTable(source, header, segments, dynamic, fields.length / entry);
  const old = new Set<string>();
  for (let index = 1; index * entry < fields.length; index++) {
    const at = index * entry;
    const info = fields.u8(at + (header.wide ? 4 : 12));
    const visibility = fields.u8(at + (header.wide ? 5 : 13)) & 3;
    const section = fields.u16(at + (header.wide ? 6 : 14));
    const binding = info >> 4;
    const type = info & 15;
    if (binding !== bindings.global && binding !== bindings.weak && binding !== bindings.gnuUnique) continue;
    if (type === types.section || type === types.file) continue;
    const nameIndex = fields.u32(at);
    // One without a name is nobody's: whether the loader would ask for it, its relocations tell.
    if (nameIndex === 0 || nameIndex >= dynamic.strings.bytes.length) continue;
    const name = dynamic.strings.at(nameIndex, `dynamic symbol ${index}`);
    if (name === '') continue;

    if (section === indices.undefined) {
      imports.set(name, binding === bindings.weak && imports.get(name) !== false);
      continue;
    }
    if (visibility === visibilities.internal || visibility === visibilities.hidden) continue;
    if (findable && findable[index] !== 1) continue;

    exports.add(name);
    if (binding === bindings.gnuUnique) unique.add(name);
    if (section === indices.absolute || section === indices.common || type === types.threadLocal) continue;
    const isOld = versions !== undefined && (versions.u16(index * 2) & oldVersion) !== 0;
    if (symbols.has(name) && (isOld || !old.has(name))) continue;
    let value = fields.word(at + (header.wide ? 8 : 4));
    const isFunction = type === types.function || type === types.indirect;
    // ELF for the Arm Architecture, "Symbol Values": bit 0 marks Thumb code, it isn't part of the address.
    if (isFunction && header.machine === 40) value -= value % 2;
    const place = segments.map.find(value);
    if (!place) continue;
    if (isOld) old.add(name);
    else if (old.size > 0) old.delete(name);
    const size = fields.word(at + (header.wide ? 16 : 8));
    symbols.set(name, {
      offset: place.offset,
      size,
      available: place.available,
      writable: isWritable(segments, value, Math.max(1, size)),
      kind: isFunction || (type !== types.object && place.executable) ? 'code' : 'data',
    });
  }
  return {
    exports: [...exports],
    uniqueExports: [...unique],
    imports: [...imports.keys()],
    weakImports: [...imports].filter(([, weak]) => weak).map(([name]) => name),
    symbols,
  };
}

function symbolTable(
  source: ByteSource,
  header: Header,
  segments: Segments,
  { values }: Dynamic,
  count: number,
): Fields {
  const address = values.get(tags.symbols);
  if (address === undefined || count === 0) return new Fields(Buffer.alloc(0), header.little, header.wide);
  const entry = header.wide ? 24 : 16;
  if (count > maxSymbols) throw tooMuch(source, 'DT_SYMTAB', 'symbols', maxSymbols, count);
  return readLoaded(source, header, segments, 'DT_SYMTAB', address, count * entry);
}

function versionTable(
  source: ByteSource,
  header: Header,
  segments: Segments,
  { values }: Dynamic,
  count: number,
): Fields | undefined {
  const address = values.get(tags.versions);
  if (address === undefined || count === 0) return undefined;
  return readLoaded(source, header, segments, 'DT_VERSYM', address, count * 2);
}
