import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { expect, it } from 'vitest';
import { catalogue } from '../../src/errors.js';

const page = readFileSync('docs/errors.md', 'utf8');
const entries = page
  .split(/^### /m)
  .slice(1)
  .map((entry) =>
    entry
      .replace(/^## [\s\S]*/m, '')
      .trim()
      .split(/\n+/),
  );

it('docs/errors.md has the codes of the catalogue, in its order', () => {
  expect(entries.map(([code]) => code)).toEqual(Object.keys(catalogue));
});

it('each entry says what the catalogue says, and then what to do', () => {
  expect(Object.fromEntries(entries.map(([code, meaning]) => [code, meaning]))).toEqual(catalogue);
  expect(entries.filter(([, , remedy]) => !remedy)).toEqual([]);
});

/** Where a code is written in full, with the files that have it. A pattern such as MORTISE_ERR_FILE_* is none. */
function codesIn(...directories: string[]): Map<string, string[]> {
  const codes = new Map<string, string[]>();
  for (const directory of directories) {
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const isSource =
        /^\.(ts|mjs|c|cc|h|rs)$/.test(extname(path)) && !/node_modules|[/\\]target[/\\]/.test(path);
      if (!entry.isFile() || !isSource) continue;
      for (const [code] of readFileSync(path, 'utf8').matchAll(
        /MORTISE_(ERR|WARN)_[A-Z_]*[A-Z](?![A-Z_])/g,
      )) {
        codes.set(code, [...(codes.get(code) ?? []), path]);
      }
    }
  }
  return codes;
}

it('the sources know no code that the catalogue has not, in C, C++ and Rust too', () => {
  const unknown = [...codesIn('src', 'native', 'include', 'cells', 'rust', 'scripts')].filter(
    ([code]) => !(code in catalogue),
  );
  expect(unknown).toEqual([]);
});

it('each code is made by a source, and named by a test', () => {
  const made = codesIn('src', 'native');
  const tested = codesIn('test');
  const codes = Object.keys(catalogue);
  expect(codes.filter((code) => made.get(code)?.every((path) => path === join('src', 'errors.ts')))).toEqual(
    [],
  );
  expect(codes.filter((code) => !tested.has(code))).toEqual([]);
});
