/** Filter chains and thresholds with Debian's plugins: what comes of them is what comes of them in the real daemon. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Host } from '../../../src/index.js';
import { directory } from '../../host/open.js';
import { buildPlugin } from '../../native/collectd/parts.js';
import { includeDir, packages, pluginDir, runDaemon, suite, typesDb } from './parts.js';

const values = `
 Value "cpu" "0" "gauge" "" 5
 Value "cpu" "1" "gauge" "x" 50
 Value "net" "eth0" "if_octets" "" 0 0
 Value "net" "eth1" "if_octets" "" 7 0
 Value "memory" "" "memory" "free" 3000
 Value "df" "root" "df" "" 5 6
 Ago 500
 Value "old" "" "gauge" "" 1
 Ago 0
 Value "last" "" "gauge" "" 3
`;
const rule = (match: string, targets: string) => `<Rule>\n${match}\n${targets}\n</Rule>\n`;
const match = (name: string, options = '') => `<Match "${name}">\n${options}\n</Match>\n`;
const target = (name: string, options = '') => `<Target "${name}">\n${options}\n</Target>\n`;
const chain = (name: string, inside: string) => `<Chain "${name}">\n${inside}\n</Chain>\n`;
const write = (...writers: string[]) => target('write', writers.map((name) => `Plugin "${name}"`).join('\n'));
const stop = 'Target "stop"\n';

const cases: Record<string, string> = {
  'no chain': '',
  'empty chains': chain('PreCache', '') + chain('PostCache', ''),
  'regex and stop': chain('PreCache', rule(match('regex', 'Plugin "^cpu$"\nTypeInstance "^x"'), stop)),
  'regex inverted': chain('PreCache', rule(match('regex', 'Plugin "^(cpu|last)$"\nInvert true'), stop)),
  'a chain that writes nothing': chain('PostCache', rule(match('regex', 'Plugin "^last$"'), write())),
  'writers by name': chain(
    'PostCache',
    rule(match('regex', 'Plugin "^cpu$"'), write('second') + stop) + write('first'),
  ),
  'value and scale': chain(
    'PostCache',
    rule(match('value', 'Min 10\nDataSource "value"'), target('scale', 'Factor 2\nOffset 1')) + write(),
  ),
  'value on any source': chain(
    'PreCache',
    rule(match('value', 'Max 4\nInvert true\nSatisfy "Any"'), target('set', 'TypeInstance "high"')),
  ),
  'writing before and after a change': chain(
    'PostCache',
    write('first') + target('set', 'PluginInstance "changed"\nMetaData "size" "large"') + write('second'),
  ),
  replace: chain('PreCache', target('replace', 'Host "box" "bin"\nPluginInstance "^eth" "en"')),
  'empty counters': chain('PreCache', rule(match('empty_counter'), stop)),
  hashed: chain(
    'PreCache',
    rule(match('hashed', 'Match 0 3\nMatch 2 3'), target('set', 'TypeInstance "even"')),
  ),
  'timediff and notification': chain(
    'PreCache',
    rule(
      match('timediff', 'Past 100'),
      target('notification', 'Message "too old: %{plugin} %{ds:value}"\nSeverity "WARNING"') + stop,
    ),
  ),
  v5upgrade: chain('PostCache', target('v5upgrade') + write()),
  'jumps and returns':
    chain('PreCache', target('jump', 'Chain "sub"') + target('set', 'PluginInstance "main"')) +
    chain(
      'sub',
      rule(match('regex', 'Plugin "^cpu$"'), 'Target "return"\n') +
        rule(match('regex', 'Plugin "^net$"'), stop),
    ),
  thresholds:
    'LoadPlugin threshold\n<Plugin "threshold">\n<Type "gauge">\nWarningMax 4\nFailureMax 40\nPersist true\n</Type>\n' +
    '<Plugin "net">\n<Type "if_octets">\nDataSource "rx"\nFailureMin 1\nInvert true\n</Type>\n</Plugin>\n</Plugin>\n',
  'other names':
    'PreCacheChain "In"\nPostCacheChain "Out"\n' +
    chain('PreCache', stop) +
    chain('In', rule(match('regex', 'Plugin "^cpu$"'), stop)) +
    chain('Out', write('second')),
};

describe.runIf(packages)(suite('as in the daemon:'), () => {
  let own = '';
  function configuration(out: string, chains: string): string {
    const plugins = ['regex', 'value', 'hashed', 'empty_counter', 'timediff'].map((name) => `match_${name}`);
    plugins.push(...['set', 'replace', 'scale', 'notification', 'v5upgrade'].map((name) => `target_${name}`));
    return [
      `Hostname "box"\nFQDNLookup false\nInterval 3600\nTypesDB "${typesDb}"\nPluginDir "${own}"\nLoadPlugin source`,
      `PluginDir "${pluginDir}"\n${plugins.map((name) => `LoadPlugin ${name}`).join('\n')}`,
      `<Plugin source>\nFile "${out}"\n${values}</Plugin>\n${chains}`,
    ].join('\n');
  }
  const linesOf = (out: string) =>
    existsSync(out) ? readFileSync(out, 'utf8').trim().split('\n').sort() : [];

  it.each(Object.entries(cases))('%s', { timeout: 60_000 }, async (_, chains) => {
    const folder = directory();
    own = folder;
    buildPlugin(join(import.meta.dirname, 'source.c'), join(folder, 'source.so'), join(includeDir, '..'));
    const theirs = join(folder, 'theirs');
    const ours = join(folder, 'ours');
    const hasLast = (out: string) => linesOf(out).some((line) => /\/last[-/]/.test(line));
    const said = await runDaemon(folder, configuration(theirs, chains), () => hasLast(theirs));
    expect(said).toContain('Exiting normally');
    const conf = join(folder, 'own.conf');
    writeFileSync(conf, configuration(ours, chains));
    const host = await Host.open({ config: conf, announce: false, log: () => {} });
    try {
      expect([...host.plugins].filter(({ state }) => state !== 'ready').map(({ error }) => error)).toEqual(
        [],
      );
      for (let waited = 0; waited < 100 && !hasLast(ours); waited++)
        await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await host.close();
    }
    expect(linesOf(theirs).length).toBeGreaterThan(0);
    expect(linesOf(ours)).toEqual(linesOf(theirs));
  });
});
