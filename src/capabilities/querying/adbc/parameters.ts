/** Parameters and rows to ingest, from JavaScript's values to Arrow's columns. */

import type { AdbcColumn, AdbcParameters } from '../../../native/adbc.js';
import type { Columns, Parameters } from '../database.js';
import { isFrame } from '../frame/arrow-frame.js';
import { blockOf } from '../frame/block.js';
import { wrongParameter } from './failure.js';

/** Undefined when there are none. @throws MortiseError MORTISE_ERR_ADBC_PARAMETER */
export function parametersOf(given: Parameters | undefined, subject: string): AdbcParameters | undefined {
  if (given === undefined || given === null) return undefined;
  if (isFrame(given)) return blockOf(given);
  if (Array.isArray(given)) {
    if (given.length === 0) return undefined;
    const row = given as readonly unknown[];
    return { columns: row.map((value, index) => columnOf(String(index), [value], subject)) };
  }
  return { columns: columnsOf(given as Columns, subject) };
}

/** @throws MortiseError MORTISE_ERR_ADBC_PARAMETER */
function columnsOf(given: Columns, subject: string): AdbcColumn[] {
  if (typeof given !== 'object' || given === null || ArrayBuffer.isView(given)) {
    throw wrongParameter(subject, 'parameters must be a list of values, columns by name, or a frame');
  }
  const columns = Object.entries(given).map(([name, values]) => {
    if (!Array.isArray(values) && (!ArrayBuffer.isView(values) || values instanceof DataView)) {
      throw wrongParameter(subject, `the column ${JSON.stringify(name)} is neither a list nor a typed array`);
    }
    return columnOf(name, values as readonly unknown[], subject);
  });
  const [first] = columns;
  if (!first) throw wrongParameter(subject, 'there is no column');
  const other = columns.find((column) => lengthOf(column) !== lengthOf(first));
  if (other) {
    throw wrongParameter(
      subject,
      `the columns ${first.name} and ${other.name} have ${lengthOf(first)} and ${lengthOf(other)} values`,
    );
  }
  return columns;
}

const lengthOf = ({ values }: AdbcColumn) => (values as { length: number }).length;

/** Formats of typed arrays, whose elements have one width. */
const views: readonly (readonly [abstract: { new (...given: never[]): object }, format: string])[] = [
  [Int8Array, 'c'],
  [Uint8Array, 'C'],
  [Int16Array, 's'],
  [Uint16Array, 'S'],
  [Int32Array, 'i'],
  [Uint32Array, 'I'],
  [BigInt64Array, 'l'],
  [BigUint64Array, 'L'],
  [Float32Array, 'f'],
  [Float64Array, 'g'],
];

/** Of JavaScript's kinds of values: `mixed` can't be a column. */
type Kind = 'n' | 'b' | 'l' | 'g' | 'u' | 'z' | 'tsu:UTC' | 'mixed';

function columnOf(name: string, values: readonly unknown[], subject: string): AdbcColumn {
  const view = views.find(([type]) => values instanceof type);
  if (view) return { name, format: view[1], values };
  let format: Kind = 'n';
  for (const [index, value] of values.entries()) {
    const kind = kindOf(value);
    if (kind === undefined) {
      const what = typeof value === 'object' ? 'an object' : typeof value;
      throw wrongParameter(
        subject,
        `value ${index} of ${JSON.stringify(name)} is ${what}, which is not a value of a column`,
      );
    }
    format = joined(format, kind);
    if (format === 'mixed') {
      throw wrongParameter(
        subject,
        `the values of ${JSON.stringify(name)} are of several kinds, from value ${index} on`,
      );
    }
  }
  if (format === 'tsu:UTC') return { name, format, values: values.map(microseconds) };
  if (format === 'g')
    return { name, format, values: values.map((value) => (value == null ? null : Number(value))) };
  return { name, format, values };
}

function kindOf(value: unknown): Kind | undefined {
  if (value === null || value === undefined) return 'n';
  if (typeof value === 'boolean') return 'b';
  if (typeof value === 'bigint') return 'l';
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? 'l' : 'g';
  if (typeof value === 'string') return 'u';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : 'tsu:UTC';
  return value instanceof Uint8Array ? 'z' : undefined;
}

/** A whole number among others is one of them. */
function joined(one: Kind, other: Kind): Kind {
  if (one === other || other === 'n') return one;
  if (one === 'n') return other;
  const isNumeric = (kind: Kind) => kind === 'l' || kind === 'g';
  return isNumeric(one) && isNumeric(other) ? 'g' : 'mixed';
}

function microseconds(value: unknown): bigint | null {
  return value instanceof Date ? BigInt(value.getTime()) * 1000n : null;
}
