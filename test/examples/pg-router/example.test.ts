/** The example as its README shows it: the program, its configuration and the example plugins. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cargo, missingTools, titled } from '../../rust/cargo.js';
import { type Cluster, missing, psql, startCluster } from './parts.js';
import { bind, execute, parse, Raw, sync } from './raw.js';

const example = resolve('examples/pg-router');
const lacking = [...missing, ...missingTools('make', 'cargo')];

describe.skipIf(lacking.length > 0)(titled('examples/pg-router as a program', lacking), () => {
  let cluster: Cluster;
  let folder: string;
  let config: string;
  beforeAll(async () => {
    for (const name of ['c-query-firewall', 'c-read-splitter']) {
      execFileSync('make', ['-C', join('example-plugins', name)], { stdio: 'pipe' });
    }
    const { code, output } = await cargo(['build', '--release', '--locked', '-p', 'rust-tenant-router']);
    expect(code, output).toBe(0);
    cluster = await startCluster();
    mkdirSync('.cache', { recursive: true });
    folder = mkdtempSync(resolve('.cache/pg-router-'));
    const text = (name: string) => readFileSync(join(example, name), 'utf8');
    writeFileSync(join(folder, 'mortise.toml'), text('mortise.toml').replaceAll('../..', resolve('.')));
    const [first, second] = cluster.shards as [Cluster['shards'][0], Cluster['shards'][0]];
    const ports = {
      6432: 0,
      6500: first.primary.port,
      6501: first.replica.port,
      6510: second.primary.port,
      6511: second.replica.port,
    };
    config = join(folder, 'pg-router.toml');
    writeFileSync(
      config,
      text('pg-router.toml').replace(/:(\d+)/g, (_, port: keyof typeof ports) => `:${ports[port]}`),
    );
  });
  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('routes the statements of the README', { timeout: 300_000 }, async () => {
    const child = spawn(process.execPath, [join(example, 'main.js'), config], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(/listens on 127\.0\.0\.1:(\d+), in front of 2 shards/.exec(said.toString())?.[1]);
    const readme = readFileSync(join(example, 'README.md'), 'utf8');
    const shown = [...readme.matchAll(/^\| `([^`]*;)` \|/gm)].map(([, statement]) => statement as string);
    const results = [];
    for (const statement of shown) results.push(await psql(cluster, port, statement));
    expect(results.map(({ stdout, stderr }) => stdout || stderr.split('\n')[0])).toEqual([
      '0|t\n1|t\n',
      expect.stringContaining(''),
      expect.stringMatching(/^(3\|\d+\|.+\n){3}$/),
      expect.stringMatching(/^ERROR: {2}not allowed here/),
      'ERROR:  this statement goes to every shard, which has no room for count()',
    ]);
    expect(results[1]).toEqual({ code: 0, stdout: '', stderr: '' });
    const raw = await Raw.login(port);
    raw.send(
      parse('', 'SELECT item, pg_is_in_recovery() FROM orders WHERE tenant_id = $1 AND id = 2'),
      bind('', '3'),
      execute,
      sync,
    );
    expect(await raw.said()).toBe('1 2 D:item 2,t C:SELECT 1 Z:I');
    raw.end();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says what is wrong in its configuration', async () => {
    const wrong = join(folder, 'wrong.toml');
    writeFileSync(
      wrong,
      '[router]\nlisten = "here"\nundecided = 7\nwhat = 1\n[[shards]]\nprimary = "127.0.0.1:1"\n',
    );
    const child = spawn(process.execPath, [join(example, 'main.js'), wrong], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    for await (const chunk of child.stderr) said += chunk;
    expect(said).toContain('router.listen: "here" is not a valid address: host:port');
    expect(said).toContain('Unrecognized key: "what"');
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(1);
  });
});
