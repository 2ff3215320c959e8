/** A host's metrics for OpenTelemetry, through the package @opentelemetry/api and the SDK that the service set up. */
import type { OpenTelemetryMeterProvider } from '../../capabilities/collecting/to/open-telemetry.js';
import { loadPeer } from '../../capabilities/peer.js';
import { quantile } from '../../services/built-in/calls.js';
import type { Host } from '../host.js';
import { type Family, familiesOf, type Labels } from './families.js';
import { snapshotOf } from './snapshot.js';

/** Besides what a provider's interface says: several instruments of one moment. */
interface Meter {
  createObservableGauge(name: string, options: { description: string }): object;
  createObservableCounter(name: string, options: { description: string }): object;
  addBatchObservableCallback(callback: (result: BatchResult) => void, instruments: object[]): void;
  removeBatchObservableCallback(callback: (result: BatchResult) => void, instruments: object[]): void;
}

interface BatchResult {
  observe(instrument: object, value: number, attributes: Labels): void;
}

const quantiles = [0.5, 0.9, 0.99];

/**
 * Has the SDK's reader observe what `prometheusMetrics` shows, under the same names. OpenTelemetry has no histogram that
 * is observed, so one is two counters, NAME_count and NAME_sum, and a gauge NAME with the attribute `quantile`. What a
 * plugin begins to count later is observed from then on.
 * @param meterProvider default: the one that the service registered with @opentelemetry/api
 * @returns ends it; so does closing the host
 * @throws MortiseError MORTISE_ERR_PEER_MISSING, MORTISE_ERR_HOST_CLOSED
 */
export function openTelemetryMetrics(host: Host, meterProvider?: OpenTelemetryMeterProvider): () => void {
  const provider =
    meterProvider ??
    loadPeer<{ metrics: { getMeterProvider(): OpenTelemetryMeterProvider } }>(
      '@opentelemetry/api',
      '1',
      'openTelemetryMetrics',
    ).metrics.getMeterProvider();
  const meter = provider.getMeter('mortise') as unknown as Meter;
  const instruments = new Map<string, object>();
  let observed: object[] = [];
  const known = (name: string, help: string, isCounter: boolean) => {
    let instrument = instruments.get(name);
    if (!instrument) {
      const options = { description: help };
      instrument = isCounter
        ? meter.createObservableCounter(name, options)
        : meter.createObservableGauge(name, options);
      instruments.set(name, instrument);
    }
    return instrument;
  };
  const observe = (result?: BatchResult) => {
    if (!host.isOpen) return;
    for (const { name, kind, value, labels, help } of familiesOf(snapshotOf(host)).flatMap(numbers)) {
      const instrument = known(name, help, kind === 'counter');
      if (observed.includes(instrument)) result?.observe(instrument, value, labels);
    }
    if (observed.length < instruments.size) watch();
  };
  const callback = (result: BatchResult) => observe(result);
  const watch = () => {
    if (observed.length > 0) meter.removeBatchObservableCallback(callback, observed);
    observed = [...instruments.values()];
    meter.addBatchObservableCallback(callback, observed);
  };
  observe();
  return () => meter.removeBatchObservableCallback(callback, observed);
}

interface Numbered {
  name: string;
  help: string;
  kind: 'counter' | 'gauge';
  labels: Labels;
  value: number;
}

function numbers({ name, help, kind, points }: Family): Numbered[] {
  return points.flatMap((point): Numbered[] => {
    const { labels } = point;
    if ('value' in point) {
      return [{ name, help, labels, value: point.value, kind: kind === 'counter' ? kind : 'gauge' }];
    }
    return [
      { name: `${name}_count`, help, kind: 'counter', labels, value: point.count },
      { name: `${name}_sum`, help, kind: 'counter', labels, value: point.sum },
      ...quantiles.flatMap((part): Numbered[] => {
        const value = quantile(point, part);
        const isKnown = value !== undefined && Number.isFinite(value);
        return isKnown
          ? [{ name, help, kind: 'gauge', labels: { ...labels, quantile: String(part) }, value }]
          : [];
      }),
    ];
  });
}
