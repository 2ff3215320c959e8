/** What a plugin's failures become: data of one query, or an error of the whole call. */
import { fromBinary } from '@bufbuild/protobuf';
import type { ErrorSource, Unanswered } from '../../capabilities/querying/source.js';
import { type ErrorCode, MortiseError } from '../../errors.js';
import { CallError } from '../goplugin/call-error.js';
import { ErrorInfoSchema, StatusSchema } from './wire/status_pb.js';

/** @returns undefined when it failed with that code */
export async function unless<T>(asked: Promise<T>, code: ErrorCode): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MortiseError && error.code === code) return undefined;
    throw error;
  }
}

/** What the plugin says of one query. */
export interface Said {
  error: string;
  status: number;
  errorSource: string;
}

/** @param plugin its id, for the message */
export function saidOf(refId: string, plugin: string, { error, status, errorSource }: Said): Unanswered {
  const isDownstream = errorSource === 'downstream';
  const found = status >= 100 && status < 600 ? status : 500;
  return {
    refId,
    error: new MortiseError({
      code: 'MORTISE_ERR_CALL_FAILED',
      message: error || `status ${found}`,
      subject: plugin,
      where: `query ${refId}`,
      expected: 'an answer',
      found: `status ${found} of ${isDownstream ? 'what the plugin asked' : 'the plugin'}`,
    }),
    status: found,
    source: isDownstream ? 'downstream' : 'plugin',
  };
}

/** The failure of a call in which the plugin itself failed, for each of its queries; undefined for other failures. */
export function failureOf(error: unknown): Omit<Unanswered, 'refId'> | undefined {
  if (!(error instanceof CallError)) return undefined;
  if (error.code !== 'MORTISE_ERR_CALL_FAILED' && error.code !== 'MORTISE_ERR_CALL_PANIC') return undefined;
  const source = sourceOf(error.metadata.get('grpc-status-details-bin'));
  return { error, status: source === 'downstream' ? 502 : 500, source: source ?? 'plugin' };
}

/** Whose failure it is, when the plugin's SDK said so. */
function sourceOf(details: string | Uint8Array | undefined): ErrorSource | undefined {
  if (!(details instanceof Uint8Array)) return undefined;
  try {
    for (const { typeUrl, value } of fromBinary(StatusSchema, details).details) {
      if (!typeUrl.endsWith('/google.rpc.ErrorInfo')) continue;
      const { errorSource } = fromBinary(ErrorInfoSchema, value).metadata;
      if (errorSource === 'plugin' || errorSource === 'downstream') return errorSource;
    }
  } catch {
    // Details of another kind say nothing.
  }
  return undefined;
}
