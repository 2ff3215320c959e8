/** What a file tells of itself before anything of it runs. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describe as text, verify as verifyFile } from '../../../src/index.js';
import { directory, expectComplete } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';
import { bridge, fake, rustc, withoutOwnBridges } from './fake.js';
import { needs, type Parts, parts } from './parts.js';

withoutOwnBridges();

/** Such plugins need a host that parses. */
const verify = (path: string) => verifyFile(path, { parser: 'pg_query' });

/** The problem of the one check that fails. */
async function refusal(path: string) {
  const { checks } = await verify(path);
  const failed = checks.filter(({ status }) => status === 'fail');
  expect(failed.map(({ id, message }) => `${id}: ${message}`)).toHaveLength(1);
  const problem = failed[0]?.problem;
  if (!problem) throw new Error('no problem');
  expectComplete(problem);
  return problem;
}

describe.skipIf(process.platform !== 'linux')('a file with the symbols of a PgDog plugin', () => {
  it('says who it is, without being run', async () => {
    const folder = directory();
    bridge(folder);
    const { info, dialect, status } = await verify(fake(folder, 'shop'));
    expect({ dialect, status }).toEqual({ dialect: 'pgdog', status: 'warn' });
    expect(info).toMatchObject({ name: 'shop', abi: '0.1', toolchain: rustc });
  });

  it.skipIf(process.arch !== 'x64')('has its version and its requirement read from the code', async () => {
    const folder = directory();
    bridge(folder);
    const declares = await verify(fake(folder, 'shop', { REQUIRES: '6.1.1' }));
    expect(declares.info?.version).toBe('4.5.6');
    expect(declares.status).toBe('ok');
    const says = await verify(fake(folder, 'other', { REQUIRES: '' }));
    const [warning] = says.checks.filter(({ status }) => status === 'warn');
    expect(warning?.code).toBe('MORTISE_WARN_PARSER_UNKNOWN');
    expect(warning?.message).toContain('6.2.1');
  });

  it.each([
    ['PGDOG_PLUGIN_VTABLE', '0.4'],
    ['pgdog_plugin_api_version', '0.2 or 0.3'],
    ['pgdog_route_query', '0.1.0 or 0.1.1'],
  ])('is refused by the name of its series when it has %s', async (symbol, series) => {
    const folder = directory();
    bridge(folder);
    const define = ['-D', `EXTRA=${symbol}`];
    const path = join(folder, 'libother.so');
    copyFileSync(build('../../dialects/pgdog/fake.c', { flags: define }), path);
    const problem = await refusal(path);
    expect(problem.code).toBe('MORTISE_ERR_ABI_MISMATCH');
    expect(text(problem)).toContain(series);
    expect(problem.where).toBe(symbol);
    expect(problem.remedy).toContain('pgdog-plugin 0.1.8');
  });

  it.each([
    ['LACKS_RUSTC', 'no pgdog_rustc_version'],
    ['LACKS_ROUTE', 'no pgdog_route or pgdog_init'],
    ['ROUTE_IS_DATA', 'pgdog_route is not a function'],
  ])('is refused when it %s', async (lack, message) => {
    const folder = directory();
    bridge(folder);
    const problem = await refusal(fake(folder, 'lacking', { [lack]: true }));
    expect(problem.code).toBe('MORTISE_ERR_ENTRY_MISSING');
    expect(problem.message).toBe(message);
  });

  it('is refused when its compiler is named nowhere in it', async () => {
    const folder = directory();
    bridge(folder);
    const problem = await refusal(fake(folder, 'unsigned', { HIDES_RUSTC: true, UNSIGNED: true }));
    expect(problem.code).toBe('MORTISE_ERR_TOOLCHAIN_MISMATCH');
    expect(problem.found).not.toContain('rustc');
  });

  it('is refused when no bridge is for its compiler, with both named', async () => {
    const folder = directory();
    bridge(folder);
    const other = '9.9.9 (123456789 2030-01-01)';
    const problem = await refusal(fake(folder, 'later', { RUSTC: other, SIGNED: other }));
    expect(problem.code).toBe('MORTISE_ERR_BRIDGE');
    expect(problem.message).toContain(`rustc ${other}`);
    expect(problem.found).toBe(`one for ${rustc} and pg_query 6.2.1`);
  });

  it('is refused when there is no bridge at all', async () => {
    const problem = await refusal(fake(directory(), 'alone'));
    expect(problem).toMatchObject({ code: 'MORTISE_ERR_BRIDGE', found: 'none' });
    expect(problem.where).toContain(join(process.env.XDG_CACHE_HOME as string, 'mortise/pgdog/bridges'));
  });

  it('finds bridges in the user’s cache', async () => {
    const cache = join(process.env.XDG_CACHE_HOME as string, 'mortise/pgdog/bridges');
    mkdirSync(cache, { recursive: true });
    bridge(cache);
    const { checks } = await verify(fake(directory(), 'shop'));
    expect(checks.find(({ id, status }) => id === 'bridge' && status === 'ok')?.message).toContain(cache);
  });

  it('doesn’t take a bridge of another interface', async () => {
    const folder = directory();
    bridge(folder, '6.2.1', { ABI: 2 });
    expect(await refusal(fake(folder, 'shop'))).toMatchObject({ found: 'none' });
  });
});

describe.skipIf(!parts || process.platform !== 'linux')(`unmodified plugins${needs}`, () => {
  const { tenant, answers, earlier, bridge: built } = parts ?? ({} as Parts);

  it.skipIf(process.arch !== 'x64').each([
    ['pgdog_tenant', tenant, '1.2.3'],
    ['pgdog_earlier', earlier, '0.6.0'],
  ])('%s is recognised, with its own version', async (name, path, version) => {
    expect(existsSync(built)).toBe(true);
    const { info, dialect } = await verify(path);
    expect(dialect).toBe('pgdog');
    expect(info).toMatchObject({ name, version });
    expect(info?.toolchain).toMatch(/^rustc \d/);
  });

  it('one that requires pg_query "6.1.1" has a bridge that satisfies it', async () => {
    const { checks } = await verify(answers);
    expect(checks.find(({ id }) => id === 'bridge')).toMatchObject({ status: 'ok' });
    expect(checks.some(({ status }) => status === 'fail')).toBe(false);
  });
});
