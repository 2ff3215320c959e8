/** Waiting for what other threads do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

/** The next `count` of something that goes on; it isn't ended. */
export async function collected<Item>(items: AsyncIterator<Item>, count: number): Promise<Item[]> {
  const all: Item[] = [];
  while (all.length < count) {
    const { done, value } = await items.next();
    if (done) break;
    all.push(value);
  }
  return all;
}

/** Fails after 30 s. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!holds() && performance.now() < end) await sleep(5);
  expect(holds()).toBe(true);
}
