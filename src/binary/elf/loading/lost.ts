/** Symbols that a file defines and that its own hash table doesn't lead to: the loader looks for them elsewhere. */
import type { Loading } from '../../image.js';
import { tags } from '../dynamic.js';
import { readVersionDefinitions, readVersionNeeds } from '../versions.js';
import { type Elf, tableAt } from './elf.js';

/** Names and versions, as the loader asks for them. */
export function lostSymbols(elf: Elf, lost: ReadonlySet<number>): NonNullable<Loading['lost']> {
  const { source, header, segments, dynamic } = elf;
  const { values, strings } = dynamic;
  const last = Math.max(...lost);
  const entry = header.wide ? 24 : 16;
  const symbols = tableAt(elf, 'DT_SYMTAB', values.get(tags.symbols) as number, (last + 1) * entry);
  const at = values.get(tags.versions);
  const indices = at === undefined ? undefined : tableAt(elf, 'DT_VERSYM', at, (last + 1) * 2);
  const needed = readVersionNeeds(source, header, segments, dynamic);
  const versions = new Map<number, { name: string; hash: number }>([
    ...needed.map(({ index, version: name, hash }) => [index, { name, hash }] as const),
    ...(readVersionDefinitions({ source, header, segments, dynamic }) ?? []),
  ]);
  return [...lost].map((index) => {
    const start = symbols.u32(index * entry);
    const end = strings.bytes.indexOf(0, start);
    return {
      name: strings.bytes.toString('latin1', start, end < 0 ? strings.bytes.length : end),
      version: versions.get((indices?.u16(index * 2) ?? 0) & 0x7fff),
    };
  });
}
