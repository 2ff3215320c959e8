/** Sends values to an OpenTelemetry receiver: the SDK's meter provider and its exporter, set up from options alone. */
import type { Problem } from '../../../errors.js';
import { loadPeer } from '../../peer.js';
import type { Writer } from '../writers.js';
import {
  type OpenTelemetryMeterProvider,
  type OpenTelemetryOptions,
  openTelemetryWriter,
} from './open-telemetry.js';

export interface OtlpOptions extends Pick<OpenTelemetryOptions, 'prefix' | 'staleIntervals'> {
  /** Of a receiver that takes OTLP over HTTP. Default: as the variables OTEL_EXPORTER_OTLP_… say, else localhost's. */
  url?: string;
  /** Sent with each request, as a token. */
  headers?: Readonly<Record<string, string>>;
  /** In seconds: how often the newest values are sent. Default 10. */
  interval?: number;
  /** What sends them. Default: `service.name` is `mortise`, and what OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say. */
  resource?: Readonly<Record<string, string>>;
}

export interface OtlpExport {
  readonly writer: Writer;
  /** Sends what is there, and ends: after 5 s at the latest. */
  close(): Promise<void>;
}

/** How long one request may take, with what is tried again. */
const limitMs = 5_000;

/** As much of OpenTelemetry's packages as is used: their own types need them. */
interface Sdk {
  MeterProvider: new (options: {
    readers: unknown[];
    resource: Resource;
  }) => OpenTelemetryMeterProvider & { shutdown(options: { timeoutMillis: number }): Promise<void> };
  PeriodicExportingMetricReader: new (options: {
    exporter: unknown;
    exportIntervalMillis: number;
    exportTimeoutMillis: number;
  }) => unknown;
}

interface Exporter {
  OTLPMetricExporter: new (options: {
    url?: string;
    headers?: Readonly<Record<string, string>>;
    timeoutMillis: number;
  }) => { export(metrics: unknown, done: (result: ExportResult) => void): void };
}

interface ExportResult {
  /** 0: it was taken. */
  code: number;
  error?: Error;
}

interface Resources {
  defaultResource(): Resource;
  resourceFromAttributes(attributes: Readonly<Record<string, string>>): Resource;
  detectResources(options: { detectors: unknown[] }): Resource;
  envDetector: unknown;
}

interface Resource {
  merge(other: Resource): Resource;
}

/**
 * @param tell hears, under the writer's name, what the receiver doesn't take
 * @throws MortiseError MORTISE_ERR_PEER_MISSING
 */
export function otlpExport(options: OtlpOptions, tell: (name: string, problem: Problem) => void): OtlpExport {
  const { url, headers, interval = 10, resource = {}, prefix, staleIntervals } = options;
  const user = 'openTelemetry (in mortise.toml [collecting.open_telemetry])';
  const sdk = loadPeer<Sdk>('@opentelemetry/sdk-metrics', '2', user);
  const { OTLPMetricExporter } = loadPeer<Exporter>('@opentelemetry/exporter-metrics-otlp-proto', '0', user);
  const resources = loadPeer<Resources>('@opentelemetry/resources', '2', user);
  const exporter = new OTLPMetricExporter({ url, headers, timeoutMillis: limitMs });
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) =>
    send(metrics, (result) => {
      if (result.code !== 0) tell('opentelemetry', notTaken(url, result.error));
      done(result);
    });
  const meterProvider = new sdk.MeterProvider({
    readers: [
      new sdk.PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: interval * 1000,
        // It has to be no longer than the interval.
        exportTimeoutMillis: Math.min(limitMs, interval * 1000),
      }),
    ],
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ 'service.name': 'mortise' }))
      .merge(resources.detectResources({ detectors: [resources.envDetector] }))
      .merge(resources.resourceFromAttributes(resource)),
  });
  return {
    writer: openTelemetryWriter({ meterProvider, prefix, staleIntervals }),
    async close() {
      // What fails was told as it failed.
      await meterProvider.shutdown({ timeoutMillis: limitMs }).catch(() => {});
    },
  };
}

function notTaken(url: string | undefined, error: Error | undefined): Problem {
  const found = error?.message || 'no answer';
  return {
    code: 'MORTISE_WARN_COLLECT_EXPORT',
    message: `the OpenTelemetry receiver did not take the values: ${found}`,
    subject: 'opentelemetry',
    where: url,
    expected: 'a receiver of OTLP over HTTP that takes them',
    found,
    remedy: 'Correct url, or start the receiver. The newest values are sent again after the next interval.',
  };
}
