/** Versions: the lists that the loader walks, and the index of each symbol into them. */
import { hex, malformed, tooMuch } from '../../faults.js';
import { tags } from '../dynamic.js';
import { type Elf, tableAt } from './elf.js';
import { oldHash } from './hash.js';

const maxRecords = 65_536;
const definitionSize = 20;
const nameSize = 8;

/**
 * Walks both lists. The first of the needs is the only one whose version of the format glibc looks at.
 *
 * @returns how many versions the loader makes a table for: an index of DT_VERSYM from there on leads out of it
 */
export function checkVersions(elf: Elf): number {
  const { source, dynamic, symbolCount } = elf;
  const known = new Set<number>();
  const needs = dynamic.values.get(tags.versionNeeds);
  if (needs !== undefined) readNeeds(elf, needs, known);
  readDefinitions(elf, known);
  const table = dynamic.values.get(tags.versions);
  if (table === undefined) {
    if (known.size === 0) return 0;
    throw malformed(source, 'DT_VERSYM', 'symbols in versions need this entry', {
      expected: 'DT_VERSYM',
      found: 'no such entry',
    });
  }
  tableAt(elf, 'DT_VERSYM', table, symbolCount * 2);
  return [...known].reduce((most, index) => Math.max(most, index + 1), 0);
}

function readNeeds(elf: Elf, start: number, known: Set<number>): void {
  let needAt = start;
  for (let count = 0; ; ) {
    const need = tableAt(elf, 'DT_VERNEED', needAt, 16);
    if (needAt === start && need.u16(0) !== 1) {
      throw malformed(elf.source, 'DT_VERNEED', 'the format of the list is unknown', {
        expected: '1',
        found: String(need.u16(0)),
      });
    }
    let nameAt = needAt + need.u32(8);
    for (;;) {
      if (++count > maxRecords) throw tooMuch(elf.source, 'DT_VERNEED', 'version needs', maxRecords, count);
      const name = tableAt(elf, 'DT_VERNEED', nameAt, 16);
      known.add(name.u16(6) & 0x7fff);
      const hash = oldHash(elf.dynamic.strings.bytes, name.u32(8));
      if (hash !== name.u32(0)) {
        throw malformed(elf.source, 'DT_VERNEED', 'the hash of a version is not that of its name', {
          expected: hex(hash),
          found: hex(name.u32(0)),
        });
      }
      if (name.u32(12) === 0) break;
      nameAt += name.u32(12);
    }
    if (need.u32(12) === 0) return;
    needAt += need.u32(12);
  }
}

/** DT_VERDEF: records of 20 bytes, one a version, each with the place of its name. */
function readDefinitions(elf: Elf, known: Set<number>): void {
  const { source, dynamic } = elf;
  const start = dynamic.values.get(tags.versionDefinitions);
  if (start === undefined) return;
  let at = start;
  for (let count = 1; ; count++) {
    if (count > maxRecords) throw tooMuch(source, 'DT_VERDEF', 'versions', maxRecords, count);
    const definition = tableAt(elf, 'DT_VERDEF', at, definitionSize);
    const where = `DT_VERDEF, version ${definition.u16(4)}`;
    known.add(definition.u16(4) & 0x7fff);
    const name = tableAt(elf, where, at + definition.u32(12), nameSize).u32(0);
    if (name >= dynamic.strings.bytes.length) {
      throw malformed(source, where, 'its name lies outside the dynamic string table', {
        expected: `an index below ${dynamic.strings.bytes.length}`,
        found: String(name),
      });
    }
    if (definition.u32(16) === 0) return;
    at += definition.u32(16);
  }
}
