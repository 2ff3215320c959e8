// Times functions side by side on a machine that others use too. Every sample takes the same short time, so that
// none is interrupted more often than another, and subjects take turns, so that a machine that slows down slows all.

/** @typedef {(calls: number) => void} Subject runs its own loop of `calls` calls */

const now = process.hrtime.bigint;

function time(subject, calls) {
  const start = now();
  subject(calls);
  return Number(now() - start);
}

/** How many calls fill a sample; the subject is compiled meanwhile. */
function callsFor(subject, nanoseconds) {
  let calls = 1;
  const until = now() + 30_000_000n;
  while (now() < until) {
    const took = time(subject, calls);
    // The quickest of several, because whatever interrupts makes it slower.
    if (took < nanoseconds / 2) calls *= 2;
  }
  const quickest = Math.min(...Array.from({ length: 9 }, () => time(subject, calls)));
  return Math.max(1, Math.round((calls * nanoseconds) / quickest));
}

/**
 * @param {Record<string, Subject>} subjects
 * @param {{ rounds?: number, microseconds?: number, progress?: (round: number, rounds: number) => void }} [options]
 * @returns {Record<string, number[]>} nanoseconds a call, in each round
 */
export function samples(subjects, { rounds = 301, microseconds = 100, progress } = {}) {
  const names = Object.keys(subjects);
  const taken = Object.fromEntries(names.map((name) => [name, []]));
  // All are warm before the first is calibrated: what one does can make V8 compile another anew.
  for (let turn = 0; turn < 3; turn++)
    for (const name of names) callsFor(subjects[name], microseconds * 1000);
  const calls = Object.fromEntries(
    names.map((name) => [name, callsFor(subjects[name], microseconds * 1000)]),
  );
  for (let round = 0; round < rounds; round++) {
    progress?.(round, rounds);
    // Another first one each round: what runs after a slow neighbour isn't always the same.
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round) % names.length];
      taken[name].push(time(subjects[name], calls[name]) / calls[name]);
    }
  }
  return taken;
}

/** @returns {Record<string, number>} median nanoseconds a call */
export function medians(subjects, options) {
  return mapValues(samples(subjects, options), median);
}

/** @returns {Record<string, number>} of each, the median of its ratios to `base` in the same round */
export function pairedRatios(taken, base) {
  return mapValues(taken, (times) => median(times.map((time, round) => time / taken[base][round])));
}

/** @param {number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/** Half of what lies between the quartiles, beside the median: what one process or sample in ten says counts little. */
export function spread(values) {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);
}

/** Between two values, what lies between them. */
function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at % 1);
}

export function mapValues(object, make) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value, name)]));
}

/** Shows progress on a terminal, and nothing elsewhere. */
export function showProgress(label) {
  return (round, rounds) => {
    if (!process.stderr.isTTY) return;
    process.stderr.write(round + 1 < rounds ? `\r${label} ${round + 1}/${rounds}` : '\r\x1b[K');
  };
}
