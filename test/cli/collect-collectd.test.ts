/** mortise collect with Debian's plugins for collectd, as they are. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packages, pluginDir, suite, typesDb } from '../dialects/collectd/parts.js';
import { directory } from './plugins.js';
import { spawnCli } from './spawn.js';

/** A csv writer beside readers that emit on every machine. */
const conf = (folder: string, host: string) => `
Hostname "${host}"
Interval 0.1
TypesDB "${typesDb}"
PluginDir "${pluginDir}"
LoadPlugin load
LoadPlugin memory
LoadPlugin uptime
LoadPlugin csv
<Plugin csv>
  DataDir "${join(folder, 'csv')}"
</Plugin>
`;

/** Lines of values in all files below. */
function csvLines(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.flatMap((file) =>
    readFileSync(join(file.parentPath, file.name), 'utf8').trimEnd().split('\n').slice(1),
  );
}

describe.skipIf(!packages)(suite('collectd’s plugins in mortise collect'), () => {
  it('a reload writes what was read before, and loses no value', async () => {
    const folder = directory();
    const file = join(folder, 'collectd.conf');
    writeFileSync(file, conf(folder, 'here'));
    const child = spawnCli(['collect', '-c', file, '--json']);
    const hosts = new Set<string>();
    const sees = async (host: string) => {
      while (!hosts.has(host)) hosts.add((JSON.parse(await child.nextLine()) as { host: string }).host);
    };
    await sees('here');
    for (const host of ['second', 'third', 'fourth']) {
      writeFileSync(file, conf(folder, host));
      child.kill('SIGHUP');
      await sees(host);
    }
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await child.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'The configuration was read again.\n'.repeat(3) });
    const shown = stdout.trimEnd().split('\n');
    expect(csvLines(join(folder, 'csv'))).toHaveLength(shown.length);
  });
});
