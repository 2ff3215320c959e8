import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const names = ['tpcc', 'tpch', 'saas'];
const lines = names.map((name) => readFileSync(`workload/${name}.jsonl`, 'utf8').trimEnd().split('\n'));
const queries = lines.flat().map((line) => JSON.parse(line) as { sql: string; params: unknown[] });

it('each line is a query, and no two have the same text', () => {
  for (const { sql, params, ...rest } of queries) {
    expect(sql).toBeTypeOf('string');
    expect(params.every((param) => param === null || typeof param === 'string')).toBe(true);
    expect(rest).toEqual({});
  }
  expect(new Set(queries.map(({ sql }) => sql)).size).toBe(queries.length);
});

it('its README counts them', () => {
  const readme = readFileSync('workload/README.md', 'utf8');
  expect(readme).toContain(`${queries.length} SQL statements`);
  names.forEach((name, index) => {
    expect(readme).toContain(`| \`${name}.jsonl\` | ${lines[index]?.length} |`);
  });
});
