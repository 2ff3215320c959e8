/** What a plugin is told: every byte of the query, and of what is known of the session. */
import { describe, expect, it } from 'vitest';
import type { Parameter, Query } from '../../../src/index.js';
import { bytesOf, echoing, type Seen } from './echo.js';

/** What of a parameter reaches a plugin. JavaScript's strings become UTF-8, a lone surrogate U+FFFD. */
function told(param: Parameter): Seen['params'][number] {
  if (param === null) return { format: 0, isNull: 1, hasNoData: 1, bytes: '' };
  const seen = (bytes: Uint8Array, format: number) => ({
    format,
    isNull: 0,
    hasNoData: 0,
    bytes: bytesOf(bytes),
  });
  if (typeof param === 'string') return { ...seen(new Uint8Array(), 0), bytes: bytesOf(param) };
  if (param instanceof Uint8Array) return seen(param, 1);
  return seen(param.bytes, param.format === 'binary' ? 1 : 0);
}

const texts: Record<string, (length: number) => string> = {
  ASCII: (length) => 'abcdefghij'.repeat(length / 10 + 1).slice(0, length),
  'Latin-1': (length) => 'xé\u0080ÿ'.repeat(length / 4 + 1).slice(0, length),
  'two-byte': (length) => 'aŁ中\uffff'.repeat(length / 4 + 1).slice(0, length),
  // Cut at an odd length it ends in half a character.
  astral: (length) => '😀𝒳'.repeat(length / 4 + 1).slice(0, length),
  'lone surrogates': (length) => 'a\ud800b\udfff'.repeat(length / 4 + 1).slice(0, length),
  'zeros inside': (length) => 'a\0b\0'.repeat(length / 4 + 1).slice(0, length),
};

describe.each(Object.entries(texts))('SQL of %s', (_, text) => {
  it.each([0, 1, 2, 59, 60, 61, 4080, 4094, 4095, 4096, 4097, 70_000, 2_000_000])(
    'arrives whole: %i characters',
    async (length) => {
      const { host, seen } = await echoing();
      const sql = text(length);
      const statement = host.prepare(sql);
      // Once as an argument, then kept, then prepared, with and without a parameter among the arguments.
      const expected = bytesOf(sql);
      for (const ask of [
        () => host.route({ sql }),
        () => host.route({ sql }),
        () => host.route({ sql: `${sql.slice(0, 3)}${sql.slice(3)}` }),
        () => host.route({ sql, params: ['a text of more than twelve'] }),
        () => statement.route(),
        () => statement.route(['a text of more than twelve']),
      ]) {
        expect(ask()).toEqual({ plugin: 'echo', shard: 'all', readWrite: null });
        const found = seen().sql;
        expect(found.length).toBe(expected.length);
        expect(found === expected).toBe(true);
      }
    },
  );
});

it('takes SQL that JavaScript put together from pieces, or cut out of another', async () => {
  const { host, seen } = await echoing();
  let rope = '';
  for (let index = 0; index < 3000; index++) rope += `${index},`;
  const whole = `SELECT ${'x'.repeat(5000)}`;
  for (const sql of [rope, whole.slice(5, 4000), whole.slice(1), `${rope}é`.slice(10)]) {
    host.route({ sql });
    expect(seen().sql).toBe(bytesOf(sql));
  }
});

describe('text parameters', () => {
  const kinds = [
    ['ASCII', 'a'],
    ['the last of ASCII', '\x7f'],
    ['the first beyond', '\x80'],
    ['Latin-1', 'é'],
    ['three bytes', '中'],
    ['a lone surrogate', '\ud800'],
    ['zero', '\0'],
  ] as const;

  it.each(kinds)('arrive whole at every length, position and neighbour: %s', async (_, unit) => {
    const { host, seen } = await echoing();
    const statement = host.prepare('x');
    for (let length = 0; length <= 40; length++) {
      const pure = unit.repeat(length);
      const late = length === 0 ? '' : 'a'.repeat(length - 1) + unit;
      const early = length === 0 ? '' : unit + 'a'.repeat(length - 1);
      const params = [pure, late, early, pure, late, early, pure, '', early];
      for (const ask of [
        () => host.route({ sql: 'x', params }),
        () => statement.route(params),
        () => host.route({ sql: 'x', params: params.toReversed() }),
      ]) {
        ask();
        const sent = ask.toString().includes('toReversed') ? params.toReversed() : params;
        expect(seen().params).toEqual(sent.map(told));
      }
    }
  });

  it('may be large', async () => {
    const { host, seen } = await echoing();
    for (const length of [1000, 5461, 5462, 16_384, 70_000, 1_000_000]) {
      for (const text of [texts.ASCII, texts.astral, texts['two-byte']]) {
        const large = text?.(length) ?? '';
        const params = ['short', null, large, 'x', null, large.slice(1), 'end'];
        host.route({ sql: 'x', params });
        expect(seen().params).toEqual(params.map(told));
      }
    }
  });
});

