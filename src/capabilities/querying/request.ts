/** Queries as callers give them, with all filled in that data sources count on. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import type { QueryRequest, SourceQuery, TimeRange } from './source.js';

/** Dates, or milliseconds since 1970. */
export interface GivenRange {
  from: Date | number;
  to?: Date | number;
}

export interface GivenQuery {
  /** Names its answer. Default: A, B, C… by place. */
  refId?: string;
  queryType?: string;
  /** In the source's own words. Default `{}`. */
  json?: Readonly<Record<string, unknown>>;
  /** Default 1,000. */
  maxDataPoints?: number;
  /** Default 1,000. */
  intervalMs?: number;
  /** Default: the request's. */
  range?: GivenRange;
}

const maxQueries = 1000;
/** What a request without a range is about. */
const lastHourMs = 3_600_000;

/** @throws MortiseError MORTISE_ERR_QUERY_REQUEST */
export function filledRequest(queries: readonly GivenQuery[], range?: GivenRange): QueryRequest {
  if (!Array.isArray(queries) || queries.length === 0 || queries.length > maxQueries)
    throw refused(
      'queries',
      `a list of 1 to ${maxQueries}`,
      Array.isArray(queries) ? `${queries.length}` : shown(queries),
    );
  const whole = rangeOf(range, 'range') ?? lastHour();
  const taken = new Set<string>();
  const filled = queries.map((query, index) => filledQuery(query, index, whole, taken));
  return { queries: filled, range: whole };
}

function filledQuery(query: GivenQuery, index: number, whole: TimeRange, taken: Set<string>): SourceQuery {
  const where = `queries[${index}]`;
  if (typeof query !== 'object' || query === null) throw refused(where, 'an object', shown(query));
  const { refId = nameOf(index), queryType, json = {}, maxDataPoints = 1000, intervalMs = 1000 } = query;
  if (typeof refId !== 'string' || refId === '' || refId.length > 256)
    throw refused(`${where}.refId`, 'a string of 1 to 256 characters', shown(refId));
  if (taken.has(refId)) throw refused(`${where}.refId`, 'one that no other query has', shown(refId));
  taken.add(refId);
  if (queryType !== undefined && typeof queryType !== 'string')
    throw refused(`${where}.queryType`, 'a string', shown(queryType));
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw refused(`${where}.json`, 'an object', shown(json));
  if (!(Number.isSafeInteger(maxDataPoints) && maxDataPoints > 0))
    throw refused(`${where}.maxDataPoints`, 'an integer above 0', shown(maxDataPoints));
  if (!(typeof intervalMs === 'number' && intervalMs > 0 && Number.isFinite(intervalMs)))
    throw refused(`${where}.intervalMs`, 'milliseconds above 0', shown(intervalMs));
  const own = query.range === undefined ? whole : (rangeOf(query.range, `${where}.range`) as TimeRange);
  const filled = { refId, json, maxDataPoints, intervalMs, range: own };
  return queryType === undefined ? filled : { ...filled, queryType };
}

/** A to Z, then AA, AB… */
function nameOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${nameOf(Math.floor(index / 26) - 1)}${last}`;
}

function lastHour(): TimeRange {
  const now = Date.now();
  return { from: new Date(now - lastHourMs), to: new Date(now) };
}

function rangeOf(given: GivenRange | undefined, where: string): TimeRange | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null)
    throw refused(where, 'an object with from and to', shown(given));
  const from = dateOf(given.from, `${where}.from`);
  const to = dateOf(given.to ?? Date.now(), `${where}.to`);
  if (from > to)
    throw refused(where, 'a range that starts before it ends', `${from.toJSON()} to ${to.toJSON()}`);
  return { from, to };
}

function dateOf(value: unknown, where: string): Date {
  const date = value instanceof Date || typeof value === 'number' ? new Date(value) : undefined;
  if (!date || Number.isNaN(date.getTime()))
    throw refused(where, 'a date, or milliseconds since 1970', shown(value));
  return date;
}

export function refused(where: string, expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_QUERY_REQUEST',
    message: `${where} must be ${expected}`,
    subject: 'a query',
    where,
    expected,
    found,
    remedy: 'See docs/querying.md for what a query has.',
  });
}
