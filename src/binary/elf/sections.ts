/** Reads the section headers of an ELF file. */
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

const maxOwnSections = 64;
const maxCommentLength = 64 * 1024;
const maxNamesBytes = 1024 * 1024;

/**
 * The dynamic symbol table, `.comment`, and those that a program names itself. No loader reads section headers and `strip` may have damaged
 * them, so whatever doesn't fit in here is left out instead of being an error.
 */
export function readSections(source: ByteSource, header: Header): Section[] {
  const { offset, entry, count } = header.sectionHeaders;
  if (count === 0) return [];
  const { wide } = header;
  const fields = new Fields(source.read(offset, entry * count), header.little, wide);
  const sectionAt = (index: number, name = ''): Section => {
    const at = index * entry;
    return {
      name,
      type: fields.u32(at + 4),
      address: fields.word(at + (wide ? 16 : 12)),
      offset: fields.word(at + (wide ? 24 : 16)),
      size: fields.word(at + (wide ? 32 : 20)),
      entry: fields.word(at + (wide ? 56 : 36)),
    };
  };

  const names = namesIn(source, header.sectionNames < count ? sectionAt(header.sectionNames) : undefined);
  const comment = Buffer.from('.comment\0');
  const sections: Section[] = [];
  let own = 0;
  for (let index = 0; index < count; index++) {
    const type = fields.u32(index * entry + 4);
    if (type === sectionTypes.dynamicSymbols) sections.push(sectionAt(index));
    if (type !== sectionTypes.data) continue;
    const name = fields.u32(index * entry);
    if (names.subarray(name, name + comment.length).equals(comment))
      sections.push(sectionAt(index, '.comment'));
    else if (isLetter(names[name]) && own < maxOwnSections) {
      const text = names.toString('latin1', name, name + 64);
      const [identifier] = /^\w+(?=\0)/.exec(text) ?? [];
      if (identifier && ++own) sections.push(sectionAt(index, identifier));
    }
  }
  return sections;
}

function namesIn(source: ByteSource, section: Section | undefined): Buffer {
  if (!section || section.size > maxNamesBytes || section.offset + section.size > source.size) {
    return Buffer.alloc(0);
  }
  return source.read(section.offset, section.size);
}

const isLetter = (byte = 0) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/** The sections that a program names itself, as far as the file has them. */
export const ownSections = (source: ByteSource, sections: readonly Section[]) =>
  new Map(
    sections
      .filter(({ name, offset, size }) => isLetter(name.charCodeAt(0)) && offset + size <= source.size)
      .map(({ name, offset, size }) => [name, { offset, size }]),
  );

/** Compilers sign their output in `.comment`, a list of strings that end in zero bytes. */
export function producersIn(source: ByteSource, sections: readonly Section[]): string[] {
  const comment = sections.find(({ name }) => name === '.comment');
  if (!comment || comment.size > maxCommentLength || comment.offset + comment.size > source.size) return [];
  const texts = source.read(comment.offset, comment.size).toString('utf8').split('\0');
  return [...new Set(texts.filter((text) => text !== ''))];
}
