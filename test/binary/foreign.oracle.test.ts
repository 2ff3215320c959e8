import { describe, expect, it } from 'vitest';
import { type Image, openFile, readBinary } from '../../src/binary/index.js';
import { factsOf } from './binutils.js';
import { differences } from './elf/elf-differences.js';
import { machoNames, type Names, peNames } from './llvm.js';
import { hasTool } from './machine-libraries.js';
import { type ForeignAddon, foreignAddon, foreignAddons } from './packages.js';

const tools = { macho: ['llvm-nm', 'llvm-objdump'], pe: ['llvm-readobj'], elf: ['nm', 'readelf'] };

function namesOf(image: Image, like: Names): Names {
  const sorted = (names: readonly string[]) => [...new Set(names)].sort();
  return Object.fromEntries(
    (Object.keys(like) as (keyof Names)[]).map((key) => {
      const value = image[key];
      return [key, Array.isArray(value) ? sorted(value) : value];
    }),
  ) as unknown as Names;
}

function sortedNames(names: Names): Names {
  return namesOf(names as Image, names);
}

function imagesIn(path: string): readonly Image[] {
  const source = openFile(path);
  const { images } = readBinary(source);
  source.close();
  return images;
}

const archNames: Record<string, string> = { x64: 'x86_64', arm64: 'arm64', ia32: 'i386' };

describe.each(Object.keys(foreignAddons) as ForeignAddon[])('%s', (name) => {
  const format = name.split(' ')[0] as keyof typeof tools;
  const missing = tools[format].filter((tool) => !hasTool(tool));
  const path = missing.length > 0 ? undefined : foreignAddon(name);
  const reason = missing.length > 0 ? `no ${missing}` : `${foreignAddons[name][0]} cannot be downloaded`;

  it.skipIf(!path)(`agrees with ${tools[format]}${path ? '' : ` (skipped: ${reason})`}`, () => {
    const images = imagesIn(path as string);
    expect(images.length).toBe(name.includes('fat') ? 2 : 1);
    for (const image of images) {
      expect(image).toMatchObject({ format, kind: 'shared' });
      if (format === 'elf') {
        expect(differences(image, factsOf([path as string]).get(path as string))).toEqual([]);
        expect(image.arch).toBe(/^elf (\w+)/.exec(name)?.[1]);
        expect(image.endian).toBe(name.includes('big-endian') ? 'big' : 'little');
      } else {
        const theirs =
          format === 'pe'
            ? peNames(path as string)
            : machoNames(path as string, archNames[image.arch] as string);
        expect(theirs.exports.length).toBeGreaterThan(0);
        expect(theirs.imports.length).toBeGreaterThan(0);
        expect(theirs.dependencies.length).toBeGreaterThan(0);
        expect(namesOf(image, theirs)).toEqual(sortedNames(theirs));
      }
    }
  });
});
