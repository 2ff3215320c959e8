/** A host with sources: what is loaded, what is refused, and how it is taken out again. */
import { chmodSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTime } from '../../src/dialects/goplugin/start-time.js';
import { Host, type HostOptions, type Plugin } from '../../src/index.js';
import { firewall } from '../cli/plugins.js';
import { describeWith, example } from '../dialects/goplugin/programs.js';
import { KV } from '../dialects/goplugin/proto/kv/kv_pb.js';
import {
  dataSource,
  makeKey,
  signBundle,
  type TestKey,
  workDirectory,
  writeBundle,
} from '../loader/bundles/made.js';

const root = workDirectory();
const hosts: Host[] = [];
let key: TestKey;
let count = 0;
const place = () => join(root, `s${++count}`);
beforeAll(async () => {
  key = await makeKey();
});
afterAll(() => Promise.all(hosts.map((host) => host.close())));

async function open(options: HostOptions): Promise<Host> {
  const host = await Host.open({ signals: false, log: () => {}, ...options });
  hosts.push(host);
  return host;
}

const said = ({ name, state, error, signature }: Plugin) =>
  [name, state, ...(error?.problems.map(({ code }) => code) ?? []), signature].filter(Boolean).join(' ');
const all = (host: Host) => [...host.plugins].map(said);

