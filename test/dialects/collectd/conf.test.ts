/** A collectd.conf as a host is told it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readCollectdConf } from '../../../src/dialects/collectd/conf/read.js';
import { pluginConfig } from '../../../src/dialects/collectd/config.js';
import type { CollectdItem } from '../../../src/native/collectd-config.js';
import { expectComplete } from '../../host/open.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-collectd-conf-'));
  mkdirSync(join(folder, 'plugins'));
  for (const name of ['cpu.so', 'Load.so', 'virt.so', 'csv.so'])
    writeFileSync(join(folder, 'plugins', name), '');
  return () => rmSync(folder, { recursive: true, force: true });
});

function read(text: string) {
  const path = join(folder, 'collectd.conf');
  writeFileSync(path, `PluginDir "${folder}/plugins"\n${text}`);
  return readCollectdConf(path);
}
const said = ({ problems }: ReturnType<typeof readCollectdConf>) =>
  problems.map(({ code, message, where, remedy }) => {
    const line = /line (\d+)/.exec(where ?? '')?.[1];
    return `${line} ${code.replace('MORTISE_', '').replace('_COLLECTD_OPTION', '')} ${message}${/^(Did|Write it)/.test(remedy ?? '') ? ` ${remedy}` : ''}`;
  });
/** As text, so that a test is easy to read. */
const shown = ({ key, values, children }: CollectdItem): string =>
  `<${[key, ...values.map((value) => JSON.stringify(value))].join(' ')}>${children.map(shown).join('')}`;

