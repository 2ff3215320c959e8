/** The function that a driver is known by and started with. */
import { basename } from 'node:path';
import type { Words } from '../../loader/record.js';

/** What every driver may call it. */
export const common = 'AdbcDriverInit';

/** How drivers call what every family has. */
export const words: Words = {
  identity: common,
  steps: { init: common, fini: 'AdbcDatabaseRelease' },
};

/** Names of the interface's own functions that look like an init. */
const others = new Set(['AdbcDatabaseInit', 'AdbcConnectionInit']);
/** `AdbcDriverSqliteInit`, `duckdb_adbc_init`. */
const pattern = /^(Adbc[A-Z]\w*Init|[a-z]\w*_adbc_init)$/;
/** Only the library that manages drivers has it. */
const manager = 'AdbcLoadDriver';

/** The init functions among a library's exports. */
export function initsOf(exports: readonly string[]): string[] {
  return exports.filter((name) => pattern.test(name) && !others.has(name));
}

export function isDriver(exports: readonly string[]): boolean {
  return initsOf(exports).length > 0 && !exports.includes(manager);
}

/** The init that a driver manager derives from a file's name: `libadbc_driver_sqlite.so.113` → `AdbcDriverSqliteInit`. */
export function derivedInit(path: string): string {
  const [stem = ''] = basename(path).replace(/^lib/, '').split('.');
  const pascal = stem
    .split(/[^a-z0-9]+/i)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return `${pascal.startsWith('Adbc') ? '' : 'Adbc'}${pascal}Init`;
}

/** The init that is called when nobody names one: as the specification has it, then a library's only one. */
export function chosenInit(exports: readonly string[], path: string): string | undefined {
  const found = initsOf(exports);
  const derived = derivedInit(path);
  if (found.includes(derived)) return derived;
  return found.includes(common) ? common : found[0];
}

/** What a driver is called: by its init, else by its file. `postgresql`, `duckdb`. */
export function driverName(exports: readonly string[], path: string): string {
  const named = initsOf(exports)
    .map((name) => /^Adbc(?:Driver)?([A-Z]\w*)Init$/.exec(name)?.[1] ?? /^(\w+)_adbc_init$/.exec(name)?.[1])
    .find((name) => name !== undefined && name !== 'Driver');
  const [stem = ''] = basename(path).split('.');
  const plain = (named ?? stem.replace(/^lib/, '').replace(/^adbc_driver_/, ''))
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '_');
  return (/^[a-z]/.test(plain) ? plain : `adbc_${plain}`).slice(0, 63);
}
