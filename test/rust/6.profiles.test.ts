import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cargo, missingTools, newPlugin, scratchTarget, titled } from './cargo.js';

const missing = missingTools('cargo');
const timeout = 1_800_000;
const env = { CARGO_TARGET_DIR: scratchTarget };

describe.skipIf(missing.length > 0)(titled('a profile with panic = "abort"', missing), () => {
  let cwd: string;
  beforeAll(() => {
    cwd = newPlugin('aborts');
    appendFileSync(join(cwd, 'Cargo.toml'), '\n[profile.release]\npanic = "abort"\n');
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it('makes no plugin, and says why', { timeout }, async () => {
    for (const command of ['build', 'check']) {
      const { code, output } = await cargo([command, '--release'], { cwd, env });
      expect(code).not.toBe(0);
      expect(output).toContain(
        `error: a panic of this plugin would end the host's process: take panic = "abort" out of the profile in Cargo.toml, or set panic = "unwind"`,
      );
      expect(output).toContain('could not compile `aborts` (lib) due to 1 previous error');
    }
  });

  it('leaves the other profiles and the tests alone, which unwind', { timeout }, async () => {
    for (const args of [['check', '--all-targets'], ['test'], ['test', '--release']]) {
      const { code, output } = await cargo(args, { cwd, env });
      expect(code, output).toBe(0);
    }
  });
});
