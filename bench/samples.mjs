// Times functions side by side: short samples of each in turn, so that a machine that slows down slows all.

/**
 * @param {Record<string, (calls: number) => void>} subjects each runs its own loop of `calls` calls
 * @param {{ rounds?: number, calls?: number, progress?: (round: number, rounds: number) => void }} [options]
 * @returns {Record<string, number>} median nanoseconds a call
 */
export function medians(subjects, { rounds = 101, calls = 20_000, progress } = {}) {
  const names = Object.keys(subjects);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  // Compiled before the first sample, which a busy machine does late.
  for (let warm = 0; warm < 20; warm++) for (const name of names) subjects[name](calls);
  for (let round = 0; round < rounds; round++) {
    progress?.(round, rounds);
    // Another first one each round: what runs after a slow neighbour isn't always the same.
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round) % names.length];
      const start = process.hrtime.bigint();
      subjects[name](calls);
      samples[name].push(Number(process.hrtime.bigint() - start) / calls);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])]));
}

/** @param {number[]} values */
export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Shows progress on a terminal, and nothing elsewhere. */
export function showProgress(label) {
  return (round, rounds) => {
    if (!process.stderr.isTTY) return;
    process.stderr.write(round + 1 < rounds ? `\r${label} ${round + 1}/${rounds}` : '\r\x1b[K');
  };
}
