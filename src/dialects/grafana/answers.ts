/** The answer to one query, whole. */

import { frameOfIpc } from '../../capabilities/querying/frame/arrow-frame.js';
import type { Frame } from '../../capabilities/querying/frame/frame.js';
import type { QueryAnswer } from '../../capabilities/querying/source.js';
import { MortiseError } from '../../errors.js';
import { saidOf } from './failure.js';
import { DataFrameFormat, type DataResponse } from './wire/data_pb.js';

/** @param plugin its id, for messages */
export function answerOf(refId: string, plugin: string, response: DataResponse): QueryAnswer {
  const { frames, error, status, errorSource, format } = response;
  // With an error, frames are what came before it: half an answer isn't one.
  if (error !== '' || status >= 400) return saidOf(refId, plugin, { error, status, errorSource });
  try {
    const read = frames.map((bytes) => frameOf(refId, plugin, { bytes, format }));
    return { refId, frames: read, ...(status > 0 && { status }) };
  } catch (cause) {
    if (!(cause instanceof MortiseError)) throw cause;
    return { refId, error: cause, status: 502, source: 'plugin' };
  }
}

/** @throws MortiseError when the bytes are not a frame */
export function frameOf(
  refId: string,
  plugin: string,
  { bytes, format }: { bytes: Uint8Array; format: DataFrameFormat },
): Frame {
  if (format === DataFrameFormat.ARROW) return frameOfIpc(bytes, { refId });
  throw new MortiseError({
    code: 'MORTISE_ERR_GRAFANA_ANSWER',
    message: 'it answered in another format than it was asked for',
    subject: plugin,
    where: `query ${refId}`,
    expected: 'frames as Arrow',
    found: DataFrameFormat[format] ?? `format ${format}`,
    remedy: 'Report it to those who make the plugin.',
  });
}
