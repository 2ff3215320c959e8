/** Finding bundles: where, in which order, who wins, and what is refused. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bundles, type FoundBundle } from '../../../src/loader/bundles/bundles.js';
import type { Sources } from '../../../src/loader/bundles/sources.js';
import { dataSource, workDirectory, writeBundle } from './made.js';

const root = workDirectory();
let count = 0;
const place = () => join(root, `s${++count}`);

const discover = (sources: Sources, system: { platform?: NodeJS.Platform; arch?: string } = {}) =>
  new Bundles(sources, { ...{ cwd: root, platform: 'linux', arch: 'x64' }, ...system }).discover();

const namesOf = (found: readonly FoundBundle[]) => found.map(({ name }) => name);
const codesOf = (found: readonly FoundBundle[]) =>
  found.map(({ name, problems }) => [name, ...problems.map(({ code }) => code)].join(' '));

describe('finds', () => {
  it('core, bundled and external ones in this order, directories as they are named, sorted inside', async () => {
    const [a, b, c] = [place(), place(), place()];
    writeBundle(join(a, 'zeta'), dataSource('zeta'));
    writeBundle(join(a, 'Alpha'), dataSource('alpha'));
    writeBundle(join(a, 'beta/deep'), dataSource('beta'));
    writeBundle(join(b, 'one'), dataSource('bundled-one'));
    writeBundle(c, dataSource('core-one'));
    const found = await discover({ external: [a], bundled: [b], core: [c] });
    expect(namesOf(found)).toEqual(['core-one', 'bundled-one', 'alpha', 'beta', 'zeta']);
    expect(found.map((one) => one.bundle?.class)).toEqual(['core', 'bundled', ...Array(3).fill('external')]);
    expect(found.map((one) => one.bundle?.signature.state)).toEqual([
      'internal',
      ...Array(4).fill('unsigned'),
    ]);
    expect(await discover({ external: [a], bundled: [b], core: [c] })).toEqual(found);
  });

  it('what a bundle says of itself', async () => {
    const at = join(place(), 'one');
    const more = {
      name: 'One',
      aliasIDs: ['old-one', 'older-one'],
      dependencies: {
        grafanaDependency: '>=9',
        plugins: [{ id: 'two', type: 'app', version: '^1' }, { id: 'three' }],
      },
    };
    writeBundle(at, dataSource('one', more));
    const [found] = await discover({ external: [at] });
    expect(found?.bundle).toMatchObject({
      ...{ id: 'one', name: 'One', aliases: ['old-one', 'older-one'], type: 'datasource', version: '1.2.0' },
      ...{ class: 'external', directory: at, root: at, file: join(at, 'plugin.json'), backend: false },
      dependencies: { grafana: '>=9', plugins: [{ id: 'two', version: '^1' }, { id: 'three' }] },
      info: dataSource('one', more),
      problems: [],
    });
  });

  it('those inside others, which have their class, their signature and their version', async () => {
    const at = place();
    writeBundle(join(at, 'app'), { id: 'app', type: 'app', info: { version: '3.0.0' } });
    writeBundle(join(at, 'app/datasources/inner'), {
      id: 'inner',
      type: 'datasource',
      info: { version: '%VERSION%' },
    });
    writeBundle(join(at, 'app/datasources/inner/more'), dataSource('innermost'));
    const [app, inner, innermost] = await discover({ bundled: [at] });
    expect(app?.bundle).toMatchObject({ id: 'app', outermost: 'app' });
    expect(app?.bundle?.parent).toBeUndefined();
    expect(inner?.bundle).toMatchObject({
      parent: 'app',
      outermost: 'app',
      version: '3.0.0',
      root: join(at, 'app'),
    });
    expect(inner?.bundle).toMatchObject({ class: 'bundled', signature: { state: 'unsigned' } });
    expect(innermost?.bundle).toMatchObject({ parent: 'inner', outermost: 'app', version: '1.2.0' });
  });

  it('by its path, too, with what it has of the one around it in the same source', async () => {
    const at = place();
    writeBundle(join(at, 'app'), { id: 'app', type: 'app', info: { version: '3.0.0' } });
    writeBundle(join(at, 'app/datasources/inner'), { id: 'inner', type: 'datasource' });
    const file = join(at, 'app/datasources/inner/plugin.json');
    const open = (sources: Sources) => new Bundles(sources, { cwd: root, platform: 'linux', arch: 'x64' });
    const inside = { id: 'inner', parent: 'app', version: '3.0.0', class: 'bundled' };
    expect(await open({ bundled: [at] }).at(file)).toMatchObject(inside);
    // Elsewhere a plugin.json further up may be anybody's.
    expect(await open({}).at(file)).not.toHaveProperty('parent');
    const bundles = open({ bundled: [at] });
    await bundles.discover();
    expect(bundles.find(join(at, 'app/datasources/inner'))?.bundle).toMatchObject(inside);
    expect(bundles.find(file)?.bundle).toMatchObject(inside);
  });

  it('dist in place of what it is in, and nothing in node_modules', async () => {
    const at = place();
    writeBundle(join(at, 'one'), dataSource('one', { name: 'source' }));
    writeBundle(join(at, 'one/dist'), dataSource('one', { name: 'built' }));
    writeBundle(join(at, 'one/src'), dataSource('one', { name: 'source' }));
    writeBundle(join(at, 'node_modules/two'), dataSource('two'));
    writeBundle(join(at, 'dist'), dataSource('three'));
    const found = await discover({ external: [at] });
    expect(found.map(({ name, bundle }) => [name, bundle?.name])).toEqual([
      ['three', 'three'],
      ['one', 'built'],
    ]);
  });

  it('mortise’s own beside Grafana’s', async () => {
    const at = place();
    writeBundle(join(at, 'own'), { name: 'router', aliases: ['r'], library: 'librouter.so' });
    writeBundle(join(at, 'grafana'), dataSource('one'));
    const found = await discover({ external: [at] });
    expect(found).toMatchObject([{ name: 'one' }, { name: 'router', aliases: ['r'], problems: [] }]);
    expect(found[1]?.bundle).toBeUndefined();
  });

  it('nothing in an empty directory, and refuses one that is not there', async () => {
    const at = place();
    mkdirSync(at);
    expect(await discover({ external: [at] })).toEqual([]);
    await expect(discover({ bundled: [join(at, 'gone')] })).rejects.toMatchObject({
      ...{ code: 'MORTISE_ERR_SOURCE', subject: join(at, 'gone'), where: 'sources.bundled' },
    });
    writeFileSync(join(at, 'file'), '');
    await expect(discover({ core: [join(at, 'file')] })).rejects.toMatchObject({
      code: 'MORTISE_ERR_SOURCE',
    });
  });

  it('the one of an id before one of an alias', async () => {
    const at = place();
    writeBundle(join(at, 'a'), dataSource('first', { aliasIDs: ['second', 'third'] }));
    writeBundle(join(at, 'b'), dataSource('second'));
    const bundles = new Bundles({ external: [at] }, { cwd: root, platform: 'linux', arch: 'x64' });
    await bundles.discover();
    expect(bundles.find('second')?.path).toBe(join(at, 'b/plugin.json'));
    expect(bundles.find('third')?.path).toBe(join(at, 'a/plugin.json'));
    expect(bundles.find('fourth')).toBeUndefined();
  });
});

describe('two of one id', () => {
  it('the first wins, and both paths are named', async () => {
    const [a, b] = [place(), place()];
    writeBundle(join(a, 'x'), dataSource('twice'));
    writeBundle(join(b, 'a'), dataSource('twice'));
    writeBundle(join(b, 'b'), dataSource('twice'));
    const found = await discover({ external: [b], core: [a] });
    expect(codesOf(found)).toEqual(['twice', ...Array(2).fill('twice MORTISE_ERR_BUNDLE_DUPLICATE')]);
    expect(found[1]?.problems[0]).toMatchObject({
      subject: join(b, 'a/plugin.json'),
      found: join(a, 'x/plugin.json'),
      message: `twice (external) is already the id of ${join(a, 'x/plugin.json')} (core), which wins`,
    });
  });

  it('what is inside the loser goes with it, and keeps its id from nobody', async () => {
    const [a, b, c] = [place(), place(), place()];
    writeBundle(join(a, 'app'), { id: 'app', type: 'app' });
    writeBundle(join(b, 'app'), { id: 'app', type: 'app' });
    writeBundle(join(b, 'app/inner'), dataSource('inner'));
    writeBundle(join(c, 'inner'), dataSource('inner'));
    expect(codesOf(await discover({ external: [a, b, c] }))).toEqual([
      'app',
      'app MORTISE_ERR_BUNDLE_DUPLICATE',
      'inner MORTISE_ERR_BUNDLE',
      'inner',
    ]);
  });

  it('the same directory twice is one', async () => {
    const at = place();
    writeBundle(join(at, 'x'), dataSource('once'));
    symlinkSync(at, `${at}-link`);
    expect(codesOf(await discover({ external: [at, `${at}/.`, `${at}-link`] }))).toEqual(['once']);
  });
});

describe('a plugin.json', () => {
  it.each<[string, string | object, string, RegExp]>([
    [
      'broken',
      '{\n  "id": "x",\n  "type" "app"\n}',
      'line 3, column 10',
      /line 3, column 10.*colon expected/,
    ],
    ['cut off', '{ "id": "x", "type": "app"', 'line 1, column 27', /brace expected/],
    ['with a comment', '{ // no\n"id": "x", "type": "app" }', 'line 1, column 3', /JSON/],
    ['without an id', '{\n  "type": "app"\n}', 'line 1, column 1', /id \(line 1, column 1\) is missing/],
    ['with an empty id', '{\n  "id": "",\n  "type": "app" }', 'line 2, column 9', /^id .*must be a name/],
    ['with a path as its id', '{\n  "id": "../x",\n  "type": "app" }', 'line 2, column 9', /^id .*must be/],
    [
      'of an unknown type',
      '{\n  "id": "x",\n  "type": "app2"\n}',
      'line 3, column 11',
      /must be one of app, datasource/,
    ],
    [
      'with a wrong type deep inside',
      '{ "id": "x", "type": "app",\n "dependencies": { "plugins": [\n {}] } }',
      'line 3, column 2',
      /dependencies.plugins.0.id .*is missing/,
    ],
    ['that is a list', '[]', 'line 1, column 1', /missing|must be an object/],
    [
      'nested without end',
      `{"id":"x","type":"app","a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      'config',
      /nested/,
    ],
  ])('%s stays in the list, with file, line and reason', async (_, json, where, message) => {
    const at = join(place(), 'broken');
    writeBundle(at, json);
    writeBundle(join(at, '../good'), dataSource('good'));
    const [broken, good] = await discover({ external: [join(at, '..')] });
    expect(good?.problems).toEqual([]);
    expect(broken).toMatchObject({ name: 'broken', path: join(at, 'plugin.json') });
    expect(broken?.problems[0]).toMatchObject({
      code: 'MORTISE_ERR_BUNDLE',
      subject: join(at, 'plugin.json'),
      where,
    });
    expect(broken?.problems[0]?.message).toMatch(message);
  });

  it('of more than 10 MB is refused before it is read', async () => {
    const at = writeBundle(place(), `{"id":"x","type":"app","a":"${'x'.repeat(10 * 1024 * 1024)}"}`);
    const before = process.memoryUsage().rss;
    const [found] = await discover({ external: [at] });
    expect(found?.problems).toMatchObject([
      { message: 'the file is too large', expected: 'at most 10485760 bytes' },
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(8 * 1024 * 1024);
  });

  it('that is empty, no file, or not UTF-8 is refused', async () => {
    const at = place();
    writeBundle(join(at, 'a'), '');
    mkdirSync(join(at, 'b/plugin.json'), { recursive: true });
    writeBundle(join(at, 'c'), '');
    writeFileSync(join(at, 'c/plugin.json'), Buffer.from([0x7b, 0xff, 0x7d]));
    expect(codesOf(await discover({ external: [at] }))).toEqual([
      'a MORTISE_ERR_FILE_EMPTY',
      'b MORTISE_ERR_FILE_NOT_REGULAR',
      'c MORTISE_ERR_BUNDLE',
    ]);
  });

  it.skipIf(process.platform === 'win32')('that is a pipe is refused, not waited for', async () => {
    const at = place();
    mkdirSync(join(at, 'd'), { recursive: true });
    expect(spawnSync('mkfifo', [join(at, 'd/plugin.json')]).status).toBe(0);
    expect(codesOf(await discover({ external: [at] }))).toEqual(['d MORTISE_ERR_FILE_NOT_REGULAR']);
  });

  it('that is a link to nothing is missing', async () => {
    const at = place();
    mkdirSync(join(at, 'e'), { recursive: true });
    symlinkSync('gone', join(at, 'e/plugin.json'));
    expect(codesOf(await discover({ external: [at] }))).toEqual(['e MORTISE_ERR_FILE_MISSING']);
  });

  it('around another, when it is broken, takes that with it', async () => {
    const at = place();
    writeBundle(join(at, 'app'), '{');
    writeBundle(join(at, 'app/inner'), dataSource('inner'));
    const found = await discover({ external: [at] });
    expect(codesOf(found)).toEqual(['app MORTISE_ERR_BUNDLE', 'inner MORTISE_ERR_BUNDLE']);
    expect(found[1]?.problems[0]?.message).toContain(join(at, 'app/plugin.json'));
  });
});

describe('the program', () => {
  const backend = (executable: unknown, more = {}) =>
    dataSource('one', { backend: true, executable, ...more });
  const first = async (at: string, system = {}) => (await discover({ external: [at] }, system))[0]?.bundle;

  it('has the name of its platform', async () => {
    const files = Object.fromEntries(
      ['linux_amd64', 'linux_arm64', 'linux_arm', 'linux_386', 'darwin_arm64', 'windows_amd64.exe'].map(
        (one) => [`gpx_one_${one}`, 'x'],
      ),
    );
    const at = writeBundle(place(), backend('gpx_one'), files);
    const of = async (platform: string, arch: string) => (await first(at, { platform, arch }))?.executable;
    expect(await of('linux', 'x64')).toBe(join(at, 'gpx_one_linux_amd64'));
    expect(await of('linux', 'arm64')).toBe(join(at, 'gpx_one_linux_arm64'));
    expect(await of('linux', 'arm')).toBe(join(at, 'gpx_one_linux_arm'));
    expect(await of('linux', 'ia32')).toBe(join(at, 'gpx_one_linux_386'));
    expect(await of('darwin', 'arm64')).toBe(join(at, 'gpx_one_darwin_arm64'));
    expect(await of('win32', 'x64')).toBe(join(at, 'gpx_one_windows_amd64.exe'));
    expect(await first(at, { platform: 'darwin' })).toMatchObject({
      executable: undefined,
      problems: [
        {
          code: 'MORTISE_ERR_BUNDLE_EXECUTABLE',
          message: 'it has no program for darwin-x64',
          expected: 'gpx_one_darwin_amd64',
          found: expect.stringContaining('gpx_one_darwin_arm64'),
        },
      ],
    });
  });

  it('of a renderer or a secrets manager is called otherwise', async () => {
    const files = { plugin_start_linux_amd64: 'x', secrets_plugin_start_linux_amd64: 'x' };
    const a = writeBundle(place(), backend('ignored', { type: 'renderer' }), files);
    const b = writeBundle(place(), backend(undefined, { type: 'secretsmanager' }), files);
    expect((await first(a))?.executable).toBe(join(a, 'plugin_start_linux_amd64'));
    expect((await first(b))?.executable).toBe(join(b, 'secrets_plugin_start_linux_amd64'));
  });

  it('must be named', async () => {
    const bundle = await first(writeBundle(place(), backend(undefined)));
    expect(bundle?.problems).toMatchObject([{ code: 'MORTISE_ERR_BUNDLE_EXECUTABLE', where: 'executable' }]);
  });

  it('must not leave the bundle by .. or by a link', async () => {
    const at = place();
    writeBundle(at, {}, { outside_linux_amd64: 'x' });
    rmSync(join(at, 'plugin.json'));
    const dots = writeBundle(join(at, 'dots'), backend('../outside'));
    const link = writeBundle(join(at, 'link'), backend('inside'));
    symlinkSync('../outside_linux_amd64', join(link, 'inside_linux_amd64'));
    const absolute = writeBundle(join(at, 'absolute'), backend(join(at, 'outside')));
    for (const directory of [dots, link, absolute]) {
      expect((await first(directory))?.problems).toMatchObject([
        { code: 'MORTISE_ERR_BUNDLE_OUTSIDE', found: join(at, 'outside_linux_amd64') },
      ]);
    }
  });

  it('may lie in the bundle around it', async () => {
    const at = place();
    writeBundle(at, { id: 'app', type: 'app' }, { gpx_linux_amd64: 'x' });
    writeBundle(join(at, 'inner'), backend('../gpx'));
    const found = await discover({ external: [at] });
    expect(found[1]?.bundle).toMatchObject({ executable: join(at, 'gpx_linux_amd64'), problems: [] });
  });

  it('with a standalone.txt beside it sends its calls elsewhere', async () => {
    const at = writeBundle(place(), backend('x'), { x_linux_amd64: 'x', 'standalone.txt': ':1234' });
    expect((await first(at))?.problems).toMatchObject([
      { code: 'MORTISE_WARN_BUNDLE_STANDALONE', subject: join(at, 'standalone.txt') },
    ]);
  });
});

describe('a link', () => {
  it('out of the source is refused and listed, to a directory as well as to a plugin.json', async () => {
    const [at, elsewhere] = [place(), place()];
    writeBundle(join(elsewhere, 'one'), dataSource('one'));
    mkdirSync(join(at, 'two'), { recursive: true });
    symlinkSync(join(elsewhere, 'one'), join(at, 'one'));
    symlinkSync(join(elsewhere, 'one/plugin.json'), join(at, 'two/plugin.json'));
    symlinkSync(join(elsewhere, 'gone'), join(at, 'three'));
    const found = await discover({ external: [at] });
    expect(codesOf(found)).toEqual(['one MORTISE_ERR_BUNDLE_OUTSIDE', 'two MORTISE_ERR_BUNDLE_OUTSIDE']);
    expect(found[0]?.problems[0]).toMatchObject({ subject: join(at, 'one'), found: join(elsewhere, 'one') });
  });

  it('inside the source leads nowhere new, and round in circles neither', async () => {
    const at = place();
    writeBundle(join(at, 'one'), dataSource('one'));
    symlinkSync('one', join(at, 'link'));
    symlinkSync('..', join(at, 'one/circle'));
    expect(namesOf(await discover({ external: [at] }))).toEqual(['one']);
  });
});

it('what lies too deep is listed, not looked into', async () => {
  const at = place();
  const deep = join(at, ...Array(33).fill('d'));
  writeBundle(deep, dataSource('deep'));
  const found = await discover({ external: [at] });
  expect(codesOf(found)).toEqual(['d MORTISE_ERR_BUNDLE']);
  expect(found[0]?.path).toBe(deep);
});

it.skipIf(process.getuid?.() === 0)(
  'a directory that nobody may read is listed (skipped for root)',
  async () => {
    const at = place();
    mkdirSync(join(at, 'closed'), { recursive: true });
    chmodSync(join(at, 'closed'), 0);
    expect(codesOf(await discover({ external: [at] }))).toEqual(['closed MORTISE_ERR_FILE_UNREADABLE']);
    chmodSync(join(at, 'closed'), 0o755);
  },
);
