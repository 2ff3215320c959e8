/** Services that the host offers to a program. */
import { afterAll, expect, it } from 'vitest';
import { type LaunchOptions, launch, type Program, served } from '../../../src/dialects/goplugin/index.js';
import { describeWith, example, servedProgram, workDirectory } from './programs.js';
import { AddHelper, Counter } from './proto/counter/counter_pb.js';
import { KV } from './proto/kv/kv_pb.js';
import { Backend, Events, Observations, Storage, SystemView } from './proto/vault/vault_pb.js';

const cwd = workDirectory();
const running: Program[] = [];
afterAll(() => Promise.all(running.map((program) => program.kill())));

async function start(options: LaunchOptions): Promise<Program> {
  const program = await launch({ cwd, ...options });
  running.push(program);
  return program;
}

for (const name of ['bidirectional', 'bidirectional-1.4.3', 'bidirectional-1.0.1'])
  describeWith(name, `go-plugin’s example ${name}`, (path) => {
    // Before 1.4.4 a program could not call back under mutual TLS, in Go's own host either.
    for (const tls of name === 'bidirectional' ? [false, true] : [false]) {
      it(`calls back into the host${tls ? ', under mutual TLS' : ''}`, async () => {
        const program = await start({ path, ...example, tls });
        const asked: [bigint, bigint][] = [];
        const adder = served(AddHelper, {
          sum: ({ a, b }) => {
            asked.push([a, b]);
            return { r: a + b };
          },
        });
        const offer = await program.broker.offer(adder);
        const counter = program.client(Counter);
        const key = `${name}-${tls}`;
        // A number is good for one connection, so each call hands out its own.
        for (const value of [5n, 7n]) await counter.put({ addServer: await offer.announce(), key, value });
        expect((await counter.get({ key })).value).toBe(12n);
        expect(asked).toEqual(
          [
            [0n, 5n],
            [5n, 7n],
          ].slice(-asked.length),
        );
        offer.close();
        await program.stop();
      });
    }

    if (name !== 'bidirectional') {
      it('can’t call back under mutual TLS, and says why', async () => {
        const program = await start({ path, ...example, tls: true });
        const offer = await program.broker.offer(served(AddHelper, { sum: ({ a, b }) => ({ r: a + b }) }));
        const request = { addServer: await offer.announce(), key: `${name}-tls`, value: 1n };
        const error = await program
          .client(Counter)
          .put(request)
          .catch((reason) => reason);
        expect(error).toMatchObject({ code: 'MORTISE_ERR_CALL_UNAVAILABLE', isCrash: false });
        expect(error.detail).toContain('authentication handshake failed');
        await program.stop();
      });
    }

    it('fails with what the host’s service threw', async () => {
      const program = await start({ path, ...example });
      const failing = served(AddHelper, {
        sum: () => {
          throw new Error('cannot add today');
        },
      });
      const offer = await program.broker.offer(failing);
      const counter = program.client(Counter);
      await counter.put({ addServer: await offer.announce(), key: 'f', value: 1n }).catch(() => {});
      const error = await counter
        .put({ addServer: await offer.announce(), key: 'f', value: 1n })
        .catch((reason) => reason);
      expect(String(error)).toContain('cannot add today');
      await program.stop();
    });

    it('a number that nobody announced leads nowhere, in time', async () => {
      const program = await start({ path, ...example });
      await expect(program.broker.dial(99)).rejects.toMatchObject({ code: 'MORTISE_ERR_BROKER' });
      await program.stop();
    });
  });

it('a service of the program’s is dialed by its number, once', async () => {
  const program = await start(servedProgram('announces'));
  const dialed = await program.broker.dial(7);
  expect(Buffer.from((await dialed.client(KV).get({ key: 'a' })).value).toString()).toBe('seven');
  dialed.close();
  await expect(dialed.client(KV).get({ key: 'a' })).rejects.toThrow(/MORTISE_ERR_CALL_/);
  const again = program.broker.dial(7).catch((reason) => reason);
  await program.stop();
  expect(await again).toMatchObject({ code: 'MORTISE_ERR_BROKER' });
});

it('a program without a broker says so', async () => {
  const program = await start(servedProgram('well'));
  await expect(program.broker.dial(1)).rejects.toMatchObject({ code: 'MORTISE_ERR_BROKER' });
  const offer = await program.broker.offer(served(AddHelper, {}));
  await expect(offer.announce()).rejects.toMatchObject({
    code: 'MORTISE_ERR_BROKER',
  });
  await program.stop();
});

describeWith('vault-kv', 'Vault’s key-value engine', (path) => {
  it('writes a secret and reads it back, on storage that the host serves', async () => {
    const program = await start({
      path,
      cookie: { VAULT_BACKEND_PLUGIN: '6669da05-b1c8-4f49-97d9-c8e5bed98e20' },
      env: { VAULT_PLUGIN_AUTOMTLS_ENABLED: 'true' },
      versions: [5],
      tls: true,
      metadata: { multiplex_id: 'one' },
    });
    expect(program.version).toBe(5);
    const stored = new Map<string, Uint8Array>();
    const offer = await program.broker.offer(
      served(Storage, {
        get: ({ key }) => {
          const value = stored.get(key);
          return value ? { entry: { key, value } } : {};
        },
        put: ({ entry }) => {
          if (entry) stored.set(entry.key, entry.value);
          return {};
        },
        delete: ({ key }) => {
          stored.delete(key);
          return {};
        },
        list: ({ prefix }) => {
          const below = [...stored.keys()].filter((key) => key.startsWith(prefix));
          const names = below.map((key) => key.slice(prefix.length).replace(/\/.*/, '/'));
          return { keys: [...new Set(names)] };
        },
      }),
      served(SystemView, {
        defaultLeaseTTL: () => ({ TTL: 3600n }),
        maxLeaseTTL: () => ({ TTL: 7200n }),
        cachingDisabled: () => ({}),
        replicationState: () => ({}),
        localMount: () => ({ local: true }),
      }),
      served(Events, { sendEvent: () => ({}) }),
      served(Observations, { recordObservation: () => ({}) }),
    );
    const backend = program.client(Backend);
    const setup = {
      brokerId: await offer.announce(),
      backendUUID: 'uuid',
      Config: { plugin_name: 'kv', version: '1' },
    };
    expect((await backend.setup(setup)).err).toBe('');
    expect((await backend.type({})).type).toBe(1);
    expect((await backend.initialize({})).err).toBeUndefined();

    const request = { id: '1', path: 'app/password', mountPoint: 'kv/' };
    const secret = { value: 'hunter2' };
    const wrote = await backend.handleRequest({
      request: { ...request, operation: 'create', data: JSON.stringify(secret) },
    });
    expect(wrote.err).toBeUndefined();
    expect([...stored.keys()].join()).toContain('app/password');
    const read = await backend.handleRequest({ request: { ...request, operation: 'read', data: '{}' } });
    expect(JSON.parse(read.response?.data ?? '')).toEqual(secret);
    await program.stop();
  });
});
