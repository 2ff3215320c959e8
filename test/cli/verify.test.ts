import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { verifyDocument } from '../../src/cli/json/shapes.js';
import { coloursFor } from '../../src/cli/render/colours.js';
import { renderReport } from '../../src/cli/render/verify.js';
import { hostFacts } from '../../src/host/facts.js';
import type { Identity } from '../../src/loader/record.js';
import { verifyFile } from '../../src/verify/file.js';
import { make } from '../services/native/build.js';
import { build } from '../support/plugins/build.js';
import { call } from './call.js';
import { directory, directoryOf, firewall, splitter } from './plugins.js';

/** A directory for what this test needs, with no mortise.toml that would apply. */
const nowhere = () => directoryOf({});

async function verify(paths: string[], ...options: string[]) {
  const called = await call(['verify', '--json', ...options, ...paths], { cwd: nowhere() });
  expect(called.stderr).toBe('');
  return { code: called.code, ...verifyDocument.parse(called.json()) };
}

describe('a plugin that fits', () => {
  it('passes', async () => {
    const { code, plugins, summary } = await verify([firewall, splitter]);
    expect(code).toBe(0);
    expect(plugins.map(({ path, dialect, info }) => [path, dialect, info?.name])).toEqual([
      [firewall, 'mortise', 'query_firewall'],
      [splitter, 'mortise', 'read_splitter'],
    ]);
    expect(summary).toEqual({ plugins: 2, passed: 2, warned: 0, failed: 0 });
  });

  it('is a head line, rows, and a line of counts for a person', async () => {
    const { code, stdout, stderr } = await call(['verify', firewall], { cwd: nowhere() });
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^\/.*libquery_firewall\.so {2}ELF \S+ · .* kB · sha256 [0-9a-f]{12}…$/);
    expect(stdout).toMatch(/^ {2}ok {4}exports {2,}module_init/m);
    expect(lines.at(-2)).toMatch(/^1 plugin: \d+ ok(, \d+ skipped)? \(\d+ m?s\)$/);
  });

  it('is loaded in a child process with --load', async () => {
    const { code, plugins } = await verify([firewall], '--load', '--timeout', '20s');
    expect(code).toBe(0);
    const ids = plugins[0]?.checks.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['load', 'init', 'fini']));
  });

  it('is loaded with what the configuration tells it', async () => {
    const cwd = directoryOf({
      'mortise.toml': `[[plugins]]\nname = ${JSON.stringify(splitter)}\nconfig = { default_target = "nowhere" }`,
    });
    const { code, stdout } = await call(['verify', '--load', splitter], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}FAIL {2}init .*default_target.* {2}MORTISE_ERR_CONFIG_VALUE$/m);
  });

  it('may be a bundle', async () => {
    const cwd = directoryOf({
      'bundle/plugin.json': JSON.stringify({ name: 'read_splitter', library: 'libread_splitter.so' }),
    });
    copyFileSync(splitter, join(cwd, 'bundle/libread_splitter.so'));
    const { code, stdout } = await call(['verify', 'bundle'], { cwd });
    expect(stdout.split('\n')[0]).toContain(join(cwd, 'bundle/libread_splitter.so'));
    expect(code).toBe(0);
  });
});

