/** What a driver says of itself and its database, in ADBC's numbers and nested columns. */

import type { AdbcAsk } from '../../../native/adbc.js';
import type { ObjectsOptions } from '../database.js';
import type { Frame } from '../frame/frame.js';

/** ADBC's codes of what can be asked. */
const names: Readonly<Record<number, string>> = {
  0: 'vendor_name',
  1: 'vendor_version',
  2: 'vendor_arrow_version',
  3: 'vendor_sql',
  4: 'vendor_substrait',
  5: 'vendor_substrait_min_version',
  6: 'vendor_substrait_max_version',
  100: 'driver_name',
  101: 'driver_version',
  102: 'driver_arrow_version',
  103: 'driver_adbc_version',
};

const depths = { all: 0, catalogs: 1, schemas: 2, tables: 3 } as const;

export function objectsAsk({
  depth = 'all',
  catalog,
  schema,
  table,
  column,
  types,
}: ObjectsOptions): AdbcAsk {
  return { kind: 'objects', depth: depths[depth], catalog, schema, table, column, types };
}

/** By name; the driver's own by number. */
export function infoOf(frame: Frame): Record<string, unknown> {
  const codes = frame.column('info_name') ?? [];
  const values = frame.column('info_value') ?? [];
  return Object.fromEntries(codes.map((code, index) => [names[Number(code)] ?? String(code), values[index]]));
}