describe('a collectd.conf', () => {
  it('sets what it says', () => {
    const result = read(
      [
        'Hostname "box"\nFQDNLookup false\nInterval 2.5\nMaxReadInterval "600"\nReadThreads 3\nTimeout 4',
        'WriteQueueLimitHigh 1000\nCollectInternalStats on\nBaseDir "."\nTypesDB "/a" "/b"\ntypesdb "/c"',
        'PreCacheChain "In"\nPOSTCACHECHAIN Out\n<Chain "In">\n <Target "stop">\n </Target>\n</Chain>\n',
      ].join('\n'),
    );
    expect(result.problems).toEqual([]);
    expect(result.conf).toMatchObject({
      hostname: 'box',
      fqdnLookup: false,
      interval: 2.5,
      maxReadInterval: 600,
      readThreads: 3,
      timeout: 4,
      maxQueue: 1000,
      collectInternalStats: true,
      types: ['/a', '/b', '/c'],
      preCacheChain: 'In',
      postCacheChain: 'Out',
      plugins: [],
    });
    expect(result.conf.chains.map(shown)).toEqual(['<Chain "In"><Target "stop">']);
  });

  it('loads plugins in the order of their first line, with their blocks and options', () => {
    const { conf, problems } = read(
      [
        'LoadPlugin cpu\n<LoadPlugin load>\n Interval 60\n Globals true\n FlushInterval 10\n FlushTimeout 20\n</LoadPlugin>',
        '<LoadPlugin cpu>\n Interval 3\n</LoadPlugin>\nLoadPlugin libvirt\nLoadPlugin none',
        '<Plugin "CPU">\n A 1\n</Plugin>\n<Plugin cpu more>\n B 2\n</Plugin>',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(conf.plugins.map(({ name }) => name.slice(folder.length))).toEqual([
      '/plugins/cpu.so',
      '/plugins/Load.so',
      '/plugins/virt.so',
      '/plugins/none.so',
    ]);
    const [cpu, load] = conf.plugins.map(({ config = {} }) => pluginConfig(config, 'x'));
    expect(cpu?.blocks.map(shown)).toEqual(['<Plugin "CPU"><A 1>', '<Plugin "cpu" "more"><B 2>']);
    expect(cpu?.load).toEqual({});
    expect(load).toEqual({
      load: { Interval: 60, Globals: true, FlushInterval: 10, FlushTimeout: 20 },
      blocks: [],
      problems: [],
    });
  });

  it('loads by itself what has a block, when it may', () => {
    const { conf, problems } = read('AutoLoadPlugin true\n<Plugin csv>\n DataDir "/x"\n</Plugin>\n');
    expect(problems).toEqual([]);
    expect(conf.plugins).toHaveLength(1);
    const rule =
      '<Rule>\n<Match "regex">\nHost "x"\n</Match>\n<Target "set">\nHost "y"\n</Target>\n</Rule>\n';
    const chain = `<Chain "PreCache">\n${rule}Target "stop"\n</Chain>\n<Chain "PostCache">\n</Chain>\n`;
    const loaded = read(`AutoLoadPlugin true\n${chain}`);
    expect(loaded.conf.plugins.map(({ name }) => basename(name))).toEqual([
      'match_regex.so',
      'target_set.so',
    ]);
    expect(loaded.conf.chains).toHaveLength(1);
    expect(read(chain).conf.plugins).toEqual([]);
  });

  it('says each thing that it does not take, with its line', () => {
    const result = read(
      [
        'Intervall 10', // line 2
        'Interval 0',
        'Interval a b',
        'Hostname 1',
        'ReadThreads 0.5',
        'FQDNLookup maybe',
        'WriteThreads 5',
        'PIDFile "/x"',
        'TypesDB 1',
        'LoadPlugin 1',
        'LoadPlugin "../x"',
        '<LoadPlugin cpu>',
        ' Intervals 3',
        ' Globals 1',
        '</LoadPlugin>',
        '<Plugin csv>',
        ' DataDir "/x"',
        '</Plugin>',
        '<Plugins cpu>',
        ' A 1',
        '</Plugins>',
        '<Interval 5>',
        ' A 1',
        '</Interval>',
        'FlushInterval 10',
        'Chain 3',
        'BaseDir "/"',
      ].join('\n'),
    );
    expect(said(result)).toEqual([
      '2 ERR Intervall is not an option of a collectd.conf Did you mean "Interval"?',
      '3 ERR Interval needs seconds, more than 0',
      '4 ERR Interval needs seconds, more than 0',
      '5 ERR Hostname needs one name',
      '6 ERR ReadThreads needs a number of threads from 1 to 1024',
      '7 ERR FQDNLookup needs true or false',
      '8 WARN WriteThreads has no effect: each writer has a thread of its own',
      '9 WARN PIDFile has no effect: a host is not a daemon',
      '10 ERR TypesDB needs one file or several',
      '11 ERR LoadPlugin needs the name of one plugin, such as cpu',
      '12 ERR LoadPlugin needs the name of one plugin, such as cpu',
      '14 ERR Intervals is not an option of a LoadPlugin block Did you mean "Interval"?',
      '15 ERR Globals needs true or false',
      '20 ERR Plugins is not an option of a collectd.conf Did you mean "Plugin"?',
      '23 ERR Interval needs a line, not a block',
      '26 ERR FlushInterval is not an option of a collectd.conf Write it into a LoadPlugin block.',
      '27 ERR Chain needs one name',
      '28 WARN BaseDir has no effect: plugins’ relative paths count from the directory in which this process was started',
      '17 WARN this block has no effect: no LoadPlugin line loads csv',
    ]);
    expect(new Set(result.problems.map(({ code }) => code))).toEqual(
      new Set(['MORTISE_ERR_COLLECTD_OPTION', 'MORTISE_WARN_COLLECTD_OPTION']),
    );
    for (const problem of result.problems) expectComplete(problem);
    expect(result.problems.every(({ subject }) => subject?.endsWith('collectd.conf'))).toBe(true);
  });
});

describe('a plugin’s config in mortise.toml', () => {
  const blocks = (config: Parameters<typeof pluginConfig>[0]) => pluginConfig(config, 'x').blocks.map(shown);

  it('becomes the same tree', () => {
    expect(
      blocks({
        ReportByCpu: true,
        Port: 25826n,
        Values: ['a', 'b'],
        Host: [['a'], ['b', 1]],
        Server: { '<>': 'x', Port: 1 },
        Page: [{ '<>': ['p', 2], URL: 'u', Match: [{ Regex: 'r' }, { Regex: 's' }] }, { URL: 'v' }],
      }),
    ).toEqual([
      '<Plugin "x"><ReportByCpu true><Port 25826><Values "a" "b"><Host "a"><Host "b" 1><Server "x"><Port 1>' +
        '<Page "p" 2><URL "u"><Match><Regex "r"><Match><Regex "s"><Page><URL "v">',
    ]);
    expect(blocks({})).toEqual([]);
    expect(blocks({ '<LoadPlugin>': { Interval: 1 } })).toEqual([]);
  });

  it('says what has no place in it', () => {
    const { problems } = pluginConfig(
      {
        'a-b': 1,
        Host: [[['a']]],
        Server: { '<>': { a: 1 } },
        '<LoadPlugin>': { Intervall: 1, Interval: 0, Globals: 'x' },
      },
      'x',
    );
    expect(problems.map(({ where, expected }) => `${where}: ${expected}`)).toEqual([
      '<LoadPlugin>.Intervall: absent; did you mean Interval?',
      '<LoadPlugin>.Interval: seconds, more than 0',
      '<LoadPlugin>.Globals: true or false',
      'a-b: a key of letters, digits and underscores',
      'Host[0]: strings, numbers and booleans, at least one',
      'Server.<>: strings, numbers and booleans, at least one',
    ]);
  });
});
