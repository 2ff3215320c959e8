/** How a call of @grpc/grpc-js ended, as the transport says it. */
import type { Metadata } from '@grpc/grpc-js';
import { Failure, status } from './transport.js';

/** An error of the library's own has no status. */
export function failureOf(ending: {
  code?: unknown;
  details?: string;
  metadata?: Metadata;
  message?: string;
}): Failure {
  if (typeof ending.code !== 'number') return new Failure(status.unknown, String(ending.message ?? ending));
  const metadata = new Map<string, string | Uint8Array>();
  for (const name of Object.keys(ending.metadata?.getMap() ?? {})) {
    const [value] = ending.metadata?.get(name) ?? [];
    if (value !== undefined) metadata.set(name, value);
  }
  return new Failure(ending.code, ending.details ?? '', metadata);
}
