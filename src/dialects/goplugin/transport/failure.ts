/** How a call of @grpc/grpc-js ended, as the transport says it. */
import type { Metadata } from '@grpc/grpc-js';
import { Failure, status } from './transport.js';

/** An error of the library's own has no status, and what a program sends as one may be no number. */
export function failureOf(ending: {
  code?: unknown;
  details?: string;
  metadata?: Metadata;
  message?: string;
}): Failure {
  const code = Number.isInteger(ending.code) ? (ending.code as number) : status.unknown;
  const metadata = new Map<string, string | Uint8Array>();
  for (const name of Object.keys(ending.metadata?.getMap() ?? {})) {
    const [value] = ending.metadata?.get(name) ?? [];
    if (value !== undefined) metadata.set(name, value);
  }
  return new Failure(code, ending.details ?? ending.message ?? 'it ended without a status', metadata);
}
