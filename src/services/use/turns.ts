/** Whose turn it is on the pool. */

/** A pool that calls of plugins fill has no room for files; and each holds memory. Those beyond wait for their turn. */
const maxRunning = 64;
let running = 0;
const waiting: (() => void)[] = [];

/** Undefined when it is now; else to be awaited. Each turn ends with `next`. */
export function turn(): Promise<void> | undefined {
  if (running < maxRunning) {
    running++;
    return undefined;
  }
  return new Promise((resolve) => waiting.push(resolve));
}

/** One turn is over. */
export function next(): void {
  const first = waiting.shift();
  if (first) first();
  else running--;
}
