/** Handles of plugins: what TypeScript may do with them, and what becomes of those that it leaves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  callback,
  defineService,
  fn,
  handle,
  i32,
  implement,
  type MortiseError,
  none,
  out,
  type ServiceHandle,
  status,
} from '../../../src/index.js';
import { open, thrown } from '../../host/open.js';
import { missingTools, titled } from '../../rust/cargo.js';
import { buildC, buildRust, scratch } from '../serve/typescript.build.js';

const Stream = handle('stream', { destroy: 'close' });
const Other = handle('other', { destroy: 'drop' });
const Streams = defineService('test.streams', '1.0', {
  open: fn({ start: i32, stream: out(Stream) }, status),
  next: fn({ stream: Stream }, i32),
  visit: fn({ stream: Stream, visit: callback({}, none) }, i32),
  slow: fn({ stream: Stream, milliseconds: i32 }, i32, { thread: 'any' }),
  both: fn({ first: Stream, number: i32, second: Stream }, i32),
  make: fn({ other: out(Other) }, status),
  drop: fn({ other: Other }, none),
  close: fn({ stream: Stream }, none),
  count: fn({}, i32),
});

const missing = missingTools('cc', 'cargo');
const needs = { c: ['cc'], rust: ['cargo'] };

describe.each(['c', 'rust'] as const)('in %s', (language) => {
  const lacking =
    process.platform === 'linux' ? needs[language].filter((tool) => missing.includes(tool)) : ['ELF'];
  describe.skipIf(lacking.length > 0)(titled('handles', lacking), () => {
    const { path, remove } = scratch();
    let library: string;
    let second: string;
    beforeAll(async () => {
      second = buildC('../use/handles.c', [Streams], path, 'c', 'streams_second');
      library =
        language === 'rust'
          ? await buildRust('../use/handles.rs', 'test-streams', [Streams], path)
          : buildC('../use/handles.c', [Streams], path, 'c', 'streams_c');
    }, 300_000);
    afterAll(remove);

    const lines: string[] = [];
    async function streams() {
      lines.length = 0;
      const host = await open({
        plugins: [
          { name: library, required: true },
          { name: second, required: true },
        ],
        log: ({ plugin, message }) => lines.push(`${plugin}: ${message}`),
      });
      const [first, other] = host.services.use(Streams);
      if (!first || !other) throw new Error('a provider is missing');
      return { host, first, other };
    }
    const refused = (call: () => unknown, code: string, message: string) => {
      const error = thrown(call) as MortiseError;
      expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
    };
    const handleError = 'MORTISE_ERR_SERVICE_HANDLE';

    it('lives from its function to its destroy, beside others', async () => {
      const { host, first } = await streams();
      const [a, b] = [first.open({ start: 5 }).stream, first.open({ start: 50 }).stream];
      expect([first.next({ stream: a }), first.next({ stream: b }), first.next({ stream: a })]).toEqual([
        5, 50, 6,
      ]);
      expect(first.both({ first: a, number: 100, second: b })).toBe(158);
      expect([a.plugin, a.isLive, first.count()]).toEqual([first.plugin, true, 2]);
      first.close({ stream: a });
      expect([a.isLive, b.isLive, first.count()]).toEqual([false, true, 1]);
      b[Symbol.dispose]();
      b[Symbol.dispose]();
      expect([b.isLive, first.count()]).toEqual([false, 0]);
      await host.close();
    });

    it('is refused once destroyed, and destroyed once', async () => {
      const { host, first } = await streams();
      const { stream } = first.open({ start: 1 });
      first.close({ stream });
      refused(() => first.next({ stream }), handleError, 'stream was destroyed already');
      refused(() => first.close({ stream }), handleError, 'stream was destroyed already');
      expect(first.count()).toBe(0);
      await host.close();
    });

    it('is refused by another provider, in this host or another', async () => {
      const { host, first, other } = await streams();
      const { stream } = first.open({ start: 1 });
      refused(() => other.next({ stream }), handleError, `by another provider, of ${first.plugin}`);
      refused(() => other.close({ stream }), handleError, `by another provider, of ${first.plugin}`);
      const again = await open({ plugins: [{ name: second, required: true }] });
      refused(() => again.services.get(Streams).next({ stream }), handleError, 'by another provider');
      const theirs = again.services.get(Streams).open({ start: 9 }).stream;
      refused(() => other.next({ stream: theirs }), handleError, 'by another provider');
      await again.close();
      refused(() => other.next({ stream: theirs }), handleError, 'by another provider');
      await host.close();
    });

    it('is nothing else, whatever it looks like', async () => {
      const { host, first } = await streams();
      const { stream } = first.open({ start: 1 });
      const wrong = 'MORTISE_ERR_PLUGIN_ARGUMENT';
      for (const odd of [
        undefined,
        null,
        0,
        4096,
        {},
        { ...stream },
        Object.create(stream),
        new Proxy(stream, {}),
      ]) {
        refused(() => first.next({ stream: odd as ServiceHandle }), wrong, 'stream is not a stream that');
      }
      const { other } = first.make();
      refused(() => first.next({ stream: other }), wrong, 'stream is not a stream that the plugin gave');
      first.drop({ other });
      await host.close();
    });

    it('can’t be destroyed between its check and its use', async () => {
      const { host, first } = await streams();
      const [a, b] = [first.open({ start: 1 }).stream, first.open({ start: 2 }).stream];
      const given = {
        first: a,
        get number() {
          first.close({ stream: a });
          return 1;
        },
        second: b,
      };
      refused(() => first.both(given), handleError, 'first was destroyed already');
      const visit = () => first.close({ stream: b });
      expect(() => first.visit({ stream: b, visit })).toThrow('stream is in use by a call');
      expect(first.visit({ stream: b, visit: () => b[Symbol.dispose]() })).toBe(2);
      expect([b.isLive, first.count()]).toEqual([false, 0]);
      await host.close();
    });

    it('outlives a call on the pool that has it', async () => {
      const { host, first } = await streams();
      const [pool] = host.services.useAsync(Streams);
      // Each use of a provider has handles of its own.
      const { stream } = first.open({ start: 3 });
      await expect(pool?.slow({ stream, milliseconds: 0 })).rejects.toMatchObject({ code: handleError });
      first.close({ stream });
      await host.close();
    });

    it('is destroyed when its plugin stops, before its fini', async () => {
      const { host, first, other } = await streams();
      const kept = [1, 2, 3].map((start) => first.open({ start }).stream);
      const { stream } = other.open({ start: 4 });
      await host.stop(first.plugin);
      expect(kept.map(({ isLive }) => isLive)).toEqual([false, false, false]);
      refused(() => other.next({ stream: kept[0] as ServiceHandle }), handleError, 'by another provider');
      refused(
        () => first.next({ stream: kept[0] as ServiceHandle }),
        'MORTISE_ERR_HOST_CLOSED',
        'has stopped',
      );
      expect(other.next({ stream })).toBe(4);
      kept[0]?.[Symbol.dispose]();
      await host.close();
      stream[Symbol.dispose]();
      expect(lines.filter((line) => line.endsWith('live'))).toEqual([
        `${first.plugin}: 0 live`,
        `${other.plugin}: 0 live`,
      ]);
    });

    it.skipIf(language === 'rust')('a plugin that gives none has failed', async () => {
      const { host, first } = await streams();
      refused(
        () => first.open({ start: -1 }),
        'MORTISE_ERR_SERVICE_FAILED',
        'open succeeded and gave no stream',
      );
      await host.close();
    });
  });
});

describe('a handle in a schema', () => {
  const refused = (functions: object) =>
    expect(() => defineService('test.wrong', '1.0', functions as never)).toThrow(
      expect.objectContaining({ code: 'MORTISE_ERR_SERVICE_SCHEMA' }),
    );
  it('has a function that destroys it', () => {
    refused({ open: fn({ stream: out(Stream) }, status) });
    refused({ open: fn({ stream: out(Stream) }, status), close: fn({ stream: Stream }, status) });
    refused({ close: fn({ stream: Stream, why: i32 }, none) });
    refused({ close: fn({ stream: Other }, none), drop: fn({ other: Stream }, none) });
    refused({ stream: fn({}, none), close: fn({ stream: Stream }, none) });
    refused({ close: fn({ stream: handle('stream', {} as never) }, none) });
    refused({ close: fn({ visit: callback({ stream: Stream as never }, none) }, none) });
  });

  it('is for plugins to make', () => {
    expect(() => implement(Streams, {} as never)).toThrow('stream is a handle, and those are of plugins');
  });
});
