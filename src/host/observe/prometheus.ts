/** A host's metrics as Prometheus reads them, through the package prom-client. */
import { loadPeer } from '../../capabilities/peer.js';
import type { Host } from '../host.js';
import { type Family, familiesOf } from './families.js';
import { snapshotOf } from './snapshot.js';

/** As much of prom-client as is used: its own types need the package. */
interface PromClient {
  Registry: new () => {
    registerMetric(metric: object): void;
    metrics(): Promise<string>;
    readonly contentType: string;
  };
}

export interface PrometheusMetrics {
  /** For a scrape: the host as it is now. @throws MortiseError MORTISE_ERR_HOST_CLOSED */
  metrics(): Promise<string>;
  /** Of what `metrics` gives. */
  readonly contentType: string;
}

/** @throws MortiseError MORTISE_ERR_PEER_MISSING */
export const promClient = () => loadPeer<PromClient>('prom-client', '15', 'prometheusMetrics');

/**
 * What `host.metrics()` has, and how plugins, readers and writers are, as text for Prometheus. Open the host with
 * `observe: true` for calls and their durations.
 * @throws MortiseError MORTISE_ERR_PEER_MISSING
 */
export function prometheusMetrics(host: Host): PrometheusMetrics {
  const { Registry } = promClient();
  return {
    contentType: new Registry().contentType,
    metrics: async () => {
      const registry = new Registry();
      for (const family of familiesOf(snapshotOf(host))) registry.registerMetric(metricOf(family));
      return registry.metrics();
    },
  };
}

interface Value {
  metricName?: string;
  labels: Record<string, string | number>;
  value: number;
}

/** What a registry asks of a metric. Its own ones only count; these have counted. */
function metricOf({ name, help, kind, points }: Family): object {
  const values = points.flatMap((point): Value[] => {
    const { labels } = point;
    if ('value' in point) return [{ labels, value: point.value }];
    const below = point.buckets.filter(({ atMost }) => atMost !== Number.POSITIVE_INFINITY);
    const all = [...below, { atMost: '+Inf', count: point.count }];
    return [
      ...all.map(({ atMost, count }) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le: atMost },
        value: count,
      })),
      { metricName: `${name}_sum`, labels, value: point.sum },
      { metricName: `${name}_count`, labels, value: point.count },
    ];
  });
  const metric = { name, help, type: kind, aggregator: 'sum', values };
  return { ...metric, get: async () => metric };
}
