import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFile, readBinary } from '../../../src/binary/index.js';
import { factsOf } from '../binutils.js';
import { elfLibraries, hasTool } from '../machine-libraries.js';
import { differences } from './elf-differences.js';

const missing = ['nm', 'readelf'].filter((tool) => !hasTool(tool));
const batch = 100;

describe.skipIf(missing.length > 0)(
  `agrees with binutils${missing.length > 0 ? ` (skipped: no ${missing})` : ''}`,
  () => {
    it('about every shared library of this machine', { timeout: 180_000 }, () => {
      const files = elfLibraries(['/usr/lib', '/lib', '/usr/local', resolve('node_modules')]);
      const wrong: Record<string, string[]> = {};
      for (let start = 0; start < files.length; start += batch) {
        const some = files.slice(start, start + batch);
        const facts = factsOf(some);
        for (const file of some) {
          const source = openFile(file);
          const [image] = readBinary(source).images;
          source.close();
          const found = differences(image, facts.get(file));
          if (found.length > 0) wrong[file] = found;
        }
      }
      console.log(
        `compared ${files.length} libraries with nm and readelf: ${Object.keys(wrong).length} differ`,
      );
      expect(wrong).toEqual({});
    });
  },
);
