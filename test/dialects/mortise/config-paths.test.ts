/** Keys of a configuration that nobody asked for, in lists and tables, and what was meant by them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stepsOf, unusedKeys, valueAt } from '../../../src/dialects/mortise/config-paths.js';
import { Host } from '../../../src/index.js';

const root = mkdtempSync(join(tmpdir(), 'mortise-config-paths-'));
afterAll(() => rmSync(root, { recursive: true }));

const source = `#include <mortise/mortise.h>
MORTISE_MODULE(.name = "keyed", .version = "1.0.0")
MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const mortise_value *nodes = mortise_config_list(host, "nodes");
  int64_t sum = 0;
  for (uint32_t i = 0; nodes && i < nodes->count; i++) {
    const mortise_value *node = &nodes->as.items[i];
    sum += mortise_config_i64_in(host, node, "weight", 1) + (int64_t)mortise_config_u64_in(host, node, "shard", 0);
    sum += mortise_config_bool_in(host, node, "reads", 0) + (int64_t)mortise_config_f64_in(host, node, "share", 0);
    mortise_config_string_in(host, mortise_config_table_in(host, node, "auth"), "user", "");
  }
  sum += mortise_config_i64(host, "limits.\\"10.0.0.1\\"", 0);
  (void)mortise_config_list_in(host, NULL, "tags");
  if (sum != mortise_config_i64(host, "sum", sum)) return mortise_fail(error, "%lld", (long long)sum);
  return MORTISE_OK;
}
`;
const library = join(root, 'libkeyed.so');
const flags = ['-fPIC', '-shared', '-fvisibility=hidden', '-Wl,-Bsymbolic', '-Iinclude', '-Wall', '-Werror'];
execFileSync('cc', [...flags, '-x', 'c', '-', '-o', library], { input: source });

async function started(config: Record<string, unknown>) {
  const plugins = [{ name: library, config: config as never }];
  const host = await Host.open({ plugins, log: () => {} });
  const plugin = [...host.plugins][0];
  const warned = plugin?.checks.flatMap(({ problem }) =>
    problem?.code === 'MORTISE_WARN_CONFIG_UNUSED' ? [[problem.found, problem.remedy]] : [],
  );
  const problems = plugin?.error?.problems ?? [];
  const state = plugin?.state;
  await host.close();
  return { state, warned, problems };
}

describe.skipIf(process.platform !== 'linux')('a key that nobody asked for', () => {
  it('is found inside lists and tables, with what was meant', async () => {
    const config = {
      nodes: [
        { weight: 2, shard: 1, reads: true, share: 1.5, auth: { user: 'a' } },
        { wieght: 5, auth: { usr: 'b' } },
      ],
      limits: { '10.0.0.1': 4 },
      tgas: [],
      sum: 10,
    };
    const { state, warned } = await started(config);
    expect(state).toBe('ready');
    expect(warned).toEqual([
      ['nodes[1].wieght', 'Did you mean weight?'],
      ['nodes[1].auth.usr', 'Did you mean user?'],
      ['tgas', 'Did you mean tags?'],
    ]);
  });

  it('is none when all are known', async () => {
    expect(await started({ nodes: [{ weight: 1 }], tags: ['x'] })).toMatchObject({
      state: 'ready',
      warned: [],
    });
  });

  it('is beside a value of the wrong type, which is refused with its place', async () => {
    const { state, problems } = await started({ nodes: [{ weight: 1 }, { weight: 'heavy' }] });
    expect(state).toBe('failed');
    expect(problems).toMatchObject([
      { code: 'MORTISE_ERR_CONFIG_VALUE', where: 'config.nodes[1].weight', found: '"heavy"' },
    ]);
  });
});

describe('paths', () => {
  it('have keys with dots in quotes', () => {
    expect(stepsOf('limits."10.0.0.1"')).toEqual(['limits', '10.0.0.1']);
    expect(stepsOf('nodes[2]."a\\"b\\\\".c')).toEqual(['nodes', '2', 'a"b\\', 'c']);
    expect(valueAt({ limits: { '10.0.0.1': 7 } }, 'limits."10.0.0.1"')).toBe(7);
  });

  it('mean nothing where nothing alike was asked for', () => {
    const [warning] = unusedKeys({ unused: ['colour'], asked: ['shards', 'x.color'] }, 'p');
    expect(warning?.remedy).toMatch(/^Check the spelling/);
  });
});
