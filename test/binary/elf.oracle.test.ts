import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Image, openFile, readBinary } from '../../src/binary/index.js';
import { type Facts, factsOf } from './binutils.js';
import { elfLibraries, hasTool } from './machine-libraries.js';

const missing = ['nm', 'readelf'].filter((tool) => !hasTool(tool));
const batch = 100;

/** What differs, in a form that names the fields and stays short. */
export function differences(image: Image, facts: Facts): string[] {
  const versionNeeds = image.versionNeeds.map(({ library, version }) => `${library} ${version}`);
  const found: Facts = { ...image, versionNeeds };
  const fields: (keyof Facts)[] = [
    ...(['exports', 'imports', 'weakImports', 'dependencies', 'soname', 'rpath', 'runpath'] as const),
    ...(['versionNeeds', 'execStack', 'buildId'] as const),
  ];
  return fields.flatMap((field) => {
    const [ours, theirs] = [found[field], facts[field]];
    // nm sorts by name; the order of the others is part of the answer.
    const sorted = ['exports', 'imports', 'weakImports'].includes(field);
    const [left, right] = [ours, theirs].map((value) =>
      JSON.stringify(sorted ? [...(value as string[])].sort() : value),
    );
    if (left === right) return [];
    if (!Array.isArray(ours) || !Array.isArray(theirs)) return [`${field}: ${ours}, not ${theirs}`];
    const [mine, others] = [new Set(ours), new Set(theirs)];
    const extra = ours.filter((name) => !others.has(name)).slice(0, 3);
    const lost = theirs.filter((name) => !mine.has(name)).slice(0, 3);
    return [`${field}: ${ours.length}, not ${theirs.length}; extra ${extra}; lost ${lost}`];
  });
}

describe.skipIf(missing.length > 0)(
  `agrees with binutils${missing.length > 0 ? ` (skipped: no ${missing})` : ''}`,
  () => {
    test('about every shared library of this machine', { timeout: 180_000 }, () => {
      const files = elfLibraries(['/usr/lib', '/lib', '/usr/local', resolve('node_modules')]);
      const wrong: Record<string, string[]> = {};
      for (let start = 0; start < files.length; start += batch) {
        const some = files.slice(start, start + batch);
        const facts = factsOf(some);
        for (const file of some) {
          const source = openFile(file);
          const [image] = readBinary(source).images;
          source.close();
          const theirs = facts.get(file);
          const found = theirs ? differences(image, theirs) : ['the tools say nothing of it'];
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
