/** A collectd.conf where a mortise.toml may stand. */
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MortiseError, type Problem } from '../../../src/errors.js';
import { readConfiguration } from '../../../src/host/configuration.js';
import { canonicalName } from '../../../src/native/collectd-config.js';
import { directory, expectComplete } from '../../host/open.js';

function write(text: string): string {
  const path = join(directory(), 'collectd.conf');
  writeFileSync(path, text);
  return path;
}

it('is the configuration of a host', async () => {
  const path = write(
    'Hostname "box"\nInterval 2\nWriteThreads 3\nTypesDB "/t.db"\nPluginDir "/p"\nLoadPlugin cpu\n' +
      '<Plugin cpu>\n ReportByCpu false\n</Plugin>\n<Chain "PreCache">\n Target "stop"\n</Chain>\n',
  );
  const config = await readConfiguration(path);
  expect(config).toMatchObject({
    path,
    host: { search: [], parser: 'none' },
    capabilities: {
      collecting: { hostname: 'box', interval: 2, typesDb: ['/t.db'] },
      collectd: {
        preCacheChain: 'PreCache',
        chains: [{ key: 'Chain', children: [{ key: 'Target', values: ['stop'] }] }],
        warnings: [{ code: 'MORTISE_WARN_COLLECTD_OPTION', where: `line 3 of ${path}` }],
      },
    },
    plugins: [{ name: '/p/cpu.so' }],
  });
  expect(Object.keys(config.capabilities.collecting ?? {})).toEqual(['hostname', 'interval', 'typesDb']);
});

it('is refused whole, with all that is wrong in it', async () => {
  const path = write('Intervall 2\nTimeout 0\nA\n');
  const other = write('Intervall 2\nTimeout 0\n');
  const codes = async (file: string) => {
    const error = await readConfiguration(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MortiseError);
    for (const problem of (error as MortiseError).problems) expectComplete(problem);
    return (error as MortiseError).problems.map(({ code }) => code);
  };
  expect(await codes(path)).toEqual(['MORTISE_ERR_COLLECTD_SYNTAX']);
  expect(await codes(other)).toEqual(['MORTISE_ERR_COLLECTD_OPTION', 'MORTISE_ERR_COLLECTD_OPTION']);
});

it('that isn’t there is told as a mortise.toml that isn’t', async () => {
  const missing = async (path: string) => {
    const error = await readConfiguration(path).catch((thrown: unknown) => thrown);
    const { code, message, where, expected, found, subject } = (error as MortiseError).problems[0] as Problem;
    return { code, message, where, expected, found, subject };
  };
  const toml = await missing('/nonexistent/nope.toml');
  expect(toml.code).toBe('MORTISE_ERR_CONFIG_MISSING');
  expect(await missing('/nonexistent/nope.conf')).toEqual({ ...toml, subject: '/nonexistent/nope.conf' });
});

it('has this machine’s full name, when it has none and the system knows one', async () => {
  const plain = await readConfiguration(write('FQDNLookup false\n'));
  expect(plain.capabilities.collecting).not.toHaveProperty('hostname');
  const { collecting, collectd } = (await readConfiguration(write('Interval 1\n'))).capabilities;
  const full = await canonicalName(hostname());
  expect(collecting?.hostname).toBe(full ?? hostname());
  const warnings = collectd?.warnings as { code: string }[] | undefined;
  const codes = warnings?.map(({ code }) => code);
  expect(codes).toEqual(full === undefined ? ['MORTISE_WARN_COLLECTD_HOSTNAME'] : []);
  expect(await canonicalName('no-such-host.invalid')).toBeUndefined();
  expect(await canonicalName('localhost')).toMatch(/^(localhost|ip6-localhost)/);
});