describe('a file that does not fit', () => {
  it('fails with its code and a remedy', async () => {
    const cwd = directoryOf({ 'notes.so': 'This is not a library.\n' });
    const { code, stdout } = await call(['verify', 'notes.so'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^notes\.so {2}/);
    expect(stdout).toMatch(/^ {2}FAIL {2}\S+ +.* {2}MORTISE_ERR_BINARY_FORMAT\n {8}\S/m);
    expect(stdout).toMatch(/1 plugin: 1 failed/);
  });

  it('is not loaded', async () => {
    const { code, plugins } = await verify([join(directoryOf({ 'a.so': 'text' }), 'a.so')], '--load');
    expect(code).toBe(1);
    expect(plugins[0]?.checks.at(-1)).toEqual({
      id: 'load',
      status: 'skip',
      message: 'static checks failed',
    });
  });

  it('does not keep the others from being verified', async () => {
    const { code, plugins, summary } = await verify([
      join(directoryOf({ 'a.so': 'text' }), 'a.so'),
      firewall,
    ]);
    expect(code).toBe(1);
    expect(plugins.map(({ status }) => status)).toEqual(['fail', 'ok']);
    expect(summary).toEqual({ plugins: 2, passed: 1, warned: 0, failed: 1 });
  });
});

describe('a file that is not there', () => {
  it('ends in exit code 2, and is a row among the others', async () => {
    const { code, plugins } = await verify(['/nowhere/a.so', firewall]);
    expect(code).toBe(2);
    expect(plugins.map(({ status }) => status)).toEqual(['fail', 'ok']);
    expect(plugins[0]).toMatchObject({
      path: '/nowhere/a.so',
      sha256: null,
      format: null,
      checks: [{ id: 'file', status: 'fail', code: 'MORTISE_ERR_FILE_MISSING' }],
    });
  });

  it.each([
    ['plain.so/inside.so', 'MORTISE_ERR_FILE_'],
    ['x'.repeat(5000), 'MORTISE_ERR_FILE_'],
    ['empty', 'MORTISE_ERR_FILE_NOT_REGULAR'],
  ])('ends in exit code 2 however it is not there: %.20s', async (path, prefix) => {
    const cwd = directoryOf({ 'plain.so': 'text', 'empty/notes.txt': 'text' });
    const called = await call(['verify', '--json', path], { cwd });
    expect(called.code).toBe(2);
    const { plugins } = verifyDocument.parse(called.json());
    expect(plugins[0]?.checks[0]?.code).toMatch(new RegExp(`^${prefix}`));
  });

  it('says so to a person', async () => {
    const { code, stdout } = await call(['verify', 'none.so'], { cwd: nowhere() });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^none\.so\n {2}FAIL {2}file .*MORTISE_ERR_FILE_MISSING/);
  });
});

describe.skipIf(process.platform !== 'linux')('warnings', () => {
  /** The firewall, in a file that others can change. */
  const open = () => {
    const path = join(directory(), 'libquery_firewall.so');
    copyFileSync(firewall, path);
    chmodSync(path, 0o666);
    return path;
  };
  /** The firewall, asking for an executable stack: PF_X in the flags of its PT_GNU_STACK. */
  const withExecutableStack = () => {
    const bytes = readFileSync(firewall);
    const [table, size, count] = [
      Number(bytes.readBigUInt64LE(32)),
      bytes.readUInt16LE(54),
      bytes.readUInt16LE(56),
    ];
    const headers = Array.from({ length: count }, (_, index) => table + index * size);
    const stack = headers.find((header) => bytes.readUInt32LE(header) === 0x6474e551) as number;
    bytes.writeUInt32LE(7, stack + 4);
    const path = join(directory(), 'libquery_firewall.so');
    writeFileSync(path, bytes);
    return path;
  };

  it.each([
    ['MORTISE_WARN_FILE_PERMISSIONS', 'MORTISE_ERR_FILE_PERMISSIONS', open],
    ['MORTISE_WARN_EXEC_STACK', 'MORTISE_WARN_EXEC_STACK', withExecutableStack],
  ])('%s does not fail, and fails with --strict', async (code, strictCode, make) => {
    const path = make();
    const lenient = await verify([path]);
    expect(lenient.plugins[0]?.checks.find(({ code: found }) => found)?.code).toBe(code);
    expect([lenient.code, lenient.summary]).toEqual([0, { plugins: 1, passed: 0, warned: 1, failed: 0 }]);
    const strict = await verify([path], '--strict');
    expect([strict.code, strict.summary.failed]).toEqual([1, 1]);
    expect(strict.plugins[0]?.checks.find(({ code: found }) => found)?.code).toBe(strictCode);
  });

  it('fail where the configuration says so', async () => {
    const cwd = directoryOf({ 'mortise.toml': '[host]\nstrict_permissions = true' });
    const called = await call(['verify', '--json', open()], { cwd });
    const { plugins } = verifyDocument.parse(called.json());
    expect([called.code, plugins[0]?.checks.find(({ id }) => id === 'permissions')?.code]).toEqual([
      1,
      'MORTISE_ERR_FILE_PERMISSIONS',
    ]);
  });
});

