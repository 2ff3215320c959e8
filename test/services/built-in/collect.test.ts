/** The example plugins that read and write values, as a host runs them. */
import { readdirSync, readFileSync } from 'node:fs';
import { loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigTable, type Host, verify } from '../../../src/index.js';
import { directory, open } from '../../host/open.js';
import { cargo, missingTools, root, titled } from '../../rust/cargo.js';
import { until } from '../native/build.js';

const missing = process.platform === 'linux' ? missingTools('cargo', 'cc') : ['ELF'];
const load = join(root, 'example-plugins/c-load/build/libmachine_load.so');
const disk = join(root, 'target/release/librust_disk_writer.so');

describe.skipIf(missing.length > 0)(titled('c-load and rust-disk-writer', missing), () => {
  beforeAll(async () => {
    const { code, output } = await cargo(['build', '--release', '--locked', '-p', 'rust-disk-writer']);
    expect(code, output).toBe(0);
  }, 1_800_000);

  const collecting = { hostname: 'here', start: false };
  const reading = (config: ConfigTable = {}) =>
    open({ plugins: [{ name: load, config, required: true }], collecting });
  /** The last values of each series, by its name without the host and plugin. */
  async function read(host: Host) {
    const values = new Map<string, readonly number[]>();
    const { stop } = host.collecting.onBatch((samples) => {
      for (const { series, values: all } of samples)
        values.set(series.id.slice('here/machine_load/'.length), all);
    });
    expect(await host.collecting.read()).toEqual([]);
    await until(() => values.size >= 6);
    stop();
    return values;
  }

  it('pass every check', async () => {
    const reports = await verify([load, disk]);
    for (const { checks } of reports)
      expect(checks.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
    const [tried] = await verify([load], { load: true });
    expect(tried?.checks.filter(({ status }) => status === 'fail')).toEqual([]);
  });

  it('the load is the system’s, and memory adds up', async () => {
    const host = await reading({ interval: 0.5 });
    const values = await read(host);
    const [, , fifteen = 0] = loadavg();
    expect(values.get('load')?.[2]).toBeCloseTo(fifteen, 0);
    const parts = ['used', 'free', 'buffered', 'cached', 'slab_recl'];
    expect([...values.keys()].sort()).toEqual([...parts.map((part) => `memory-${part}`), 'load'].sort());
    const sum = parts.reduce((all, part) => all + (values.get(`memory-${part}`)?.[0] ?? Number.NaN), 0);
    expect(sum).toBe(totalmem());
    expect(host.collecting.readers.map(({ name, interval }) => [name, interval]).sort()).toEqual([
      ['machine_load/load', 0.5],
      ['machine_load/memory', 0.5],
    ]);
  });

  it('memory may be left out, and a wrong interval is refused', async () => {
    const host = await reading({ memory: false });
    expect(host.collecting.readers.map(({ name }) => name)).toEqual(['machine_load/load']);
    const refused = reading({ interval: -1 });
    await expect(refused).rejects.toThrow(/MORTISE_ERR_CONFIG_VALUE: interval must be 0 to 86400 seconds/);
  });

  it('what is written is on disk when the host has closed, a new file for each kilobyte', async () => {
    const path = join(directory(), 'values.txt');
    const host = await open({
      plugins: [
        { name: load, required: true },
        { name: disk, config: { path, max_bytes: 1024, keep: 2 }, required: true },
      ],
      collecting,
    });
    for (let times = 0; times < 8; times++) await host.collecting.read();
    expect(await host.collecting.flush()).toBe(true);
    const line = /^\d+\.\d{3} here\/machine_load\/(load( \w+=[\d.e-]+){3}|memory-\w+ value=\d+)$/;
    const lines = () => readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines().every((one) => line.test(one))).toBe(true);
    const before = host.collecting.writers;
    expect(before).toMatchObject([{ plugin: 'rust_disk_writer', written: 48, failed: 0, dropped: 0 }]);
    await host.collecting.read();
    await host.close();
    expect(lines().at(-1)).toMatch(line);
    const files = readdirSync(join(path, '..')).sort();
    expect(files).toEqual(['values.txt', 'values.txt.1', 'values.txt.2']);
  });

  it('a file that can’t be written fails the plugin, and says which', async () => {
    const broken = open({
      plugins: [{ name: disk, config: { path: '/nowhere/values.txt' }, required: true }],
      collecting,
    });
    await expect(broken).rejects.toThrow(/MORTISE_ERR_INIT_FAILED: \/nowhere\/values.txt: No such file/);
  });
});
