/** Where values go that a mortise.toml names beside plugins: what Prometheus scrapes, what an OTLP receiver decodes. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Host, type MortiseError } from '../../../src/index.js';
import { directory } from '../../host/open.js';

const require = createRequire(import.meta.url);
const hasPackage = (name: string) => {
  try {
    return require.resolve(name) !== '';
  } catch {
    return false;
  }
};

async function openWith(lines: string): Promise<Host> {
  const config = join(directory(), 'mortise.toml');
  writeFileSync(config, `[collecting]\nhostname = "here"\n${lines}`);
  const host = await Host.open({ config, announce: false, log: () => {} });
  onTestFinished(() => host.close());
  return host;
}

describe.skipIf(!hasPackage('prom-client'))('[collecting.prometheus] (prom-client)', () => {
  it('answers scrapes from when the host is open until it is closed', async () => {
    const host = await openWith('[collecting.prometheus]\nport = 0\nprefix = "my"\n');
    const url = host.collecting.prometheusUrl as string;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    host.collecting.dispatch({ plugin: 'room', type: 'gauge', values: 20 });
    await host.collecting.flush();
    expect(await (await fetch(url)).text()).toContain('my_room_gauge{host="here"');
    await host.close();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('refuses a port that is taken, and opens nothing', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const error = await openWith(`[collecting.prometheus]\nport = ${port}\n`).catch((thrown) => thrown);
    expect((error as MortiseError).problems).toEqual([
      {
        code: 'MORTISE_ERR_COLLECT_LISTEN',
        message: `the endpoint for Prometheus can't listen on 127.0.0.1:${port}: another program listens there`,
        subject: 'prometheus',
        where: `127.0.0.1:${port}`,
        expected: expect.stringMatching(/free/),
        found: 'another program listens there',
        remedy: expect.stringMatching(/^Set another/),
      },
    ]);
  });

  it('listens from start() on where readers wait for that', async () => {
    const host = await openWith('start = false\n[collecting.prometheus]\nport = 0\n');
    expect(host.collecting.prometheusUrl).toBeUndefined();
    await host.collecting.start();
    expect((await fetch(host.collecting.prometheusUrl as string)).status).toBe(200);
  });
});

/** As much of a decoded ExportMetricsServiceRequest as is looked at. */
interface Decoded {
  resourceMetrics: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeMetrics: {
      metrics: {
        name: string;
        gauge?: { dataPoints: Point[] };
        sum?: { dataPoints: Point[]; isMonotonic: boolean; aggregationTemporality: number };
      }[];
    }[];
  }[];
}

interface Point {
  asDouble?: number;
  asInt?: number | { toNumber(): number };
  attributes: { key: string; value: { stringValue: string } }[];
}

/** An OTLP receiver: it decodes with the code that protobuf.js made of OpenTelemetry's own .proto files. */
async function receiver(status = 200) {
  const root = require('otlp-decoder/build/src/generated/root.js').opentelemetry.proto.collector.metrics.v1;
  const received: { path: string; headers: IncomingMessage['headers']; body: Decoded }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = root.ExportMetricsServiceRequest.decode(Buffer.concat(chunks)) as Decoded;
    received.push({ path: request.url ?? '', headers: request.headers, body });
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}/v1/metrics` };
}

const otlp = ['@opentelemetry/sdk-metrics', '@opentelemetry/exporter-metrics-otlp-proto', 'otlp-decoder'];

describe.skipIf(!otlp.every(hasPackage))(`[collecting.open_telemetry] (${otlp.join(', ')})`, () => {
  it('sends the newest values as OTLP, the last ones as the host closes', async () => {
    const { received, url } = await receiver();
    const host = await openWith(
      `[collecting.open_telemetry]\nurl = "${url}"\ninterval = 3600\nheaders = { authorization = "Bearer x" }\nresource = { "service.name" = "web" }\n`,
    );
    const { collecting } = host;
    const at = Date.now() - 2000;
    for (const step of [0, 1]) {
      const time = at + step * 1000;
      collecting.dispatch({ plugin: 'room', type: 'gauge', typeInstance: 'a', values: 20.5 + step, time });
      collecting.dispatch({
        plugin: 'net',
        type: 'derive',
        pluginInstance: 'eth0',
        values: 1000 + step,
        time,
      });
    }
    await host.close();
    expect(received).toHaveLength(1);
    const [{ path, headers, body }] = received as [(typeof received)[number]];
    expect(path).toBe('/v1/metrics');
    expect(headers).toMatchObject({ authorization: 'Bearer x', 'content-type': 'application/x-protobuf' });
    const [{ resource, scopeMetrics }] = body.resourceMetrics as [Decoded['resourceMetrics'][number]];
    const words = (all: Point['attributes']) =>
      Object.fromEntries(all.map(({ key, value }) => [key, value.stringValue]));
    expect(words(resource.attributes)).toMatchObject({ 'service.name': 'web' });
    const numberOf = ({ asDouble, asInt }: Point) =>
      asDouble ?? (typeof asInt === 'object' ? asInt.toNumber() : asInt);
    const metrics = scopeMetrics.flatMap(({ metrics }) => metrics);
    const shown = metrics.map(({ name, gauge, sum }) => {
      const [point] = (gauge ?? sum ?? { dataPoints: [] }).dataPoints as [Point];
      return [name, sum?.isMonotonic ?? 'gauge', numberOf(point), words(point.attributes)];
    });
    const labels = { host: 'here', plugin_instance: '', type_instance: '' };
    expect(shown).toEqual([
      ['collectd_room_gauge', 'gauge', 21.5, { ...labels, type_instance: 'a' }],
      ['collectd_net_derive', true, 1001, { ...labels, plugin_instance: 'eth0' }],
    ]);
  });

  it('tells what the receiver refuses', async () => {
    const { url } = await receiver(400);
    const host = await openWith(`[collecting.open_telemetry]\nurl = "${url}"\ninterval = 0.1\n`);
    const told = once(host, 'problem');
    host.collecting.dispatch({ plugin: 'room', type: 'gauge', values: 20 });
    expect(await told).toEqual([
      expect.objectContaining({
        code: 'MORTISE_WARN_COLLECT_EXPORT',
        where: url,
        found: expect.stringMatching(/\S/),
      }),
    ]);
  });
});

it('names the table and its keys when a key is unknown', async () => {
  const error = await openWith(
    '[collecting.prometheus]\nprot = 1\n[collecting.open_telemetry]\ninterval = 0\n',
  ).catch((thrown) => thrown);
  expect(
    (error as MortiseError).problems.map(({ code, message, remedy }) => [code, message, remedy]),
  ).toEqual([
    ['MORTISE_ERR_CONFIG_KEY', 'unknown key "prot" in [collecting.prometheus]', 'Did you mean "port"?'],
    [
      'MORTISE_ERR_CONFIG_TYPE',
      'collecting.open_telemetry.interval must be seconds: a number from 0.1 to 86400',
      undefined,
    ],
  ]);
  await expect(Host.open({ collecting: { prometheus: { prot: 1 } as never } })).rejects.toThrow(
    'unknown key "prot" in collecting.prometheus',
  );
});