describe.skipIf(process.platform !== 'linux')('a plugin that needs what the host itself has not', () => {
  const dist = JSON.stringify(pathToFileURL(resolve('dist/index.js')).href);
  const definition = `import { defineService, fn, i64, implement, text } from ${dist};
    export const Stock = defineService('shop.stock', '1.0', { left: fn({ sku: text }, i64, { failure: -1n }) });\n`;
  const stock = `${definition}export const stock = implement(Stock, { left: ({ sku }) => (sku === 'apple' ? 12 : 0) });\n`;
  const user = () => build('stock-user.c');
  const provider = (define: Record<string, number> = {}) =>
    make('provider', { define: { OFFERS: 0, ...define } });
  const needing = () => make('user', { define: { NAME: 'user' } });
  const services = (report: { checks: { id: string; code?: string; message: string }[] } | undefined) =>
    report?.checks.filter(({ id }) => id === 'services').map(({ code, message }) => code ?? message);

  it('fails, unless a module with the embedder’s services is named', async () => {
    const cwd = directoryOf({ 'services.mjs': stock });
    const alone = await verify([user()]);
    expect([alone.code, services(alone.plugins[0])]).toEqual([1, ['MORTISE_ERR_SERVICE_UNKNOWN']]);
    const module = join(cwd, 'services.mjs');
    const named = await verify([user()], '--services', module, '--load');
    expect([named.code, services(named.plugins[0])]).toEqual([0, ['shop.stock 1.0']]);
    expect(named.plugins[0]?.checks).toContainEqual(expect.objectContaining({ id: 'init', status: 'ok' }));
  });

  it('finds them through the configuration, as a host does', async () => {
    const cwd = directoryOf({
      'services.mjs': stock,
      'mortise.toml': `[host]\nservices = ["services.mjs"]\n[[plugins]]\nname = ${JSON.stringify(user())}`,
    });
    expect((await call(['verify', '--load', user()], { cwd })).code).toBe(0);
    const listed = await call(['list', '--json'], { cwd });
    expect(listed.json()).toMatchObject({ summary: { ready: 1, notReady: 0 } });
  });

  it.each([
    ['only a definition', definition, 'exports: Stock'],
    ['nothing', 'export {};', 'no exports'],
    ['an error', 'throw new Error("no");', 'no'],
  ])('cannot run with a module that exports %s', async (_, text, found) => {
    const cwd = directoryOf({ 'services.mjs': text });
    const { code, stderr, stdout } = await call(['verify', '--services', 'services.mjs', user()], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('MORTISE_ERR_SERVICE_FILE');
    expect(stderr).toContain(`found     ${found}`);
  });

  it('passes beside a plugin that provides it', async () => {
    const alone = await verify([needing()]);
    expect([alone.code, services(alone.plugins[0])]).toEqual([1, ['MORTISE_ERR_SERVICE_UNKNOWN']]);
    const both = await verify([needing(), provider()], '--load');
    expect(both.code).toBe(0);
    expect(services(both.plugins[0])).toEqual([
      'test.answer 1.0 of provider, mortise.registry 1.0, mortise.log 1.0',
    ]);
    expect(both.plugins[0]?.checks).toContainEqual(expect.objectContaining({ id: 'init', status: 'ok' }));
    const cwd = directoryOf({ 'mortise.toml': `[[plugins]]\nname = ${JSON.stringify(provider())}` });
    expect((await call(['verify', '--load', needing()], { cwd })).code).toBe(0);
  });

  describe('with --load', () => {
    const provider = () => make('bond', { define: { NAME: 'provider', PROVIDES: 'test.a' } });
    const user = () => make('bond', { define: { NAME: 'user', NEEDS: 'test.a' } });
    const tried = async (config: string) => {
      const cwd = directoryOf({
        'mortise.toml': `[[plugins]]\nname = ${JSON.stringify(provider())}\nconfig = { ${config} }`,
      });
      const called = await call(['verify', '--load', '--json', user()], { cwd });
      const { plugins } = verifyDocument.parse(called.json());
      return { code: called.code, checks: plugins[0]?.checks ?? [] };
    };

    it('names the provider that crashes', async () => {
      const { code, checks } = await tried('crash = true');
      expect(code).toBe(1);
      const [load] = checks.filter(({ id }) => id === 'load');
      expect(load).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_LOAD_CRASHED' });
      expect(load?.message).toBe('needs provider, which fails itself: SIGABRT in module_init');
      expect(checks.filter(({ id }) => id === 'init')).toEqual([]);
    });

    it('leaves to the provider what it prints', async () => {
      const { code, checks } = await tried('print = true');
      expect(code).toBe(0);
      expect(checks.find(({ id }) => id === 'output')).toMatchObject({
        status: 'skip',
        message: 'provider, which it needs, has this warning itself',
      });
    });
  });

  it('fails where two need each other, as in a host', async () => {
    const paths = [
      make('bond', { define: { NAME: 'one', PROVIDES: 'test.a', NEEDS: 'test.b' } }),
      make('bond', { define: { NAME: 'two', PROVIDES: 'test.b', NEEDS: 'test.a' } }),
    ];
    const { plugins, summary } = await verify(paths, '--load');
    expect(summary.failed).toBe(2);
    for (const { checks } of plugins) {
      expect(checks).toContainEqual(
        expect.objectContaining({ id: 'services', code: 'MORTISE_ERR_SERVICE_CYCLE' }),
      );
      expect(checks.find(({ id }) => id === 'load')?.status).toBe('skip');
    }
  });

  it('fails beside one that does not pass itself, or that says so and does not', async () => {
    const refused = await verify([needing(), make('provider', { define: { OFFERS: 0, UNSAID: true } })]);
    expect(refused.plugins.map(({ status }) => status)).toEqual(['fail', 'ok']);
    const broken = join(directory(), 'provider.so');
    copyFileSync(provider(), broken);
    truncateSync(broken, 4096);
    expect((await verify([needing(), broken])).summary.failed).toBe(2);
    // Only a trial sees this: the file promises what the plugin never registers.
    const empty = await verify([needing(), provider({ OFFERS: 7 })], '--load');
    expect(empty.plugins[0]?.checks).toContainEqual(
      expect.objectContaining({ id: 'load', status: 'fail', code: 'MORTISE_ERR_SERVICE_UNKNOWN' }),
    );
  });
});

it('cannot run with a configuration that is broken', async () => {
  const cwd = directoryOf({ 'mortise.toml': '[hots]' });
  const { code, stderr, stdout } = await call(['verify', firewall], { cwd });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /mortise\.toml: MORTISE_ERR_CONFIG_KEY: unknown section "hots"\n {2}where {5}line 1/,
  );
});

