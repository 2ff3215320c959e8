/** Where values go that the options name beside plugins: an endpoint for Prometheus, an OpenTelemetry receiver. */
import type { Server } from 'node:http';
import type { Problem } from '../../errors.js';
import { type OtlpExport, type OtlpOptions, otlpExport } from './to/otlp.js';
import { type PrometheusEndpoint, prometheusWriter } from './to/prometheus.js';
import type { Writer } from './writers.js';

export interface OutletOptions {
  /**
   * Answers `GET /metrics` with the newest values while readers run, as {@link prometheusWriter} does. It needs the
   * package prom-client. `{}`: on 127.0.0.1:9103.
   */
  prometheus?: PrometheusEndpoint;
  /**
   * Sends the newest values to an OpenTelemetry receiver while readers run. It needs OpenTelemetry's SDK and exporter.
   * `{}`: every 10 s to http://localhost:4318/v1/metrics, or to where its OTEL_EXPORTER_OTLP_… variables say.
   */
  openTelemetry?: OtlpOptions;
}

/** As collectd's write_prometheus has it. */
const usualPort = 9103;

export class Outlets {
  readonly #options: OutletOptions;
  #server: Server | undefined;
  #export: OtlpExport | undefined;
  prometheusUrl: string | undefined;

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  /**
   * @param tell hears, under the name of a writer, what goes wrong later
   * @throws MortiseError MORTISE_ERR_COLLECT_LISTEN, MORTISE_ERR_PEER_MISSING, and what `add` throws
   */
  async open(add: (writer: Writer) => void, tell: (name: string, problem: Problem) => void): Promise<void> {
    const { prometheus, openTelemetry } = this.#options;
    if (openTelemetry) {
      this.#export = otlpExport(openTelemetry, tell);
      add(this.#export.writer);
    }
    if (prometheus) {
      const { port = usualPort, host, ...options } = prometheus;
      const writer = prometheusWriter(options);
      const { server, url } = await writer.listen(port, host);
      this.#server = server;
      this.prometheusUrl = url;
      add(writer);
    }
  }

  /** After the writers have got what they get: that is sent, and the port is free again. */
  async close(): Promise<void> {
    const server = this.#server;
    const closed = server && new Promise<void>((resolve) => server.close(() => resolve()));
    server?.closeAllConnections();
    await Promise.all([closed, this.#export?.close()]);
  }
}
