import type { Image } from '../../../src/binary/index.js';
import type { Facts } from '../binutils.js';

/** What differs, in a form that names the fields and stays short. */
export function differences(image: Image, facts: Facts | undefined): string[] {
  if (!facts) return ['the tools say nothing of it'];
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
