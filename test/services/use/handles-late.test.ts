/** Handles that a plugin gives while it stops, and those that are destroyed on another thread. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callback, defineService, fn, handle, i32, none, out, status } from '../../../src/index.js';
import { open, thrown } from '../../host/open.js';
import { missingTools, titled } from '../../rust/cargo.js';
import { buildC, scratch } from '../serve/typescript.build.js';

const Stream = handle('stream', { destroy: 'close' });
const Late = defineService('test.late', '1.0', {
  open: fn({ milliseconds: i32, stream: out(Stream) }, status, { thread: 'any' }),
  visit: fn({ visit: callback({}, none), stream: out(Stream) }, status),
  next: fn({ stream: Stream, number: i32, got: out(i32) }, status, { thread: 'any' }),
  close: fn({ stream: Stream }, none, { thread: 'any' }),
  count: fn({}, i32),
});
const missing = process.platform === 'linux' ? missingTools('cc') : ['ELF'];
const destroyed = expect.objectContaining({
  code: 'MORTISE_ERR_SERVICE_HANDLE',
  message: expect.stringContaining('stream was destroyed already'),
});

describe.skipIf(missing.length > 0)(titled('handles while much else goes on', missing), () => {
  const { path, remove } = scratch();
  let library: string;
  beforeAll(() => {
    library = buildC('../use/handles.late.c', [Late], path, 'c', 'late');
  });
  afterAll(remove);

  async function late() {
    const lines: string[] = [];
    const host = await open({
      plugins: [{ name: library, required: true }],
      log: ({ message }) => lines.push(message),
    });
    const [pool] = host.services.useAsync(Late);
    if (!pool) throw new Error('the provider is missing');
    return { host, pool, main: host.services.get(Late), lines };
  }

  it('one that comes while its plugin stops is destroyed before fini', async () => {
    const { host, pool, main, lines } = await late();
    const opening = pool.open({ milliseconds: 100 });
    await host.stop(main.plugin);
    const { stream } = await opening;
    expect([stream.isLive, lines]).toEqual([false, ['0 live']]);
    stream[Symbol.dispose]();
    await host.close();
  });

  it('one that comes while its host closes is destroyed before fini', async () => {
    const { host, main, lines } = await late();
    let closing: Promise<void> | undefined;
    const { stream } = main.visit({
      visit: () => {
        closing = host.close();
      },
    });
    await closing;
    expect([stream.isLive, lines]).toEqual([false, ['0 live']]);
  });

  it('one that is being destroyed on the pool is passed to nobody', async () => {
    const { host, pool, main } = await late();
    const { stream } = await pool.open({ milliseconds: 200 });
    const closing = pool.close({ stream });
    const seen = [
      stream.isLive,
      await Promise.allSettled([pool.next({ number: 1, stream }), pool.close({ stream })]),
    ];
    stream[Symbol.dispose]();
    await closing;
    expect(seen).toEqual([
      false,
      [
        { status: 'rejected', reason: destroyed },
        { status: 'rejected', reason: destroyed },
      ],
    ]);
    expect(main.count()).toBe(0);
    await host.close();
  });

  it('a call that was refused late leaves its memory to the next', async () => {
    const { host, main } = await late();
    const kept = main.open({ milliseconds: 0 }).stream;
    const { stream } = main.open({ milliseconds: 0 });
    const given = {
      stream,
      get number() {
        main.close({ stream });
        return 1;
      },
    };
    expect(thrown(() => main.next(given))).toEqual(destroyed);
    let compiled = 0;
    const { Function: Original } = globalThis;
    globalThis.Function = new Proxy(Original, {
      construct: (target, given, to) => {
        compiled++;
        return Reflect.construct(target, given, to);
      },
    });
    try {
      expect(main.next({ number: 1, stream: kept })).toEqual({ got: 1 });
    } finally {
      globalThis.Function = Original;
    }
    expect(compiled).toBe(0);
    await host.close();
  });
});