describe('other parameters', () => {
  const bytes = Uint8Array.of(0, 1, 0x7f, 0x80, 0xff);
  it.each<[string, Parameter]>([
    ['null', null],
    ['bytes', bytes],
    ['no bytes', new Uint8Array(0)],
    ['a Buffer', Buffer.from([1, 2, 3])],
    ['a part of a buffer', bytes.subarray(2, 4)],
    ['text as bytes', { bytes: Buffer.from('é'), format: 'text' }],
    ['text that is not UTF-8', { bytes, format: 'text' }],
    ['binary as bytes', { bytes, format: 'binary' }],
    ['70,000 bytes', new Uint8Array(70_000).fill(7)],
  ])('arrive as they are: %s', async (_, param) => {
    const { host, seen } = await echoing();
    const statement = host.prepare('x');
    for (const params of [
      [param],
      ['a', param, 'b'],
      ['1', '2', '3', '4', '5', param],
      [param, param, param],
    ]) {
      host.route({ sql: 'x', params });
      expect(seen().params).toEqual(params.map(told));
      statement.route(params);
      expect(seen().params).toEqual(params.map(told));
    }
  });

  it.each([0, 1, 2, 3, 4, 5, 63, 64, 65, 70, 1000, 5000, 65_535])('may be %i', async (count) => {
    const { host, seen } = await echoing();
    const params = Array.from({ length: count }, (_, index) =>
      index % 7 === 3 ? null : `parameter ${index}`,
    );
    host.route({ sql: 'x', params });
    expect(seen().params).toEqual(params.map(told));
    // Afterwards, fewer.
    host.route({ sql: 'x', params: ['one'] });
    expect(seen().params).toEqual(['one'].map(told));
  });
});

describe('the session', () => {
  const flags = ['hasReplicas', 'hasPrimary', 'inTransaction', 'writeOverride'] as const;

  it('has these defaults', async () => {
    const { host, seen } = await echoing();
    host.route({ sql: 'x' });
    expect(seen()).toMatchObject({
      shards: 1,
      hasReplicas: 0,
      hasPrimary: 1,
      inTransaction: 0,
      writeOverride: 0,
    });
  });

  it('has the host’s defaults, which each query may override', async () => {
    const routing = {
      shards: 7,
      hasReplicas: true,
      hasPrimary: false,
      inTransaction: true,
      writeOverride: true,
    };
    const { host, seen } = await echoing({ routing });
    const statement = host.prepare('x');
    const expected = { shards: 7, hasReplicas: 1, hasPrimary: 0, inTransaction: 1, writeOverride: 1 };
    for (const ask of [
      (over: object) => host.route({ sql: 'x', ...over }),
      (over: object) => statement.route([], over),
    ]) {
      ask({});
      expect(seen()).toMatchObject(expected);
      ask({ shards: 3, hasReplicas: false });
      expect(seen()).toMatchObject({ ...expected, shards: 3, hasReplicas: 0 });
      ask({ shards: undefined, inTransaction: undefined });
      expect(seen()).toMatchObject(expected);
    }
    statement.route();
    expect(seen()).toMatchObject(expected);
  });

  it('has every combination of flags', async () => {
    const { host, seen } = await echoing();
    for (let bits = 0; bits < 16; bits++) {
      const query: Query = { sql: 'x' };
      flags.forEach((flag, index) => {
        query[flag] = (bits & (1 << index)) !== 0;
      });
      host.route(query);
      const found = seen();
      expect(flags.map((flag) => found[flag] === 1)).toEqual(flags.map((flag) => query[flag]));
    }
  });

  it.each([1, 2, 3, 255, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1])('has %i shards', async (shards) => {
    const { host, seen } = await echoing();
    host.route({ sql: 'x', shards });
    expect(seen().shards).toBe(shards);
    host.prepare('x').route([], { shards });
    expect(seen().shards).toBe(shards);
  });
});
