/** A sample as `mortise collect --json` prints it. */
import type { Sample } from '../../capabilities/collecting/sample.js';

/** Numbers that JSON can't hold, NaN among them, are null. */
export function sampleRecord({ series, time, interval, values, rates, metadata }: Sample): object {
  const { host, plugin, pluginInstance, type, typeInstance, sources } = series;
  const bySource = (numbers: readonly number[]) =>
    Object.fromEntries(sources.map(({ name }, index) => [name, numbers[index]]));
  return {
    time: time.toISOString(),
    host,
    plugin,
    pluginInstance,
    type,
    typeInstance,
    interval,
    values: bySource(values),
    rates: bySource(rates),
    ...(metadata && { metadata }),
  };
}
