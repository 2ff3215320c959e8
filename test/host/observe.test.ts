/** What a host tells of its plugins' calls, and to whom. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { expect, it, onTestFinished } from 'vitest';
import {
  type CallMetric,
  type Host,
  type HostMessage,
  type HostOptions,
  openTelemetryMetrics,
  prometheusMetrics,
  quantile,
  type StateMessage,
} from '../../src/index.js';
import { build } from '../support/plugins/build.js';
import { good, open } from './open.js';

const passing = { name: build('decider.c', { define: { NAME: 'passing' } }), config: { target: 0 } };
const calls = (host: Host) => host.metrics().filter((one): one is CallMetric => one.kind === 'calls');
const of = (host: Host, plugin: string, entry: string) =>
  calls(host).find((one) => one.plugin === plugin && one.entry === entry) as CallMetric;
const observing = (options: HostOptions = {}) => open({ observe: true, plugins: [good()], ...options });

it('counts each call of an entry point, also of those that are not timed', async () => {
  const host = await observing();
  const statement = host.prepare('SELECT 1');
  for (const more of [1, 62, 1, 1, 10_000]) {
    const before = of(host, 'good', 'module_route').count;
    for (let i = 0; i < more; i++) statement.route([]);
    expect(of(host, 'good', 'module_route').count).toBe(before + more);
  }
  host.explain({ sql: 'SELECT 1' });
  const { name, help, count, sum, buckets } = of(host, 'good', 'module_route');
  expect({ name, help, count }).toEqual({
    name: 'calls',
    help: 'calls of module_route, in seconds',
    count: 10_066,
  });
  expect(sum).toBeGreaterThan(0);
  expect(of(host, 'good', 'module_init').count).toBe(1);
  // What was timed stands for the rest, except for the calls since the last one.
  const estimated = buckets.at(-1)?.count as number;
  expect(count - estimated).toBeGreaterThanOrEqual(0);
  expect(count - estimated).toBeLessThan(128);
  for (const [index, { atMost, count }] of buckets.entries()) {
    const before = buckets[index - 1] ?? { atMost: 0, count: 0 };
    expect(atMost).toBeGreaterThan(before.atMost);
    expect(count).toBeGreaterThan(before.count);
  }
});

it('counts those of a chain that were asked, and no others', async () => {
  const host = await observing({ plugins: [passing, good(), { ...good(), aliases: ['unasked'] }] });
  for (let i = 0; i < 100; i++) host.route({ sql: 'SELECT 1', shards: 4 });
  expect(
    calls(host)
      .filter(({ entry }) => entry === 'module_route')
      .map(({ plugin, count }) => [plugin, count]),
  ).toEqual([
    ['good', 100],
    ['passing', 100],
  ]);
});

it('tells nothing of calls unless it is asked to', async () => {
  const host = await open({ plugins: [good()] });
  host.route({ sql: 'SELECT 1', shards: 4 });
  expect(host.metrics()).toEqual([]);
});

it('has the value that a part of all is at or under', () => {
  const buckets = [
    { atMost: 0.001, count: 50 },
    { atMost: 0.01, count: 99 },
    { atMost: 1, count: 100 },
  ];
  expect([0, 0.5, 0.51, 0.99, 1].map((part) => quantile({ buckets }, part))).toEqual([
    0.001, 0.001, 0.01, 0.01, 1,
  ]);
  expect(quantile({ buckets: [] }, 0.5)).toBeUndefined();
});

it('is text for Prometheus', async () => {
  const host = await observing();
  for (let i = 0; i < 100; i++) host.route({ sql: 'SELECT 1', shards: 4 });
  const { metrics, contentType } = prometheusMetrics(host);
  expect(contentType).toMatch(/^text\/plain/);
  const lines = (await metrics()).split('\n');
  const labels = 'plugin="good",entry="module_route"';
  expect(lines).toContain('# TYPE mortise_calls_total counter');
  expect(lines).toContain(`mortise_calls_total{${labels}} 100`);
  expect(lines).toContain('# TYPE mortise_call_seconds histogram');
  const inf = lines.find((line) => line.startsWith(`mortise_call_seconds_bucket{${labels},le="+Inf"}`));
  expect(lines).toContain(`mortise_call_seconds_count{${labels}} ${inf?.split(' ')[1]}`);
  expect(lines.filter((line) => line.startsWith(`mortise_call_seconds_bucket{${labels}`))).toHaveLength(18);
  expect(lines.join('\n')).toMatch(
    /mortise_plugin_ready\{plugin="good",version="[^"]*",dialect="mortise",state="ready"\} 1/,
  );
});

it('is observed by OpenTelemetry', async () => {
  const sdk = createRequire(import.meta.url)('@opentelemetry/sdk-metrics');
  const exporter = new sdk.InMemoryMetricExporter(sdk.AggregationTemporality.CUMULATIVE);
  const reader = new sdk.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  onTestFinished(() => reader.shutdown());
  const host = await observing();
  const end = openTelemetryMetrics(host, new sdk.MeterProvider({ readers: [reader] }));
  const exported = async (): Promise<Map<string, { value: number; attributes: object }[]>> => {
    exporter.reset();
    await reader.forceFlush();
    const metrics = exporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((one: { metrics: [] }) => one.metrics);
    return new Map(
      (metrics ?? []).map((one: { descriptor: { name: string }; dataPoints: [] }) => [
        one.descriptor.name,
        one.dataPoints,
      ]),
    );
  };
  // Nothing was routed when the instruments were made: what is new is observed from the next time on.
  await exported();
  for (let i = 0; i < 100; i++) host.route({ sql: 'SELECT 1', shards: 4 });
  const seen = await exported();
  const attributes = { plugin: 'good', entry: 'module_route' };
  expect(seen.get('mortise_calls_total')).toContainEqual(expect.objectContaining({ value: 100, attributes }));
  const half = seen
    .get('mortise_call_seconds')
    ?.find(({ attributes: found }) => 'entry' in found && 'quantile' in found && found.quantile === '0.5');
  expect(half?.value).toBeGreaterThan(0);
  end();
  host.route({ sql: 'SELECT 1', shards: 4 });
  // The SDK goes on telling what it saw last.
  expect((await exported()).get('mortise_calls_total') ?? []).not.toContainEqual(
    expect.objectContaining({ value: 101 }),
  );
});

it('publishes states and the life of hosts', async () => {
  const heard: unknown[] = [];
  const onState = (message: unknown) => {
    const { plugin, state } = message as StateMessage;
    heard.push(`${plugin.name} ${state}`);
  };
  const onHost = (message: unknown) => heard.push((message as HostMessage).event);
  subscribe('mortise.state', onState);
  subscribe('mortise.host', onHost);
  onTestFinished(() => {
    unsubscribe('mortise.state', onState);
    unsubscribe('mortise.host', onHost);
  });
  const host = await open({ plugins: [good()] });
  await host.close();
  await host.close();
  expect(heard).toEqual(
    expect.arrayContaining(['good validated', 'good loaded', 'good ready', 'open', 'close', 'good stopped']),
  );
  expect(heard.indexOf('close')).toBeLessThan(heard.indexOf('good stopped'));
  expect(heard.filter((one) => one === 'close')).toHaveLength(1);
});
