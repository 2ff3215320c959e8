/** The crates, as they would be published: cargo packs each, and builds it from what it packed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const target = mkdtempSync(join(tmpdir(), 'mortise-crates-'));
afterAll(() => rmSync(target, { recursive: true, force: true }));

/** Those that can pack crates which need each other. */
function hasCargo(): boolean {
  const { stdout } = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
  const [, minor] = /^cargo 1\.(\d+)/.exec(stdout ?? '') ?? [];
  return Number(minor ?? 0) >= 90;
}

describe.skipIf(!hasCargo())('the crates (cargo 1.90)', () => {
  it('pass cargo package, with what they need beside them', { timeout: 900_000 }, () => {
    const { status, stderr } = spawnSync('cargo', ['package', '--workspace', '--allow-dirty'], {
      cwd: 'rust',
      env: { ...process.env, CARGO_TARGET_DIR: target },
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const packed = readdirSync(join(target, 'package')).filter((name) => name.endsWith('.crate'));
    expect(packed.map((name) => name.replace(/-\d.*/, '')).sort()).toEqual([
      'mortise',
      'mortise-build',
      'mortise-macros',
    ]);
  });
});
