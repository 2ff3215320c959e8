/** Whose turn it is, when very many wait, and when a call can't even begin. */
import { expect, it } from 'vitest';
import { Turns } from '../../../src/dialects/mariadb/turns.js';
import type { MortiseError } from '../../../src/index.js';

const stopped = new Error('it was stopped') as MortiseError;

it('more than the stack could hold are ended at once, and the next has its turn', async () => {
  const endings = new Set<(error: MortiseError) => void>();
  const turns = new Turns('vault', endings);
  let finish = (): void => {};
  const running = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const calls = Array.from({ length: 100_000 }, () => turns.take(() => running));
  for (const end of [...endings]) end(stopped);
  endings.clear();
  finish();
  const settled = await Promise.allSettled(calls);
  expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(await turns.take(async () => 5)).toBe(5);
});

it('a call that fails to begin gives its turn to the next', async () => {
  const endings = new Set<(error: MortiseError) => void>();
  const turns = new Turns('vault', endings);
  const calls = Array.from({ length: 40 }, () =>
    turns.take((): never => {
      throw stopped;
    }),
  );
  const settled = await Promise.allSettled(calls);
  expect(settled.every((one) => one.status === 'rejected' && one.reason === stopped)).toBe(true);
  expect(await turns.take(async () => 5)).toBe(5);
  await new Promise(setImmediate);
  expect(endings.size).toBe(0);
});
