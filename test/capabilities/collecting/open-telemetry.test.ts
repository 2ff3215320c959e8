/** What OpenTelemetry's SDK exports of values that were collected. */
import { createRequire } from 'node:module';
import { expect, it, onTestFinished } from 'vitest';
import { type OpenTelemetryMeterProvider, openTelemetryWriter } from '../../../src/index.js';
import { open } from '../../host/open.js';

/** As much of the SDK as the test uses; it may not be installed. */
interface Sdk {
  AggregationTemporality: { CUMULATIVE: number };
  InMemoryMetricExporter: new (
    temporality: number,
  ) => {
    getMetrics(): {
      scopeMetrics: {
        metrics: {
          descriptor: { name: string };
          isMonotonic?: boolean;
          dataPoints: { value: number; attributes: Record<string, string> }[];
        }[];
      }[];
    }[];
  };
  PeriodicExportingMetricReader: new (options: {
    exporter: unknown;
    exportIntervalMillis: number;
  }) => { forceFlush(): Promise<void>; shutdown(): Promise<void> };
  MeterProvider: new (options: { readers: unknown[] }) => OpenTelemetryMeterProvider;
}

const sdk = ((): Sdk | undefined => {
  try {
    return createRequire(import.meta.url)('@opentelemetry/sdk-metrics') as Sdk;
  } catch {
    return undefined;
  }
})();

it.skipIf(!sdk)(
  'exports gauges and counters with their attributes (@opentelemetry/sdk-metrics)',
  async () => {
    const { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } =
      sdk as Sdk;
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    onTestFinished(() => reader.shutdown());
    const { collecting } = await open({ collecting: { hostname: 'here' } });
    collecting.addWriter(openTelemetryWriter({ meterProvider: new MeterProvider({ readers: [reader] }) }));
    const send = async (warmth: number, bytes: number) => {
      collecting.dispatch({ plugin: 'room', type: 'gauge', typeInstance: 'a', values: warmth });
      collecting.dispatch({ plugin: 'room', type: 'gauge', typeInstance: 'b', values: warmth + 1 });
      collecting.dispatch({ plugin: 'net', type: 'derive', pluginInstance: 'eth0', values: bytes });
      await collecting.flush();
      await reader.forceFlush();
      return exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap(({ metrics }) => metrics)
        .map(({ descriptor, isMonotonic = false, dataPoints }) => [
          descriptor.name,
          isMonotonic,
          dataPoints.map(({ value, attributes }) => [value, Object.values(attributes).join('/')]),
        ]);
    };
    const expected = (warmth: number, bytes: number) => [
      [
        'collectd_room_gauge',
        false,
        [
          [warmth, 'here//a'],
          [warmth + 1, 'here//b'],
        ],
      ],
      ['collectd_net_derive', true, [[bytes, 'here/eth0/']]],
    ];
    expect(await send(20, 1000)).toEqual(expected(20, 1000));
    expect(await send(25, 1500)).toEqual(expected(25, 1500));
  },
);
