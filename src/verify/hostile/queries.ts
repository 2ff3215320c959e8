/** Queries that no well-meaning client sends, and their parameters. */
import type { Query } from '../../capabilities/routing/query.js';

const select = 'SELECT * FROM t WHERE a = $1';
const cluster = { shards: 4, hasReplicas: true };

/** What it is, and the query. Made one at a time: some are large. */
export function* hostileQueries(): Generator<[name: string, query: Query]> {
  const texts: [string, string][] = [
    ['an empty query', ''],
    ['a blank', ' '],
    ['a semicolon', ';'],
    ['a NUL', '\0'],
    ['SQL with a NUL in it', 'SELECT 1\0; DROP TABLE t'],
    ['half of a surrogate pair', 'SELECT \ud800'],
    ['a quote that never ends', "SELECT 'never"],
    ['a comment that never ends', 'SELECT 1 /* never'],
    ['a dollar quote that never ends', 'SELECT $tag$never'],
    ['a parameter of number 0', 'SELECT $0'],
    ['a parameter of a huge number', 'SELECT $99999999999999999999'],
    ['a huge number', `SELECT ${'9'.repeat(10_000)}`],
    ['1,000 statements', 'SELECT 1;'.repeat(1_000)],
    ['10,000 parentheses', `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['a list of 100,000 items', `SELECT 1 IN (${'1,'.repeat(100_000)}1)`],
    ['a megabyte without a space', 'x'.repeat(1_000_000)],
    ['16 MB of blanks', ' '.repeat(16_000_000)],
  ];
  for (const [name, sql] of texts) {
    yield [name, { sql, ...cluster }];
    yield [`${name}, with a parameter`, { sql, params: ['1'], ...cluster }];
  }
  const bytes = (length: number, value = 0) => new Uint8Array(length).fill(value);
  const parameters: [string, NonNullable<Query['params']>][] = [
    ['no parameter where one belongs', []],
    ['a null', [null]],
    ['an empty text', ['']],
    ['a blank', [' ']],
    ['a number that fits no integer', ['99999999999999999999999999']],
    ['a negative number', ['-9223372036854775808']],
    ['a text that is no number', ['one']],
    ['a NUL', ['\0']],
    ['half of a surrogate pair', ['\udc00']],
    ['no bytes', [bytes(0)]],
    ['one byte', [bytes(1, 255)]],
    ['seven bytes', [bytes(7, 128)]],
    ['text that is not UTF-8', [{ bytes: bytes(3, 255), format: 'text' }]],
    ['a text of 1 MB', ['7'.repeat(1_000_000)]],
    ['16 MB of bytes', [bytes(16_000_000, 255)]],
    ['65,535 nulls', Array.from({ length: 65_535 }, () => null)],
    ['65,535 texts', Array.from({ length: 65_535 }, (_, index) => String(index))],
  ];
  for (const [name, params] of parameters) {
    yield [`${name} as the parameter`, { sql: select, params, ...cluster }];
    yield [`${name} as the parameter, one shard`, { sql: select, params, shards: 1 }];
  }
  yield ['as many shards as there can be', { sql: select, params: ['42'], shards: 2 ** 32 - 1 }];
  yield ['neither a primary nor a replica', { sql: select, params: ['42'], hasPrimary: false }];
  yield ['an ordinary query, after all that', { sql: 'SELECT 1', ...cluster }];
}
