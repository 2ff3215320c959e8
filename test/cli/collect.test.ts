/** mortise collect, with the example plugins: a reader in C, a writer in Rust. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listDocument, sampleLine } from '../../src/cli/json/shapes.js';
import { call } from './call.js';
import { directoryOf } from './plugins.js';
import { spawnCli } from './spawn.js';

const suffix = { darwin: '.dylib', win32: '.dll' }[process.platform as string] ?? '.so';
const reader = resolve(`example-plugins/c-load/build/libmachine_load${suffix}`);
const writer = resolve(`target/release/librust_disk_writer${suffix}`);

const config = (interval = 0.05, more = '') => `
[collecting]
hostname = "here"
interval = ${interval}
${more}
[[plugins]]
name = ${JSON.stringify(reader)}
[[plugins]]
name = ${JSON.stringify(writer)}
config = { path = "values.txt" }
`;

/** The values of a file that the writer made. */
const written = (cwd: string) => readFileSync(join(cwd, 'values.txt'), 'utf8').trimEnd().split('\n');

const setUp = (text: string) => {
  const cwd = directoryOf({});
  // The writer opens what its configuration says, from the process's directory.
  writeFileSync(join(cwd, 'mortise.toml'), text.replace('values.txt', join(cwd, 'values.txt')));
  return cwd;
};

it('--once reads with each reader once, flushes the writers and ends', async () => {
  const cwd = setUp(config());
  const { code, stdout, stderr } = await call(['collect', '--once', '--json'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const samples = stdout
    .trimEnd()
    .split('\n')
    .map((line) => sampleLine.parse(JSON.parse(line)));
  const load = samples.filter(({ type }) => type === 'load');
  expect(load).toMatchObject([{ host: 'here', plugin: 'machine_load', interval: 0.05 }]);
  expect(Object.keys(load[0]?.values ?? {})).toEqual(['shortterm', 'midterm', 'longterm']);
  expect(samples.filter(({ type }) => type === 'memory').length).toBeGreaterThan(1);
  expect(written(cwd)).toHaveLength(samples.length);
});

it('prints lines of text without --json', async () => {
  const { stdout } = await call(['collect', '--once'], { cwd: setUp(config()) });
  expect(stdout).toMatch(/^\S+Z here\/machine_load\/load shortterm=\S+ midterm=\S+ longterm=\S+$/m);
});

it('--for reads on the interval, and every sample is written before it ends', async () => {
  const cwd = setUp(config(0.05));
  const { code, stdout } = await call(['collect', '--for', '600ms', '--json'], { cwd });
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => JSON.parse(line).type === 'load').length).toBeGreaterThan(3);
  expect(written(cwd)).toHaveLength(lines.length);
});

describe('signals', () => {
  it('SIGHUP reads the configuration again, and what was read before is written', async () => {
    const cwd = setUp(config(0.05));
    let reload = () => {};
    let stop = (_: NodeJS.Signals) => {};
    const called = call(['collect', '--json'], {
      cwd,
      onStop: (send) => {
        stop = send;
      },
      onSignal: (signal, send) => {
        if (signal === 'SIGHUP') reload = send;
      },
    });
    await sleep(400);
    const text = readFileSync(join(cwd, 'mortise.toml'), 'utf8');
    writeFileSync(join(cwd, 'mortise.toml'), text.replace('"here"', '"there"'));
    reload();
    await sleep(800);
    stop('SIGTERM');
    const { code, stdout, stderr } = await called;
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'The configuration was read again.\n' });
    const hosts = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).host as string);
    expect([hosts[0], hosts.at(-1)]).toEqual(['here', 'there']);
    expect(hosts.join()).toMatch(/^(here,)+(there,)+there$/);
    expect(written(cwd)).toHaveLength(hosts.length);
  });

  it('a configuration that is not valid changes nothing', async () => {
    const cwd = setUp(config(0.05));
    let reload = () => {};
    let stop = (_: NodeJS.Signals) => {};
    const called = call(['collect', '--json'], {
      cwd,
      onStop: (send) => {
        stop = send;
      },
      onSignal: (signal, send) => {
        if (signal === 'SIGHUP') reload = send;
      },
    });
    await sleep(300);
    writeFileSync(join(cwd, 'mortise.toml'), '[collecting]\nintervall = 1\n');
    reload();
    await sleep(100);
    const before = Date.now();
    await sleep(300);
    stop('SIGTERM');
    const { code, stdout, stderr } = await called;
    expect(code).toBe(0);
    expect(stderr).toContain('MORTISE_ERR_CONFIG_KEY: unknown key "intervall"');
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) as string) as { time: string };
    expect(Date.parse(last.time)).toBeGreaterThan(before);
  });

  /** Collects, changes what `change` changes, reloads, and stops unless it ended by itself. */
  async function reloading(cwd: string, change: () => void, stops = true) {
    let reload = () => {};
    let stop = (_: NodeJS.Signals) => {};
    const called = call(['collect', '--json'], {
      cwd,
      onStop: (send) => {
        stop = send;
      },
      onSignal: (signal, send) => {
        if (signal === 'SIGHUP') reload = send;
      },
    });
    await sleep(300);
    change();
    reload();
    const before = Date.now() + 300;
    await sleep(800);
    if (stops) stop('SIGTERM');
    return { before, ...(await called) };
  }

  const missingPlugin = '\n[[plugins]]\nname = "./none.so"\nrequired = true\n';

  it('a valid configuration that does not open gives way to the previous one', async () => {
    const cwd = setUp(config(0.05));
    const { code, stdout, stderr, before } = await reloading(cwd, () =>
      appendFileSync(join(cwd, 'mortise.toml'), missingPlugin),
    );
    expect(stderr).toContain('MORTISE_ERR_PLUGIN_REQUIRED');
    expect(stderr).toMatch(/The configuration was not changed\.\n$/);
    expect(code).toBe(0);
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) as string) as { time: string };
    expect(Date.parse(last.time)).toBeGreaterThan(before);
  });

  it('ends with 1 when the previous configuration does not open either', async () => {
    const cwd = setUp('');
    const types = join(cwd, 'types.db');
    const text = (name: string) => config(0.05, `types_db = [${JSON.stringify(name)}]\n`);
    writeFileSync(types, 'thing value:GAUGE:0:U\n');
    writeFileSync(join(cwd, 'mortise.toml'), text(types).replace('values.txt', join(cwd, 'values.txt')));
    const { code, stderr } = await reloading(cwd, () => rmSync(types), false);
    expect(code).toBe(1);
    expect(stderr).toMatch(/The previous configuration does not open either\.\n$/);
  });

  it.skipIf(process.platform === 'win32')('a real SIGUSR1 flushes, a real SIGTERM ends', async () => {
    const cwd = setUp(config(0.05));
    const child = spawnCli(['collect', '--json'], { cwd });
    await child.nextLine();
    child.kill('SIGUSR1');
    await new Promise((resolve) => child.stderr.once('data', resolve));
    expect(written(cwd).length).toBeGreaterThan(0);
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await child.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'The writers were flushed.\n' });
    expect(written(cwd)).toHaveLength(stdout.trimEnd().split('\n').length);
  });
});

