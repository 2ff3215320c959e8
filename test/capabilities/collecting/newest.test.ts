/** What the writers to Prometheus and OpenTelemetry keep of each series. */
import { expect, it, vi } from 'vitest';
import type { Sample, Series, SourceKind } from '../../../src/capabilities/collecting/sample.js';
import { NewestValues } from '../../../src/capabilities/collecting/to/newest.js';

function series(typeInstance: string, kind: SourceKind = 'counter'): Series {
  const sources = [{ name: 'value', kind, min: undefined, max: undefined }];
  const words = { host: 'h', plugin: 'p', pluginInstance: '', type: 't', typeInstance };
  return { ...words, number: 1, id: `h/p/t-${typeInstance}`, sources };
}

function sample(of: Series, value: number, time = Date.now()): Sample {
  return { series: of, time: new Date(time), interval: 1, values: [value], rates: [], metadata: undefined };
}

const valuesOf = (newest: NewestValues) =>
  [...newest.byMetric().values()].flat().map(({ kind, value }) => [kind, value]);

it('has one value of a series that the collector forgot and made anew', () => {
  const newest = new NewestValues('c', 5);
  newest.take([sample(series('a'), 1000)]);
  expect(newest.take([sample(series('a'), 1050)])).toEqual([]);
  expect(valuesOf(newest)).toEqual([['counter', 1050]]);
});

it('begins anew when the type is defined anew', () => {
  const newest = new NewestValues('c', 5);
  newest.take([sample(series('a'), 1000)]);
  expect(newest.take([sample(series('a', 'gauge'), 5)])).toHaveLength(1);
  expect(valuesOf(newest)).toEqual([['gauge', 5]]);
});

it('forgets what is stale though nobody asks', () => {
  vi.useFakeTimers();
  try {
    const newest = new NewestValues('c', 5);
    for (let i = 0; i < 100; i++) {
      newest.take([sample(series(`${i}`), i)]);
      vi.advanceTimersByTime(1000);
    }
    expect(newest.size).toBeLessThanOrEqual(11);
    expect(newest.size).toBeGreaterThanOrEqual(5);
  } finally {
    vi.useRealTimers();
  }
});
