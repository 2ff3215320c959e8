/** Components that say of themselves what can't be, and those that can't have what they need. */
import { describe, expect, it } from 'vitest';
import { serverServices, services } from '../../../src/dialects/mysql/services.js';
import { mysqlAddon } from '../../../src/native/mysql.js';
import { createVerifier } from '../../../src/verify/verifier.js';
import { besideGood, open } from '../../host/open.js';
import { canRun, component } from './fixtures.js';

const broken = (variant: string, define: Record<string, string> = {}) =>
  component('broken.cc', { [variant]: true, ...define });

describe.skipIf(!canRun)('a component is refused before anything of it runs (Linux on x64 or arm64)', () => {
  it.each([
    ['NO_END', 'its list `provides` does not end'],
    ['NO_LIST', 'it has no list `provides`'],
    ['NO_DOT', 'provides[0] names no service'],
    ['NO_TABLE', 'provides[0], greeting.broken, has no place in the file'],
    ['TWO_NAMES', 'it provides greeting.broken twice'],
    ['FAR_PLACE', 'requires[0], registry, has no place in the file'],
    ['CONSTANT_PLACE', 'requires[0], registry, has a place that cannot be written to'],
    ['RELRO_PLACE', 'requires[0], registry, has a place that cannot be written to'],
    ['ODD_PLACE', 'requires[0], registry, has a place that cannot be written to'],
    ['CODE', 'list_components does more than return a component of the file, and nothing is run to find out'],
  ])('%s', async (variant, message) => {
    const { plugin, problems } = await besideGood(broken(variant));
    expect(plugin.state).toBe('rejected');
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      `MORTISE_ERR_COMPONENT_LIST: ${message}`,
    ]);
  });

  it.each(['a name with spaces', 'mysql:', 'mysql::'])('its name is not one: %s', async (name) => {
    const { problems } = await besideGood(component('broken.cc', { NAME: name }));
    expect(problems.map(({ code }) => code)).toEqual(['MORTISE_ERR_INFO_NAME']);
  });

  it('names all that is missing', async () => {
    const { problems } = await besideGood(broken('MISSING'));
    expect(problems.map(({ code, expected }) => `${code} ${expected}`)).toEqual([
      'MORTISE_ERR_SERVICE_UNKNOWN no_such_service',
      'MORTISE_ERR_SERVICE_UNKNOWN nor_this.one',
    ]);
  });

  it('that requires itself', async () => {
    const { problems } = await besideGood(broken('ITSELF'));
    expect(problems.map(({ code }) => code)).toEqual(['MORTISE_ERR_SERVICE_CYCLE']);
  });

  it('in a cycle', async () => {
    const files = [broken('CYCLE_A', { NAME: 'a' }), broken('CYCLE_B', { NAME: 'b' })];
    const host = await open({ plugins: files, log: () => {} });
    for (const plugin of host.plugins) {
      expect(plugin.state).toBe('rejected');
      expect(plugin.error?.problems.map(({ code }) => code)).toEqual(['MORTISE_ERR_SERVICE_CYCLE']);
    }
    const verifier = await createVerifier(files, {});
    const { status } = await verifier.verify(files[0] as string);
    expect(status).toBe('fail');
  });
});

describe.skipIf(!canRun)('a component that starts (Linux on x64 or arm64)', () => {
  it('without init or deinit', async () => {
    const host = await open({ plugins: [component('broken.cc')], log: () => {} });
    expect([...host.plugins][0]?.state).toBe('ready');
    await host.close();
    expect([...host.plugins][0]?.state).toBe('stopped');
  });

  it('and fails is rolled back, and says what init returned', async () => {
    const { plugin, problems } = await besideGood(broken('FAILS'));
    expect(plugin.state).toBe('failed');
    expect(problems).toMatchObject([
      { code: 'MORTISE_ERR_INIT_FAILED', message: "broken's init returned 7 and gave no reason", found: '7' },
    ]);
  });

  it.each(['-O0', '-O2', '-fvisibility=default'])('compiled with %s', async (flag) => {
    const verifier = await createVerifier([], {});
    const { info, dialect } = await verifier.verify(component('functions.cc', {}, [flag]));
    expect(dialect).toBe('mysql');
    expect(info).toMatchObject({ name: 'fixture', version: '1.2.3' });
    expect(info?.provides.map(({ name }) => name)).toEqual(['greeting', 'greeting.fixture']);
  });

  it('in as many hosts at a time as there are registries', async () => {
    const file = component('broken.cc');
    const hosts = [];
    for (let count = 0; count < 32; count++) hosts.push(await open({ plugins: [file], log: () => {} }));
    const { problems } = await besideGood(file);
    expect(problems.map(({ code }) => code)).toEqual(['MORTISE_ERR_COMPONENT_HOSTS']);
    await hosts[7]?.close();
    const host = await open({ plugins: [file], log: () => {} });
    expect([...host.plugins][0]?.state).toBe('ready');
  });

  it('is tried out by verify', async () => {
    const file = component('functions.cc');
    const verifier = await createVerifier([file], { load: true, timeoutMs: 60_000 });
    const { status, checks } = await verifier.verify(file);
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(status).toBe('ok');
  });
});

describe('the services of this host', () => {
  it('are those that native code has', () => {
    const native = mysqlAddon().mysqlServices();
    const windows = process.platform === 'win32' ? ['mysql_rwlock_v1'] : [];
    expect(serverServices.filter((name) => !windows.includes(name))).toEqual(native);
    expect(services.map(({ name }) => name)).toContain('registry.mysql_minimal_chassis');
  });
});
