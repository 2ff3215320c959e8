/** A writer that Prometheus scrapes, through the package prom-client. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MortiseError } from '../../../errors.js';
import { loadPeer } from '../../peer.js';
import type { Writer } from '../writers.js';
import { isCounter, labelNames, NewestValues } from './newest.js';
import { checkOptions, writerOptions } from './options.js';

/** As much of prom-client as is used: its own types need the package. */
interface PromClient {
  Registry: new () => PromRegistry;
  Gauge: new (options: MetricOptions) => { set(labels: Record<string, string>, value: number): void };
  Counter: new (options: MetricOptions) => { inc(labels: Record<string, string>, value: number): void };
}

interface MetricOptions {
  name: string;
  help: string;
  labelNames: readonly string[];
  registers: PromRegistry[];
}

interface PromRegistry {
  metrics(): Promise<string>;
  readonly contentType: string;
}

export interface PrometheusOptions {
  /** The writer's. Default `prometheus`. */
  name?: string;
  /** Before the name of each metric. Default `collectd`, as collectd's write_prometheus has it. */
  prefix?: string;
  /** After so many intervals without a value a series is left out. Default 5. */
  staleIntervals?: number;
}

/** Where it answers, and how. */
export interface PrometheusEndpoint extends Pick<PrometheusOptions, 'prefix' | 'staleIntervals'> {
  /** Default 9103. 0: any that is free. */
  port?: number;
  /** The address that it listens on. Default 127.0.0.1: this machine only. */
  host?: string;
}

export interface PrometheusWriter extends Writer {
  /** The newest values, as Prometheus reads them. */
  metrics(): Promise<string>;
  /** Of what `metrics` gives. */
  readonly contentType: string;
  /**
   * Answers `GET /metrics`.
   * @param host default 127.0.0.1
   * @returns the server, which listens; close it when the host has closed
   * @throws MortiseError MORTISE_ERR_COLLECT_LISTEN
   */
  listen(port: number, host?: string): Promise<{ server: Server; url: string }>;
}

/**
 * For `host.collecting.addWriter`. Metrics are called PREFIX_PLUGIN_TYPE, with the labels host, plugin_instance and
 * type_instance; counters, derives and absolutes are counters, whose names end in `_total`.
 * @throws MortiseError MORTISE_ERR_PEER_MISSING, MORTISE_ERR_CONFIG_KEY, MORTISE_ERR_CONFIG_TYPE
 */
export function prometheusWriter(options: PrometheusOptions = {}): PrometheusWriter {
  checkOptions(options, writerOptions, 'prometheusWriter');
  const { name = 'prometheus', prefix = 'collectd', staleIntervals = 5 } = options;
  const client = loadPeer<PromClient>('prom-client', '15', 'prometheusWriter');
  const newest = new NewestValues(prefix, staleIntervals);
  const metrics = async (): Promise<string> => {
    // Made anew for each scrape: what is stale isn't there, and a counter that began anew may fall.
    const registry = new client.Registry();
    for (const [metric, all] of newest.byMetric()) {
      const counts = all.some(isCounter);
      const made = {
        name: counts ? `${metric}_total` : metric,
        help: 'read by mortise',
        labelNames,
        registers: [registry],
      };
      if (counts) {
        const counter = new client.Counter(made);
        // What is below 0 can't be a counter's.
        for (const { labels, value } of all) if (value >= 0) counter.inc(labels, value);
      } else {
        const gauge = new client.Gauge(made);
        for (const { labels, value } of all) gauge.set(labels, value);
      }
    }
    return registry.metrics();
  };
  const { contentType } = new client.Registry();
  return {
    name,
    write(samples) {
      newest.take(samples);
    },
    metrics,
    contentType,
    listen: (port, host = '127.0.0.1') => listen({ metrics, contentType }, port, host),
  };
}

async function listen(
  { metrics, contentType }: Pick<PrometheusWriter, 'metrics' | 'contentType'>,
  port: number,
  host: string,
): Promise<{ server: Server; url: string }> {
  // Not before it is needed: it takes longer to load than half of a host's own code.
  const { createServer } = await import('node:http');
  const server = createServer(async ({ url, method }, response) => {
    if (method !== 'GET' || url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end('GET /metrics\n');
      return;
    }
    try {
      const text = await metrics();
      response.writeHead(200, { 'content-type': contentType }).end(text);
    } catch (error) {
      response.writeHead(500).end(`${error}\n`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(notListening(`${host}:${port}`, cause)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  // Scrapes don't keep the process running.
  server.unref();
  const { port: taken } = server.address() as AddressInfo;
  return { server, url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/metrics` };
}

function notListening(where: string, cause: NodeJS.ErrnoException): MortiseError {
  const words: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there',
    EADDRNOTAVAIL: 'this machine has no such address',
    EACCES: 'the system forbids it',
  };
  const found = words[cause.code ?? ''] ?? cause.message;
  return new MortiseError(
    {
      code: 'MORTISE_ERR_COLLECT_LISTEN',
      message: `the endpoint for Prometheus can't listen on ${where}: ${found}`,
      subject: 'prometheus',
      where,
      expected: 'an address of this machine, and a port that is free',
      found,
      remedy: 'Set another port or host, or end what listens there.',
    },
    { cause },
  );
}
