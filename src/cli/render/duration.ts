/** Short times and rates, for tables and pages. */

/** "85 ns", "2.1 µs", "14 ms", "3.0 s"; "-" for none. @param value in seconds */
export function seconds(value: number | undefined): string {
  if (value === undefined) return '-';
  const units = [
    ['s', 1],
    ['ms', 1e3],
    ['µs', 1e6],
  ] as const;
  const [unit, factor] = units.find(([, each]) => value * each >= 1) ?? (['ns', 1e9] as const);
  const shown = value * factor;
  return `${shown < 10 && unit !== 'ns' ? shown.toFixed(1) : Math.round(shown)} ${unit}`;
}

/** "2.1 k", "12", "0.3". */
export function perSecond(rate: number): string {
  if (rate === 0) return '0';
  const [value, unit] = rate >= 1e6 ? [rate / 1e6, ' M'] : rate >= 1e3 ? [rate / 1e3, ' k'] : [rate, ''];
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')}${unit}`;
}
