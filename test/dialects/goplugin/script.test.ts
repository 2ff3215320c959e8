/** Programs that are scripts: a configuration says of which family they are, since their file can't. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Kept } from '../../../src/dialects/goplugin/keep.js';
import { Host, verify } from '../../../src/index.js';
import { example, workDirectory } from './programs.js';
import { KV } from './proto/kv/kv_pb.js';

const root = workDirectory();
const program = pathToFileURL(resolve('test/dialects/goplugin/served.mjs')).href;

function script(name: string, first = `#!${process.execPath}`): string {
  const path = join(root, name);
  writeFileSync(path, `${first}\nimport(${JSON.stringify(program)});\n`);
  chmodSync(path, 0o755);
  return path;
}

function configured(path: string, dialect?: string): string {
  const config = `${path}-host.toml`; // one called as it is could be the manifest of a driver
  const named = dialect === undefined ? '' : `dialect = "${dialect}"\n`;
  const rest = '[plugins.config]\ncookie = { BASIC_PLUGIN = "hello" }\n';
  writeFileSync(config, `[[plugins]]\nname = ${JSON.stringify(path)}\n${named}${rest}`);
  return config;
}

describe.skipIf(process.platform === 'win32')('a script', () => {
  it('is started as a program of the family that is named, and answers', async () => {
    const plugins = [{ name: script('my-plugin.mjs'), dialect: 'goplugin', config: { ...example } }];
    const host = await Host.open({ plugins, signals: false, log: () => {} });
    try {
      const plugin = host.plugins.get('my-plugin');
      expect(plugin?.error).toBeUndefined();
      expect(plugin).toMatchObject({ state: 'ready', dialect: 'goplugin' });
      const kept = plugin?.offers.program as Kept;
      expect(await kept.client(KV).get({ key: 'a' })).toBeDefined();
    } finally {
      await host.close();
    }
  });

  it('is verified and tried out', async () => {
    const path = script('tried.mjs');
    const { status, checks } = await verify(path, { config: configured(path, 'goplugin'), load: true });
    const seen = Object.fromEntries(checks.map(({ id, status }) => [id, status]));
    expect(status).toBe('ok');
    expect(seen).toMatchObject({ format: 'ok', dialect: 'ok', executable: 'ok', init: 'ok', fini: 'ok' });
  });

  it('without a family is no plugin', async () => {
    const path = script('nobodys.mjs');
    const { checks } = await verify(path, { config: configured(path) });
    expect(checks).toMatchObject([{ status: 'fail', code: 'MORTISE_ERR_BINARY_FORMAT' }]);
  });

  it('of a family that there isn’t is refused, and those there are are named', async () => {
    const plugins = [{ name: script('other.mjs'), dialect: 'mariadb' }];
    const host = await Host.open({ plugins, signals: false, log: () => {} });
    const [plugin] = [...host.plugins];
    await host.close();
    expect(plugin?.error).toMatchObject({
      code: 'MORTISE_ERR_NOT_A_PLUGIN',
      expected: 'grafana or goplugin',
      where: 'dialect',
    });
  });

  it.each(['#!/no/such/interpreter', `#!${process.execPath}\r`, '#!', '#!node'])(
    'whose first line is %j is refused before it starts',
    async (first) => {
      const path = script('bad.mjs', first);
      const { checks } = await verify(path, { config: configured(path, 'goplugin') });
      expect(checks.find(({ id }) => id === 'format')).toMatchObject({
        status: 'fail',
        code: 'MORTISE_ERR_PROGRAM_FILE',
      });
    },
  );
});
