/** A span of OpenTelemetry for each call, over by its last frame. */
import { loadPeer } from '../../peer.js';
import type { Middleware } from '../middleware.js';
import { measured } from './measured.js';

/** What is used of a tracer of `@opentelemetry/api`. */
export interface OpenTelemetryTracer {
  startActiveSpan<Result>(
    name: string,
    options: { attributes: Record<string, string | number> },
    run: (span: OpenTelemetrySpan) => Result,
  ): Result;
}

export interface OpenTelemetrySpan {
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  recordException(error: Error): void;
  end(): void;
}

const failed = 2;

/**
 * @param tracer default: the one called mortise of the application's `@opentelemetry/api`
 * @throws MortiseError MORTISE_ERR_PEER_MISSING
 */
export function tracing(tracer: OpenTelemetryTracer = ownTracer()): Middleware {
  return (call, next) => {
    const { plugin, carrier, method, context } = call;
    const attributes = {
      'mortise.plugin': plugin,
      'mortise.carrier': carrier,
      'mortise.data_source': context.dataSource.uid,
    };
    return tracer.startActiveSpan(`mortise ${method}`, { attributes }, (span) =>
      measured(call, next, ({ error }) => {
        span.setAttribute('mortise.status', error?.status ?? 200);
        if (error) {
          span.setAttribute('error.type', error.code);
          span.recordException(error);
          span.setStatus({ code: failed, message: error.message.split('\n')[0] ?? '' });
        }
        span.end();
      }),
    );
  };
}

function ownTracer(): OpenTelemetryTracer {
  const { trace } = loadPeer<{ trace: { getTracer(name: string): OpenTelemetryTracer } }>(
    '@opentelemetry/api',
    '1',
    'tracing()',
  );
  return trace.getTracer('mortise');
}
