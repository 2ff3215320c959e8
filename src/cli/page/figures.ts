/** Pictures of numbers, as SVG: the rates of the last minute, and how long calls took. */
import type { CallMetric } from '../../services/built-in/calls.js';
import { quantile } from '../../services/built-in/calls.js';
import { perSecond, seconds } from '../render/duration.js';
import { type Html, html } from './html.js';

/** A line over the last minute. */
export function sparkline(rates: readonly number[]): Html | '' {
  const most = Math.max(...rates, 0);
  if (rates.length < 2 || most === 0) return '';
  const points = rates.map((rate, index) => {
    const x = ((index / (rates.length - 1)) * 120).toFixed(1);
    return `${x},${(22 - (rate / most) * 20).toFixed(1)}`;
  });
  return html`<figure><svg class="spark" viewBox="0 0 120 24" preserveAspectRatio="none" role="img" aria-label="up to ${perSecond(most)} calls a second in the last minute"><polyline points="${points.join(' ')}"/></svg><figcaption>up to ${perSecond(most)}/s</figcaption></figure>`;
}

/** Columns, each a third of a power of ten wide. */
export function histogram({ buckets, entry }: CallMetric): Html {
  const columns = new Map<number, number>();
  for (const [index, { atMost, count }] of buckets.entries()) {
    const place = Math.floor(Math.log10(Math.max(atMost, 1e-9)) * 3);
    const more = count - (buckets[index - 1]?.count ?? 0);
    columns.set(place, (columns.get(place) ?? 0) + more);
  }
  const places = [...columns.keys()];
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const most = Math.max(...columns.values());
  const width = 18;
  const bars = Array.from({ length: last - first + 1 }, (_, index) => {
    const count = columns.get(first + index) ?? 0;
    // What is rare is seen nevertheless.
    const height = count === 0 ? 0 : Math.max(1.5, (count / most) * 54);
    const from = seconds(10 ** ((first + index) / 3));
    return html`<rect x="${index * width}" y="${(60 - height).toFixed(1)}" width="${width - 3}" height="${height.toFixed(1)}"><title>from ${from}: ${count.toLocaleString('en')} calls</title></rect>`;
  });
  const total = bars.length * width;
  const label = `${entry}: half within ${seconds(quantile({ buckets }, 0.5))}, 99 % within ${seconds(quantile({ buckets }, 0.99))}`;
  return html`<figure><svg class="histogram" viewBox="0 0 ${total} 62" role="img" aria-label="${label}">${bars}</svg><figcaption>${seconds(10 ** (first / 3))} – ${seconds(10 ** ((last + 1) / 3))}</figcaption></figure>`;
}
