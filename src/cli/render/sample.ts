/** A sample as a line of text. */
import type { Sample } from '../../capabilities/collecting/sample.js';
import { clean } from '../../messages/clean.js';
import type { Colours } from './colours.js';

/** "12:30:05 host/cpu-0/cpu-idle value=1234 (98.2/s)" */
export function renderSample({ series, time, values, rates }: Sample, colours: Colours): string {
  const numbers = series.sources.map(({ name, kind }, index) => {
    const value = `${clean(name)}=${short(values[index] as number)}`;
    return kind === 'gauge' ? value : `${value} ${colours.dim(`(${short(rates[index] as number)}/s)`)}`;
  });
  return `${colours.dim(time.toISOString())} ${clean(series.id)} ${numbers.join(' ')}\n`;
}

/** Up to six digits, or all of an integer; "-" for NaN. */
export function short(number: number): string {
  if (Number.isNaN(number)) return '-';
  if (Number.isInteger(number) && Math.abs(number) < 1e15) return String(number);
  return String(Number(number.toPrecision(6)));
}
