/** Filter chains, data sets and a lock, as a mortise.toml or a collectd.conf has them. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chainBlocks } from '../../../src/capabilities/collectd/chains.js';
import { Host, type MortiseError } from '../../../src/index.js';
import { type CollectdItem, parseItems } from '../../../src/native/collectd-config.js';
import { call } from '../../cli/call.js';
import { directory } from '../../host/open.js';
import { packages, pluginDir, suite, typesDb } from './parts.js';

/** Without places: a table has none. */
const bare = ({ key, values, children }: CollectdItem): unknown => [key, values, children.map(bare)];

it('makes the blocks that a collectd.conf has of tables', () => {
  const { items } = parseItems(
    `<Chain "PostCache">
  <Rule "by itself">
    <Match "regex">
      Plugin "^mysql$"
    </Match>
    <Target "write">
      Plugin "a"
      Plugin "b"
    </Target>
    Target "stop"
  </Rule>
  <Rule>
    Target "return"
  </Rule>
  Target "write"
</Chain>
<Chain "sub">
</Chain>
`,
    'chains',
  );
  const blocks = chainBlocks({
    PostCache: {
      Rule: [
        {
          '<>': 'by itself',
          Match: { '<>': 'regex', Plugin: '^mysql$' },
          Target: [{ '<>': 'write', Plugin: [['a'], ['b']] }, 'stop'],
        },
        { Target: 'return' },
      ],
      Target: 'write',
    },
    sub: {},
  });
  expect(blocks.map(bare)).toEqual(items.map(bare));
});

it('refuses what a block can’t hold, with its key', async () => {
  const chains = { PreCache: { Rule: { Match: { '<>': {}, 'a b': 1 } } } };
  const error = await Host.open({ collectd: { chains } as never }).catch((thrown) => thrown);
  expect((error as MortiseError).problems.map(({ code, where }) => [code, where])).toEqual([
    ['MORTISE_ERR_CONFIG_TYPE', 'collectd.chains.PreCache.Rule.Match.<>'],
    ['MORTISE_ERR_CONFIG_TYPE', 'collectd.chains.PreCache.Rule.Match.a b'],
  ]);
});

describe.runIf(packages)(suite('with Debian’s plugins'), () => {
  const toml = (chains: string, types = `types_db = ["${typesDb}"]\n`) => {
    const config = join(directory(), 'mortise.toml');
    const plugins = ['load', 'memory', 'match_regex', 'target_set'];
    const sections = plugins.map((name) => `[[plugins]]\nname = "${join(pluginDir, `${name}.so`)}"\n`);
    writeFileSync(config, `[collecting]\nhostname = "here"\n${types}${chains}\n${sections.join('')}`);
    return config;
  };

  it('values go through the chains of a mortise.toml', { timeout: 60_000 }, async () => {
    const config = toml(`
[collectd.chains.PreCache]
Target = { "<>" = "set", PluginInstance = "changed" }

[collectd.chains.PreCache.Rule]
Match = { "<>" = "regex", Plugin = "^memory$" }
Target = "stop"
`);
    const { code, stdout, stderr } = await call(['collect', '-c', config, '--once', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const samples = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { plugin: string; pluginInstance: string });
    expect(samples.map(({ plugin, pluginInstance }) => [plugin, pluginInstance])).toEqual([
      ['load', 'changed'],
    ]);
  });

  it('a chain that is not valid is refused by its name', { timeout: 60_000 }, async () => {
    const config = toml('[collectd.chains.PreCache]\nTarget = "nothing"\n');
    const error = await Host.open({ config, announce: false }).catch((thrown) => thrown);
    expect((error as MortiseError).problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_COLLECTD_CHAIN',
        where: 'collectd.chains.PreCache.Target',
      }),
    ]);
  });

  it('a host without a types.db says so, once', { timeout: 60_000 }, async () => {
    const told: string[] = [];
    const log = ({ message }: { message: string }) => void told.push(message);
    const host = await Host.open({ config: toml('', ''), log });
    await host.close();
    expect(told.filter((line) => line.includes('MORTISE_WARN_COLLECTD_TYPES'))).toHaveLength(1);
    told.length = 0;
    await (await Host.open({ config: toml(''), log })).close();
    expect(told.filter((line) => line.includes('MORTISE_WARN_COLLECTD_TYPES'))).toEqual([]);
  });

  it('a lock beside a collectd.conf counts', { timeout: 60_000 }, async () => {
    const folder = directory();
    const conf = join(folder, 'collectd.conf');
    cpSync(join(pluginDir, 'load.so'), join(folder, 'load.so'));
    writeFileSync(
      conf,
      `Hostname "here"\nTypesDB "${typesDb}"\nPluginDir "${folder}"\nLoadPlugin load\nInterval 3600\n`,
    );
    const { code, stdout } = await call(['lock', '-c', conf]);
    expect(code).toBe(0);
    expect(stdout).toContain('collectd.lock');
    const states = async () => {
      const host = await Host.open({ config: conf, announce: false, log: () => {} });
      const all = [...host.plugins].map(({ state, error }) => [state, error?.code]);
      await host.close();
      return all;
    };
    expect(await states()).toEqual([['ready', undefined]]);
    cpSync(join(pluginDir, 'uptime.so'), join(folder, 'load.so'));
    expect(await states()).toEqual([['rejected', 'MORTISE_ERR_LOCK_CHANGED']]);
  });
});
