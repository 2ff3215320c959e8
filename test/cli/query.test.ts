/** mortise query: rows as a table, as lines and as a file; several sources; Ctrl-C. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tableFromIPC } from '@uwdata/flechette';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './call.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-query-'));
const config = join(folder, 'mortise.toml');
const one = join(folder, 'one.toml');

/** The data source says when: as a user's Ctrl-C, it comes with a later turn of the event loop. */
const interruptWith = (send: (signal: NodeJS.Signals) => void) => {
  Object.assign(globalThis, { interrupt: () => setImmediate(send, 'SIGINT') });
};

beforeAll(() => {
  writeFileSync(
    join(folder, 'sources.mjs'),
    `
    import { defineDataSource, frameOf } from '${pathToFileURL(resolve('dist/mortise.js')).href}';
    const frame = (count) => frameOf({
      columns: {
        id: { values: Array.from({ length: count }, (_, n) => BigInt(n + 1)), type: 'int64' },
        at: { values: Array.from({ length: count }, (_, n) => BigInt(n) * 1_000_000_001n), type: 'timestamp[ns]' },
        word: { values: Array.from({ length: count }, (_, n) => (n === 1 ? null : 'w\\u001b' + n)), labels: { host: 'a' } },
        big: { values: Array.from({ length: count }, () => 2n ** 60n), type: 'int64' },
      },
    });
    async function* endless() { for (let n = 1; ; n++) { await new Promise((done) => setTimeout(done, 5)); yield frame(1); if (n === 5) globalThis.interrupt(); } }
    async function* large() { globalThis.interrupt(); yield frame(200_000); }
    const answers = ({ sql, parameters }) => {
      if (sql === 'FAIL') throw new Error('no such table');
      if (sql === 'ENDLESS') return endless();
      if (sql === 'LARGE') return large();
      return [frame(Number(parameters?.[0] ?? sql.split(' ')[1]))];
    };
    export const numbers = defineDataSource({
      name: 'numbers',
      query: ({ queries }) => new Map(queries.map(({ refId, json }) => [refId, { refId, frames: answers(json) }])),
    });`,
  );
  const core = '[querying]\ncore = ["./sources.mjs"]\n';
  writeFileSync(one, core);
  writeFileSync(
    config,
    `${core}[querying.sources.shop]\nplugin = "numbers"\n[querying.sources.lost]\nplugin = "gone"\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('one statement', () => {
  it('is a table of text', async () => {
    const { code, stdout, stderr } = await call(['query', '-c', one, 'SELECT 2']);
    expect(stderr).toBe('2 rows\n');
    expect(stdout.split('\n')).toEqual([
      'id  at                             word{host=a}  big',
      '1   1970-01-01T00:00:00.000000000  w\\x1b0        1152921504606846976',
      '2   1970-01-01T00:00:01.000000001  null          1152921504606846976',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('may have parameters, and nothing but a head', async () => {
    const { stdout, stderr } = await call(['query', '-c', one, '--param', '0', 'SELECT $1']);
    expect([stdout, stderr]).toEqual(['id  at  word{host=a}  big\n', '0 rows\n']);
  });

  it('is lines of JSON, exactly', async () => {
    const { stdout, stderr } = await call(['query', '-c', one, '--json', 'SELECT 1']);
    expect(JSON.parse(stdout)).toEqual({
      source: 'numbers',
      refId: 'A',
      row: { id: 1, at: '1970-01-01T00:00:00.000000000', word: 'w\u001b0', big: '1152921504606846976' },
    });
    expect(stderr).toBe('');
  });

  it('is a file of Arrow', async () => {
    const file = join(folder, 'out.arrow');
    const { code, stderr } = await call(['query', '-c', one, '--arrow', file, 'SELECT 1000']);
    expect([code, stderr]).toEqual([0, `1,000 rows in ${file}\n`]);
    expect(tableFromIPC(readFileSync(file)).numRows).toBe(1000);
    const unwritable = await call(['query', '-c', one, '--arrow', folder, 'SELECT 1']);
    expect([unwritable.code, unwritable.stderr]).toEqual([2, expect.stringContaining('MORTISE_ERR_OUTPUT')]);
  });

  it('that fails is told, and the command ends with 1', async () => {
    const { code, stdout, stderr } = await call(['query', '-c', one, 'FAIL']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('numbers: MORTISE_ERR_QUERY_FAILED: no such table');
  });

  it('ends in time, and at Ctrl-C', async () => {
    const late = await call(['query', '-c', one, '--json', 'ENDLESS'], { onStop: interruptWith });
    expect(late.code).toBe(1);
    expect(late.stderr).toContain('MORTISE_ERR_QUERY_CANCELED');
    const rows = late.stdout.trim().split('\n');
    expect(rows.length).toBeGreaterThan(2);
    expect(JSON.parse(rows.at(-1) as string)).toMatchObject({
      status: 499,
      errors: [{ code: 'MORTISE_ERR_QUERY_CANCELED' }],
    });
  });
});

it.each([[], ['--json']])('a frame of many rows ends at Ctrl-C, too: %j', async (...options) => {
  const late = await call(['query', '-c', one, ...options, 'LARGE'], { onStop: interruptWith });
  expect(late.code).toBe(1);
  expect(late.stderr).toContain('MORTISE_ERR_QUERY_CANCELED');
  expect(late.stdout.split('\n').length).toBeLessThan(100_000);
});

describe('several sources', () => {
  it('are asked side by side, and each is named', async () => {
    const { code, stdout, stderr } = await call([
      ...['query', '-c', config, '--source', 'shop', '--source', 'lost', '--source', 'numbers', 'SELECT 1'],
    ]);
    expect(code).toBe(1);
    expect(stdout.split('\n').filter((line) => /^[a-z]+$/.test(line))).toEqual(['shop', 'lost', 'numbers']);
    expect(stderr).toContain('MORTISE_ERR_QUERY_SOURCE');
  });

  it('must be named', async () => {
    const { code, stderr } = await call(['query', '-c', config, 'SELECT 1']);
    expect(code).toBe(2);
    expect(stderr).toContain('Add --source with one of shop, lost, numbers.');
  });

  it('answer lines of JSON; a wrong line is told, and the others go on', async () => {
    const lines = [
      '{"source": "shop", "sql": "SELECT 1", "refId": "X"}',
      'SELECT 1',
      '',
      '{"source": "numbers", "sql": "SELECT 1", "range": {"from": "2026-01-01", "to": 1800000000000}}',
      '{"sql": "SELECT 1"}',
      '{"source": "numbers", "range": {"from": "then"}}',
      '[]',
    ];
    const { code, stdout } = await call(['query', '-c', config, '--json'], { stdin: lines.join('\n') });
    expect(code).toBe(1);
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(found).toMatchObject([
      { source: 'shop', refId: 'X', row: { id: 1 } },
      { errors: [{ code: 'MORTISE_ERR_QUERY_REQUEST', where: 'line 2' }] },
      { source: 'numbers', refId: 'A', row: { id: 1 } },
      { errors: [{ code: 'MORTISE_ERR_USAGE' }] },
      { errors: [{ where: 'line 6' }] },
      { errors: [{ where: 'line 7' }] },
    ]);
  });
});

it.each([
  [['--param', '1'], '--param belongs to a statement'],
  [['--arrow', 'x', '--json', 'SELECT 1'], '--arrow takes one statement'],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await call(['query', '-c', one, ...args]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
