/** The bridge by itself: called as a host calls it, but without one. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { exportsOf } from '../../rust/cargo.js';
import { cargo, needs, type Parts, parts } from './parts.js';

const timeout = 1_800_000;

describe.skipIf(!parts)(`the bridge to PgDog's plugins${needs}`, () => {
  const { bridge, tenant, driver } = parts ?? ({} as Parts);

  it('passes its own tests', { timeout }, async () => {
    const { code, output } = await cargo('test', '--release', '--locked', '-p', 'mortise-pgdog-bridge');
    expect(code, output).toBe(0);
    expect(Number(/test result: ok\. (\d+) passed/.exec(output)?.[1])).toBeGreaterThan(15);
  });

  it('has nothing that clippy would change', { timeout }, async () => {
    const lints = ['--release', '--all-targets', '--locked', '--quiet', '--', '-D', 'warnings'];
    expect(await cargo('clippy', ...lints)).toEqual({ code: 0, output: '' });
    const earlier = ['--manifest-path', 'earlier/Cargo.toml'];
    expect(await cargo('clippy', ...earlier, ...lints)).toEqual({ code: 0, output: '' });
  });

  it.skipIf(process.platform !== 'linux')('exports its own functions and nothing else', () => {
    expect(exportsOf(bridge)).toEqual({
      mortise_pgdog_bridge: 'R',
      mortise_pgdog_link: 'T',
      mortise_pgdog_route: 'T',
      mortise_pgdog_trees: 'T',
    });
  });

  it('answers 8 threads of 100,000 calls, each rightly', { timeout }, () => {
    const { stdout, stderr } = spawnSync(driver, ['threads', bridge, tenant, '8', '100000'], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toContain('800000 calls on 8 threads, 0 wrong');
  });
});
