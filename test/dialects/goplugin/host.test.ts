/** Programs as plugins of a host. */
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readGoBuild } from '../../../src/binary/go-build.js';
import { bytesOf, openFile } from '../../../src/binary/index.js';
import { startTime } from '../../../src/dialects/goplugin/start-time.js';
import { Host, type HostOptions } from '../../../src/index.js';
import type { LogLine } from '../../../src/services/built-in/log.js';
import { call } from '../../cli/call.js';
import { describeWith, example, workDirectory } from './programs.js';
import { KV } from './proto/kv/kv_pb.js';

const cwd = workDirectory();
const hosts: Host[] = [];
afterAll(() => Promise.all(hosts.map((host) => host.close())));

async function open(options: HostOptions): Promise<Host> {
  const host = await Host.open({ signals: false, log: () => {}, ...options });
  hosts.push(host);
  return host;
}

describeWith('key-value', 'a go-plugin program', (path) => {
  const plugin = { name: path, config: { ...example, cwd, restart: { first_ms: 20 } } };

  it('is ready, answers, and ends with its host', async () => {
    const lines: LogLine[] = [];
    const host = await open({ plugins: [plugin], severity: 'debug', log: (line) => lines.push(line) });
    const [program] = [...host.plugins];
    expect(program?.error).toBeUndefined();
    expect(program).toMatchObject({
      ...{ name: 'plugin-go-grpc', version: '1.8.0', dialect: 'goplugin', state: 'ready' },
      process: { pid: expect.any(Number), restarts: 0 },
    });
    const kv = program?.offers.program?.client(KV);
    await kv?.put({ key: 'a', value: Buffer.from('through a host') });
    expect(Buffer.from((await kv?.get({ key: 'a' }))?.value ?? '').toString()).toContain('through a host');
    expect(lines).toContainEqual(
      expect.objectContaining({
        ...{ plugin: 'plugin-go-grpc', severity: 'debug', message: 'plugin address' },
        fields: expect.objectContaining({ network: 'unix' }),
      }),
    );
    const pid = program?.process?.pid as number;
    await host.close();
    expect(program?.state).toBe('stopped');
    expect(await startTime(pid)).toBeUndefined();
  });

  it('killed, it is crashed, told, and ready again', async () => {
    const host = await open({ plugins: [plugin] });
    const [program] = [...host.plugins];
    const states: string[] = [];
    const problems: string[] = [];
    host.on('state', (_, state) => states.push(state));
    host.on('problem', ({ code }) => problems.push(code));
    const kept = program?.offers.program;
    const pid = kept?.program?.pid as number;
    const ended = kept?.program?.exited;
    process.kill(pid, 'SIGKILL');
    await ended;
    await kept?.ready(10_000);
    expect(states).toEqual(['crashed', 'ready']);
    expect(problems).toEqual(['MORTISE_ERR_PROGRAM_ENDED']);
    expect(program?.process).toMatchObject({ restarts: 1, lastEnd: 'it was ended by SIGKILL' });
    expect(program?.process?.pid).not.toBe(pid);
    await host.stop('plugin-go-grpc');
    expect(program?.state).toBe('stopped');
  });

  it('that keeps ending is quarantined, and can be released', async () => {
    const config = { ...plugin.config, restart: { first_ms: 5, max_ends: 1 } };
    const host = await open({ plugins: [{ ...plugin, config }] });
    const [program] = [...host.plugins];
    const kept = program?.offers.program;
    const ended = kept?.program?.exited;
    process.kill(kept?.program?.pid as number, 'SIGKILL');
    await ended;
    await expect.poll(() => program?.state, { timeout: 30_000 }).toBe('quarantined');
    program?.offers.program?.release();
    await kept?.ready(30_000);
    expect(program?.state).toBe('ready');
    await host.close();
  });

  it('says why it isn’t ready, and the others go on', async () => {
    const wrong = { ...plugin, config: { cookie: { BASIC_PLUGIN: 'goodbye' } } };
    const host = await open({
      plugins: [wrong, { name: path }, { name: path, config: { cookies: {} } }],
    });
    const [exited, told, unknown] = [...host.plugins];
    expect(exited).toMatchObject({ state: 'failed', error: { code: 'MORTISE_ERR_PROGRAM_EXITED' } });
    // The same program three times: the second's name is taken.
    expect(told?.error?.code).toBe('MORTISE_ERR_NAME_DUPLICATE');
    expect(unknown?.error?.problems.map(({ code }) => code)).toContain('MORTISE_ERR_CONFIG_KEY');
    const alone = await open({ plugins: [{ name: path }] });
    expect([...alone.plugins][0]).toMatchObject({
      ...{ state: 'failed', error: { code: 'MORTISE_ERR_CONFIG_TYPE', where: 'config.cookie' } },
    });
  });

  it('without the executable bit is rejected', async () => {
    const copy = join(cwd, 'copy');
    copyFileSync(path, copy);
    chmodSync(copy, 0o644);
    const host = await open({ plugins: [{ ...plugin, name: copy }] });
    expect([...host.plugins][0]).toMatchObject({
      ...{ state: 'rejected', error: { code: 'MORTISE_ERR_PROGRAM_FILE' } },
    });
  });

  it('is in list, inspect and verify', async () => {
    const config = join(cwd, 'mortise.toml');
    writeFileSync(
      config,
      `[[plugins]]\nname = ${JSON.stringify(path)}\nconfig = { cookie = { BASIC_PLUGIN = "hello" }, versions = [1] }\n`,
    );
    const list = await call(['list', '-c', config]);
    expect(list.code, list.stdout + list.stderr).toBe(0);
    expect(list.stdout).toMatch(/ready\s+plugin-go-grpc\s+1\.8\.0\s+goplugin\s+pid \d+/);
    const inspected = await call(['inspect', path]);
    expect(inspected.stdout).toContain('plugin-go-grpc 1.8.0');
    const verified = await call(['verify', path]);
    expect(verified.code, verified.stdout).toBe(0);
    expect(verified.stdout).toContain('goplugin');
    const tried = await call(['verify', '--load', '-c', config, path]);
    expect(tried.code, tried.stdout).toBe(0);
    expect(tried.stdout).toContain('its settings are valid');
    expect(tried.stdout).not.toContain('register');
    expect(tried.stdout).not.toContain('the system’s loader');
  });

  it('says by which Go and from which modules it was built', () => {
    const file = openFile(path);
    const build = readGoBuild(file);
    expect(build?.go).toMatch(/^go1\.\d+/);
    expect(build?.path).toBe('github.com/hashicorp/go-plugin/examples/grpc/plugin-go-grpc');
    expect(build?.modules.get('google.golang.org/grpc')).toBe('v1.61.0');
    file.close();
  });
});

it('no Go build is read from what holds none, or a damaged one', () => {
  const magic = Buffer.from('\xff Go buildinf:', 'latin1');
  const header = Buffer.concat([magic, Buffer.from([8, 2]), Buffer.alloc(16)]);
  const cases = [
    Buffer.alloc(100),
    magic,
    header,
    Buffer.concat([header, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])]),
    Buffer.concat([header, Buffer.from([200, 1]), Buffer.alloc(10)]),
    Buffer.concat([header, Buffer.from([2, 65, 66, 200, 1]), Buffer.alloc(50)]),
    Buffer.concat([Buffer.alloc(3), header, Buffer.from([2, 65, 66, 0])]),
  ];
  for (const bytes of cases) expect(readGoBuild(bytesOf(bytes))).toBeUndefined();
});
