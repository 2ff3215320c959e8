import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** All that a program says when it fails; empty when it passes. */
function complaints(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  return status === 0 ? '' : stdout + stderr || `ended with ${status}`;
}

const tsc = 'node_modules/typescript/bin/tsc';

it('every file is formatted and has no lint (npm run format)', () => {
  expect(complaints('scripts/format.mjs')).toBe('');
}, 120_000);

it('the sources have no type error', () => {
  expect(complaints(tsc, '--noEmit')).toBe('');
}, 120_000);

it('the tests have no type error', () => {
  expect(complaints(tsc, '-p', 'tsconfig.test.json')).toBe('');
}, 120_000);
