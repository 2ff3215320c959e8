/** A plugin made for these tests: what Debian's don't do, and what is refused. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { numberOf } from '../../../src/dialects/mariadb/layout.js';
import { services } from '../../../src/dialects/mariadb/services.js';
import { hostFacts } from '../../../src/host/facts.js';
import {
  type ConfigTable,
  type Host,
  Keys,
  type MortiseError,
  type Plugin,
  type Problem,
} from '../../../src/index.js';
import { addon } from '../../../src/native/addon.js';
import { mariadbAddon } from '../../../src/native/mariadb.js';
import { verifyFile } from '../../../src/verify/file.js';
import { besideGood, directory, expectComplete, open, thrown } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

const canRun = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

function fixture(define: Record<string, string | number | true> = {}): string {
  return build('../../dialects/mariadb/plugin.c', { define, flags: ['-Wl,--unresolved-symbols=ignore-all'] });
}

async function start(
  config: ConfigTable = {},
  define: Record<string, string | number | true> = {},
): Promise<{ host: Host; plugin: Plugin; lines: string[] }> {
  const lines: string[] = [];
  const host = await open({
    plugins: [{ name: fixture(define), config }],
    log: ({ severity, message }) => lines.push(`${severity} ${message}`),
  });
  return { host, plugin: [...host.plugins][0] as Plugin, lines };
}

const values = (plugin: Plugin) =>
  plugin.offers.passwords?.validate({ user: 'u', password: 'values' }).message;

it('serves the services, in the versions, that the checks go by', () => {
  const native = mariadbAddon().mariadbServices();
  expect(native).toEqual(services.map(({ name, ...version }) => ({ name, version: numberOf(version) })));
});

describe.skipIf(!canRun)('a plugin of MariaDB’s interface (Linux on x64 or arm64)', () => {
  it('starts, logs, and ends', async () => {
    const { host, plugin, lines } = await start();
    expect(plugin).toMatchObject({ id: 'fixture@2.3', state: 'ready', dialect: 'mariadb' });
    await host.close();
    expect(plugin.state).toBe('stopped');
    expect(lines).toEqual(['info init of fixture', 'info deinit of fixture']);
  });

  it('gets the defaults of its variables before its init', async () => {
    const { plugin } = await start();
    expect(values(plugin)).toBe('1 -5 8 1099511627776 standard (null) 1 5 0.5');
  });

  it('gets what is configured', async () => {
    const { plugin } = await start({
      boolean: false,
      integer: -10,
      natural: 2 ** 31 - 4,
      large: 2n ** 63n - 1n,
      words: 'größer',
      nothing: 'something',
      choice: 'BLUE',
      set: ['green'],
      real: 1,
    });
    expect(values(plugin)).toBe('0 -10 2147483644 9223372036854775807 größer something 2 2 1');
  });

  it('is told every value that is wrong, at once', async () => {
    const { plugin } = await start({
      boolean: 1,
      integer: 11,
      natural: 6,
      large: -1,
      words: 'a\0b',
      choice: 'purple',
      set: ['red', 'purple'],
      real: 1.5,
      session: 1,
      intger: 1,
    });
    expect(plugin.state).toBe('failed');
    expect(plugin.error?.problems.map(({ code, where }) => `${where} ${code}`)).toEqual([
      'config.intger MORTISE_ERR_CONFIG_KEY',
      'config.boolean MORTISE_ERR_CONFIG_TYPE',
      'config.integer MORTISE_ERR_CONFIG_VALUE',
      'config.natural MORTISE_ERR_CONFIG_VALUE',
      'config.large MORTISE_ERR_CONFIG_VALUE',
      'config.words MORTISE_ERR_CONFIG_VALUE',
      'config.choice MORTISE_ERR_CONFIG_VALUE',
      'config.set MORTISE_ERR_CONFIG_VALUE',
      'config.real MORTISE_ERR_CONFIG_VALUE',
      'config.session MORTISE_ERR_CONFIG_TYPE',
    ]);
    const [key, , range] = plugin.error?.problems ?? [];
    expect(key?.remedy).toBe('Did you mean integer?');
    expect(range).toMatchObject({ expected: 'an integer from -10 to 10', found: '11' });
  });

  it.each<[string, string]>([
    ['%s|%d|%s', 'u|42|h'],
    ['%5s|%04d|%-3s|', '    u|0042|h  |'],
    ['%.0s|%x|%`s', '|2a|`h`'],
    ['%s%% %M', 'u% 42 "No message of desired type"'],
    ['%T %o', 'u 52'],
    ['100% %q %', '100% %q %'],
  ])('formats %j as MariaDB does', async (password, message) => {
    const { plugin } = await start();
    const verdict = plugin.offers.passwords?.validate({ user: 'u', password, host: 'h' });
    expect(verdict).toEqual({ accepted: false, message });
  });

  it.each<[string, string]>([
    ['%s|%d|%s', 'u|42|abcdef'],
    ['%sQ|%iE|%sS', '`u`|42 "No message of desired type"|abcdef'],
    ['%.1sB|%dE|%.5sT', 'u|42E|ab...'],
    ['%sS%i %sTQ', 'u42 abcdefQ'],
    ['%M %`s %b %T', '%M %`s %b %T'],
  ])('formats %j as MariaDB 11 does for who asks for 2.0', async (password, message) => {
    const { plugin } = await start({}, { PRINT_VERSION: 0x0200 });
    const verdict = plugin.offers.passwords?.validate({ user: 'u', password, host: 'abcdef' });
    expect(verdict).toEqual({ accepted: false, message });
  });

  it('gives numbered errors words, and touches no argument of one it doesn’t know', async () => {
    const { plugin } = await start();
    const message = plugin.offers.passwords?.validate({ user: 'a.key', password: 'number' })?.message;
    expect(message).toBe('a.key could not be opened: 2 "No such file or directory"; error 4711');
  });

  it('cuts off what doesn’t fit', async () => {
    const { plugin } = await start();
    expect(plugin.offers.passwords?.validate({ user: 'u', password: 'short' }).message).toBe('4 abcd');
  });

  it('reads keys in each of their versions', async () => {
    const { plugin } = await start({}, { TYPE: 9, INFO: 0x300 });
    expect(plugin.offers.keys?.get(1)).toEqual(Buffer.from([1, 3]));
    expect(plugin.offers.keys?.get(1, 2)).toEqual(Buffer.from([1, 2]));
    expect(plugin.offers.keys?.get(1, 4)).toBeUndefined();
    expect(plugin.offers.keys?.get(2)).toBeUndefined();
  });

  it('tells a key that it cannot have from one that is not there', async () => {
    const { plugin, host, lines } = await start({}, { TYPE: 9, INFO: 0x300 });
    const get = (id: number, version?: number) => plugin.offers.keys?.get(id, version);
    const refused = (id: number) => {
      const error = thrown(() => get(id)) as MortiseError;
      expect(error).toMatchObject({ code: 'MORTISE_ERR_PLUGIN_FAILED', subject: 'fixture' });
      expectComplete(error.problems[0] as Problem);
      return error.problems[0]?.message;
    };
    expect(refused(3)).toBe('the vault answered 403');
    expect(refused(4)).toBe('the HSM is on fire');
    expect(refused(5)).toBe('version 3 of key 5 failed: status 42');
    expect(get(6)).toBeUndefined();
    expect(get(7)).toEqual(Buffer.alloc(5000, 7));
    expect(refused(8)).toMatch(/the key has 2097152 bytes, and a key has at most 1 MiB/);
    expect(refused(9)).toMatch(/the key has 2097152 bytes/);
    expect(get(10)).toBeUndefined();
    // What belongs to an answer isn't in the log as well; a note is.
    await host.close();
    expect(lines.filter((line) => !line.includes('fixture'))).toEqual(['info key 10 not found']);
  });

  it('asks no other plugin for a key that the first cannot have', async () => {
    const define = { TYPE: 9, INFO: 0x300 };
    const host = await open({ plugins: [fixture(define), fixture({ ...define, NAME: 'second' })] });
    const keys = host.capability(Keys);
    expect(keys.get(1)).toEqual(Buffer.from([1, 3]));
    expect(keys.get(2)).toBeUndefined();
    expect(thrown(() => keys.get(4))).toMatchObject({
      code: 'MORTISE_ERR_PLUGIN_FAILED',
      subject: 'fixture',
    });
  });

  it('fails with what its init says, and notes stay notes', async () => {
    const { host, plugin, lines } = await start({}, { INIT_STATUS: 1, INIT_MESSAGE: 'no disk' });
    expect(plugin.state).toBe('failed');
    expect(plugin.error?.problems.map(({ message }) => message)).toEqual(['no disk']);
    const silent = await start({}, { INIT_STATUS: 1 });
    expect(silent.plugin.error?.problems.map(({ message }) => message)).toEqual([
      "fixture's init returned 1 and gave no reason; init of fixture",
    ]);
    await host.close();
    expect(lines).toEqual(['info init of fixture']);
  });

  it('starts all plugins of a file, with a table of values for each', async () => {
    const define = { SECOND: 'other' };
    const { host, plugin, lines } = await start({ other: { integer: 3 } }, define);
    expect(plugin.state).toBe('ready');
    await host.close();
    expect(lines).toEqual([
      'info init of fixture',
      'info init of other',
      'info deinit of other',
      'info deinit of fixture',
    ]);
    const flat = await start({ integer: 3 }, define);
    expect(flat.plugin.error).toMatchObject({ code: 'MORTISE_ERR_CONFIG_KEY', where: 'config.integer' });
    const table = await start({ other: 3 }, define);
    expect(table.plugin.error).toMatchObject({ code: 'MORTISE_ERR_CONFIG_TYPE', where: 'config.other' });
  });

  it.each<[string, Record<string, string | number | true>, string, string?]>([
    ['a newer minor of the interface', { INTERFACE: 0x0110 }, 'MORTISE_ERR_ABI_MISMATCH', '1.16'],
    ['another major of the interface', { INTERFACE: 0x020f }, 'MORTISE_ERR_ABI_MISMATCH', '2.15'],
    ['declarations of another size', { STRUCT_SIZE: 96 }, 'MORTISE_ERR_INFO_LAYOUT', '96 bytes'],
    ['a newer minor of a service', { PRINT_VERSION: 0x0101 }, 'MORTISE_ERR_SERVICE_VERSION'],
    ['an older major of a service', { PRINT_VERSION: 0x0042 }, 'MORTISE_ERR_SERVICE_VERSION'],
    [
      'a cell with a number that is not a version',
      { PRINT_VERSION: 0x10000 },
      'MORTISE_ERR_SERVICE_CELL',
      '0x10000',
    ],
    ['a cell with zero', { ZERO_CELL: true }, 'MORTISE_ERR_SERVICE_CELL', '0x0'],
    ['a cell with nothing', { EMPTY_CELL: true }, 'MORTISE_ERR_SERVICE_CELL'],
    ['a cell among the constants', { CONSTANT_CELL: true }, 'MORTISE_ERR_SERVICE_READ_ONLY'],
    ['a cell that the loader protects', { RELRO_CELL: true }, 'MORTISE_ERR_SERVICE_READ_ONLY'],
    [
      'a service that MariaDB has and this host doesn’t',
      { UNKNOWN_SERVICE: true },
      'MORTISE_ERR_SERVICE_UNKNOWN',
    ],
    ['a symbol of the server', { SERVER_SYMBOL: true }, 'MORTISE_ERR_SYMBOL_MISSING', 'thd_sql_command'],
    ['a storage engine', { TYPE: 1 }, 'MORTISE_ERR_PLUGIN_KIND', 'a storage engine'],
    ['a kind that nobody knows', { TYPE: 99 }, 'MORTISE_ERR_PLUGIN_KIND', 'kind 99'],
    ['a newer interface of its kind', { INFO: 0x0102 }, 'MORTISE_ERR_ABI_MISMATCH', '1.2'],
    ['a name that is none', { NAME: 'a b' }, 'MORTISE_ERR_INFO_NAME', '"a b"'],
    ['no record of its own', { FOREIGN_INFO: true }, 'MORTISE_ERR_INFO_LAYOUT', 'none'],
    ['a list without an end', { NO_END: true }, 'MORTISE_ERR_INFO_LAYOUT', '1 declarations and no end'],
  ])('is refused before it is loaded with %s', async (_, define, code, found) => {
    const { plugin, problems } = await besideGood(fixture(define));
    expect(plugin.state).toBe('rejected');
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    if (found) expect(problems[0]?.found).toBe(found);
    const report = await verifyFile(fixture(define), await hostFacts());
    expect(report.checks.filter(({ status }) => status === 'fail').map((check) => check.code)).toEqual([
      code,
    ]);
  });

  it('says what happened when it gives no hash', async () => {
    const kind = { TYPE: 7, INFO: 0x0202 };
    const { plugin } = await start({}, kind);
    const problemsOf = (password: string) =>
      (thrown(() => plugin.offers.authentication?.hashPassword(password)) as MortiseError).problems;
    const common = { code: 'MORTISE_ERR_PLUGIN_FAILED', found: 'status -1' };
    expect(problemsOf('loud')).toMatchObject([{ ...common, message: 'the HSM is on fire' }]);
    expect(problemsOf('silent')).toMatchObject([{ ...common, message: 'hashPassword failed: status -1' }]);
    const none = await start({}, { ...kind, KEEPS_NONE: true });
    const error = thrown(() => none.plugin.offers.authentication?.hashPassword('any'));
    expect(error).toMatchObject({ code: 'MORTISE_ERR_PLUGIN_FUNCTION' });
  });

  it('is refused when a cell holds a pointer already', async () => {
    const { plugin, problems } = await besideGood(fixture({ FILLS_ITS_CELL: true }));
    expect(plugin.state).toBe('failed');
    expect(problems).toMatchObject([{ code: 'MORTISE_ERR_SERVICE_CELL', where: 'my_print_error_service' }]);
  });

  it('is never read outside its file, whatever byte of it is damaged', async () => {
    const whole = readFileSync(fixture());
    const facts = await hostFacts();
    const path = join(directory(), 'damaged.so');
    let refused = 0;
    for (let at = 0; at < whole.length; at += 61) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      writeFileSync(path, damaged);
      const { status, checks } = await verifyFile(path, facts);
      if (status === 'fail') refused++;
      for (const check of checks) expect(check.code ?? 'none').toMatch(/^(none$|MORTISE_)/);
    }
    expect(refused).toBeGreaterThan(10);
    for (let size = 64; size < whole.length; size += 97) {
      writeFileSync(path, whole.subarray(0, size));
      expect((await verifyFile(path, facts)).status).toBe('fail');
    }
  });
});

it('finds no handle of another kind', () => {
  expect(() => mariadbAddon().mariadbStop({} as never)).toThrow(/not a handle/);
  expect(addon()).toBe(mariadbAddon());
});
