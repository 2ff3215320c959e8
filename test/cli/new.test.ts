import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from './call.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'mortise-new-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

describe.each(['c', 'rust'])('mortise new --lang %s', (lang) => {
  it('fills in every placeholder and says what to do next', async () => {
    const { code, stdout } = await call(['new', 'tenant_router', '--lang', lang], { cwd });
    expect(code).toBe(0);
    const files = readdirSync(join(cwd, 'tenant_router'), { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.join('')).toContain('tenant_router');
    expect(texts.join('')).not.toMatch(/\{\{\w+\}\}/);
    expect(files.map(({ name }) => name)).toContain('.gitignore');
    expect(stdout).toMatch(
      /Next:\n {2}cd tenant_router\n {2}(make|cargo build --release)\n {2}npx mortise verify /,
    );
  });

  it('says the same in JSON', async () => {
    const called = await call(['new', 'a', '--lang', lang, '--dir', 'deep/er', '--json'], { cwd });
    expect(called.json()).toEqual({
      schema: 1,
      name: 'a',
      language: lang,
      directory: join(cwd, 'deep/er'),
      files: expect.arrayContaining(['.gitignore', 'README.md']),
      next: ['cd deep/er', expect.any(String), expect.stringMatching(/^npx mortise verify .*liba\./)],
    });
  });
});

it.each([
  ['Tenant-Router', 'Did you mean tenant_router?'],
  ['9lives', 'Did you mean lives?'],
  ['../up', 'Did you mean up?'],
  ['', 'mortise new --help'],
  ['ä', 'mortise new --help'],
  ['a'.repeat(64), `Did you mean ${'a'.repeat(63)}?`],
])('refuses the name %j', async (name, remedy) => {
  const { code, stderr } = await call(['new', name, '--lang', 'c'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('MORTISE_ERR_USAGE');
  expect(stderr).toContain(remedy);
  expect(readdirSync(cwd)).toEqual([]);
});

it('refuses the name of a crate that plugins in Rust use', async () => {
  const { code, stderr } = await call(['new', 'mortise', '--lang', 'rust'], { cwd });
  expect([code, stderr]).toEqual([2, expect.stringContaining('already uses a crate')]);
  expect((await call(['new', 'mortise', '--lang', 'c'], { cwd })).code).toBe(0);
});

it('takes an empty directory and refuses one with something in it', async () => {
  mkdirSync(join(cwd, 'a'));
  expect((await call(['new', 'a', '--lang', 'c'], { cwd })).code).toBe(0);
  const before = readdirSync(join(cwd, 'a'));
  const { code, stderr } = await call(['new', 'a', '--lang', 'rust'], { cwd });
  expect([code, stderr]).toEqual([2, expect.stringContaining('is not empty')]);
  expect(readdirSync(join(cwd, 'a'))).toEqual(before);
});

it('refuses a directory that is a file', async () => {
  writeFileSync(join(cwd, 'a'), '');
  const { code, stderr } = await call(['new', 'a', '--lang', 'c'], { cwd });
  expect([code, stderr]).toEqual([2, expect.stringContaining('is a file')]);
});

const hasTools = ['make', 'cc'].every((name) => spawnSync(name, ['--version']).status === 0);

it.skipIf(!hasTools)(
  'makes a plugin in C that builds with what it says next, and passes verify',
  async () => {
    const { next } = (await call(['new', 'tenant_router', '--lang', 'c', '--json'], { cwd })).json() as {
      next: string[];
    };
    const [cd, make, verify = ''] = next;
    expect([cd, make]).toEqual(['cd tenant_router', 'make']);
    const folder = join(cwd, 'tenant_router');
    const { status, stderr } = spawnSync('make', { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const argv = verify.split(' ').slice(2);
    const { code, stdout } = await call([...argv, '--load', '--strict'], { cwd: folder });
    expect([code, stdout]).toEqual([0, expect.stringContaining('tenant_router 0.1.0')]);
  },
);
