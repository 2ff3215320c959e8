/** MySQL's own components from Debian's unstable: those that run here, and why the others don't. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Functions } from '../../../src/index.js';
import { createVerifier } from '../../../src/verify/verifier.js';
import { open, thrown } from '../../host/open.js';
import { component } from './fixtures.js';
import { mysqlComponents } from './parts.js';

const components = mysqlComponents();
const path = (name: string) => components?.get(name) ?? '';
const hash = (algorithm: string, bytes: string | Buffer) => createHash(algorithm).update(bytes).digest('hex');

/** What needs no more than this host has, on whatever system. */
const selfContained = ['classic_hashing', 'query_attributes', 'reference_cache'];

describe.skipIf(!components)("MySQL's components (needs Debian's mysql-server-core from unstable)", () => {
  const all = [...(components ?? [])];

  it('are recognised, and told apart by name', async () => {
    expect(all.length).toBeGreaterThanOrEqual(16);
    const verifier = await createVerifier([], {});
    for (const [file, where] of all) {
      const { dialect, info } = await verifier.verify(where);
      expect({ file, dialect }).toEqual({ file, dialect: 'mysql' });
      expect(info?.requires.map(({ name }) => name)).toContain('registry');
    }
  });

  it.each(all)(
    '%s: the services are those that its file names, and what is missing is named',
    async (file, where) => {
      const verifier = await createVerifier([], {});
      const { info, checks } = await verifier.verify(where);
      // The names stand in the file as text, whatever points to them.
      const texts = readFileSync(where, 'latin1').split('\0');
      const stands = (name: string) => texts.some((text) => text === name || text.startsWith(`${name}.`));
      const named = [...(info?.requires ?? []), ...(info?.provides ?? [])].map(({ name }) => name);
      expect(named.filter((name) => !stands(name))).toEqual([]);
      const missing = checks
        .filter(({ code }) => code === 'MORTISE_ERR_SERVICE_UNKNOWN')
        .map(({ problem }) => problem?.expected);
      expect(missing.length === 0).toBe(selfContained.includes(file));
      for (const name of missing) expect(stands(name ?? '')).toBe(true);
    },
  );

  it('those that need a newer C or C++ library are refused by its name, as the system’s loader has it', async () => {
    const verifier = await createVerifier([], {});
    for (const [file, where] of all) {
      const ldd = execFileSync('bash', ['-c', 'ldd "$0" 2>&1 || true', where], { encoding: 'utf8' });
      const lacking = [...ldd.matchAll(/version `(\w+_[\d.]+)' not found/g)].map(([, version]) => version);
      // Which of its libraries has a version isn't known before all are there.
      if (/=> not found/.test(ldd)) continue;
      const { checks } = await verifier.verify(where);
      const refused = checks
        .filter(({ code }) => code === 'MORTISE_ERR_DEPENDENCY_VERSION')
        .map(({ message }) => /does not define (\S+)/.exec(message)?.[1]);
      expect({ file, refused: [...new Set(refused)].sort() }).toEqual({
        file,
        refused: [...new Set(lacking)].sort(),
      });
    }
  });

  it('classic_hashing: digests of texts, of bytes and of NULL', async () => {
    const host = await open({ plugins: [path('classic_hashing')], log: () => {} });
    const functions = host.capability(Functions);
    for (const text of ['', 'abc', 'grüße', 'x'.repeat(1_000_000)]) {
      expect(functions.call('md5', [text])).toBe(hash('md5', text));
      expect(functions.call('SHA', [text])).toBe(hash('sha1', text));
      expect(functions.call('sha1', [text])).toBe(hash('sha1', text));
    }
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    expect(functions.call('md5', [bytes])).toBe(hash('md5', bytes));
    expect(functions.call('md5', [null])).toBeNull();
    expect(thrown(() => functions.call('md5', [1n]))).toMatchObject({
      code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
      message: expect.stringContaining('Wrong argument type: 2, should be string'),
    });
    expect(thrown(() => functions.call('md5', ['a', 'b']))).toMatchObject({
      code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
      message: expect.stringContaining('Wrong number of arguments: 2, should be 1'),
    });
  });

  it('query_attributes: what a call brings beside its arguments', async () => {
    const host = await open({ plugins: [path('query_attributes')], log: () => {} });
    const functions = host.capability(Functions);
    const attributes = { trace: 'grüße-123', none: null };
    const attribute = (name: string, given?: Record<string, string | null>) =>
      functions.call('mysql_query_attribute_string', [name], { attributes: given });
    expect(attribute('trace', attributes)).toBe('grüße-123');
    expect(attribute('none', attributes)).toBeNull();
    expect(attribute('other', attributes)).toBeNull();
    expect(attribute('trace')).toBeNull();
  });

  it('reference_cache: its services are used by another component', async () => {
    const messages: string[] = [];
    const host = await open({
      // In this order, so that the user has to wait for what it needs.
      plugins: [component('user.cc'), component('functions.cc'), path('reference_cache')],
      log: ({ message }) => messages.push(message),
    });
    expect([...host.plugins].map(({ name, state }) => `${name} ${state}`)).toEqual([
      'user ready',
      'fixture ready',
      'reference_caching ready',
    ]);
    const functions = host.capability(Functions);
    const greetings = () => functions.call('greetings')?.toString();
    expect(greetings()).toMatch(
      /^hello from (user|fixture); greeting\.\w+ greeting\.fixture greeting\.user$/,
    );
    expect(functions.call('cached')).toBe(2n);
    expect(functions.call('change', [1n])).toBe(0n);
    expect(greetings()).toMatch(/greeting\.fixture greeting\.other greeting\.user$/);
    expect(functions.call('cached')).toBe(3n);
    expect(functions.call('change', [0n])).toBe(0n);
    expect(functions.call('cached')).toBe(2n);
    await host.close();
    expect([...host.plugins].map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
    expect(messages).toEqual([]);
  });

  it('a component whose services are used isn’t taken out before its users', async () => {
    const host = await open({ plugins: [path('reference_cache'), component('user.cc')], log: () => {} });
    await expect(host.decommission('reference_caching')).rejects.toThrow(/user/);
    expect(host.plugins.get('reference_caching').state).toBe('ready');
    await host.decommission('user');
    await host.decommission('reference_caching');
  });
});
