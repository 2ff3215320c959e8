/** Which symbol versions (such as GLIBC_2.34) an ELF file needs, and which it defines. */
import { hex, malformed, tooMuch } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource, Image } from '../image.js';
import { type Dynamic, tags } from './dynamic.js';
import type { Header } from './header.js';
import type { Segments } from './segments.js';

type VersionNeed = Image['versionNeeds'][number];

/** One version that is needed, with what the loader compares. */
export interface NeededVersion extends VersionNeed {
  /** As the file states it; the loader compares it before the name. */
  hash: number;
  /** What DT_VERSYM calls the version in this file. */
  index: number;
  /** The loader goes on when the library doesn't define it (VER_FLG_WEAK). */
  weak: boolean;
  /** Only a definition of this very version will do. */
  hidden: boolean;
}

/** A version that a file defines. */
export interface Version {
  name: string;
  hash: number;
}

interface Parts {
  source: ByteSource;
  header: Header;
  segments: Segments;
  dynamic: Dynamic;
}

/** VER_FLG_BASE: the file's own name, which is not a version. */
const baseFlag = 1;
const weakFlag = 2;
const hiddenFlag = 0x8000;

const maxNeeds = 65_536;
const recordSize = 16;

/**
 * DT_VERNEED (Linux Standard Base, "Symbol Version Requirements"): a list of Elf_Verneed records, one a
 * library, each with a list of Elf_Vernaux records, one a version. Offsets are relative to the record that
 * holds them and 0 ends a list; counts repeat the lengths, and the loader doesn't look at them.
 */
export function readVersionNeeds(
  source: ByteSource,
  header: Header,
  segments: Segments,
  dynamic: Dynamic,
): NeededVersion[] {
  const start = dynamic.values.get(tags.versionNeeds);
  if (start === undefined) return [];
  const needs: NeededVersion[] = [];
  const seen = new Set<number>();
  const recordAt = (address: number, where: string): Fields => {
    // Offsets are unsigned, so only 32-bit addresses that wrap around could lead back; lists that share
    // records are not real either.
    if (seen.has(address)) {
      throw malformed(source, where, 'the list of version needs leads into itself', { found: hex(address) });
    }
    if (seen.size === maxNeeds) throw tooMuch(source, where, 'version needs', maxNeeds, maxNeeds + 1);
    seen.add(address);
    const place = segments.map.find(address);
    if (!place || place.available < recordSize) {
      throw malformed(source, where, 'a version need lies outside the loaded segments', {
        expected: `${recordSize} bytes from address ${hex(address)}`,
        found: place ? `${place.available} bytes` : 'nothing there',
      });
    }
    return new Fields(source.read(place.offset, recordSize), header.little, header.wide);
  };
  const follow = (address: number, offset: number): number =>
    header.wide ? address + offset : (address + offset) % 0x1_0000_0000;

  let needAt = start;
  for (let index = 0; ; index++) {
    const where = `version need ${index}`;
    const need = recordAt(needAt, where);
    const library = dynamic.strings.at(need.u32(4), where);
    let versionAt = follow(needAt, need.u32(8));
    for (;;) {
      const version = recordAt(versionAt, `${where} (${library})`);
      const other = version.u16(6);
      needs.push({
        library,
        version: dynamic.strings.at(version.u32(8), where),
        hash: version.u32(0),
        index: other & ~hiddenFlag,
        weak: (version.u16(4) & weakFlag) !== 0,
        hidden: (other & hiddenFlag) !== 0,
      });
      const next = version.u32(12);
      if (next === 0) break;
      versionAt = follow(versionAt, next);
    }
    const next = need.u32(12);
    if (next === 0) return needs;
    needAt = follow(needAt, next);
  }
}

/**
 * DT_VERDEF (Linux Standard Base, "Symbol Version Definitions"): a list of Elf_Verdef records, one a version,
 * each with its name in the Elf_Verdaux that follows. Offsets are relative to the record that holds them.
 *
 * @returns by what DT_VERSYM calls each; undefined when there is no such list
 */
export function readVersionDefinitions({
  source,
  header,
  segments,
  dynamic,
}: Parts): Map<number, Version> | undefined {
  let address = dynamic.values.get(tags.versionDefinitions);
  if (address === undefined) return undefined;
  const versions = new Map<number, Version>();
  const recordAt = (at: number, size: number): Fields => {
    const place = segments.map.find(at);
    if (!place || place.available < size) {
      throw malformed(source, 'DT_VERDEF', 'a version definition lies outside the loaded segments', {
        expected: `${size} bytes from address ${hex(at)}`,
        found: place ? `${place.available} bytes` : 'nothing there',
      });
    }
    return new Fields(source.read(place.offset, size), header.little, header.wide);
  };
  for (let count = 0; ; count++) {
    if (count === maxNeeds) throw tooMuch(source, 'DT_VERDEF', 'version definitions', maxNeeds, count);
    const record = recordAt(address, 20);
    if ((record.u16(2) & baseFlag) === 0) {
      const name = dynamic.strings.at(recordAt(address + record.u32(12), 8).u32(0), 'DT_VERDEF');
      versions.set(record.u16(4) & ~hiddenFlag, { name, hash: record.u32(8) });
    }
    const next = record.u32(16);
    if (next === 0) return versions;
    address += next;
  }
}

/** The newest of each family whose versions are numbers: `GLIBC_2.34` is, `GLIBC_PRIVATE` isn't. */
export function newestOf(needs: readonly VersionNeed[]): Record<string, string> {
  const newest = new Map<string, string>();
  for (const { version } of needs) {
    const match = /^(.+)_(\d+(?:\.\d+)*)$/.exec(version);
    if (!match) continue;
    const [, family, numbers] = match as unknown as [string, string, string];
    const best = newest.get(family);
    if (best === undefined || compareNumbers(numbers, best) > 0) newest.set(family, numbers);
  }
  return Object.fromEntries(newest);
}

function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
