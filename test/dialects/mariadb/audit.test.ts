/** sql_errlog writes what it is told. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Audit, type StatementEvent } from '../../../src/index.js';
import { directory, expectComplete, open, thrown } from '../../host/open.js';
import { mariadbPlugins } from './parts.js';

const plugins = mariadbPlugins();
const failure: StatementEvent = {
  event: 'error',
  user: 'alice[alice] @ localhost []',
  query: 'SELECT * FROM no_such_table',
  command: "Table 'test.no_such_table' doesn't exist",
  errorCode: 1146,
  time: new Date('2026-11-28T06:00:00Z'),
};

describe.skipIf(!plugins)("audit plugins (needs Debian's packages of MariaDB)", () => {
  it('sql_errlog writes a line for an error, and for nothing else', async () => {
    const filename = join(directory(), 'errors.log');
    const name = plugins?.get('sql_errlog') ?? '';
    const host = await open({ plugins: [{ name, config: { filename } }], log: () => {} });
    const audit = host.capability(Audit);
    audit.notify({ ...failure, event: 'log' });
    audit.notify(failure);
    audit.notify({ event: 'status', user: 'bob', query: 'SELECT 1' });
    expect([...host.plugins][0]?.offers.audit?.notify({ ...failure, errorCode: 1064 })).toBe(true);
    await host.close();
    const lines = readFileSync(filename, 'utf8').trimEnd().split('\n');
    const line = `${failure.user} ERROR 1146: ${failure.command} : ${failure.query}`;
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^2026-11-2[78] +\d+:\d\d:00 /);
    expect(lines[0]).toContain(line);
    expect(lines[1]).toContain('ERROR 1064:');
  });

  it('refuses events that can’t be', async () => {
    const name = plugins?.get('sql_errlog') ?? '';
    const config = { filename: join(directory(), 'errors.log') };
    const host = await open({ plugins: [{ name, config }], log: () => {} });
    const audit = host.capability(Audit);
    const messages = [
      { ...failure, event: 'happening' },
      { ...failure, user: 'a\0b' },
      { ...failure, errorCode: -1 },
      { ...failure, rows: 1.5 },
      { ...failure, time: new Date('never') },
      null,
    ].map((event) => {
      const { problems } = thrown(() => audit.notify(event as StatementEvent)) as {
        problems: Parameters<typeof expectComplete>[0][];
      };
      for (const problem of problems) expectComplete(problem);
      return problems.map(({ code, message }) => `${code}: ${message}`).join();
    });
    expect(messages).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: event must be one of log, error, result, status',
      'MORTISE_ERR_PLUGIN_ARGUMENT: user must be a text without zeros',
      'MORTISE_ERR_PLUGIN_ARGUMENT: errorCode must be an integer from 0 to 2147483647',
      'MORTISE_ERR_PLUGIN_ARGUMENT: rows must be an integer from 0 to 9007199254740991',
      'MORTISE_ERR_PLUGIN_ARGUMENT: time must be a Date since 1970',
      'MORTISE_ERR_PLUGIN_ARGUMENT: event must be an object with event, user and query',
    ]);
  });
});
