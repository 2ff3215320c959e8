/** Plugins and providers of different minors. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bool,
  callback,
  defineService,
  fn,
  i32,
  implement,
  none,
  out,
  status,
  statusWithMessage,
  u32,
  u64,
} from '../../../src/index.js';
import { open } from '../../host/open.js';
import { cargo, missingTools, scratchTarget, titled } from '../../rust/cargo.js';
import { buildRust, scratch } from './typescript.build.js';

const first = { level: fn({}, i32) };
const Old = defineService('test.settings', '1.0', first);
const New = defineService('test.settings', '1.1', {
  ...first,
  verbose: fn({}, bool, { since: '1.1' }),
  sized: fn({ of: u32, size: out(u64) }, statusWithMessage, { since: '1.1' }),
  reset: fn({}, status, { since: '1.1' }),
  walk: fn({ steps: u32, visit: callback({ step: u32 }, none) }, statusWithMessage, { since: '1.1' }),
});
/** A table in which the last function is missing. */
const { walk, ...cut } = New.functions;
const Cut = defineService('test.settings', '1.1', cut);

const missing = process.platform === 'linux' ? missingTools('cargo') : ['ELF'];
describe.skipIf(missing.length > 0)(titled('a plugin in Rust of a later minor', missing), () => {
  const { path, remove } = scratch();
  let library: string;
  beforeAll(async () => {
    library = await buildRust('typescript.versions.rs', 'test-versions', [New], path);
  }, 300_000);
  afterAll(remove);

  const level = () => 7;
  const later = {
    verbose: () => true,
    sized: ({ of }: { of: number }) => ({ size: of * 2 }),
    reset() {
      throw new Error('no');
    },
  };
  it.each([
    ['lacks what an older host lacks', implement(Old, { level }), '7 None None None None 0'],
    [
      'uses what a newer host has',
      implement(New, {
        level,
        ...later,
        walk({ steps, visit }) {
          for (let step = 0; step <= steps; step++) visit({ step });
        },
      }),
      '7 Some(true) Some(Ok(6)) Some(false) Some(Ok(())) 3',
    ],
    [
      'looks at each function, not at the version',
      implement(Cut, { level, ...later }),
      '7 Some(true) Some(Ok(6)) Some(false) None 0',
    ],
  ])('%s', async (_, service, expected) => {
    const lines: string[] = [];
    const host = await open({
      plugins: [{ name: library, required: true }],
      services: [service],
      severity: 'info',
      log: ({ message }) => lines.push(message),
    });
    await host.close();
    expect(lines).toContain(expected);
  });

  it('is unit-tested without a host', { timeout: 300_000 }, async () => {
    const { code, output } = await cargo(['test', '--quiet'], {
      cwd: join(path, 'test-versions'),
      env: { CARGO_TARGET_DIR: scratchTarget },
    });
    expect([code, output]).toEqual([0, expect.stringContaining('3 passed')]);
  });
});
