/** What drivers' files tell before anything of them runs. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chosenInit, derivedInit, driverName, isDriver } from '../../../src/dialects/adbc/entry.js';
import { verify } from '../../../src/index.js';
import { call } from '../../cli/call.js';
import { directory, expectComplete, open } from '../../host/open.js';
import { failure } from './databases.js';
import { drivers, lacks, needs } from './parts.js';

describe('the init of a driver', () => {
  it.each([
    ['/x/libadbc_driver_sqlite.so.113', 'AdbcDriverSqliteInit'],
    ['adbc_driver_sqlite.dll', 'AdbcDriverSqliteInit'],
    ['proprietary_engine.dll', 'AdbcProprietaryEngineInit'],
    ['libdriver.example.dylib', 'AdbcDriverInit'],
  ])('of %s may be called %s', (path, name) => expect(derivedInit(path)).toBe(name));

  it('is found among the exports', () => {
    const all = [
      'AdbcDatabaseInit',
      'AdbcConnectionInit',
      'AdbcDriverInit',
      'AdbcDriverXInit',
      'x_adbc_init',
    ];
    expect(chosenInit(all, 'libadbc_driver_x.so')).toBe('AdbcDriverXInit');
    expect(chosenInit(all, 'other.so')).toBe('AdbcDriverInit');
    expect(chosenInit(['x_adbc_init'], 'x.so')).toBe('x_adbc_init');
    expect(isDriver(['AdbcDatabaseInit', 'AdbcConnectionInit'])).toBe(false);
    expect(isDriver(['AdbcDriverInit', 'AdbcLoadDriver'])).toBe(false);
    expect(driverName(['duckdb_adbc_init'], 'libduckdb.so')).toBe('duckdb');
    expect(driverName(['AdbcDriverInit'], '/x/libadbc_driver_snow-flake.so.1')).toBe('snow-flake');
  });
});

describe.skipIf(lacks('sqlite', 'postgresql', 'flightsql', 'duckdb'))(
  `a real driver${needs('sqlite', 'postgresql', 'flightsql', 'duckdb')}`,
  () => {
    it.each([
      ['sqlite', '1.13', 'AdbcDriverSqliteInit', '1.1'],
      ['postgresql', '1.13', 'AdbcDriverPostgresqlInit', '1.1'],
      ['flightsql', '1.13.0', 'AdbcDriverFlightsqlInit', '1.1'],
      ['duckdb', 'unknown', 'duckdb_adbc_init', 'unknown'],
    ] as const)('%s says who it is', async (name, version, entry, abi) => {
      const { status, dialect, info, checks } = await verify(drivers[name] as string);
      expect(checks.filter((one) => one.status === 'fail')).toEqual([]);
      expect(status).not.toBe('fail');
      expect(dialect).toBe('adbc');
      expect(info).toMatchObject({ name, version, abi });
      expect(checks).toContainEqual({ id: 'entry', status: 'ok', message: entry });
      const runtime = checks.find(({ id }) => id === 'runtime');
      expect(runtime?.message).toBe(
        name === 'flightsql'
          ? `Go ${info?.toolchain.slice(2)}: with threads and signal handlers of its own, never unloaded`
          : undefined,
      );
    });

    it('is shown by inspect, verify and list', async () => {
      const path = drivers.flightsql as string;
      expect((await call(['inspect', path])).stdout).toMatch(/identity +flightsql 1\.13\.0/);
      expect((await call(['verify', path])).stdout).toMatch(/ok +entry +AdbcDriverFlightsqlInit/);
      const folder = directory();
      const config = join(folder, 'mortise.toml');
      writeFileSync(config, `[[plugins]]\nname = '${drivers.sqlite}'\n`);
      const { code, stdout } = await call(['list', '-c', config]);
      expect(stdout).toMatch(/sqlite/);
      expect(code).toBe(0);
    });

    it('is found by a manifest, which is checked with it', async () => {
      const folder = directory();
      chmodSync(folder, 0o755);
      const manifest = (version: string, more = '') => {
        const path = join(folder, 'lite.toml');
        writeFileSync(
          path,
          `name = 'SQLite'\nversion = '${version}'\n[ADBC]\nversion = '1.1.0'\n[Driver]\n${more}shared = '${drivers.sqlite}'\n`,
        );
        return path;
      };
      const found = async (path: string) =>
        (await verify(path)).checks.filter(({ id }) => ['manifest', 'entry'].includes(id));
      const path = manifest('1.13.0');
      expect(await found(path)).toEqual([
        { id: 'entry', status: 'ok', message: 'AdbcDriverSqliteInit' },
        { id: 'manifest', status: 'ok', message: `${path}: SQLite 1.13.0, ADBC 1.1.0` },
      ]);
      manifest('1.14.0', "entrypoint = 'NoSuchInit'\n");
      expect(await found(path)).toMatchObject([
        { status: 'fail', code: 'MORTISE_ERR_ADBC_ENTRY', problem: { where: path } },
        { status: 'ok' },
        { status: 'warn', code: 'MORTISE_WARN_ADBC_MANIFEST' },
      ]);
      manifest('1.13.0');
      chmodSync(path, 0o666);
      expect(await found(path)).toContainEqual(
        expect.objectContaining({ id: 'manifest', code: 'MORTISE_WARN_FILE_PERMISSIONS' }),
      );
      const { checks } = await verify(join(folder, 'gone.toml'));
      expect(checks).toMatchObject([{ status: 'fail', code: 'MORTISE_ERR_FILE_MISSING' }]);
    });

    it('is started by a host under its name, found through the configuration', async () => {
      const folder = directory();
      writeFileSync(join(folder, 'lite.toml'), `[Driver]\nshared = '${drivers.sqlite}'\n`);
      const host = await open({ plugins: ['lite'], search: [folder] });
      const [plugin] = host.plugins;
      expect(plugin?.error).toBeUndefined();
      expect(plugin).toMatchObject({ state: 'ready', name: 'sqlite', dialect: 'adbc' });
      expect(plugin?.offers.adbc?.version).toBe('1.1.0');
      expect(plugin?.offers.querying?.carrier).toBe('native');
    });

    it('whose configuration is wrong doesn’t start', async () => {
      const name = drivers.sqlite as string;
      const host = await open({
        plugins: [{ name, config: { conections: 5, options: 'x', find: ['nowhere'] } }],
      });
      const { error } = [...host.plugins][0] ?? {};
      expect(error?.problems.map(({ code, where }) => [code, where])).toEqual([
        ['MORTISE_ERR_CONFIG_KEY', 'config'],
        ['MORTISE_ERR_CONFIG_TYPE', 'config.options'],
        ['MORTISE_ERR_CONFIG_TYPE', 'config.find'],
      ]);
    });

    it('is loaded and started by the trial', async () => {
      const { checks } = await verify(drivers.duckdb as string, { load: true });
      expect(checks.filter(({ id }) => ['load', 'init'].includes(id)).map(({ status }) => status)).toEqual([
        'ok',
        'ok',
      ]);
    });
  },
);

/** A driver of our own that does one thing wrong. */
function odd(mode: 'SILENT' | 'EMPTY' | 'SCHEMA', init = 'AdbcDriverOddInit', soname = 'libodd.so'): string {
  const path = join(directory(), soname);
  const source = resolve('test/dialects/adbc/odd.c');
  const flags = ['-shared', '-fPIC', '-fvisibility=hidden', `-Wl,-soname,${soname}`];
  execFileSync('cc', [...flags, `-DMODE=${mode}`, `-DINIT=${init}`, source, '-o', path]);
  return path;
}

