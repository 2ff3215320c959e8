/** Debian's password validation plugins against what they should say. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/capabilities/passwords.js';
import { Keys, type MortiseError, Passwords } from '../../../src/index.js';
import { open, thrown } from '../../host/open.js';
import { inChild } from './child.js';
import { cracklib, mariadbPlugins } from './parts.js';
import { generator } from './random.js';

const plugins = mariadbPlugins();
const path = (name: string) => plugins?.get(name) as string;
const parts = plugins ? cracklib() : undefined;

/** The rule of simple_password_check, as its documentation and its defaults have it. */
function isGood(
  user: string,
  password: string,
  least = { size: 8, digits: 1, letters: 1, others: 1 },
): boolean {
  if (user.startsWith(password)) return false;
  const bytes = [...Buffer.from(password)];
  const count = (from: string, to: string) =>
    bytes.filter((byte) => byte >= from.charCodeAt(0) && byte <= to.charCodeAt(0)).length;
  const [digits, lower, upper] = [count('0', '9'), count('a', 'z'), count('A', 'Z')];
  const others = bytes.length - digits - lower - upper;
  return (
    bytes.length >= least.size &&
    digits >= least.digits &&
    lower >= least.letters &&
    upper >= least.letters &&
    others >= least.others
  );
}

const alphabets = ['abcxyz', 'ABCXYZ', '0189', ' !~_@[`{/:', 'äß€😀'];

/** Short enough that each rule alone decides some of them. */
function passwords(count: number): string[] {
  const random = generator(20_000);
  return Array.from({ length: count }, () => {
    const used = alphabets.filter(() => random(4) > 0);
    const letters = [...(used.length > 0 ? used : ['a']).join('')];
    return Array.from({ length: random(14) }, () => letters[random(letters.length)]).join('');
  });
}

describe.skipIf(!plugins)("simple_password_check (needs Debian's packages of MariaDB)", () => {
  it('agrees with the rule on 20,000 passwords', async () => {
    const host = await open({ plugins: [path('simple_password_check')] });
    const plugin = host.plugins.get('simple_password_check');
    const generated = passwords(20_000);
    const wrong = generated.filter(
      (password) =>
        plugin.offers.passwords?.validate({ user: 'abcxyz', password }).accepted !==
        isGood('abcxyz', password),
    );
    expect(wrong).toEqual([]);
    const good = generated.filter((password) => isGood('abcxyz', password)).length;
    expect(good).toBeGreaterThan(1000);
    expect(good).toBeLessThan(19_000);
  });

  it('takes its rule from the configuration', async () => {
    const config = { minimal_length: 3, digits: 2, letters_same_case: 0, other_characters: 0 };
    const host = await open({ plugins: [{ name: path('simple_password_check'), config }] });
    const plugin = host.plugins.get('simple_password_check');
    const least = { size: 3, digits: 2, letters: 0, others: 0 };
    const wrong = passwords(2000).filter(
      (password) =>
        plugin.offers.passwords?.validate({ user: 'u', password }).accepted !== isGood('u', password, least),
    );
    expect(wrong).toEqual([]);
  });

  it('says why in the plugin’s own words, and nothing when it accepts', async () => {
    const host = await open({ plugins: [path('simple_password_check')] });
    const plugin = host.plugins.get('simple_password_check');
    expect(plugin.offers.passwords?.validate({ user: 'u', password: 'Passw0rd', host: 'localhost' })).toEqual(
      {
        accepted: false,
        message: 'simple_password_check: Not enough special characters (< 1)',
      },
    );
    expect(plugin.offers.passwords?.validate({ user: 'u', password: 'Passw0rd!' })).toEqual({
      accepted: true,
    });
  });

  it('can be loaded again by the next host', async () => {
    for (let round = 0; round < 3; round++) {
      const host = await open({ plugins: [path('simple_password_check')] });
      expect(host.plugins.get('simple_password_check').state).toBe('ready');
      await host.close();
    }
  });

  it('refuses what no plugin should see, and what it can’t do', async () => {
    const host = await open({ plugins: [path('simple_password_check')] });
    const plugin = host.plugins.get('simple_password_check');
    const code = (call: () => unknown) => (thrown(call) as MortiseError).code;
    expect(code(() => plugin.offers.passwords?.validate({ user: 'u', password: 'a\0b' }))).toBe(
      'MORTISE_ERR_PLUGIN_ARGUMENT',
    );
    expect(code(() => plugin.offers.passwords?.validate({ user: 'u', password: 'x'.repeat(2000) }))).toBe(
      'MORTISE_ERR_PLUGIN_ARGUMENT',
    );
    expect(code(() => plugin.offers.passwords?.validate({ user: 1 as never, password: 'x' }))).toBe(
      'MORTISE_ERR_PLUGIN_ARGUMENT',
    );
    expect(Object.keys(plugin.offers)).toEqual(['passwords']);
    expect(thrown(() => host.capability(Keys).get(1))).toMatchObject({
      code: 'MORTISE_ERR_PLUGIN_FUNCTION',
      message: expect.stringContaining('no plugin that is ready gives encryption keys'),
      found: 'simple_password_check (ready)',
    });
    const checks = host.capability(Passwords);
    expect(checks.validate({ user: 'u', password: 'Passw0rd!' })).toEqual({ accepted: true });
    expect(checks.validate({ user: 'u', password: 'a' })).toMatchObject({
      accepted: false,
      plugin: 'simple_password_check',
    });
    const { passwords } = plugin.offers;
    await host.close();
    expect(plugin.offers).toEqual({});
    expect(thrown(() => passwords?.validate({ user: 'u', password: 'Passw0rd!' }))).toMatchObject({
      code: 'MORTISE_ERR_PLUGIN_FUNCTION',
      message: expect.stringContaining('simple_password_check was stopped'),
    });
    expect(code(() => checks.validate({ user: 'u', password: 'Passw0rd!' }))).toBe('MORTISE_ERR_HOST_CLOSED');
  });
});

