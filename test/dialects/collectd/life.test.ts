/** Hosts with collectd's plugins: how they start, and what they refuse. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Host, type HostOptions, MortiseError, type Problem } from '../../../src/index.js';
import { directory, expectComplete, open } from '../../host/open.js';
import { buildPlugin } from '../../native/collectd/parts.js';
import { build } from '../../support/plugins/build.js';
import { includeDir, packages, pluginDir, suite, typesDb } from './parts.js';

/** A folder with the plugin "source", and a collectd.conf in it. */
function prepare(text: string): { folder: string; conf: string; out: string } {
  const folder = directory();
  const out = join(folder, 'out');
  buildPlugin(join(import.meta.dirname, 'source.c'), join(folder, 'source.so'), join(includeDir, '..'));
  const conf = join(folder, 'collectd.conf');
  writeFileSync(
    conf,
    `Hostname "box"\nTypesDB "${typesDb}"\nPluginDir "${folder}"\nLoadPlugin source\nPluginDir "${pluginDir}"\n${text.replaceAll('OUT', out)}`,
  );
  return { folder, conf, out };
}
const linesOf = (out: string) => (existsSync(out) ? readFileSync(out, 'utf8').trim().split('\n').sort() : []);
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 200 && !holds(); waited++) await sleep(50);
  expect(holds()).toBe(true);
}
const failing = () => build('../../dialects/collectd/failing.c');
const source = '<Plugin source>\n File "OUT"\n Value "cpu" "0" "gauge" "" 5\n</Plugin>\n';

/** Why a host doesn't open. */
async function refusal(options: HostOptions): Promise<readonly Problem[]> {
  const error = await Host.open({ announce: false, ...options }).then(
    (host) => host.close(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MortiseError);
  const { problems } = error as MortiseError;
  for (const problem of problems) expectComplete(problem);
  return problems;
}

describe.runIf(packages)(suite('a host with collectd’s plugins'), () => {
  it('is one at a time', async () => {
    const { conf, out } = prepare(source);
    const host = await open({ config: conf });
    await until(() => linesOf(out).length === 2);
    const second = await open({ config: conf });
    const [refused] = [...second.plugins];
    expect(refused?.error?.problems[0]?.code).toBe('MORTISE_ERR_COLLECTD_HOST');
    await second.close();
    await host.close();
    const third = await open({ config: conf });
    expect([...third.plugins].map(({ state }) => state)).toEqual(['ready']);
    await until(() => linesOf(out).length === 4);
  });

  it('runs them from a mortise.toml too', async () => {
    const { folder, out } = prepare('');
    const config = join(folder, 'mortise.toml');
    writeFileSync(
      config,
      `[collecting]\nhostname = "box"\ntypes_db = [${JSON.stringify(typesDb)}]\n[[plugins]]\nname = "./source.so"\n` +
        `[plugins.config]\nFile = ${JSON.stringify(out)}\nValue = [["a", "", "gauge", "", 1], ["b", "", "gauge", "x", 2.5]]\n`,
    );
    await open({ config });
    await until(() => linesOf(out).length === 4);
    expect(linesOf(out)).toEqual([
      'first box/a/gauge 1',
      'first box/b/gauge-x 2.5',
      'second box/a/gauge 1',
      'second box/b/gauge-x 2.5',
    ]);
  });

  it('says which line a plugin refuses, and goes on without it', async () => {
    const { conf } = prepare(
      '<Plugin source>\n File "OUT"\n Colour "x"\n</Plugin>\nLoadPlugin load\n<Plugin load>\n ReportRelative true\n</Plugin>\nLoadPlugin uptime\n<Plugin uptime>\n X 1\n</Plugin>\nLoadPlugin cpu\n<Plugin cpu>\n Unknown 1\n</Plugin>\n',
    );
    const host = await open({ config: conf });
    const found = [...host.plugins].map(({ name, state, error }) => {
      for (const problem of error?.problems ?? []) expectComplete(problem);
      return [name, state, error?.problems.map(({ code, where }) => `${code} ${where?.split(' of ')[0]}`)];
    });
    expect(found).toEqual([
      ['source', 'failed', ['MORTISE_ERR_COLLECTD_OPTION line 6']],
      ['load', 'ready', undefined],
      ['uptime', 'failed', ['MORTISE_ERR_COLLECTD_OPTION line 15']],
      ['cpu', 'failed', ['MORTISE_ERR_COLLECTD_OPTION line 20']],
    ]);
  });

  it('goes on without the reader whose init fails, as collectd does', async () => {
    const { conf } = prepare(
      `<Plugin source>\n FailInit true\n</Plugin>\nPluginDir "${dirname(failing())}"\nLoadPlugin failing\n`,
    );
    const host = await open({ config: conf });
    const [source, failed] = [...host.plugins];
    expect(source?.state).toBe('ready');
    const [warning] = source?.checks.filter(({ status }) => status === 'warn') ?? [];
    expect(warning?.code).toBe('MORTISE_WARN_COLLECTD_INIT');
    expect(warning?.message).toContain('write first, write second, notification source goes on');
    expect(source?.offers.collecting?.readers).toEqual([]);
    expect(failed?.state).toBe('failed');
    expect(failed?.error?.problems).toMatchObject([{ code: 'MORTISE_ERR_INIT_FAILED', found: '3' }]);
  });

  it('gives each plugin the times of its LoadPlugin block', async () => {
    const { conf, out, folder } = prepare('');
    writeFileSync(
      conf,
      `Hostname "box"\nTypesDB "${typesDb}"\nPluginDir "${folder}"\nInterval 7\n<LoadPlugin source>\n Interval 0.1\n</LoadPlugin>\n` +
        `PluginDir "${pluginDir}"\nLoadPlugin load\n<LoadPlugin csv>\n FlushInterval 3\n FlushTimeout 5\n</LoadPlugin>\n` +
        `<Plugin csv>\n DataDir "${folder}/csv"\n</Plugin>\n${source.replace('OUT', out)}`,
    );
    const host = await open({ config: conf });
    const readers = host.collecting.readers.map(({ name, interval }) => [name, interval]);
    expect(Object.fromEntries(readers)).toMatchObject({ source: 0.1, load: 7 });
    await until(() => linesOf(out).length > 6);
  });

  it('does not open with a chain that is not valid', async () => {
    const { conf } = prepare(`${source}<Chain "PreCache">\n Target "set"\n</Chain>\n`);
    const [problem] = await refusal({ config: conf });
    expect(problem).toMatchObject({ code: 'MORTISE_ERR_COLLECTD_CHAIN' });
    expect(problem?.message).toContain('LoadPlugin target_set');
    // And leaves nothing behind that would keep the next host from it.
    await open({ config: prepare(source).conf });
  });

  it('tells what had no effect', async () => {
    const { conf } = prepare(`WriteThreads 3\n${source}`);
    const told: string[] = [];
    const host = await Host.open({ config: conf, announce: false, log: ({ message }) => told.push(message) });
    await host.close();
    expect(told.filter((message) => message.includes('MORTISE_WARN_COLLECTD_OPTION'))).toHaveLength(1);
  });

  it('collects what it has to say of itself', async () => {
    const { conf, out } = prepare(`CollectInternalStats true\nInterval 0.2\n${source}`);
    await open({ config: conf });
    const names = ['cache/cache_size', 'write_queue/derive-dropped', 'write_queue/queue_length'];
    const line = (name: string) => linesOf(out).find((one) => one.startsWith(`first box/collectd-${name} `));
    await until(() => names.every((name) => line(name) !== undefined));
    expect(line('write_queue/derive-dropped')).toMatch(/ 0$/);
  });
});
