/** Values that TypeScript hands to the collector. */
import { MortiseError, type Problem } from '../../errors.js';
import { nearest } from '../../messages/nearest.js';
import { shown } from '../../messages/shown.js';
import type { NativeHost } from '../../native/addon.js';
import { collectAddon, refusals } from '../../native/collecting.js';
import { type Metadata, sourceKinds } from './sample.js';

/** One reading of one series. */
export interface Report {
  /** Who read it. In what a reader gives: the reader's name unless it is set. */
  plugin?: string;
  /** Which one of several: `eth0`. */
  pluginInstance?: string;
  /** What the values are, as types.db has it: `gauge`, `if_octets`. */
  type: string;
  typeInstance?: string;
  /** As many as the type has sources; one may stand alone. Bigints for counters beyond 2^53. */
  values: number | bigint | readonly (number | bigint)[];
  /** A date, or milliseconds since 1970. Default: now. It must be after the series' last one. */
  time?: Date | number;
  /** In seconds. Default: the reader's, else the host's. */
  interval?: number;
  /** Default: the option `hostname`. */
  host?: string;
  metadata?: Metadata;
}

const textKeys = ['plugin', 'pluginInstance', 'type', 'typeInstance', 'host'] as const;
const keys: readonly string[] = [...textKeys, 'values', 'time', 'interval', 'metadata'];
const maxName = 127;
/** Of a text in metadata. */
const maxText = 4096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they would break the lines that writers write
const control = /[\0-\x1f\x7f]/;

/**
 * @param reader whose name is the plugin's when the report says none, and whose interval counts
 * @returns false when the collector refused it, which it counts and tells: a time that is not after the last one
 * @throws MortiseError MORTISE_ERR_COLLECT_REPORT
 */
export function dispatchReport(
  native: NativeHost,
  report: Report,
  reader?: { name: string; interval?: number },
): boolean {
  check(report, reader);
  const { type, values, time = 0, host = '', pluginInstance = '', typeInstance = '', metadata } = report;
  const list = typeof values === 'object' ? values : [values];
  const status = collectAddon().dispatch(
    native,
    host,
    report.plugin ?? (reader?.name as string),
    pluginInstance,
    type,
    typeInstance,
    list,
    typeof time === 'number' ? time : time.getTime(),
    report.interval ?? reader?.interval ?? 0,
    metadata,
  );
  if (status === refusals.unknownType) throw unknownType(type, report);
  if (status === refusals.wrongCount || status === refusals.wrongValue)
    throw wrongValues(native, list, report, status === refusals.wrongCount);
  if (status === refusals.wrongMetadata)
    throw refusal(report, 'metadata', 'at most 256 strings, numbers and booleans', shown(metadata));
  return status === 0;
}

function check(report: Report, reader: { name: string } | undefined): void {
  if (typeof report !== 'object' || report === null || Array.isArray(report)) {
    const isList = Array.isArray(report);
    const remedy = isList ? 'Dispatch each report of the list by itself.' : undefined;
    const found = isList ? `a list of ${(report as unknown[]).length}` : shown(report);
    throw refusal({}, 'a report', 'an object with type and values', found, remedy);
  }
  for (const key of Object.keys(report)) {
    if (keys.includes(key)) continue;
    const meant = nearest(key, keys);
    const remedy = meant && `Did you mean "${meant}"?`;
    throw refusal(report, key, keys.join(', '), key, remedy, `unknown key "${key}" in a report`);
  }
  const needed = reader ? ['type'] : ['type', 'plugin'];
  for (const key of textKeys) {
    const value: unknown = report[key];
    if (value === undefined && !needed.includes(key)) continue;
    const fits = typeof value === 'string' && !(value === '' && needed.includes(key));
    if (!fits || Buffer.byteLength(value) > maxName)
      throw refusal(report, key, `a string of at most ${maxName} bytes`, shown(value));
    if (control.test(value)) throw refusal(report, key, 'a string without control characters', shown(value));
  }
  const { time, interval, values, metadata } = report;
  const isTime = (at: unknown) => typeof at === 'number' && at >= 0 && at < 2 ** 33 * 1000;
  if (time !== undefined && !isTime(time instanceof Date ? time.getTime() : time))
    throw refusal(report, 'time', 'a date, or milliseconds since 1970', shown(time));
  if (interval !== undefined && !(typeof interval === 'number' && interval > 0 && interval < 2 ** 33))
    throw refusal(report, 'interval', 'seconds above 0', shown(interval));
  if (typeof values !== 'number' && typeof values !== 'bigint' && !Array.isArray(values))
    throw refusal(report, 'values', 'a number, a bigint, or a list of them', shown(values));
  if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null))
    throw refusal(report, 'metadata', 'an object', shown(metadata));
  for (const [key, value] of Object.entries(metadata ?? {})) {
    if (key === '' || control.test(key) || Buffer.byteLength(key) > maxName) {
      const expected = `names of 1 to ${maxName} bytes without control characters`;
      throw refusal(report, 'metadata', expected, shown(key));
    }
    if (typeof value === 'string' && (value.length > maxText || Buffer.byteLength(value) > maxText))
      throw refusal(report, `metadata.${key}`, `at most ${maxText} bytes`, `${value.length} characters`);
  }
}

function unknownType(type: string, report: Report): MortiseError {
  return refusal(
    report,
    'type',
    'a type that a types.db of the option typesDb has, or that a plugin added',
    type,
    'Name the types.db that has it in typesDb, or use one that is always there, as gauge or derive.',
  );
}

function wrongValues(
  native: NativeHost,
  list: readonly (number | bigint)[],
  report: Report,
  isCount: boolean,
): MortiseError {
  const { type } = report;
  const said = collectAddon().findType(native, type) ?? [];
  const sources: string[] = [];
  for (let i = 0; i < said.length; i += 2) {
    const kind = sourceKinds[said[i + 1] as number] as string;
    sources.push(`${said[i]} is ${kind === 'absolute' ? 'an' : 'a'} ${kind}`);
  }
  const expected = sources.join(', ');
  const found = list.length === 0 ? 'none' : list.map((value) => shown(value)).join(', ');
  if (isCount) {
    const message = `${type} has ${sources.length} ${sources.length === 1 ? 'value' : 'values'}, and ${list.length} came`;
    return refusal(report, 'values', expected, found, 'Give a value for each, in this order.', message);
  }
  const remedy =
    'Values are numbers or bigints. A counter and an absolute are not below 0, and none but a gauge is NaN or infinite.';
  return refusal(report, 'values', expected, found, remedy, `values must fit ${type}: ${expected}`);
}

function refusal(
  { plugin, type }: Partial<Report>,
  where: string,
  expected: string,
  found: string,
  remedy = 'See docs/collecting.md for what a report holds.',
  message = `${where} must be ${expected}`,
): MortiseError {
  const problem: Problem = {
    code: 'MORTISE_ERR_COLLECT_REPORT',
    message,
    subject: [plugin, type].filter((word) => typeof word === 'string').join('/') || 'a report',
    where,
    expected,
    found,
    remedy,
  };
  return new MortiseError(problem);
}