describe('a host', () => {
  it('has what its sources hold, signed or allowed, and lists what it refuses', async () => {
    const at = place();
    await signBundle(writeBundle(join(at, 'a'), dataSource('signed')), key);
    writeBundle(join(at, 'b'), dataSource('unsigned'));
    writeBundle(join(at, 'c'), dataSource('allowed'));
    await signBundle(writeBundle(join(at, 'd'), dataSource('altered'), { 'module.js': 'x' }), key);
    writeFileSync(join(at, 'd/module.js'), 'y');
    writeBundle(join(at, 'e'), '{');
    writeBundle(join(at, 'f'), dataSource('signed'));
    const sources = { external: [at], trust: [key.publicKey], unsigned: ['allowed'] };
    const host = await open({ sources });
    expect(all(host)).toEqual([
      'signed ready valid',
      'unsigned rejected MORTISE_ERR_SIGNATURE_MISSING unsigned',
      'allowed ready unsigned',
      'altered rejected MORTISE_ERR_SIGNATURE_MODIFIED modified',
      'e rejected MORTISE_ERR_BUNDLE',
      'signed rejected MORTISE_ERR_BUNDLE_DUPLICATE unsigned',
    ]);
    expect(host.plugins.get('signed').bundle).toMatchObject({
      class: 'external',
      type: 'datasource',
      directory: join(at, 'a'),
    });
    expect(host.plugins.toJSON()[4]).toMatchObject({
      bundle: { class: 'external', directory: join(at, 'e') },
      errors: [{ subject: join(at, 'e/plugin.json'), where: 'line 1, column 2' }],
    });
  });

  it('finds them by id, alias and version, names before aliases', async () => {
    const at = place();
    writeBundle(join(at, 'a'), dataSource('one', { aliasIDs: ['two', 'old'] }));
    writeBundle(join(at, 'b'), dataSource('two'));
    const { plugins } = await open({ sources: { core: [at] } });
    for (const name of ['one', 'one@1.2.0', 'old', 'old@1.2.0']) expect(plugins.get(name).name).toBe('one');
    expect(plugins.get('two').name).toBe('two');
    for (const name of ['one@1.3.0', 'old@1.3.0', 'three']) {
      expect(plugins.find(name)).toBeUndefined();
      expect(() => plugins.get(name)).toThrowError(/MORTISE_ERR_PLUGIN_UNKNOWN/);
    }
  });

  it('refuses what needs another version of Grafana, and what needs what was refused', async () => {
    const at = place();
    const needing = (id: string) => ({
      dependencies: { plugins: [{ id, type: 'datasource', version: '^1.0.0' }] },
    });
    writeBundle(join(at, 'a'), dataSource('a', needing('b')));
    writeBundle(join(at, 'b'), dataSource('b', needing('c')));
    writeBundle(join(at, 'c'), dataSource('c', { dependencies: { grafanaDependency: '>=13' } }));
    writeBundle(join(at, 'd'), dataSource('d', needing('e')));
    writeBundle(join(at, 'e'), dataSource('e', { dependencies: { grafanaDependency: '>=12' } }));
    const host = await open({ sources: { bundled: [at], grafanaVersion: '12.1.0' } });
    expect(all(host)).toEqual([
      ...['a', 'b', 'c'].map((name) => `${name} rejected MORTISE_ERR_BUNDLE_DEPENDENCY unsigned`),
      ...['d', 'e'].map((name) => `${name} ready unsigned`),
    ]);
  });

  it('loads mortise’s own bundles beside them, which must not lead out of their directories', async () => {
    const at = place();
    writeBundle(join(at, 'own'), { name: 'wall', library: 'wall.so', config: {} });
    copyFileSync(firewall, join(at, 'own/wall.so'));
    writeBundle(join(at, 'out'), { name: 'out', library: '../own/wall.so' });
    writeBundle(join(at, 'page'), dataSource('page'));
    const host = await open({ sources: { core: [at] } });
    expect(all(host)).toEqual([
      'out rejected MORTISE_ERR_BUNDLE_OUTSIDE',
      'query_firewall ready',
      'page ready internal',
    ]);
    expect(host.plugins.get('wall')).toMatchObject({ name: 'query_firewall', bundle: { class: 'core' } });
  });

  it('takes one by its id, with what is asked for, and the others after it', async () => {
    const at = place();
    for (const id of ['a', 'b']) writeBundle(join(at, id), dataSource(id));
    const host = await open({
      sources: { core: [at] },
      plugins: [{ name: 'b', required: true, aliases: ['mine'] }],
    });
    expect(all(host)).toEqual(['b ready internal', 'a ready internal']);
    expect(host.plugins.get('mine')).toMatchObject({ name: 'b', required: true });
  });

  it('takes one by its path, which then is external', async () => {
    const at = await signBundle(writeBundle(place(), dataSource('named')), key);
    expect(all(await open({ plugins: [at], sources: { trust: [key.publicKey] } }))).toEqual([
      'named ready valid',
    ]);
    expect(all(await open({ plugins: [at] }))).toEqual([
      'named rejected MORTISE_ERR_SIGNATURE_INVALID invalid',
    ]);
  });

  it('reads it all from mortise.toml', async () => {
    const at = place();
    await signBundle(writeBundle(join(at, 'plugins/a'), dataSource('a')), key);
    writeFileSync(join(at, 'key.asc'), key.publicKey);
    const config = join(at, 'mortise.toml');
    writeFileSync(
      config,
      '[sources]\nexternal = ["./plugins"]\ntrust = ["./key.asc"]\ngrafana_version = "12.0.0"\n',
    );
    expect(all(await open({ config }))).toEqual(['a ready valid']);
    expect(all(await open({ config, sources: { trust: [] } }))[0]).toMatch(/^a rejected .* invalid$/);
  });

  it('refuses options that mean nothing', async () => {
    await expect(open({ sources: { externals: [] } as never })).rejects.toMatchObject({
      code: 'MORTISE_ERR_CONFIG_KEY',
    });
    await expect(open({ sources: { signed: ['all'] } as never })).rejects.toMatchObject({
      where: 'sources.signed',
    });
    await expect(open({ sources: { grafanaVersion: 'twelve' } })).rejects.toMatchObject({
      where: 'sources.grafanaVersion',
    });
    await expect(open({ sources: { core: [place()] } })).rejects.toMatchObject({
      code: 'MORTISE_ERR_SOURCE',
    });
    const at = await signBundle(writeBundle(place(), dataSource('a')), key);
    const trust = ['none.asc'];
    await expect(open({ sources: { external: [at], trust } })).rejects.toMatchObject({
      code: 'MORTISE_ERR_TRUST_KEY',
    });
  });

  it('says of a library what the lock file says', async () => {
    const at = place();
    writeBundle(at, { library: 'wall.so' });
    copyFileSync(firewall, join(at, 'wall.so'));
    const lock = join(at, 'mortise.lock');
    writeFileSync(lock, 'schema = 1\n');
    const options = { plugins: [at], lock };
    expect(all(await open(options))).toEqual(['query_firewall rejected MORTISE_ERR_LOCK_UNLISTED unsigned']);
    const { lockEntries } = await import('../../src/verify/lock.js');
    const { lockText } = await import('../../src/loader/lock/write.js');
    const text = lockText(await lockEntries([join(at, 'wall.so')], at));
    writeFileSync(lock, text);
    expect(all(await open(options))).toEqual(['query_firewall ready valid']);
    writeFileSync(lock, text.replace(/sha256 = "[0-9a-f]{4}/, 'sha256 = "0000'));
    expect(all(await open(options))).toEqual(['query_firewall rejected MORTISE_ERR_LOCK_CHANGED modified']);
    expect([...(await open({ plugins: [at] })).plugins][0]?.signature).toBeUndefined();
  });
});

describe('decommission', () => {
  it('takes an external one out, with what is inside it, and says so to who asks for it', async () => {
    const at = place();
    writeBundle(join(at, 'app'), { id: 'app', type: 'app', info: { version: '1.0.0' } });
    writeBundle(join(at, 'app/inner'), dataSource('inner', { aliasIDs: ['deep'] }));
    writeBundle(join(at, 'other'), dataSource('other'));
    const host = await open({ sources: { external: [at], signed: [] } });
    const [app, inner] = [...host.plugins];
    const states: string[] = [];
    host.on('state', ({ name }, state) => states.push(`${name} ${state}`));
    await host.decommission('app');
    expect(states).toEqual(
      ['inner', 'app'].flatMap((name) =>
        ['draining', 'stopped', 'decommissioned'].map((state) => `${name} ${state}`),
      ),
    );
    expect([app?.state, inner?.state]).toEqual(['decommissioned', 'decommissioned']);
    expect(all(host)).toEqual(['other ready unsigned']);
    for (const name of ['app', 'app@1.0.0', 'deep']) {
      expect(host.plugins.find(name)).toBeUndefined();
      expect(() => host.plugins.get(name)).toThrowError(/MORTISE_ERR_PLUGIN_DECOMMISSIONED/);
    }
    await expect(host.decommission('app')).rejects.toMatchObject({
      code: 'MORTISE_ERR_PLUGIN_DECOMMISSIONED',
    });
    await host.close();
    expect(app?.state).toBe('decommissioned');
    await expect(host.decommission('other')).rejects.toMatchObject({ code: 'MORTISE_ERR_HOST_CLOSED' });
  });

  it('leaves core and bundled ones where they are', async () => {
    const [a, b] = [place(), place()];
    writeBundle(join(a, 'a'), dataSource('a'));
    writeBundle(join(b, 'b'), dataSource('b'));
    const host = await open({ sources: { core: [a], bundled: [b] } });
    for (const name of ['a', 'b']) {
      await expect(host.decommission(name)).rejects.toMatchObject({
        code: 'MORTISE_ERR_PLUGIN_PERMANENT',
        subject: name,
      });
    }
    expect(all(host)).toEqual(['a ready internal', 'b ready unsigned']);
  });

  it('also takes out a library, and what was refused', async () => {
    const host = await open({ plugins: [firewall, './gone.so'] });
    await host.decommission('query_firewall');
    await host.decommission('./gone.so');
    expect(host.plugins.size).toBe(0);
    expect(() => host.plugins.get('query_firewall')).toThrowError(/taken out/);
  });
});

describeWith('key-value', 'a bundle with a program', (program) => {
  const config = { ...example, cwd: root, restart: { first_ms: 20 } };
  const executable = `secrets_plugin_start_${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

  function bundle(id: string): string {
    const at = join(place(), id);
    writeBundle(at, { ...dataSource(id, { backend: true }), type: 'secretsmanager' });
    copyFileSync(program, join(at, executable));
    return at;
  }

  it('runs it, under its own id and version, once it was proven', async () => {
    const at = await signBundle(bundle('key-value-secrets'), key);
    const sources = { external: [at], trust: [key.publicKey] };
    const host = await open({ sources, plugins: [{ name: 'key-value-secrets', config }] });
    const [plugin] = [...host.plugins];
    expect(plugin?.error).toBeUndefined();
    expect(plugin).toMatchObject({
      ...{ id: 'key-value-secrets@1.2.0', state: 'ready', signature: 'valid', path: join(at, executable) },
      process: { pid: expect.any(Number) },
    });
    const kv = plugin?.offers.program?.client(KV);
    await kv?.put({ key: 'a', value: Buffer.from('from a bundle') });
    const { pid } = plugin?.process ?? {};
    await host.decommission('key-value-secrets', { deadlineMs: 100 });
    expect(await startTime(pid as number)).toBeUndefined();
    await expect(kv?.get({ key: 'a' })).rejects.toMatchObject({ code: 'MORTISE_ERR_PROGRAM_ENDED' });
    expect(plugin?.offers).toEqual({});
  });

  it('decommissioned while a call hangs, is ended at its deadline, and the call fails', async () => {
    const at = bundle('hanging');
    const sources = { external: [at], signed: [] };
    const host = await open({ sources, plugins: [{ name: 'hanging', config }] });
    const [plugin] = [...host.plugins];
    const kv = plugin?.offers.program?.client(KV);
    const pid = plugin?.process?.pid as number;
    process.kill(pid, 'SIGSTOP');
    const called = kv?.get({ key: 'a' }).catch(({ code }: { code: string }) => code);
    const start = performance.now();
    await host.decommission('hanging', { deadlineMs: 300 });
    expect(performance.now() - start).toBeGreaterThan(290);
    expect(await called).toMatch(/^MORTISE_ERR_(PROGRAM_ENDED|CALL_CANCELED|CALL_UNAVAILABLE)$/);
    await expect.poll(() => startTime(pid), { timeout: 10_000 }).toBeUndefined();
    expect(plugin?.state).toBe('decommissioned');
  });

  it('does not run what was altered, has no bit, or is for another processor', async () => {
    const at = await signBundle(bundle('altered'), key);
    writeFileSync(join(at, executable), Buffer.alloc(10), { flag: 'a' });
    const sources = { external: [at], trust: [key.publicKey] };
    expect(all(await open({ sources }))).toEqual([
      'altered rejected MORTISE_ERR_SIGNATURE_MODIFIED modified',
    ]);

    const plain = bundle('plain');
    chmodSync(join(plain, executable), 0o644);
    expect(all(await open({ sources: { core: [plain] } }))).toEqual([
      'plain rejected MORTISE_ERR_PROGRAM_FILE internal',
    ]);

    const text = bundle('text');
    writeFileSync(join(text, executable), 'no program');
    expect(all(await open({ sources: { core: [text] } }))).toEqual([
      'text rejected MORTISE_ERR_BINARY_FORMAT internal',
    ]);

    const none = bundle('none');
    rmSync(join(none, executable));
    expect(all(await open({ sources: { core: [none] } }))).toEqual([
      'none rejected MORTISE_ERR_BUNDLE_EXECUTABLE internal',
    ]);

    const library = bundle('library');
    copyFileSync(firewall, join(library, executable));
    chmodSync(join(library, executable), 0o755);
    expect(all(await open({ sources: { core: [library] } }))[0]).toMatch(/^library rejected MORTISE_ERR_/);
  });

  it('that does not start leaves no process, and nothing that can be called', async () => {
    const at = bundle('wrong-cookie');
    const wrong = { ...config, cookie: { BASIC_PLUGIN: 'goodbye' } };
    const host = await open({ sources: { core: [at] }, plugins: [{ name: 'wrong-cookie', config: wrong }] });
    const [plugin] = [...host.plugins];
    expect(plugin).toMatchObject({
      state: 'failed',
      error: { code: 'MORTISE_ERR_PROGRAM_EXITED' },
      offers: {},
    });
    expect(plugin?.process).toBeUndefined();
  });

  it('of a host that doesn’t open is ended again', async () => {
    const at = bundle('rolled-back');
    const pids: number[] = [];
    const opened = Host.open({
      ...{ signals: false, log: () => {}, sources: { core: [at] } },
      plugins: [
        { name: 'rolled-back', config },
        { name: './gone.so', required: true },
      ],
      onStep: (plugin, step) => {
        if (step.name === 'fini') pids.push(plugin.process?.pid as number);
      },
    });
    await expect(opened).rejects.toMatchObject({ code: 'MORTISE_ERR_PLUGIN_REQUIRED' });
    expect(pids).toEqual([expect.any(Number)]);
    expect(await startTime(pids[0] as number)).toBeUndefined();
  });
});
