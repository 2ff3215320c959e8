/** Reads ELF's dynamic section. */
import { hex, malformed, tooMuch } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import { StringTable } from '../names.js';
import type { Header } from './header.js';
import { type Segments, segmentTypes } from './segments.js';

/** The tags that are read (gABI, "Dynamic Section"; DT_GNU_* and DT_VER* from the Linux Standard Base). */
export const tags = {
  null: 0,
  needed: 1,
  pltRelocationsSize: 2,
  hash: 4,
  strings: 5,
  symbols: 6,
  rela: 7,
  relaSize: 8,
  relaEntry: 9,
  stringsSize: 10,
  symbolSize: 11,
  init: 12,
  fini: 13,
  soname: 14,
  rpath: 15,
  rel: 17,
  relSize: 18,
  relEntry: 19,
  pltRelocationType: 20,
  textRelocations: 22,
  pltRelocations: 23,
  initArray: 25,
  finiArray: 26,
  initArraySize: 27,
  finiArraySize: 28,
  runpath: 29,
  flags: 30,
  relrSize: 35,
  relr: 36,
  relrEntry: 37,
  gnuHash: 0x6ffffef5,
  versions: 0x6ffffff0,
  relaCount: 0x6ffffff9,
  relCount: 0x6ffffffa,
  flags1: 0x6ffffffb,
  versionDefinitions: 0x6ffffffc,
  versionNeeds: 0x6ffffffe,
  auxiliary: 0x7ffffffd,
  filter: 0x7fffffff,
  mipsSymbolCount: 0x70000011,
} as const;

const maxEntries = 65_536;
const maxNeeded = 4096;
/** Bytes of a string table whose size isn't known. */
const maxUnstated = 1024 * 1024;

/** What PT_DYNAMIC says. */
export interface Dynamic {
  /** The last value of each tag, as the loader takes it. */
  values: ReadonlyMap<number, number>;
  strings: StringTable;
  needed: string[];
  /** Those of `needed` that may be missing (DT_AUXILIARY, and nothing else names them). */
  optional: string[];
  /** Whether a library that it stands in for has no name, which means the program (DT_FILTER, DT_AUXILIARY). */
  filtersProgram: boolean;
  soname?: string;
  rpath: string[];
  runpath: string[];
}

/** Undefined when the image has no PT_DYNAMIC: object files and static executables. */
export function readDynamic(source: ByteSource, header: Header, segments: Segments): Dynamic | undefined {
  const segment = segments.all.find(({ type }) => type === segmentTypes.dynamic);
  if (!segment) return undefined;
  const where = `program header ${segment.index} (PT_DYNAMIC)`;
  // By address, as the loader does: p_offset may say something else.
  const place = segments.map.find(segment.address);
  if (!place) {
    throw malformed(source, where, 'the dynamic section has no bytes in the file', {
      expected: 'an address inside a loaded segment',
      found: hex(segment.address),
    });
  }

  const entry = header.wide ? 16 : 8;
  const count = Math.floor(Math.min(segment.memorySize, place.available) / entry);
  const values = new Map<number, number>();
  const needed: number[] = [];
  const optional: number[] = [];
  const required: number[] = [];
  const filtered: number[] = [];
  const fields = new Fields(
    source.read(place.offset, Math.min(count, maxEntries) * entry),
    header.little,
    header.wide,
  );
  for (let index = 0; ; index++) {
    if (index === maxEntries) throw tooMuch(source, where, 'dynamic entries', maxEntries, count);
    if (index === count) {
      throw malformed(source, where, 'the dynamic section does not end', {
        expected: 'DT_NULL',
        found: `${count} other entries`,
      });
    }
    const tag = fields.word(index * entry);
    const at = index * entry + entry / 2;
    // Flags are single bits, which a number of 64 bits would lose.
    const value =
      tag === tags.flags || tag === tags.flags1
        ? fields.u32(header.wide && !header.little ? at + 4 : at)
        : fields.word(at);
    if (tag === tags.null) break;
    // A library that another one stands in for (DT_FILTER) is loaded as those are that it needs.
    if (tag === tags.needed || tag === tags.filter || tag === tags.auxiliary) needed.push(value);
    else values.set(tag, value);
    if (tag === tags.auxiliary) optional.push(value);
    else if (tag === tags.needed || tag === tags.filter) required.push(value);
    if (tag === tags.auxiliary || tag === tags.filter) filtered.push(value);
  }
  if (needed.length > maxNeeded) throw tooMuch(source, where, 'dependencies', maxNeeded, needed.length);

  const names = [
    ...needed,
    ...[tags.soname, tags.rpath, tags.runpath].flatMap((tag) => values.get(tag) ?? []),
  ];
  const strings = stringsOf(source, segments, values, names);
  const text = (tag: number, name: string): string | undefined => {
    const index = values.get(tag);
    return index === undefined ? undefined : strings.at(index, name);
  };
  const asked = new Set(required.map((index) => strings.at(index, 'DT_NEEDED')));
  return {
    values,
    strings,
    needed: needed.map((index) => strings.at(index, 'DT_NEEDED')),
    optional: optional.map((index) => strings.at(index, 'DT_AUXILIARY')).filter((name) => !asked.has(name)),
    filtersProgram: filtered.some((index) => strings.at(index, 'DT_FILTER') === ''),
    soname: text(tags.soname, 'DT_SONAME'),
    rpath: pathsIn(text(tags.rpath, 'DT_RPATH')),
    runpath: pathsIn(text(tags.runpath, 'DT_RUNPATH')),
  };
}

/**
 * The loader doesn't look at DT_STRSZ. Where a name lies behind what it says, the table goes on as far as that, as the
 * loader has it.
 */
function stringsOf(
  source: ByteSource,
  segments: Segments,
  values: ReadonlyMap<number, number>,
  names: readonly number[],
): StringTable {
  const label = 'dynamic string table';
  const address = values.get(tags.strings);
  if (address === undefined) return new StringTable(source, Buffer.alloc(0), label);
  const place = segments.map.find(address);
  const stated = values.get(tags.stringsSize);
  const isEnough = stated !== undefined && names.every((index) => index < stated);
  const size = isEnough ? stated : Math.max(stated ?? 0, Math.min(place?.available ?? 0, maxUnstated));
  if (!place || size > place.available) {
    throw malformed(source, 'DT_STRTAB', `the ${label} lies outside the loaded segments`, {
      expected: `${size} bytes from address ${hex(address)}`,
      found: place ? `${place.available} bytes` : 'nothing there',
    });
  }
  return new StringTable(source, source.read(place.offset, size), label);
}

/** An empty element means the current directory to the loader; it stays, so that checks can name it. */
function pathsIn(list: string | undefined): string[] {
  return list === undefined || list === '' ? [] : list.split(':');
}