describe.skipIf(process.platform !== 'linux')('a driver that does wrong', () => {
  it.each([
    ['SILENT', /AdbcDriverOddInit|status 9/],
    ['EMPTY', /DatabaseNew/],
  ] as const)('at its init doesn’t start: %s', async (mode, expected) => {
    const host = await open({ plugins: [odd(mode)] });
    const { error, state } = [...host.plugins][0] ?? {};
    expect([state, error?.code]).toEqual(['failed', 'MORTISE_ERR_ADBC_INIT']);
    expect(error?.message).toMatch(expected);
    for (const problem of error?.problems ?? []) expectComplete(problem);
  });

  it('with a result is refused before anything reads that', async () => {
    const host = await open({ plugins: [odd('SCHEMA')] });
    const [plugin] = host.plugins;
    expect(plugin?.error).toBeUndefined();
    expect(plugin?.offers.adbc?.version).toBe('1.0.0');
    const db = await plugin?.offers.adbc?.open('odd');
    const error = await failure(db?.rows('anything') as Promise<unknown>);
    expect(error).toMatchObject({ code: 'MORTISE_ERR_ADBC_CONTRACT', subject: 'odd' });
    await db?.close();
  });

  it('and is known for it is warned about', async () => {
    const path = odd('SCHEMA', 'AdbcDriverPostgresqlInit', 'libadbc_driver_postgresql.so.112');
    const { info, checks } = await verify(path);
    expect(info).toMatchObject({ name: 'postgresql', version: '1.12', abi: 'unknown' });
    expect(checks).toContainEqual(
      expect.objectContaining({ id: 'driver', code: 'MORTISE_WARN_ADBC_DRIVER' }),
    );
  });
});

it.skipIf(lacks('sqlite'))(
  `the libraries of a driver’s manifest may be copied${needs('sqlite')}`,
  async () => {
    const folder = directory();
    copyFileSync(drivers.sqlite as string, join(folder, 'libother.so'));
    expect((await verify(join(folder, 'libother.so'))).info?.name).toBe('sqlite');
  },
);
