import { readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bytesOf, imageFor, readBinary } from '../../../src/binary/index.js';
import { elfLibraries } from '../machine-libraries.js';

const files = elfLibraries(['/usr/lib']).filter((file) => statSync(file).size < 200_000);

it.skipIf(files.length === 0)(
  'libraries of this machine without their section headers say the same',
  { timeout: 300_000 },
  () => {
    for (const file of files) {
      const bytes = readFileSync(file);
      const { producers: _, sections: __, ...whole } = imageFor(readBinary(bytesOf(bytes, file)));
      const wide = whole.bits === 64;
      bytes.fill(0, wide ? 40 : 32, wide ? 48 : 36); // e_shoff
      bytes.fill(0, wide ? 60 : 48, wide ? 64 : 52); // e_shnum, e_shstrndx
      const { producers, sections, ...stripped } = imageFor(readBinary(bytesOf(bytes, file)));
      expect(producers).toEqual([]);
      expect(sections?.size).toBe(0);
      expect(stripped, file).toEqual(whole);
    }
  },
);
