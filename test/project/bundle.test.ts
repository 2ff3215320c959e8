/** What is in the bundle that users import. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { taken } from '../../scripts/bundle.mjs';

const scripts = readdirSync('dist').filter((name) => name.endsWith('.js'));
const packages = scripts.flatMap((name) =>
  [...readFileSync(`dist/${name}`, 'utf8').matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gm)].map(
    ([, name]) => name,
  ),
);

it('holds no package that users install themselves', () => {
  expect([...new Set(packages)].sort()).toEqual([...taken].sort());
});

it('has one class of errors, whatever is imported', async () => {
  const [first, further] = await Promise.all([import('mortise'), import('mortise/goplugin')]);
  expect(further.MortiseError).toBe(first.MortiseError);
});
