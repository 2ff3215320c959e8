/** What a file tells of itself before anything of it runs. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describe as text, verify } from '../../../src/index.js';
import { expectComplete } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';
import { packages, pluginDir, suite } from './parts.js';

const foreign = (symbol: string) =>
  build('../../dialects/collectd/foreign.c', { flags: ['-D', `ASKS=${symbol}`] });

/** The checks that fail. */
async function refusals(path: string) {
  const { checks } = await verify(path);
  return checks.flatMap(({ id, status, problem }) => {
    if (status !== 'fail' || !problem) return [];
    expectComplete(problem);
    return [{ id, problem }];
  });
}

describe.skipIf(process.platform !== 'linux')('a plugin for another daemon', () => {
  it.each([
    ['plugin_dispatch_metric_family', 'collectd 6'],
    ['ut_check_threshold', 'collectd 4'],
  ])('with %s is refused by the name of its major', async (symbol, major) => {
    const found = await refusals(foreign(symbol));
    const [abi] = found.filter(({ id }) => id === 'abi');
    expect(abi?.problem.code).toBe('MORTISE_ERR_ABI_MISMATCH');
    expect(abi && text(abi.problem)).toContain(major);
  });

  it('is refused by the name of the symbol that is missing', async () => {
    const found = await refusals(foreign('plugin_of_nobody'));
    expect(found).toMatchObject([
      { id: 'imports', problem: { code: 'MORTISE_ERR_SYMBOL_MISSING', found: 'plugin_of_nobody' } },
    ]);
    expect(found[0]?.problem.message).toContain('collectd 5.12 does not have');
  });

  it('is none when it only has the name of the entry', async () => {
    const path = build('../../dialects/collectd/foreign.c', {
      flags: ['-D', 'ASKS=getpid', '-D', 'BARE'],
    });
    expect((await verify(path)).dialect).toBeNull();
  });
});

describe.runIf(packages)(suite('Debian’s plugins'), () => {
  it('say what they register', async () => {
    const report = await verify(join(pluginDir, 'cpu.so'));
    expect(report).toMatchObject({
      dialect: 'collectd',
      status: 'ok',
      info: { name: 'cpu', abi: '5', version: 'unknown' },
    });
    const said = report.checks.find(({ id }) => id === 'callbacks')?.message;
    expect(said).toBe('cpu registers config, init, read in module_register');
    expect(report.checks.find(({ id }) => id === 'imports')?.status).toBe('ok');
  });

  it('are all recognised, and refused only for libraries that this machine lacks', {
    timeout: 300_000,
  }, async () => {
    const files = readdirSync(pluginDir).filter((name) => name.endsWith('.so'));
    const reports = await verify(files.map((name) => join(pluginDir, name)));
    expect(files.length).toBeGreaterThan(140);
    expect(reports.filter(({ dialect }) => dialect !== 'collectd')).toEqual([]);
    const failed = reports.flatMap(({ path, checks }) =>
      checks.flatMap(({ id, status, code, message }) =>
        status === 'fail' ? [{ path, id, code, message }] : [],
      ),
    );
    expect(failed.filter(({ code }) => code !== 'MORTISE_ERR_DEPENDENCY_MISSING')).toEqual([]);
  });
});
