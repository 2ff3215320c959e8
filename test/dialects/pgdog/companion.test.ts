/** A bridge is mapped from a private copy, and must meet what every library must. */
import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verify } from '../../../src/index.js';
import { besideGood, directory, expectComplete, open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';
import { bridge, fake, withoutOwnBridges } from './fake.js';

withoutOwnBridges();

const parser = 'pg_query';
const config = { pg_query: '6.2.1' };
let made = 0;

/** A bridge that needs a library beside it, and a plugin beside both. */
function withLibrary() {
  const folder = directory();
  // Its own each time: what is loaded under a name answers for that name.
  const library = `libpgdog_own_${process.pid}_${++made}.so`;
  const own = join(folder, library);
  copyFileSync(build('plain.c', { define: { HELPER: 5 }, flags: [`-Wl,-soname,${library}`] }), own);
  const path = join(folder, 'libmortise_pgdog_bridge-own.so');
  const flags = ['-Wl,--no-as-needed', '-Wl,--enable-new-dtags', '-Wl,-rpath,$ORIGIN', own];
  copyFileSync(build('../../dialects/pgdog/bridge.c', { define: { PG_QUERY: '6.2.1' }, flags }), path);
  return { folder, library, own, path, plugin: { name: fake(folder, 'shop', { SHARD: 3 }), config } };
}

/** The files that this process has mapped. */
function mapped(): string[] {
  const lines = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return [...new Set(lines.map((line) => line.slice(line.indexOf('/'))))];
}
const asked = { sql: 'SELECT 1', shards: 4 };

describe.skipIf(process.platform !== 'linux')('a bridge to PgDog’s plugins', () => {
  it.each<[string, (path: string) => void]>([
    ['overwritten', (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length, 0xcc))],
    ['truncated', (path) => truncateSync(path, 0)],
    ['removed', (path) => rmSync(path)],
  ])('and its library may be %s while they are used', async (_what, harm) => {
    const { own, path, plugin } = withLibrary();
    const host = await open({ parser, plugins: [plugin] });
    harm(path);
    harm(own);
    for (let call = 0; call < 100; call++) expect(host.route(asked)).toMatchObject({ shard: 3 });
    expect(mapped()).not.toContain(path);
    expect(mapped()).not.toContain(own);
    await host.close();
  });

  it('is one for all plugins of a host, and another in the next host', async () => {
    const folder = directory();
    const file = 'libmortise_pgdog_bridge-6.2.1.so';
    bridge(folder);
    const plugins = ['first', 'second'].map((name) => ({ name: fake(folder, name), config }));
    const copies = () => mapped().filter((path) => path.endsWith(file));
    const before = copies().length;
    await open({ parser, plugins });
    expect(copies()).toHaveLength(before + 1);
    await open({ parser, plugins });
    expect(copies()).toHaveLength(before + 2);
  });

  it('that was copied without its library names what it lacks', async () => {
    const { folder, library, own, path, plugin } = withLibrary();
    rmSync(own);
    const { status, checks } = await verify(plugin.name, { parser });
    expect(status).toBe('fail');
    expect(checks.find(({ id, status }) => id === 'bridge' && status === 'fail')?.problem).toMatchObject({
      code: 'MORTISE_ERR_DEPENDENCY_MISSING',
      subject: path,
      expected: library,
      found: expect.stringContaining(folder),
    });
    const { plugin: refused, problems } = await besideGood(plugin, { parser });
    expect([refused.state, ...problems.map(({ code }) => code)]).toEqual([
      'rejected',
      'MORTISE_ERR_DEPENDENCY_MISSING',
    ]);
    for (const problem of problems) expectComplete(problem);
  });

  it('whose library goes after the checks is refused as well', async () => {
    const { own, path, plugin } = withLibrary();
    const { plugin: refused, problems } = await besideGood(plugin, {
      parser,
      onStep: (_plugin, { name }) => name === 'link' && rmSync(own, { force: true }),
    });
    expect([refused.state, problems[0]?.code, problems[0]?.subject]).toEqual([
      'failed',
      'MORTISE_ERR_DEPENDENCY_MISSING',
      path,
    ]);
  });
});
