/** What plugins are asked on threads of their own: the event loop goes on, and what the plugin waits for may come from it. */

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Authentication, Encryption, Keys, type MortiseError, Passwords, Sql } from '../../../src/index.js';
import { directory, open } from '../../host/open.js';
import { inChild } from './child.js';
import { libraryPath, mariadbPlugins } from './parts.js';

const plugins = mariadbPlugins();
const libraries = plugins && libraryPath();
const path = (name: string) => plugins?.get(name) ?? '';
const dist = new URL('../../../dist/index.js', import.meta.url).href;

const reason = (call: Promise<unknown>): Promise<MortiseError> =>
  call.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: MortiseError) => error,
  );

describe.skipIf(!plugins)("asynchronous calls (needs Debian's packages of MariaDB)", () => {
  it('a plugin’s SQL is answered by a promise', async () => {
    const host = await open({ plugins: [path('password_reuse_check')], log: () => {} });
    const used = new Set<string>();
    const query = async (sql: string) => {
      await setImmediate();
      const [, hash] = /^INSERT .*x'([0-9A-F]+)'/.exec(sql) ?? [];
      if (hash && used.has(hash)) throw Object.assign(new Error('used before'), { errno: 1062 });
      if (hash) used.add(hash);
      return hash ? 1 : 0;
    };
    host.capability(Sql).serve({ query });
    const passwords = host.capability(Passwords);
    // More at a time than there are threads for.
    const names = Array.from({ length: 40 }, (_, index) => `user ${index}`);
    const first = await Promise.all(
      names.map((user) => passwords.validateAsync({ user, password: 'secret' })),
    );
    expect(first).toEqual(names.map(() => ({ accepted: true })));
    expect(used.size).toBe(40);
    expect(await passwords.validateAsync({ user: 'user 7', password: 'secret' })).toEqual({
      accepted: false,
      plugin: 'password_reuse_check',
      message: 'password_reuse_check: The password was already used',
    });
    const now = passwords.validate({ user: 'alice', password: 'secret' });
    expect(now.accepted).toBe(false);
    expect(now.message).toContain('waits for in validateAsync and not in validate');
  });

  it('answers at once, or badly, fit a plugin that waits, too', async () => {
    const host = await open({ plugins: [path('password_reuse_check')], log: () => {} });
    const passwords = host.capability(Passwords);
    const ask = () => passwords.validateAsync({ user: 'alice', password: 'secret' });
    expect((await ask()).message).toContain('host.capability(Sql).serve');
    host.capability(Sql).serve({ query: (sql) => (sql.startsWith('INSERT') ? 1 : 0) });
    expect(await ask()).toEqual({ accepted: true });
    for (const [query, message] of [
      [() => Promise.reject(new Error('no database')), '[2000] no database'],
      [() => 'rows', '[2000] query() must return rows, a number or nothing, not string'],
      [async () => [[1]], '[2014] the rows'],
    ] as const) {
      host.capability(Sql).serve({ query: query as never });
      const verdict = await ask();
      expect(verdict.accepted).toBe(false);
      expect(verdict.message).toContain(message);
    }
  });

  it('a plugin that is stopped ends what runs and what waits its turn', async () => {
    const host = await open({ plugins: [path('password_reuse_check')], log: () => {} });
    let asked = 0;
    let resolve = () => {};
    const isAsked = new Promise<void>((done) => {
      resolve = done;
    });
    host.capability(Sql).serve({
      query: () => {
        if (++asked === 16) resolve();
        return new Promise(() => {});
      },
    });
    const passwords = host.capability(Passwords);
    const calls = Array.from({ length: 20 }, (_, index) =>
      reason(passwords.validateAsync({ user: `user ${index}`, password: 'secret' })),
    );
    await isAsked;
    await host.close();
    expect(asked).toBe(16);
    const codes = (await Promise.all(calls)).map(({ code }) => code);
    expect(codes).toEqual(Array(20).fill('MORTISE_ERR_PLUGIN_FUNCTION'));
  });

  it('gives what the synchronous forms give, of what memory held at the call', async () => {
    const filename = join(directory(), 'keys');
    const key = randomBytes(32);
    writeFileSync(filename, `1;${key.toString('hex')}\n`, { mode: 0o600 });
    const host = await open({
      plugins: [{ name: path('file_key_management'), config: { filename } }, path('auth_ed25519')],
      log: () => {},
    });
    expect(await host.capability(Keys).getAsync(1)).toEqual(key);
    expect(await host.capability(Keys).getAsync(2)).toBeUndefined();
    const about = { id: 1, version: 1, iv: randomBytes(16) };
    const bytes = randomBytes(100_000);
    const expected = host.capability(Encryption).encrypt(bytes, about);
    const given = Buffer.from(bytes);
    const encrypting = host.capability(Encryption).encryptAsync(given, about);
    given.fill(0);
    expect(await encrypting).toEqual(expected);
    expect(await host.capability(Encryption).decryptAsync(expected, about)).toEqual(bytes);
    const refused = await reason(host.capability(Encryption).decryptAsync(expected, { ...about, id: 9 }));
    expect(refused.code).toBe('MORTISE_ERR_PLUGIN_FAILED');
    const authentication = host.capability(Authentication).get();
    expect(await authentication.hashPasswordAsync('secret')).toBe(authentication.hashPassword('secret'));
    const argument = await reason(authentication.hashPasswordAsync('a\0b'));
    expect(argument.code).toBe('MORTISE_ERR_PLUGIN_ARGUMENT');
  });

  it('a worker that is terminated leaves nothing behind that waits for SQL', () => {
    const script = `
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const source = \`
        import { Host, Passwords, Sql } from \${JSON.stringify(input.dist)};
        import { parentPort } from 'node:worker_threads';
        const host = await Host.open({ plugins: [\${JSON.stringify(input.path)}], log: () => {} });
        let asked = 0;
        host.capability(Sql).serve({ query: () => {
          if (++asked === 4) parentPort.postMessage(asked);
          return new Promise(() => {});
        } });
        for (let count = 0; count < 4; count++)
          host.capability(Passwords).validateAsync({ user: 'user ' + count, password: 'secret' });\`;
      let waited = 0;
      for (let round = 0; round < 10; round++) {
        const url = new URL('data:text/javascript,' + encodeURIComponent(source));
        const worker = new Worker(url, { execArgv: [] });
        waited += (await once(worker, 'message'))[0];
        await worker.terminate();
      }
      answer(waited);`;
    expect(inChild<number>(script, { path: path('password_reuse_check'), dist })).toBe(40);
  });

  it.skipIf(!libraries)('a vault is asked that runs on the same event loop', () => {
    const script = `
      const { Keys } = await import(input.dist);
      import { createServer } from 'node:http';
      import { once } from 'node:events';
      const vault = createServer(({ url }, response) => {
        const data = { data: { data: Buffer.from('0123456789abcdef').toString('hex') }, metadata: { version: 5 } };
        setImmediate(() => {
          if (/^\\/v1\\/test\\/data\\/1\\b/.test(url)) return response.end(JSON.stringify({ data }));
          response.statusCode = 404;
          response.end('{"errors": []}');
        });
      });
      await once(vault.listen(0, '127.0.0.1'), 'listening');
      const config = {
        vault_url: 'http://127.0.0.1:' + vault.address().port + '/v1/test',
        token: 'a-token',
        check_kv_version: false, // in its init, which waits
        timeout: 60,
      };
      const host = await Host.open({ plugins: [{ name: input.path, config }], log: () => {} });
      const error = [...host.plugins][0].error?.message;
      const keys = error === undefined ? host.capability(Keys) : undefined;
      const key = (await keys?.getAsync(1))?.toString();
      const none = (await keys?.getAsync(9)) === undefined;
      await host.close();
      vault.close();
      answer({ error, key, none });`;
    expect(inChild(script, { path: path('hashicorp_key_management'), dist }, libraries)).toEqual({
      key: '0123456789abcdef',
      none: true,
    });
  });
});