describe('a file that is often found under the name of a library', () => {
  it.each([
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'a Git LFS pointer', 'git lfs pull'],
    ['/* GNU ld script */\nGROUP ( /lib/x.so )\n', 'a linker script', 'stands for'],
    ['INPUT ( -lx )\n', 'a linker script', 'stands for'],
    ['!<arch>\nfoo.o/', 'a static library (ar archive)', 'cc -shared'],
    ['!<thin>\nfoo.o/', 'a static library (ar archive)', 'cc -shared'],
  ])('%j is named in the text', async (content, kind, remedy) => {
    const cwd = directoryOf({ 'lib.so': content });
    const { code, stdout } = await call(['verify', 'lib.so'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain(`the file is not a shared library but ${kind}  MORTISE_ERR_BINARY_FORMAT`);
    expect(stdout).toContain(remedy);
  });

  it.each([
    ['an object file', '-c'],
    ['an executable', '-DMAIN'],
  ])('%s is named in the text, and not called a library', async (kind, flag) => {
    const file = join(directoryOf({}), 'lib.so');
    execFileSync('cc', ['-Iinclude', flag, '-o', file, 'test/support/plugins/plain.c']);
    const { code, stdout } = await call(['verify', file], { cwd: nowhere() });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^ {2}FAIL {2}library +it is ${kind} +MORTISE_ERR_NOT_A_LIBRARY$`, 'm'),
    );
    expect(stdout).not.toContain('it is a library');
  });
});

it('shows what a plugin provides', async () => {
  const report = await verifyFile(firewall, await hostFacts());
  const colours = coloursFor(false, {});
  expect(renderReport(report, colours)).not.toContain('provides');
  const provides = [{ name: 'shop.stock', major: 1, minor: 2, functions: [] }];
  const info = { ...report.info, provides } as unknown as Identity;
  expect(renderReport({ ...report, info }, colours)).toMatch(/^ {2}provides {2}shop\.stock 1\.2$/m);
});
