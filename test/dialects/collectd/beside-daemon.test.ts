/** The same collectd.conf for the real daemon and for mortise: they must write the same files. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, type Running, startDaemon, startHost } from './hosted.js';
import { packages, pluginDir, suite, typesDb } from './parts.js';

/** Each runs until it has read so often: on a busy machine neither starts, nor reads, when it should. */
const intervals = 8;
/** Only for what hangs. */
const maxSeconds = 120;
/** A reader of one value, for the count of what its process has read. */
const reference = 'uptime/uptime';

/** They need nothing but Linux and libc. */
const readers =
  'buddyinfo conntrack contextswitch cpu cpusleep curl df disk entropy fhcount filecount hugepages interface ipc irq load memory netlink numa processes protocols serial swap synproxy table tail tail_csv tcpconns uptime users vmem'.split(
    ' ',
  );
/** What they read doesn't change. */
const stable = [
  'filecount-fixed/files',
  'filecount-fixed/bytes',
  'table-fixed/gauge-first',
  'table-fixed/gauge-second',
  'curl-fixed/gauge-first',
  'df-root/df_complex-reserved',
];

const configuration = (folder: string, fixed: string) => `
Hostname "side"
FQDNLookup false
Interval 1
BaseDir "${folder}"
PIDFile "${folder}/pid"
PluginDir "${pluginDir}"
TypesDB "${typesDb}"
${['csv', ...readers].map((name) => `LoadPlugin ${name}`).join('\n')}
<Plugin csv>
  DataDir "${folder}/csv"
  StoreRates true
</Plugin>
<Plugin cpu>
  ReportByCpu true
</Plugin>
<Plugin curl>
  <Page "fixed">
    URL "file://${fixed}/table"
    <Match>
      Regex "^([0-9.]+)"
      DSType "GaugeLast"
      Type "gauge"
      Instance "first"
    </Match>
  </Page>
</Plugin>
<Plugin df>
  MountPoint "/"
  ReportInodes true
  ValuesPercentage true
</Plugin>
<Plugin filecount>
  <Directory "${fixed}">
    Instance "fixed"
  </Directory>
</Plugin>
<Plugin processes>
  ProcessMatch "node" "node.*"
</Plugin>
<Plugin table>
  <Table "${fixed}/table">
    Instance "fixed"
    Separator " "
    <Result>
      Type "gauge"
      InstancePrefix "first"
      ValuesFrom 0
    </Result>
    <Result>
      Type "gauge"
      InstancePrefix "second"
      ValuesFrom 1
    </Result>
  </Table>
</Plugin>
<Plugin tail>
  <File "${fixed}/table">
    Instance "fixed"
    <Match>
      Regex "."
      DSType "CounterInc"
      Type "counter"
      Instance "lines"
    </Match>
  </File>
</Plugin>
<Plugin tail_csv>
  <Metric "fixed">
    Type "gauge"
    ValueFrom 0
  </Metric>
  <File "${fixed}/table">
    Collect "fixed"
  </File>
</Plugin>
<Plugin tcpconns>
  ListeningPorts false
  AllPortsSummary true
</Plugin>
`;

/** The plugin `disk` writes it from the first moment on that it sees an operation waiting: another in each process. */
const byChance = /^disk-[^/]+\/pending_operations$/;

/** The lines of each file, by its path without the date. */
function filesIn(folder: string): Map<string, string[]> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = entries.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(
    files
      .sort()
      .map((name): [string, string[]] => [
        name.replace(/^side\//, '').replace(/-\d{4}-\d\d-\d\d$/, ''),
        readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'),
      ])
      .filter(([name]) => !byChance.test(name)),
  );
}

/** Lines of the reference, its header among them. */
function readings(folder: string): number {
  try {
    return filesIn(folder).get(reference)?.length ?? 0;
  } catch {
    return 0; // nothing was written yet, or it goes on just now
  }
}

describe.runIf(packages)(suite('beside the real daemon'), () => {
  const work = mkdtempSync(join(tmpdir(), 'mortise-collectd-'));
  const results = new Map<string, Ended>();
  const files = new Map<string, Map<string, string[]>>();
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  beforeAll(
    async () => {
      const fixed = join(work, 'fixed');
      mkdirSync(fixed);
      writeFileSync(join(fixed, 'table'), '42 17.5\n');
      writeFileSync(join(fixed, 'another'), 'x'.repeat(1000));
      const run = async (name: string, start: (file: string) => Running | Promise<Running>) => {
        const folder = join(work, name);
        mkdirSync(folder);
        const file = join(folder, 'collectd.conf');
        writeFileSync(file, configuration(folder, fixed));
        const one = await start(file);
        for (let waited = 0; readings(join(folder, 'csv')) < intervals && waited < maxSeconds * 10; waited++)
          await sleep(100);
        results.set(name, await one.stop());
        files.set(name, filesIn(join(folder, 'csv')));
      };
      await Promise.all([run('theirs', startDaemon), run('ours', startHost)]);
    },
    (maxSeconds + 60) * 1000,
  );

  const of = (name: string) => files.get(name) as Map<string, string[]>;

  it('starts all plugins, and ends', () => {
    expect(readers.length).toBeGreaterThan(25);
    expect(results.get('theirs')).toMatchObject({ code: 0 });
    expect(results.get('ours')).toMatchObject({ code: 0, out: '[]' });
  });

  it('writes the same files', () => {
    expect(of('theirs').size).toBeGreaterThan(100);
    expect([...of('ours').keys()]).toEqual([...of('theirs').keys()]);
  });

  it('writes the same headers', () => {
    for (const [name, [header]] of of('theirs'))
      expect([name, of('ours').get(name)?.[0]]).toEqual([name, header]);
  });

  it('writes as many values as intervals have passed', () => {
    for (const [name, lines] of of('theirs')) {
      const own = of('ours').get(name)?.length ?? 0;
      const passed = (side: string) => of(side).get(reference)?.length ?? 0;
      // Both are cut off within an interval.
      const difference = own - passed('ours') - (lines.length - passed('theirs'));
      expect([name, Math.abs(difference) <= 2]).toEqual([name, true]);
    }
  });

  it.each(stable)('reads the same in %s', (name) => {
    const last = (side: string) => of(side).get(name)?.at(-1)?.split(',')[1];
    expect(last('theirs')).toBeDefined();
    expect(last('ours')).toBe(last('theirs'));
  });
});