describe.skipIf(!plugins)("password_reuse_check (needs Debian's packages of MariaDB)", () => {
  const history = 'mysql.password_reuse_check_history';

  /** As much of a server as the plugin asks for. */
  class Server {
    readonly said: string[] = [];
    readonly used = new Set<string>();
    exists = false;

    query(sql: string): number | undefined {
      this.said.push(sql);
      if (sql.startsWith(`CREATE TABLE ${history}`)) {
        this.exists = true;
        return undefined;
      }
      if (!this.exists) throw Object.assign(new Error(`Table '${history}' doesn't exist`), { errno: 1146 });
      const [, hash] = /^INSERT INTO \S+ values \(x'([0-9A-F]+)'\)$/.exec(sql) ?? [];
      if (!hash) return 0;
      if (this.used.has(hash)) throw Object.assign(new Error('Duplicate entry'), { errno: 1062 });
      this.used.add(hash);
      return 1;
    }
  }

  it('refuses a password that was used before, over SQL that TypeScript answers', async () => {
    const host = await open({ plugins: [{ name: path('password_reuse_check'), config: { interval: 30 } }] });
    const plugin = host.plugins.get('password_reuse_check');
    const server = new Server();
    plugin.offers.sql?.serve(server);
    const ask = (user: string, password: string) =>
      plugin.offers.passwords?.validate({ user, password, host: 'localhost' });
    expect(ask('alice', 'secret')).toEqual({ accepted: true });
    expect(ask('alice', 'secret')).toEqual({
      accepted: false,
      message: 'password_reuse_check: The password was already used',
    });
    expect(ask('alice', 'another')).toEqual({ accepted: true });
    expect(ask('bob', 'secret')).toEqual({ accepted: true });
    expect(server.said[0]).toBe(`DELETE FROM ${history} WHERE time < DATE_SUB(NOW(), interval 30 day)`);
    expect(server.said.filter((sql) => sql.startsWith('CREATE'))).toHaveLength(1);
    // The hash is SHA-512 over password, user and host, each after its size in two bytes.
    const parts = ['secret', 'alice', 'localhost'].flatMap((text) => [
      Buffer.from([text.length, 0]),
      Buffer.from(text),
    ]);
    const hash = createHash('sha512').update(Buffer.concat(parts)).digest('hex').toUpperCase();
    expect([...server.used]).toContain(hash);
  });

  it('asks the function that was served last, also by the one that answers', async () => {
    const host = await open({ plugins: [path('password_reuse_check')] });
    const plugin = host.plugins.get('password_reuse_check');
    const server = new Server();
    const first: string[] = [];
    plugin.offers.sql?.serve({
      query(sql) {
        first.push(sql);
        plugin.offers.sql?.serve(server);
        globalThis.gc?.();
        return server.query(sql);
      },
    });
    const ask = () => plugin.offers.passwords?.validate({ user: 'u', password: 'p' });
    expect(ask()).toEqual({ accepted: true });
    expect(first).toHaveLength(1);
    expect(server.said.length).toBeGreaterThan(1);
    expect(ask()?.accepted).toBe(false);
  });

  it('answers a check inside a check', async () => {
    const host = await open({ plugins: [path('password_reuse_check')] });
    const plugin = host.plugins.get('password_reuse_check');
    const server = new Server();
    const ask = (password: string) => plugin.offers.passwords?.validate({ user: 'u', password });
    let inner: unknown;
    plugin.offers.sql?.serve({
      query(sql) {
        if (inner === undefined) {
          inner = null;
          inner = ask('inner');
        }
        return server.query(sql);
      },
    });
    expect(ask('outer')).toEqual({ accepted: true });
    expect(inner).toEqual({ accepted: true });
    expect(server.used.size).toBe(2);
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
      '[2000] disk full',
    ],
    [
      'throws with a code',
      () => {
        throw Object.assign(new Error('no'), { errno: 1045 });
      },
      '[1045] no',
    ],
    [
      'throws a system error',
      () => {
        throw Object.assign(new Error('refused'), { errno: -111 });
      },
      '[2000] refused',
    ],
    [
      'throws nothing',
      () => {
        throw undefined;
      },
      '[2000] undefined',
    ],
    [
      'promises',
      () => Promise.resolve(1),
      '[2000] query() returned a promise, which a plugin waits for in validateAsync and not in validate',
    ],
    ['answers nonsense', () => 'ok', '[2000] query() must return rows, a number or nothing, not string'],
    ['answers a list without rows', () => [1], '[2000] query() must return rows'],
    ['answers rows of nonsense', () => [[1]], '[2014] the rows'],
    ['answers rows of different length', () => [['a'], ['b', 'c']], '[2014] the rows'],
  ])('fails closed when the function %s', async (_, query, message) => {
    const host = await open({ plugins: [path('password_reuse_check')] });
    const plugin = host.plugins.get('password_reuse_check');
    plugin.offers.sql?.serve({ query: query as never });
    const verdict = plugin.offers.passwords?.validate({ user: 'u', password: 'p' });
    expect(verdict?.accepted).toBe(false);
    expect(verdict?.message).toContain(message);
  });

  it('accepts nothing while nobody answers', async () => {
    const host = await open({ plugins: [path('password_reuse_check')] });
    const plugin = host.plugins.get('password_reuse_check');
    expect(plugin.offers.passwords?.validate({ user: 'u', password: 'p' })).toEqual({
      accepted: false,
      message: expect.stringContaining('host.capability(Sql).serve'),
    });
    for (const service of [{}, null]) {
      expect((thrown(() => plugin.offers.sql?.serve(service as never)) as MortiseError).code).toBe(
        'MORTISE_ERR_PLUGIN_ARGUMENT',
      );
    }
  });
});

