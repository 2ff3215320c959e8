/** A library may export its services: with `declaration: true`, TypeScript must be able to name all their types. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const services = `import { bool, buffer, bytes, callback, defineService, f64, fn, i64, implement, none, out,
  safeInteger, status, statusWithMessage, text } from 'mortise';

export const Rule = defineService('shop.price_rule', '1.1', {
  apply: fn({ cart: bytes, name: text, cents: out(i64) }, statusWithMessage, { thread: 'any' }),
  fill: fn({ into: buffer, size: out(safeInteger) }, status),
  each: fn({ visit: callback({ name: text, part: f64 }, bool) }, none),
  later: fn({}, f64, { since: '1.1' }),
});
export const { each } = Rule.functions;
export const none_ = implement(defineService('shop.none', '1.0', { go: fn({}, none) }), { go() {} });
`;

it('an exported service compiles with declaration: true, from the package', { timeout: 120_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'mortise-declarations-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const installed = join(directory, 'node_modules/mortise');
  mkdirSync(installed, { recursive: true });
  cpSync('package.json', join(installed, 'package.json'));
  cpSync('dist', join(installed, 'dist'), { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(directory, 'services.ts'), services);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    declaration: true,
    outDir: 'out',
    rootDir: '.',
    skipLibCheck: true,
    types: [],
  };
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['services.ts'] }),
  );
  const { status, stdout } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', directory],
    { encoding: 'utf8' },
  );
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
