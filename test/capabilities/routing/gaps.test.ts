/**
 * What plugin hosts of this kind often leave untested, and where it is tested here, for mortise's own plugins. Those
 * of PgDog have theirs in test/dialects/pgdog.
 *
 * | another compiler                       | test/loader/refused-files.test.ts, test/loader/services.test.ts         |
 * | another parser                         | test/dialects/mortise/identity.test.ts                                  |
 * | missing symbols and entry points       | test/loader/refused-files.test.ts, test/dialects/mortise/identity.test.ts |
 * | order of init and fini                 | test/loader/order.test.ts, test/host/life.test.ts                       |
 * | init fails                             | test/dialects/mortise/start.test.ts, test/host/required.test.ts         |
 * | bad path, missing dependency           | test/loader/discover.test.ts, test/loader/dependencies                  |
 * | direct, all, block; read and write     | below, and answers.test.ts                                              |
 * | which of several plugins wins          | below, and answers.test.ts                                              |
 * | panics                                 | rust/mortise/tests/entries, rust/mortise/tests/services                 |
 * | answers out of range; none written     | answers.test.ts, test/native/chain.cc, and below                        |
 * | damaged files                          | test/binary, test/verify/verdict.test.ts, `npm run fuzz`                |
 * | questions at the same time             | below, and test/host/worker.test.ts                                     |
 * | state that threads share               | below                                                                   |
 * | many inits at once                     | test/host/worker.test.ts                                                |
 */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigTable, PluginRequest } from '../../../src/index.js';
import { directory, open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

const asked = () => build('asked.c', { flags: ['-pthread'] });

describe('every answer that a plugin can give', () => {
  const targets = [
    [0, null],
    [1, 3],
    [2, 'all'],
    [3, 'blocked'],
  ] as const;
  const accesses = [
    [0, null],
    [1, 'read'],
    [2, 'write'],
  ] as const;

  it.each(targets.flatMap((target) => accesses.map((access) => [target, access] as const)))(
    '%j and %j',
    async ([target, shard], [access, readWrite]) => {
      const host = await open({ plugins: [asked()], routing: { shards: 4 } });
      const plugin = shard === null && readWrite === null ? null : 'asked';
      const params = [target, access, 3].map(String);
      for (const decision of [host.route({ sql: '', params }), host.prepare('').route(params)])
        expect(decision).toEqual({ plugin, shard, readWrite });
    },
  );

  it('is none when it writes none, whatever stood in the answer before', async () => {
    const host = await open({ plugins: [asked()], routing: { shards: 4 } });
    for (const params of [
      ['1', '2', '3'],
      ['3', '0', '0'],
      ['2', '1', '0'],
    ]) {
      expect(host.route({ sql: '', params }).plugin).toBe('asked');
      expect(host.route({ sql: '' })).toEqual({ plugin: null, shard: null, readWrite: null });
    }
  });
});

describe('of the same plugin three times the first that decides wins', () => {
  const plugins: Record<string, ConfigTable> = {
    direct: { target: 1, shard: 2 },
    all: { target: 2, access: 2 },
    silent: { status: 1 },
  };
  const answers = {
    direct: { plugin: 'direct', shard: 2, readWrite: null },
    all: { plugin: 'all', shard: 'all', readWrite: 'write' },
  };
  const request = (alias: string): PluginRequest => ({
    name: build('decider.c', { define: { NAME: alias } }),
    config: plugins[alias] ?? {},
  });

  it.each([
    [['direct', 'all', 'silent'], 'direct'],
    [['direct', 'silent', 'all'], 'direct'],
    [['silent', 'direct', 'all'], 'direct'],
    [['all', 'direct', 'silent'], 'all'],
    [['all', 'silent', 'direct'], 'all'],
    [['silent', 'all', 'direct'], 'all'],
  ] as const)('%j: %s', async (order, winner) => {
    const host = await open({ plugins: order.map(request), routing: { shards: 4 } });
    expect(host.route({ sql: 'SELECT 1' })).toEqual(answers[winner]);
    const said = host.explain({ sql: 'SELECT 1' }).asked.map(({ plugin, said }) => [plugin, said]);
    const at = order.indexOf(winner);
    expect(said).toEqual(
      order.map((name, index) => [name, index < at ? 'passed' : index === at ? 'decided' : 'not asked']),
    );
  });
});

const linux = process.platform === 'linux';
it.skipIf(!linux)(
  'eight threads ask one plugin 100,000 times each, none is answered wrongly and its count is right',
  { timeout: 300_000 },
  () => {
    const driver = join(directory(), 'driver');
    const source = resolve('test/support/plugins/threads-driver.c');
    const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Iinclude', '-pthread'];
    execFileSync('cc', [...flags, '-o', driver, source, '-ldl']);
    expect(execFileSync(driver, [asked()], { encoding: 'utf8' })).toBe('0\n');
  },
);
