/** A process and a worker that end in mid-query, and a query that is cancelled, with real drivers. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adbcDrivers } from '../../../scripts/adbc-drivers.mjs';

const found = {
  sqlite: [adbcDrivers(['sqlite'])?.sqlite, 'AdbcDriverInit'],
  duckdb: [adbcDrivers(['duckdb'])?.duckdb, 'duckdb_adbc_init'],
} as const;

function run(name: keyof typeof found, mode: string) {
  const [library, init] = found[name];
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'in-mid-query.mjs'), library ?? '', init, mode],
    { encoding: 'utf8', timeout: 30_000 },
  );
  return { status, signal, stderr, lines: stdout.trim().split('\n') };
}

const clean = { status: 0, signal: null, stderr: '' };

describe.each(['sqlite', 'duckdb'] as const)('%s', (name) => {
  const [library] = found[name];
  const needs = library ? '' : ` (needs the ADBC driver ${name}: npm run adbc-drivers)`;

  describe.runIf(library)(`in mid-query${needs}`, { timeout: 60_000 }, () => {
    it('a process exits', () => {
      expect(run(name, 'exit')).toEqual({ ...clean, lines: ['exits'] });
    });

    it('a worker is terminated, and the process goes on', () => {
      expect(run(name, 'terminate')).toEqual({ ...clean, lines: ["1 row after the worker's end"] });
    });

    it('is cancelled, where the driver can, or said not to be', () => {
      const lines =
        name === 'sqlite' ? ['unsupported', 'runs on', 'late'] : ['asked', 'cancelled', 'soon', '1 row'];
      expect(run(name, 'cancel')).toEqual({ ...clean, lines });
    });
  });
});
