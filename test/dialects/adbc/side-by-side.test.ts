/** Several drivers in one process: Go's runtimes among them, on the main thread and in workers. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { drivers, lacks, needs } from './parts.js';

const run = promisify(execFile);
const all = ['sqlite', 'flightsql', 'snowflake', 'postgresql', 'duckdb'] as const;

it.skipIf(lacks(...all))(
  `two drivers in Go live beside three others, and in two workers${needs(...all)}`,
  async () => {
    const paths = all.map((name) => drivers[name] as string);
    const { stdout } = await run(process.execPath, ['test/dialects/adbc/side-by-side.mjs', ...paths]);
    const line = `${all.map((name) => `${name} ready`).join(', ')}: 42`;
    const reversed = `${[...all]
      .reverse()
      .map((name) => `${name} ready`)
      .join(', ')}: 42`;
    expect(stdout.trim().split('\n').sort()).toEqual([line, line, reversed].sort());
  },
);
