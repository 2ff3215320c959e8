import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from './call.js';

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'mortise-new-')));
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
      absolute: {
        file: lang === 'c' ? 'Makefile' : 'Cargo.toml',
        path: join(process.cwd(), lang === 'c' ? 'include' : 'rust/mortise'),
        instead: `node_modules/mortise/${lang === 'c' ? 'include' : 'rust/mortise'}`,
      },
    });
  });
});

it.skipIf(process.platform !== 'linux')(
  'writes a test in C that passes, and fails with the plugin',
  { timeout: 120_000 },
  async () => {
    await call(['new', 'tried', '--lang', 'c'], { cwd });
    const make = () => spawnSync('make', ['-C', join(cwd, 'tried'), 'test'], { encoding: 'utf8' });
    expect(make()).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('passed\n') });
    const plugin = join(cwd, 'tried/plugin.c');
    writeFileSync(plugin, readFileSync(plugin, 'utf8').replace('% context->shards', '% 3'));
    const failed = make();
    expect(failed.stderr).toContain('.shard == 2');
    expect(failed.stdout).not.toContain('passed');
  },
);

describe.each([
  ['c', 'Makefile', 'include'],
  ['rust', 'Cargo.toml', 'rust/mortise'],
])('what a new plugin in %s names of this package', (lang, file, part) => {
  async function make(directory = 'plugins/a', from = cwd) {
    const { code, stdout } = await call(['new', 'a', '--lang', lang, '--dir', directory], { cwd: from });
    expect(code).toBe(0);
    const text = readFileSync(join(from, directory, file), 'utf8');
    const [, path] = /(?:INCLUDE \?= |path = ")([^"\n]+)/.exec(text) ?? [];
    return { path, stdout };
  }

  it('is the installed package, from wherever the command is called', async () => {
    mkdirSync(join(cwd, 'node_modules'));
    symlinkSync(process.cwd(), join(cwd, 'node_modules/mortise'));
    mkdirSync(join(cwd, 'plugins'));
    const expected = `../../node_modules/mortise/${part}`;
    const made = await make();
    expect(made.path).toBe(expected);
    expect(made.stdout).not.toContain('Before you commit');
    expect((await make('b', join(cwd, 'plugins'))).path).toBe(expected);
    expect(existsSync(join(cwd, 'plugins/a', expected))).toBe(true);
    // What a link leads to is where the compiler starts from.
    mkdirSync(join(cwd, 'elsewhere/deep/er'), { recursive: true });
    symlinkSync(join(cwd, 'elsewhere/deep/er'), join(cwd, 'link'));
    expect((await make('link/a')).path).toBe(`../../../../node_modules/mortise/${part}`);
  });

  it('is this package, in a project that contains it', async () => {
    mkdirSync('.cache', { recursive: true });
    const inside = mkdtempSync(join(process.cwd(), '.cache/new-'));
    const made = await make('a', inside);
    rmSync(inside, { recursive: true });
    expect(made.path).toBe(`../../../${part}`);
    expect(made.stdout).not.toContain('Before you commit');
  });

  it('is a path of this machine otherwise, and the output says what to change', async () => {
    const [nowhere, where] = [await make('b'), join(process.cwd(), part)];
    expect(nowhere.path).toBe(where);
    expect(nowhere.stdout).toContain(`${file} names ${where}, which other machines don't have.\n`);
    expect(nowhere.stdout).toContain(`write node_modules/mortise/${part} there`);
    writeFileSync(join(cwd, 'package.json'), '{}');
    const made = await make();
    expect(made.path).toBe(where);
    expect(made.stdout).toContain(`write ../../node_modules/mortise/${part} there`);
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
