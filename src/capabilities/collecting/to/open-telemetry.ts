/** A writer to OpenTelemetry's metrics, through the package @opentelemetry/api and the SDK that the service set up. */
import type { Rules } from '../../../config/rules.js';
import { loadPeer } from '../../peer.js';
import type { Writer } from '../writers.js';
import { isCounter, type Newest, NewestValues } from './newest.js';
import { checkOptions, writerOptions } from './options.js';

/** As much of OpenTelemetry's API as is used: its own types need the package. */
export interface OpenTelemetryMeterProvider {
  getMeter(name: string, version?: string): OpenTelemetryMeter;
}

interface OpenTelemetryMeter {
  createObservableGauge(name: string): Instrument;
  createObservableCounter(name: string): Instrument;
}

interface Instrument {
  addCallback(callback: (result: Observed) => void): void;
}

interface Observed {
  observe(value: number, attributes: Record<string, string>): void;
}

export interface OpenTelemetryOptions {
  /** The writer's. Default `opentelemetry`. */
  name?: string;
  /** The SDK's. Default: the one that the service registered with @opentelemetry/api, which then must be installed. */
  meterProvider?: OpenTelemetryMeterProvider;
  /** Before the name of each metric. Default `collectd`. */
  prefix?: string;
  /** After so many intervals without a value a series is left out. Default 5. */
  staleIntervals?: number;
}

const rules: Rules = {
  ...writerOptions,
  meterProvider: {
    fits: (value) => typeof (value as Partial<OpenTelemetryMeterProvider> | null)?.getMeter === 'function',
    expected: 'a MeterProvider',
  },
};

/**
 * For `host.collecting.addWriter`. Metrics are observed when the SDK's reader collects them. They are called
 * PREFIX_PLUGIN_TYPE, with the attributes host, plugin_instance and type_instance; counters, derives and absolutes are
 * counters.
 * @throws MortiseError MORTISE_ERR_PEER_MISSING, MORTISE_ERR_CONFIG_KEY, MORTISE_ERR_CONFIG_TYPE
 */
export function openTelemetryWriter(options: OpenTelemetryOptions = {}): Writer {
  checkOptions(options, rules, 'openTelemetryWriter');
  const { name = 'opentelemetry', prefix = 'collectd', staleIntervals = 5 } = options;
  const provider =
    options.meterProvider ??
    loadPeer<{ metrics: { getMeterProvider(): OpenTelemetryMeterProvider } }>(
      '@opentelemetry/api',
      '1',
      'openTelemetryWriter',
    ).metrics.getMeterProvider();
  const meter = provider.getMeter('mortise');
  const newest = new NewestValues(prefix, staleIntervals);
  const observed = new Set<string>();
  const observe = ({ metric, kind }: Newest): void => {
    if (observed.has(metric)) return;
    observed.add(metric);
    const counts = isCounter({ kind });
    const instrument = counts ? meter.createObservableCounter(metric) : meter.createObservableGauge(metric);
    instrument.addCallback((result) => {
      for (const { labels, value, kind } of newest.byMetric().get(metric) ?? [])
        if (isCounter({ kind }) === counts) result.observe(value, { ...labels });
    });
  };
  return {
    name,
    write(samples) {
      for (const one of newest.take(samples)) observe(one);
    },
  };
}
