/** SQL for which there is no memory: an error, and the host goes on. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { good } from '../../host/open.js';
import { titled } from '../../rust/cargo.js';

const lacks =
  process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0 ? [] : ['prlimit'];

/** Leaves the process 96 MiB of address space, and then all again. */
const script = `
  import { execFileSync } from 'node:child_process';
  import { readFileSync } from 'node:fs';
  const { Host } = await import(${JSON.stringify(join(process.cwd(), 'dist/mortise.js'))});
  const host = await Host.open({ plugins: [JSON.parse(process.argv[1])], log() {} });
  const limit = (bytes) => execFileSync('prlimit', ['--pid', process.pid, '--as=' + bytes + ':']);
  const sql = 'SELECT ' + 'é'.repeat(150 * 2 ** 20);
  sql.charCodeAt(9); // flat
  host.route({ sql: 'SELECT 1', shards: 4 });
  limit(Number(/VmSize:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024 + 96 * 2 ** 20);
  const codes = [() => host.route({ sql }), () => host.explain({ sql }), () => host.prepare(sql),
    () => host.route({ sql: 'SELECT $1', params: [sql] })].map((call) => {
    try {
      return JSON.stringify(call());
    } catch (error) {
      return error.code;
    }
  });
  console.log(...codes, host.route({ sql: 'SELECT 1', shards: 4 }).plugin);
  limit('unlimited');
  console.log(host.route({ sql, shards: 4 }).plugin);`;

it.skipIf(lacks.length > 0)(titled('SQL that there is no memory for is refused', lacks), () => {
  const args = ['--input-type=module', '-e', script, JSON.stringify(good())];
  const { stdout, stderr, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const refused = 'MORTISE_ERR_QUERY';
  expect([signal, stderr]).toEqual([null, '']);
  expect(stdout).toBe(`${refused} ${refused} ${refused} ${refused} good\ngood\n`);
});
