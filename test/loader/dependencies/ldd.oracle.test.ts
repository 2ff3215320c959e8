import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageFor, openFile, readBinary } from '../../../src/binary/index.js';
import { bindClosure, closureOf, resolveDependencies } from '../../../src/loader/dependencies/index.js';
import { ldd, unboundByLdd } from './oracle.js';

const roots = [
  '/usr/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/collectd',
  '/usr/lib/mysql/plugin',
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu/perl/5.36',
  '/usr/lib/python3.11/lib-dynload',
];

/** About `most` libraries, spread evenly over what the machine has. */
function libraries(most: number): string[] {
  const all = roots.flatMap((root) => {
    try {
      return readdirSync(root, { withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.so(\.[\d.]+)?$/.test(entry.name))
        .map(({ name }) => join(root, name));
    } catch {
      return [];
    }
  });
  const step = Math.max(1, all.length / most);
  return Array.from(
    { length: Math.min(most, all.length) },
    (_, index) => all[Math.floor(index * step)] as string,
  );
}

function imageOf(path: string) {
  const file = openFile(path);
  try {
    return imageFor(readBinary(file));
  } catch {
    return undefined; // A linker script.
  } finally {
    file.close();
  }
}

const real = (path: string | undefined) => path && realpathSync(path);

describe.runIf(process.platform === 'linux')('against ldd', () => {
  it('finds what ld.so finds, for the libraries of the machine', () => {
    const sample = libraries(220);
    let compared = 0;
    let dependencies = 0;
    for (const path of sample) {
      const image = imageOf(path);
      if (image?.kind !== 'shared') continue;
      const theirs = [...ldd(path)].map(([name, place]) => `${name} ${real(place) ?? 'missing'}`);
      const ours = resolveDependencies(path, image).map(
        ({ name, path }) => `${name} ${real(path) ?? 'missing'}`,
      );
      // ldd calls the loader by its own path, whatever the library calls it.
      const plain = (list: string[]) => list.map((line) => line.replace(/^(\S*\/)?ld-linux\S* /, 'ld '));
      expect({ path, list: plain(ours) }).toEqual({ path, list: plain(theirs) });
      compared++;
      dependencies += ours.length;
    }
    expect(compared).toBeGreaterThan(Math.min(150, sample.length - 20));
    expect(dependencies).toBeGreaterThan(compared);
  }, 120_000);

  it('binds what ld.so binds, and finds the same symbols and versions lacking', () => {
    let compared = 0;
    let lacking = 0;
    for (const path of libraries(220)) {
      const image = imageOf(path);
      const closure = image?.kind === 'shared' ? closureOf(path, image) : undefined;
      if (!image || closure?.dependencies.some((one) => one.path === undefined) !== false) continue;
      const source = openFile(path);
      // Not this process's symbols: ldd runs no Node.js.
      const { soname, exports } = image;
      const ours = bindClosure({ path, source, soname, exports }, closure, () => undefined);
      source.close();
      const theirs = unboundByLdd(path);
      const sorted = (list: string[]) => [...new Set(list)].sort();
      expect({ path, unknown: ours.unknown }).toEqual({ path, unknown: [] });
      expect({ path, list: sorted(ours.symbols.map(({ name }) => name)) }).toEqual({
        path,
        list: sorted(theirs.symbols),
      });
      expect(sorted(ours.versions.map(({ version }) => version))).toEqual(sorted(theirs.versions));
      compared++;
      lacking += ours.symbols.length;
    }
    expect(compared).toBeGreaterThan(100);
    // Modules of interpreters, which their program's symbols complete.
    expect(lacking).toBeGreaterThan(0);
  }, 300_000);
});
