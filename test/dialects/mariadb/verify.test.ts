/** Every plugin file of Debian's MariaDB: which load here, and what the others lack, told without dlopen. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryPath, mariadbPlugins } from './parts.js';

const plugins = mariadbPlugins();
const libraries = plugins && libraryPath();

/** Files that need services and nothing else of their server. */
const selfContained = [
  'auth_ed25519',
  'auth_gssapi',
  'auth_pam',
  'auth_pam_v1',
  'cracklib_password_check',
  'file_key_management',
  'hashicorp_key_management',
  'password_reuse_check',
  'provider_bzip2',
  'provider_lz4',
  'provider_lzma',
  'provider_lzo',
  'provider_snappy',
  'simple_password_check',
  'sql_errlog',
];

/** What each file wants that this host doesn't have, as `readelf -x .data` shows it. */
const foreignServices: Record<string, string[]> = {
  ha_archive: ['progress_report_service 1.0', 'thd_alloc_service 2.0'],
  ha_connect: ['thd_timezone_service 1.0'],
  ha_mroonga: ['thd_alloc_service 2.0', 'thd_autoinc_service 1.0', 'thd_error_context_service 2.0'],
  ha_rocksdb: ['thd_alloc_service 2.0', 'thd_kill_statement_service 16.0'],
  ha_spider: ['progress_report_service 1.0', 'thd_alloc_service 2.0', 'thd_error_context_service 2.0'],
  handlersocket: ['progress_report_service 1.0'],
};

interface Report {
  path: string;
  dialect: string;
  info: { name: string; version: string; abi: string } | null;
  status: string;
  checks: { id: string; status: string; code?: string; message: string; expected?: string; found?: string }[];
}

const name = (path: string) => path.replace(/^.*\/|\.so$/g, '');

/** `ldd -r` asks the system's own loader for every symbol that it can't bind, and runs nothing. */
function unbound(path: string): string[] {
  const output = execFileSync('bash', ['-c', 'ldd -r "$0" 2>&1 || true', path], {
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
    encoding: 'utf8',
  });
  const found = output.matchAll(/^undefined symbol: (\S+)\s+\((.*)\)$/gm);
  return [...new Set([...found].filter(([, , file]) => file === path).map(([, symbol]) => symbol as string))];
}

describe.skipIf(!libraries)("mortise verify (needs Debian's packages of MariaDB)", () => {
  const paths = [...(plugins ?? []).values()].sort();
  let cached: Report[] | undefined;

  /** In a process of its own, so that the libraries' directories can be searched and nothing is loaded. */
  function reports(): Report[] {
    if (cached) return cached;
    const main = resolve(import.meta.dirname, '../../../dist/cli.js');
    const script = 'node "$0" verify --json "$@" || [ $? -eq 1 ]';
    const output = execFileSync('bash', ['-c', script, main, ...paths], {
      env: { ...process.env, LD_LIBRARY_PATH: libraries, NODE_OPTIONS: '' },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    cached = (JSON.parse(output) as { plugins: Report[] }).plugins;
    return cached;
  }

  it('recognises all 35 files, and reads who each is', () => {
    expect(reports()).toHaveLength(35);
    expect(reports().map(({ dialect }) => dialect)).toEqual(Array(35).fill('mariadb'));
    expect(reports().filter(({ info }) => info === null)).toEqual([]);
    expect(new Set(reports().map(({ info }) => info?.abi))).toEqual(new Set(['1.15']));
    // 37 plugins: these declare two.
    const several = reports().filter(({ checks }) => checks.filter(({ id }) => id === 'identity').length > 1);
    expect(several.map(({ path }) => name(path)).sort()).toEqual(['query_response_time', 'wsrep_info']);
  });

  it('passes the 15 that need only services', () => {
    const passed = reports().filter(({ status }) => status !== 'fail');
    expect(passed.map(({ path }) => name(path)).sort()).toEqual(selfContained);
  });

  it.each(paths.map((path) => [name(path), path]))('names every symbol that %s lacks', (_, path) => {
    const report = reports().find((one) => one.path === path) as Report;
    const check = report.checks.find(({ id }) => id === 'imports');
    const named = check?.found?.split(', ') ?? [];
    if (named.length > 0)
      expect(check?.message).toMatch(`${named.length} symbols of the server: ${named[0]}`);
    expect(check?.status).toBe(named.length > 0 ? 'fail' : 'ok');
    expect([...named].sort()).toEqual(unbound(path).sort());
    if (named.length > 0) expect(check?.code).toBe('MORTISE_ERR_SYMBOL_MISSING');
  });

  it('names every service that is missing, with its version', () => {
    const wanted = reports().map(({ path, checks }) => [
      name(path),
      checks
        .filter(({ code }) => code === 'MORTISE_ERR_SERVICE_UNKNOWN')
        .map(({ expected }) => expected)
        .sort(),
    ]);
    expect(Object.fromEntries(wanted.filter(([, services]) => services?.length))).toEqual(foreignServices);
    const wrong = reports().flatMap(({ checks }) =>
      checks.filter(({ code }) => /VERSION|CELL/.test(code ?? '')),
    );
    expect(wrong).toEqual([]);
  });

  it('says which are of a kind that needs a server', () => {
    const kinds = reports().filter(({ checks }) =>
      checks.some(({ code }) => code === 'MORTISE_ERR_PLUGIN_KIND'),
    );
    expect(kinds.map(({ path }) => name(path)).filter((one) => one.startsWith('ha_'))).toHaveLength(11);
    expect(kinds).toHaveLength(18);
  });
});
