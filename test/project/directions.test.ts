/** Data goes one way: no lower room imports a higher one, and nothing goes round in circles. The crate's modules: test/rust. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles, type Graph, upward } from './directions.js';

/** From the lowest to the highest. */
const rooms = {
  src: [
    'errors.ts',
    'package.ts',
    'messages',
    'binary',
    'config',
    'native',
    'supervisor',
    'abi',
    'loader',
    'registry',
    'services',
    'capabilities',
    'dialects',
    'host',
    'verify',
    'shipping',
    'cli',
    'index.ts',
  ],
  native: [
    'engines',
    'host',
    'services',
    'routing',
    'collectd',
    'mariadb',
    'mysql',
    'pgdog',
    'adbc',
    'node',
    'addon.cc',
  ],
};

/** @param importsIn what a file's text imports, as paths from the folder or relative ones that start with a dot */
function graphOf(folder: string, files: RegExp, importsIn: (text: string) => string[]): Graph {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => files.test(name));
  return new Map(
    names.map((name) => [
      name,
      importsIn(readFileSync(join(folder, name), 'utf8')).map((path) =>
        path.startsWith('.') ? posix.join(posix.dirname(name), path).replace(/\.js$/, '.ts') : path,
      ),
    ]),
  );
}

const typescript = (text: string) =>
  [...text.matchAll(/(?:^(?:import|export)\b[^;]*?from |\bimport\(|^import )'(\.[^']+)'/gm)].map(
    ([, path]) => path as string,
  );
const cpp = (text: string) => [...text.matchAll(/^#include "([^"]+)"/gm)].map(([, path]) => path as string);
describe('src', () => {
  const graph = graphOf('src', /\.ts$/, typescript);

  it('imports only what lies below', () => {
    expect(graph.size).toBeGreaterThan(200);
    expect(upward(graph, rooms.src)).toEqual([]);
  });

  it('has no circles', () => {
    expect(circles(graph)).toEqual([]);
  });
});

describe('native', () => {
  const graph = graphOf('native', /\.(cc|h)$/, cpp);

  it('includes only what lies below', () => {
    expect(graph.size).toBeGreaterThan(50);
    expect(upward(graph, rooms.native)).toEqual([]);
  });

  it('has no circles', () => {
    expect(circles(graph)).toEqual([]);
  });
});

describe('the test of directions itself', () => {
  const graph = graphOf('src', /\.ts$/, typescript);

  it('finds an import that goes up', () => {
    const bad = new Map([...graph, ['binary/new.ts', ['host/host.ts']] as const]);
    expect(upward(bad, rooms.src)).toEqual(['binary/new.ts imports host/host.ts']);
    expect(upward(new Map([['stray.ts', []]]), rooms.src)).toEqual(['stray.ts is in no room']);
  });

  it('finds a circle', () => {
    const bad = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['b.ts']],
    ]);
    expect(circles(bad)).toEqual(['b.ts → c.ts → b.ts']);
  });

  it('sees all kinds of import', () => {
    const text = `import { a } from './a.js';\nimport type {\n  b,\n} from '../b.js';\nexport { c } from './c.js';
import './d.js';\nconst e = await import('./e.js');\nexport type { f } from './f.js';`;
    expect(typescript(text).sort()).toEqual(['../b.js', './a.js', './c.js', './d.js', './e.js', './f.js']);
  });
});
