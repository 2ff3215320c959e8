/** Databases for tests, through a host that has real drivers as plugins. They close when their test ends. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Database, DatabaseOptions } from '../../../src/capabilities/querying/database.js';
import { directory, open } from '../../host/open.js';
import { drivers } from './parts.js';

export async function database(
  name: 'sqlite' | 'duckdb' | 'postgresql' | 'flightsql',
  options: DatabaseOptions = {},
): Promise<Database> {
  const host = await open({ plugins: [{ name: drivers[name] as string }] });
  const plugin = host.plugins.get(name);
  if (plugin.error) throw plugin.error;
  const opened = await plugin.offers.adbc?.open(name, options);
  if (!opened) throw new Error(`${name} offers nothing`);
  onTestFinished(() => opened.close());
  return opened;
}

/** A new file. */
export const sqlite = (options: DatabaseOptions = {}) =>
  database('sqlite', { ...options, options: { uri: join(directory(), 'x.db'), ...options.options } });

/** In memory: one for all of its connections. */
export const duckdb = (options: DatabaseOptions = {}) =>
  database('duckdb', { ...options, options: { path: ':memory:', ...options.options } });

/** What a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('it did not fail');
}
