/** SQL that is kept natively, by route() and by prepare(): always the right text, whatever was kept before. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { Parameter, Query } from '../../../src/index.js';
import { bytesOf, echoing } from './echo.js';

it('tells 5,000 texts apart, in rounds that keep them, drop them, and no longer look for them', async () => {
  const { host, seen } = await echoing();
  const texts = Array.from({ length: 5000 }, (_, index) => `SELECT ${index} /* ${'x'.repeat(index % 90)} */`);
  for (const count of [512, 513, 1025, 5000, 600, 3, 600]) {
    for (let round = 0; round < 3; round++) {
      for (const sql of texts.slice(0, count)) {
        host.route({ sql });
        expect(seen().sql === sql).toBe(true);
      }
    }
  }
  // Past the pause in which no text is looked for.
  for (let call = 0; call < 20_000; call++) host.route({ sql: texts[call % 5] as string });
  for (const sql of texts.slice(0, 600)) {
    host.route({ sql });
    expect(seen().sql).toBe(sql);
  }
});

it('keeps statements apart, also of the same SQL', async () => {
  const { host, seen } = await echoing();
  const statements = Array.from({ length: 3000 }, (_, index) => {
    const sql = `SELECT ${index % 1000}`;
    return { sql, statement: host.prepare(sql) };
  });
  for (const { sql, statement } of [...statements, ...statements.toReversed()]) {
    statement.route(['1']);
    expect(seen()).toMatchObject({ sql, params: [{ bytes: '1' }] });
  }
});

it('gives a collected statement’s place to another, and never takes that of one in use', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const { host, seen } = await echoing();
  const held = Array.from({ length: 50 }, (_, index) => {
    const sql = `held ${index}`;
    return { sql, statement: host.prepare(sql) };
  });
  for (let round = 0; round < 20; round++) {
    for (let index = 0; index < 200; index++) {
      const sql = `dropped ${round} ${index} ${'y'.repeat(500)}`;
      host.prepare(sql).route();
      expect(seen().sql === sql).toBe(true);
      host.route({ sql: `routed ${round} ${index}` });
    }
    gc();
    await setImmediate();
    for (const { sql, statement } of held) {
      statement.route();
      expect(seen().sql).toBe(sql);
    }
  }
});

it('keeps a statement while only its route function is held', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const { host, seen } = await echoing();
  const { route } = host.prepare('only its function');
  for (let round = 0; round < 10; round++) {
    gc();
    await setImmediate();
    host.prepare(`another ${round}`).route();
    host.route({ sql: `a third ${round}` });
    seen();
    route();
    expect(seen().sql).toBe('only its function');
  }
});

/** A generator of numbers below a bound, the same in every run. */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // Numerical Recipes, ranqd1
    return Math.floor((state / 2 ** 32) * bound);
  };
}

it.each([1, 2, 3, 4])('agrees with a model over random queries, seed %i', async (seed) => {
  const { host, seen } = await echoing({ routing: { shards: 9, inTransaction: true } });
  const below = numbers(seed);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const units = ['a', 'Z', '0', ' ', '\0', '\x7f', '\x80', 'ß', '中', '😀', '\ud83d', '\ude00'];
  const text = (most: number) => {
    const length = below(3) === 0 ? below(most) : below(20);
    const unit = pick(units);
    return below(2) === 0 ? 'a'.repeat(length) : Array.from({ length }, () => pick([unit, 'b'])).join('');
  };
  const param = (): Parameter => {
    const kind = below(10);
    if (kind === 0) return null;
    if (kind === 1) return Uint8Array.from({ length: below(40) }, () => below(256));
    if (kind === 2) return { bytes: Buffer.from(text(30)), format: pick(['text', 'binary'] as const) };
    return text(kind === 3 ? 9000 : 30);
  };
  const known = Array.from({ length: 700 }, () => text(5000));
  const statements = known.slice(0, 40).map((sql) => ({ sql, statement: host.prepare(sql) }));

  for (let call = 0; call < 4000; call++) {
    const params = Array.from({ length: pick([0, 1, 2, 3, 5, 9, 80]) }, param);
    const situation: Omit<Query, 'sql'> = {};
    if (below(2)) situation.shards = 1 + below(2 ** 32 - 1);
    if (below(2)) situation.hasReplicas = below(2) === 1;
    if (below(2)) situation.hasPrimary = below(2) === 1;
    if (below(2)) situation.inTransaction = below(2) === 1;
    if (below(2)) situation.writeOverride = below(2) === 1;
    const prepared = below(3) === 0 ? pick(statements) : undefined;
    const sql = prepared?.sql ?? pick(known);
    if (prepared) prepared.statement.route(params, situation);
    else host.route({ sql, params, ...situation });

    expect(seen()).toEqual({
      shards: situation.shards ?? 9,
      hasReplicas: Number(situation.hasReplicas ?? false),
      hasPrimary: Number(situation.hasPrimary ?? true),
      inTransaction: Number(situation.inTransaction ?? true),
      writeOverride: Number(situation.writeOverride ?? false),
      sql: bytesOf(sql),
      params: params.map((one) => {
        if (one === null) return { format: 0, isNull: 1, hasNoData: 1, bytes: '' };
        const binary = typeof one === 'object' && (one instanceof Uint8Array || one.format === 'binary');
        const bytes = typeof one === 'string' || one instanceof Uint8Array ? one : one.bytes;
        return { format: Number(binary), isNull: 0, hasNoData: 0, bytes: bytesOf(bytes) };
      }),
    });
  }
});
