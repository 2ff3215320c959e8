/** Programs that somebody else started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../src/dialects/goplugin/certificate.js';
import { attach, launch, readReattach, served } from '../../../src/dialects/goplugin/index.js';
import { handlersOf } from '../../../src/dialects/goplugin/serve.js';
import { startTime } from '../../../src/dialects/goplugin/start-time.js';
import { grpc } from '../../../src/dialects/goplugin/transport/grpc.js';
import { Health } from '../../../src/dialects/goplugin/wire/health_pb.js';
import { describeWith, servedProgram, workDirectory } from './programs.js';
import { KV } from './proto/kv/kv_pb.js';
import { Provider } from './proto/terraform/terraform_pb.js';

const work = workDirectory();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

describeWith('terraform-primes', 'a Terraform provider in debug mode', (path) => {
  async function started() {
    const env = { PATH: process.env.PATH, TMPDIR: work };
    const child = spawn(path, [], { env, cwd: work, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    // Read on for ever: it is killed by the first line that nobody takes.
    const json = await new Promise<string>((resolve) => {
      let printed = '';
      child.stdout.on('data', (chunk) => {
        printed += chunk;
        const found = /TF_REATTACH_PROVIDERS='(.*)'/.exec(printed)?.[1];
        if (found) resolve(found);
      });
    });
    return { child, json };
  }

  it('is attached to by what it prints, streams, and ends when it is owned', async () => {
    const { child, json } = await started();
    const options = readReattach(json);
    expect(options).toMatchObject({ version: 5, pid: child.pid });
    const program = await attach({ ...options, owned: true });
    const provider = program.client(Provider);
    const { listResourceSchemas } = await provider.getSchema({});
    const [typeName] = Object.keys(listResourceSchemas);
    const names: string[] = [];
    for await (const { displayName } of provider.listResource({ typeName, limit: 100n })) {
      names.push(displayName);
      if (names.length === 2) break;
    }
    expect(names).toHaveLength(2);
    expect(program.inFlight).toBe(0);
    const exited = once(child, 'exit');
    await program.stop();
    await exited;
  });

  it('is left alone when it isn’t, and its end is heard of', async () => {
    const { child, json } = await started();
    const program = await attach(readReattach(json));
    const other = await attach(readReattach(json));
    expect(await program.stop()).toMatchObject({ asked: true });
    await other.client(Provider).getSchema({});
    child.kill('SIGKILL');
    expect(await other.exited).toMatchObject({ asked: false });
    await expect(other.client(Provider).getSchema({})).rejects.toMatchObject({
      ...{ code: 'MORTISE_ERR_PROGRAM_ENDED', isCrash: true },
    });
  });
});

it('a pid that is somebody else’s is not ended', async () => {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  children.push(stranger);
  const program = await launch(servedProgram('stays'));
  const address = `unix:${(await listening(program.pid as number))[0]}`;
  const attached = await attach({ address, pid: stranger.pid, owned: true });
  await attached.stop(0); // it can't end by itself, and the pid isn't the one that listens
  expect(await startTime(stranger.pid as number)).toBeDefined();
  await program.kill();
});

/** The sockets in the directory that a program was given. */
async function listening(pid: number): Promise<string[]> {
  const { readFileSync, readdirSync } = await import('node:fs');
  const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  const place = environment.find((one) => one.startsWith('PLUGIN_UNIX_SOCKET_DIR='))?.split('=')[1] as string;
  return readdirSync(place)
    .filter((name) => name.startsWith('plugin'))
    .map((name) => `${place}/${name}`);
}

describe('over TCP', () => {
  it('with mutual TLS, by the name in the certificate', async () => {
    const [server, client, stranger] = [makeCertificate(), makeCertificate(), makeCertificate()];
    const handlers = [
      ...handlersOf(served(Health, { check: () => ({ status: 1 }) })),
      ...handlersOf(served(KV, { get: ({ key }) => ({ value: Buffer.from(key) }) })),
    ];
    const tls = { ...server, trusted: client.certificate };
    const limits = { maxMessageBytes: 1_000_000 };
    const { address, close } = await grpc.serve(
      { network: 'tcp', host: '127.0.0.1', port: 0 },
      handlers,
      tls,
      limits,
    );
    const place = `127.0.0.1:${address.network === 'tcp' ? address.port : ''}`;
    const program = await attach({ address: place, tls: { ...client, trusted: server.certificate } });
    expect(Buffer.from((await program.client(KV).get({ key: 'abc' })).value).toString()).toBe('abc');
    await program.stop();
    const wrong = { ...stranger, trusted: server.certificate };
    await expect(attach({ address: place, tls: wrong, startMs: 500 })).rejects.toMatchObject({
      code: 'MORTISE_ERR_REATTACH',
    });
    const name = { ...client, trusted: server.certificate, serverName: 'elsewhere' };
    await expect(attach({ address: place, tls: name, startMs: 500 })).rejects.toMatchObject({
      code: 'MORTISE_ERR_REATTACH',
    });
    close();
  });

  it('another machine only with TLS', async () => {
    for (const address of ['10.0.0.1:80', 'example.org:80', 'http://x', 'unix:relative', 'x']) {
      await expect(attach({ address })).rejects.toMatchObject({ code: 'MORTISE_ERR_REATTACH' });
    }
  });
});

it('where nothing answers, or no such process is, it says so', async () => {
  const address = `unix:${work}/none`;
  await expect(attach({ address })).rejects.toMatchObject({
    ...{ code: 'MORTISE_ERR_REATTACH', subject: address, found: 'there is no such socket' },
  });
  await expect(attach({ address, pid: 2 ** 22 + 1 })).rejects.toThrow(/no process has its pid/);
  await sleep(0);
});

it('options that aren’t valid are named', async () => {
  const refused = (options: unknown) => attach(options as never).catch((error: unknown) => error);
  const code = 'MORTISE_ERR_PROGRAM_OPTION';
  expect(await refused({ address: 'unix:/x', startMS: 1 })).toMatchObject({
    ...{ code, remedy: 'Did you mean "startMs"?' },
  });
  expect(await refused({})).toMatchObject({ code, where: 'address', subject: 'attach' });
});

it('what isn’t a reattach configuration is refused', () => {
  const addr = { Network: 'unix', String: '/x' };
  const good = { Protocol: 'grpc', ProtocolVersion: 5, Pid: 12, Addr: addr };
  expect(readReattach(JSON.stringify({ a: good }))).toEqual({ address: 'unix:/x', version: 5, pid: 12 });
  expect(readReattach(JSON.stringify({ a: good, b: { ...good, Pid: 13 } }), 'b').pid).toBe(13);
  const bad = [
    ...['', '{', 'null', '[]', '{}', `{"a":"${'x'.repeat(100_000)}"}`],
    JSON.stringify({ a: good, b: good }),
    ...[{ Protocol: 'netrpc' }, { ProtocolVersion: '5' }, { Addr: undefined }].map((wrong) =>
      JSON.stringify({ a: { ...good, ...wrong } }),
    ),
    JSON.stringify({ a: { ...good, Addr: { Network: 'tcp', String: '10.0.0.1:80' } } }),
  ];
  for (const json of bad) expect(() => readReattach(json), json.slice(0, 80)).toThrow(/MORTISE_ERR_REATTACH/);
  expect(() => readReattach(JSON.stringify({ a: good }), 'c')).toThrow(/it has no c/);
});
