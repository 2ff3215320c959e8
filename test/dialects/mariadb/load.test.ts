/** The 15 plugin files of Debian's MariaDB that need no server, each loaded in a process of its own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { directory } from '../../host/open.js';
import { inChild } from './child.js';
import { libraryPath, mariadbPlugins } from './parts.js';

const plugins = mariadbPlugins();
const libraries = plugins && libraryPath();

interface Life {
  id: string;
  states: string[];
  messages: string[];
  problems: string[];
}

const live = `
  const states = [], messages = [];
  const host = await Host.open({ plugins: [input], log: ({ message }) => messages.push(message) });
  const [plugin] = host.plugins;
  states.push(plugin.state);
  await host.close();
  states.push(plugin.state);
  answer({ id: plugin.id, states, messages, problems: (plugin.error?.problems ?? []).map(({ message }) => message) });`;

describe.skipIf(!libraries)("plugins that need no server (needs Debian's packages of MariaDB)", () => {
  const started = ['ready', 'stopped'];

  function lifeOf(name: string, config: Record<string, string> = {}): Life {
    return inChild<Life>(live, { name: plugins?.get(name), config }, libraries);
  }

  it.each([
    ['auth_ed25519', 'ed25519@1.1'],
    ['auth_pam_v1', 'pam@1.0'],
    ['cracklib_password_check', 'cracklib_password_check@1.0'],
    ['password_reuse_check', 'password_reuse_check@2.0'],
    ['provider_bzip2', 'provider_bzip2@1.0'],
    ['provider_lz4', 'provider_lz4@1.0'],
    ['provider_lzma', 'provider_lzma@1.0'],
    ['provider_lzo', 'provider_lzo@1.0'],
    ['provider_snappy', 'provider_snappy@1.0'],
    ['simple_password_check', 'simple_password_check@1.0'],
  ])('%s starts and stops', (name, id) => {
    expect(lifeOf(name)).toEqual({ id, states: started, messages: [], problems: [] });
  });

  it('sql_errlog opens its log through the service', () => {
    const filename = join(directory(), 'errors.log');
    expect(lifeOf('sql_errlog', { filename }).states).toEqual(started);
    expect(existsSync(filename)).toBe(true);
    const problem = lifeOf('sql_errlog', { filename: '/nowhere/errors.log' }).problems;
    expect(problem).toHaveLength(1);
  });

  it('auth_gssapi says what its machine lacks', () => {
    const { states, problems } = lifeOf('auth_gssapi', { keytab_path: '/nowhere/keytab' });
    // No keytab on a machine of tests; with one it would start.
    expect(states).toEqual(['failed', 'failed']);
    expect(problems.join('\n')).toMatch(/GSSAPI/);
  });

  it('auth_pam looks its server’s directory up at run time, and fails without', () => {
    expect(lifeOf('auth_pam')).toMatchObject({
      states: ['failed', 'failed'],
      problems: [expect.any(String)],
    });
  });

  it('hashicorp_key_management gets keys from a vault, whose JSON the service reads', () => {
    const script = `
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const worker = new Worker(new URL(input.vault), { execArgv: [] });
      const [port] = await once(worker, 'message');
      const asked = [];
      worker.on('message', (line) => asked.push(line));
      const config = { vault_url: 'http://127.0.0.1:' + port + '/v1/test', token: 'a-token' };
      const host = await Host.open({ plugins: [{ name: input.path, config }], log: () => {} });
      const [plugin] = host.plugins;
      const key = plugin.offers.keys?.get(1)?.toString();
      const none = plugin.offers.keys?.get(9) === undefined;
      let forbidden;
      try { plugin.offers.keys?.get(3); } catch ({ code, message }) { forbidden = code + message; }
      await host.close();
      await new Promise((done) => setTimeout(done, 50));
      await worker.terminate();
      answer({ key, none, forbidden, asked, error: plugin.error?.message });`;
    const path = plugins?.get('hashicorp_key_management');
    const vault = pathToFileURL(join(import.meta.dirname, 'vault.mjs')).href;
    const { asked, ...rest } = inChild<{ asked: string[] }>(script, { path, vault }, libraries);
    expect(rest).toEqual({
      key: '0123456789abcdef',
      none: true,
      forbidden: expect.stringMatching(/^MORTISE_ERR_PLUGIN_FAILED.*(403|error)/s),
    });
    expect(asked[0]).toMatch(/^a-token \/v1\/sys\/mounts\/test/);
    expect(asked).toContain('a-token /v1/test/data/1');
  });
});