it('mortise run flushes the writers at SIGUSR1', async () => {
  const cwd = setUp(config(0.05));
  let rows = 0;
  const { code, stderr } = await call(['run', '--for', '1s'], {
    cwd,
    onSignal: (_, send) => {
      setTimeout(send, 400);
      setTimeout(() => {
        rows = written(cwd).length;
      }, 800);
    },
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^The writers were flushed\.$/m);
  expect(rows).toBeGreaterThan(1);
});

it('is a table on a terminal, drawn anew in place', async () => {
  const { code, stdout } = await call(['collect', '--for', '1600ms'], {
    cwd: setUp(config(0.1)),
    isTerminal: true,
    env: { NO_COLOR: '1' },
  });
  expect(code).toBe(0);
  const frames = stdout.split('\u001b[0J').map((frame) => stripVTControlCharacters(frame));
  expect(frames.length).toBeGreaterThan(1);
  const last = frames.at(-1) as string;
  expect(last).toMatch(/^value of +value +per second +reader +every +late$/m);
  expect(last).toMatch(/^here\/machine_load\/load longterm +[\d.e-]+ +- +machine_load\S* +100 ms +\S+ \S+$/m);
  expect(last).toMatch(/^writer rust_disk_writer: [\d,]+ samples written, \d+ waiting$/m);
  expect(last.split('\n').every((line) => line.length < 100)).toBe(true);
});

it('is a table of one picture when there was no time for more', async () => {
  const how = { cwd: setUp(config(0.1)), isTerminal: true, env: { NO_COLOR: '1' } };
  const { stdout } = await call(['collect', '--for', '300ms'], how);
  expect(stripVTControlCharacters(stdout)).toMatch(/^here\/machine_load\/load shortterm +[\d.e-]+ /m);
});

it('exits with 1 when a plugin is not ready, and 2 without a configuration', async () => {
  const cwd = directoryOf({ 'mortise.toml': '[[plugins]]\nname = "./none.so"\n' });
  const failed = await call(['collect', '--once'], { cwd });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('MORTISE_ERR_FILE_MISSING');
  expect(failed.stderr).toContain('The configuration has no readers.');
  expect((await call(['collect'], { cwd: directoryOf({}) })).code).toBe(2);
  expect((await call(['collect', '--once', '--for', '1s'], { cwd })).stderr).toContain('exclude each other');
});

it('mortise list shows who reads and who writes, and runs none', async () => {
  const cwd = setUp(config(0.05));
  const called = await call(['list', '--json'], { cwd });
  const { plugins } = listDocument.parse(called.json());
  expect(plugins.map(({ collecting }) => collecting)).toEqual([
    {
      readers: ['load', 'memory'].map((name) => ({
        name: `machine_load/${name}`,
        group: '',
        interval: 0.05,
        effectiveInterval: 0.05,
        failures: 0,
      })),
      writers: [],
    },
    { readers: [], writers: [expect.objectContaining({ maxQueue: 100_000, waiting: 0, dropped: 0 })] },
  ]);
  const { stdout } = await call(['list'], { cwd });
  expect(stdout).toMatch(/^ {4}reads machine_load\S* every 50 ms$/m);
  expect(stdout).toMatch(/^ {4}writes rust_disk_writer\S*, a queue of 100,000 samples$/m);
});
