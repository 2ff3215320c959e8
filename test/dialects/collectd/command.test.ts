/** The command line with a collectd.conf: the example, on Debian's plugins. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../../cli/call.js';
import { directory } from '../../host/open.js';
import { packages, pluginDir, suite, typesDb } from './parts.js';

/** The example, on what this machine has. */
function example(more = ''): { folder: string; conf: string } {
  const folder = directory();
  const text = readFileSync('examples/collectd/collectd.conf', 'utf8');
  for (const path of ['/usr/lib/collectd', '/usr/share/collectd/types.db', '/tmp/collectd-csv'])
    expect(text).toContain(`"${path}"`);
  const conf = join(folder, 'collectd.conf');
  writeFileSync(
    conf,
    text
      .replace('/usr/lib/collectd', pluginDir)
      .replace('/usr/share/collectd/types.db', typesDb)
      .replace('/tmp/collectd-csv', join(folder, 'csv')) + more,
  );
  return { folder, conf };
}

describe.runIf(packages)(suite('a collectd.conf'), () => {
  it('is collected once, as JSON, and written by its writers', { timeout: 60_000 }, async () => {
    const { folder, conf } = example();
    const { code, stdout, stderr } = await call(['collect', '-c', conf, '--once', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const samples = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { host: string; plugin: string; type: string });
    expect(new Set(samples.map(({ host }) => host))).toEqual(new Set(['localhost']));
    const plugins = new Set(samples.map(({ plugin }) => plugin));
    for (const plugin of ['load', 'memory', 'uptime', 'interface']) expect(plugins).toContain(plugin);
    const files = readdirSync(join(folder, 'csv', 'localhost'));
    for (const name of ['load', 'memory', 'uptime']) expect(files).toContain(name);
    expect(existsSync(join(folder, 'csv', 'localhost', 'interface-lo'))).toBe(false);
  });

  it('is listed', { timeout: 60_000 }, async () => {
    const { code, stdout } = await call(['list', '-c', example().conf]);
    expect(code).toBe(0);
    for (const name of ['cpu', 'match_regex', 'csv']) expect(stdout).toContain(name);
    expect(stdout).not.toContain('unknown');
    const inspected = await call(['inspect', join(pluginDir, 'cpu.so')]);
    expect(inspected.stdout).toMatch(/identity +cpu, collectd ABI 5\n/);
  });

  it('with a plugin that isn’t there says which line asks for it, and what to do', async () => {
    const { conf } = example('LoadPlugin cpuu\nPluginDir "/nonexistent"\nLoadPlugin entropy\n');
    const { stdout } = await call(['list', '-c', conf]);
    expect(stdout).toContain('there is no file for the plugin cpuu');
    expect(stdout).toMatch(/line 50 of .*collectd\.conf/);
    expect(stdout).not.toContain('.so.so');
    expect(stdout).toContain(`Did you mean ${join(pluginDir, 'cpu.so')}?`);
    expect(stdout).toMatch(/line 52 of .*collectd\.conf/);
    expect(stdout).toContain('apt install collectd-core');
  });

  it('places what a mortise.toml tells a plugin by its key', async () => {
    const path = join(directory(), 'mortise.toml');
    const config = 'config = { ReportByCpuu = false }';
    writeFileSync(path, `[[plugins]]\nname = ${JSON.stringify(join(pluginDir, 'cpu.so'))}\n${config}\n`);
    const { stdout } = await call(['list', '-c', path]);
    expect(stdout).toContain('config.ReportByCpuu');
    expect(stdout).not.toContain('line 0');
  });

  it('that is not valid is told with its lines, and nothing starts', async () => {
    const { conf } = example('Intervall 3\nTimeout never\n');
    const { code, stdout, stderr } = await call(['collect', '-c', conf, '--once']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('MORTISE_ERR_COLLECTD_OPTION');
    expect(stderr).toMatch(/line 50 of .*collectd\.conf/);
    expect(stderr).toContain('Did you mean "Interval"?');
    expect(stderr).toContain('Timeout needs a number of intervals');
  });

  it('says of a plugin what it registers', async () => {
    const { code, stdout } = await call(['verify', join(pluginDir, 'cpu.so')]);
    expect(code).toBe(0);
    expect(stdout).toContain('cpu registers config, init, read in module_register');
  });
});
