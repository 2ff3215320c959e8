import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import type { Header } from './header.js';

/** One section header (gABI, "Sections"), of the kinds that tell more than the segments do. */
export interface Section {
  name: string;
  type: number;
  address: number;
  offset: number;
  size: number;
  entry: number;
}

export const sectionTypes = { data: 1, dynamicSymbols: 11 } as const;

const longestComment = 64 * 1024;

/**
 * The dynamic symbol table and `.comment`. No loader reads section headers and `strip` may have damaged
 * them, so whatever doesn't fit in here is left out instead of being an error.
 */
export function readSections(source: ByteSource, header: Header): Section[] {
  const { offset, entry, count } = header.sectionHeaders;
  if (count === 0) return [];
  const { wide } = header;
  const fields = new Fields(source.read(offset, entry * count), header.little, wide);
  const sections: (Section & { nameIndex: number })[] = [];
  for (let index = 0; index < count; index++) {
    const at = index * entry;
    sections.push({
      name: '',
      nameIndex: fields.u32(at),
      type: fields.u32(at + 4),
      address: fields.word(at + (wide ? 16 : 12)),
      offset: fields.word(at + (wide ? 24 : 16)),
      size: fields.word(at + (wide ? 32 : 20)),
      entry: fields.word(at + (wide ? 56 : 36)),
    });
  }

  const names = sections[header.sectionNames];
  const inFile = names && names.offset + names.size <= source.size;
  if (inFile && names.size <= 1024 * 1024) {
    const bytes = source.read(names.offset, names.size);
    const wanted = Buffer.from('.comment\0');
    for (const section of sections) {
      const name = bytes.subarray(section.nameIndex, section.nameIndex + wanted.length);
      if (section.type === sectionTypes.data && name.equals(wanted)) section.name = '.comment';
    }
  }
  return sections.filter(({ type, name }) => type === sectionTypes.dynamicSymbols || name === '.comment');
}

/** Compilers sign their output in `.comment`, a list of strings that end in zero bytes. */
export function producersIn(source: ByteSource, sections: readonly Section[]): string[] {
  const comment = sections.find(({ name }) => name === '.comment');
  if (!comment || comment.size > longestComment || comment.offset + comment.size > source.size) return [];
  const texts = source.read(comment.offset, comment.size).toString('utf8').split('\0');
  return [...new Set(texts.filter((text) => text !== ''))];
}
