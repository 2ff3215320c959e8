/** One line of JSON as a query. */

import type { Parameter } from '../../capabilities/routing/parameter.js';
import type { Query } from '../../capabilities/routing/query.js';
import { MortiseError } from '../../errors.js';
import { nearest } from '../../messages/nearest.js';
import { shown } from '../../messages/shown.js';
import { type Line, maxLine } from './lines.js';

const keys = ['sql', 'params', 'shards', 'hasPrimary', 'hasReplicas', 'inTransaction', 'writeOverride'];

/** The host takes what JavaScript calls true or a number; a line of JSON has both as they are. */
const kinds: Readonly<Record<string, string>> = {
  shards: 'number',
  hasPrimary: 'boolean',
  hasReplicas: 'boolean',
  inTransaction: 'boolean',
  writeOverride: 'boolean',
};

/**
 * Reads `{"sql": …, "params": […]}`, with the keys of `host.route()`. Binary parameters are written
 * `{"base64": …, "format": "binary"}`, since JSON has no bytes. What the values may be is the host's to say.
 *
 * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER
 */
export function parseQuery(line: Line): Query {
  const query = parseObject(line);
  for (const key of Object.keys(query)) {
    if (keys.includes(key)) continue;
    const meant = nearest(key, keys);
    throw new MortiseError({
      code: 'MORTISE_ERR_QUERY',
      message: `unknown key "${key}"`,
      expected: keys.join(', '),
      found: key,
      remedy: meant && `Did you mean "${meant}"?`,
    });
  }
  for (const key of Object.keys(kinds)) {
    const value = query[key];
    if (value === undefined || typeof value === kinds[key]) continue;
    throw new MortiseError({
      code: 'MORTISE_ERR_QUERY',
      message: `${key} must be a ${kinds[key]}`,
      where: key,
      expected: `a ${kinds[key]}`,
      found: shown(value),
    });
  }
  if (Array.isArray(query.params)) {
    query.params = query.params.map((parameter, index) => parseParameter(parameter, `params[${index}]`));
  }
  return query as unknown as Query;
}

function parseObject(line: Line): Record<string, unknown> {
  let value: unknown;
  let reason = 'the line is not a JSON object';
  try {
    if (line === 'too long') reason = `the line is longer than ${maxLine} bytes`;
    else value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch (error) {
    reason =
      error instanceof SyntaxError ? `the line is not JSON: ${error.message}` : 'the line is not UTF-8';
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new MortiseError({
    code: 'MORTISE_ERR_QUERY',
    message: reason,
    expected: '{"sql": "…", "params": ["…"]}',
    remedy: 'Write one JSON object a line.',
  });
}

function parseParameter(value: unknown, where: string): Parameter {
  if (typeof value !== 'object' || value === null) return value as Parameter;
  const { base64, format = 'binary', ...others } = value as Record<string, unknown>;
  const isFormat = format === 'text' || format === 'binary';
  if (typeof base64 === 'string' && isBase64(base64) && isFormat && Object.keys(others).length === 0) {
    return { bytes: Buffer.from(base64, 'base64'), format };
  }
  throw new MortiseError({
    code: 'MORTISE_ERR_PARAMETER',
    message: 'a bind parameter is a string, null, or an object with base64 and format',
    where,
    expected: '{"base64": "AAAAKg==", "format": "binary"}',
    found: shown(value),
  });
}

/** Buffer.from skips what is not valid base64; a typing error would become another value. */
function isBase64(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text);
}
