/** What safe Rust may do with generated modules, and TypeScript with plugins in Rust. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bool,
  buffer,
  bytes,
  callback,
  defineService,
  f64,
  fn,
  i64,
  implement,
  MortiseError,
  none,
  out,
  type Problem,
  status,
  statusWithMessage,
} from '../../../src/index.js';
import { open, thrown } from '../../host/open.js';
import { cargo, missingTools, scratchTarget, titled } from '../../rust/cargo.js';
import { buildC, buildRust, scratch } from './typescript.build.js';
import { Served, Used } from './typescript.kinds.js';

const Tree = defineService('test.tree', '1.0', {
  each: fn({ visit: callback({ n: i64 }, none) }, status),
  again: fn({}, status),
  walk: fn({ steps: i64, visit: callback({ n: i64 }, status) }, statusWithMessage),
  careful: fn({ careless: bool, visit: callback({ n: i64 }, status) }, statusWithMessage),
  sum: fn({ visit: callback({}, i64) }, i64, { failure: -1 }),
  count: fn({ visit: callback({}, status) }, i64),
});
const Count = defineService('test.count', '1.0', {
  bump: fn({}, i64, { failure: -5n }),
  look: fn({ now: out(i64) }, status),
  isEven: fn({ half: out(f64) }, bool, { failure: true }),
  reset: fn({}, none),
  free: fn({}, i64, { thread: 'any' }),
});
const Copy = defineService('test.copy', '1.0', {
  shift: fn({ from: bytes, to: buffer }, i64),
  both: fn({ one: buffer, two: buffer }, none),
  visit: fn({ from: bytes, to: buffer, visit: callback({}, none) }, bool),
});

const missing = process.platform === 'linux' ? missingTools('cargo', 'cc') : ['ELF'];

describe.skipIf(missing.length > 0)(titled('safe Rust', missing), () => {
  const { path, remove } = scratch();
  let library: string;
  let count: string;
  beforeAll(async () => {
    count = buildC('typescript.safe.c', [Count], path);
    library = await buildRust('typescript.safe.rs', 'test-safe', [Tree, Count, Copy], path);
  }, 300_000);
  afterAll(remove);

  let visit: ((given: { n: number }) => void) | undefined;
  const tree = implement(Tree, {
    each(given) {
      visit = given.visit;
      visit({ n: 1 });
      visit({ n: 2 });
    },
    again() {
      visit?.({ n: 3 });
    },
    walk({ steps, visit }) {
      for (let n = 0n; n < steps; n++) {
        try {
          visit({ n });
        } catch {}
      }
    },
    careful({ careless, visit }) {
      try {
        visit({ n: 7 });
      } catch (error) {
        if (!careless) throw error;
      }
    },
    sum: ({ visit }) => visit() + visit(),
    count({ visit }) {
      try {
        visit();
      } catch {}
      return 1n;
    },
  });

  async function run(what: string, strict = false) {
    visit = undefined;
    const lines: string[] = [];
    const problems: Problem[] = [];
    const host = await open({
      plugins: [
        { name: count, required: true },
        { name: library, required: true, config: { what } },
      ],
      services: [tree],
      strict,
      severity: 'info',
      log: ({ plugin, message }) => {
        if (plugin === 'safe' && !message.startsWith('MORTISE_ERR')) lines.push(message);
      },
    });
    host.on('problem', (problem) => problems.push(problem));
    return { host, lines, problems };
  }

  it('a closure that is called again while it runs is not run twice at a time', async () => {
    const { host, lines } = await run('reentrant');
    await host.close();
    expect(lines).toEqual([
      "test.tree: each's visit was called again while it ran",
      'still a name that is long enough for the heap, again Ok(())',
      'calls 2',
      'sum 3',
    ]);
  });

  it('a panic in a closure goes on where the plugin called, and ends the calls of it', async () => {
    const { host, lines } = await run('panic');
    await host.close();
    expect(lines).toEqual(['panic Ok("lost at 1") calls 2', 'panic true']);
  });

  it('an error of a closure is what the plugin gets, whatever becomes of it on the way', async () => {
    const { host, lines } = await run('errors');
    await host.close();
    expect(lines).toEqual([
      'careless false: Err("no 7")',
      'careless true: Err("no 7")',
      'test.tree: a callback of count failed: why not',
      'count 1',
    ]);
  });

  it('a function for the main thread is refused elsewhere, and TypeScript says so itself', async () => {
    const { host, lines, problems } = await run('thread', true);
    await host.close();
    const refused = (name: string) =>
      `test.count: ${name} is called on the main thread, after the plugin's register or init began`;
    expect(lines).toEqual([
      'main 1 Ok(1) (false, 0.5) 1',
      refused('reset'),
      refused('bump'),
      refused('isEven'),
      `elsewhere -5 Err("${refused('look')}") (true, 0.0), again fails true`,
      'main 2',
    ]);
    expect(problems.map(({ code, where }) => [code, where])).toEqual([
      ['MORTISE_ERR_SERVICE_THREAD', 'test.tree.again'],
    ]);
  });

  it('what TypeScript serves may be called on any thread, where the host is not strict', async () => {
    const { host, lines } = await run('pool');
    await expect.poll(() => lines).toEqual(['pool Ok(())']);
    await host.close();
  });

  it('refuses to write into what is read', async () => {
    const { host } = await run('');
    const copy = host.services.get(Copy);
    const buffer = new Uint8Array(8).fill(1);
    const shared = new SharedArrayBuffer(8);
    const same = structuredClone(shared);
    for (const [from, to] of [
      [buffer, buffer],
      [buffer.subarray(0, 4), buffer.subarray(3)],
      [Buffer.from(buffer.buffer, 7), buffer],
      [new Uint8Array(shared, 0, 4), new Uint8Array(same, 3)],
    ] as const) {
      const error = thrown(() => copy.shift({ from, to })) as MortiseError;
      expect(error).toBeInstanceOf(MortiseError);
      expect(error).toMatchObject({
        code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
        subject: 'test.copy of safe',
        where: 'shift({ from, to })',
      });
      expect(thrown(() => copy.both({ one: from, two: to }))).toMatchObject({
        code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
      });
    }
    // Side by side is apart.
    buffer[0] = 5;
    expect(copy.shift({ from: buffer.subarray(0, 4), to: buffer.subarray(4) })).toBe(5n);
    expect([...buffer]).toEqual([5, 1, 1, 1, 5, 1, 1, 1]);
    expect(copy.shift({ from: new Uint8Array(shared, 0, 4), to: new Uint8Array(same, 4) })).toBe(0n);
    copy.both({ one: new Uint8Array(buffer.buffer, 4, 0), two: buffer.subarray(0, 0) });
  });

  it('has bytes that stay, whatever a callback changes', async () => {
    const { host } = await run('');
    const [from, to] = [Buffer.from([1, 2, 3]), Buffer.from([4, 5])];
    const visit = () => {
      from.fill(8);
      to.fill(8);
    };
    expect(host.services.get(Copy).visit({ from, to, visit })).toBe(true);
    expect([...from, ...to]).toEqual([8, 8, 8, 9, 9]);
  });

  it('calls its own table on any thread in a unit test', { timeout: 300_000 }, async () => {
    const env = { CARGO_TARGET_DIR: scratchTarget };
    const { code, output } = await cargo(['test', '--quiet'], { cwd: join(path, 'test-safe'), env });
    expect([code, output]).toEqual([0, expect.stringContaining('1 passed')]);
  });

  it('may deny unsafe code, and hide the prelude', { timeout: 300_000 }, async () => {
    await buildRust('typescript.bare.rs', 'test-bare', [Served, Used], path);
  });
});
