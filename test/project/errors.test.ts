import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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

test('docs/errors.md has the codes of the catalogue, in its order', () => {
  expect(entries.map(([code]) => code)).toEqual(Object.keys(catalogue));
});

test('each entry says what the catalogue says, and then what to do', () => {
  expect(Object.fromEntries(entries.map(([code, meaning]) => [code, meaning]))).toEqual(catalogue);
  expect(entries.filter(([, , remedy]) => !remedy)).toEqual([]);
});