describe.skipIf(!parts)("cracklib_password_check (needs Debian's packages of MariaDB and cracklib)", () => {
  const words = ['password', 'a', 'aaaaaaaa', 'abcdefgh', '12345678', 'elephant', 'tnahpele', 'Elephant1'];
  words.push('correct horse battery', 'Tr0ub4dor&3', 'zx9!Kq2#mP', 'QWERTYUIOP', 'a b c d e f', '2024-01-01');

  /** "zx9: OK" or "a: it is WAY too short". */
  function judged(): string[] {
    const { check, dictionary, library } = parts as NonNullable<typeof parts>;
    const output = execFileSync(check, [dictionary], {
      input: words.join('\n'),
      env: { ...process.env, LD_LIBRARY_PATH: library, CRACKLIB_DICTPATH: dictionary },
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    return output
      .trim()
      .split('\n')
      .map((line, index) => line.slice((words[index] as string).length + 2));
  }

  it('gives cracklib’s own verdict and message', () => {
    const { dictionary, library } = parts as NonNullable<typeof parts>;
    const verdicts = inChild<Verdict[]>(
      `const host = await Host.open({ plugins: [{ name: input.path, config: { dictionary: input.dictionary } }] });
      const plugin = host.plugins.get('cracklib_password_check');
      answer(input.words.map((password) => plugin.offers.passwords?.validate({ user: 'nobody', password })));`,
      { path: path('cracklib_password_check'), dictionary, words },
      library,
    );
    const expected = judged();
    expect(expected).toHaveLength(words.length);
    expect(expected).toContain('OK');
    expect(expected).toContain('it is based on a dictionary word');
    const own = verdicts.map(({ accepted, message }) =>
      accepted ? 'OK' : (message as string).replace(/^cracklib: /, ''),
    );
    expect(own).toEqual(expected);
  });

  it('accepts nothing without its dictionary', () => {
    const verdict = inChild<Verdict>(
      `const host = await Host.open({ plugins: [{ name: input, config: { dictionary: '/nowhere/words' } }] });
      answer(host.plugins.get('cracklib_password_check').offers.passwords?.validate({ user: 'u', password: 'zx9!Kq2#mP' }));`,
      path('cracklib_password_check'),
      (parts as NonNullable<typeof parts>).library,
    );
    expect(verdict).toEqual({ accepted: false, message: 'cracklib: error loading dictionary' });
  });
});
