/** Data sources in TypeScript are refused where they are made, not where they are asked. */
import { expect, it } from 'vitest';
import {
  type CoreSource,
  defineDataSource,
  isCoreSource,
} from '../../../src/capabilities/querying/define.js';
import type { DataSourceSettings } from '../../../src/capabilities/querying/source.js';

const query = () => new Map();

it('gives what a host takes, with all of its parts', async () => {
  const source: CoreSource = defineDataSource({ name: 'random', query });
  expect(isCoreSource(source)).toBe(true);
  expect(source).toMatchObject({ name: 'random', version: '0.0.0', aliases: [] });
  expect((await source.open({} as DataSourceSettings)).query).toBe(query);
  expect(isCoreSource({ ...source })).toBe(false);
});

it.each([
  [undefined, 'the definition must be an object'],
  [{ query }, 'name must be letters'],
  [{ name: '../etc', query }, 'name must be letters'],
  [{ name: 'a', version: 1, query }, 'version must be a string'],
  [{ name: 'a', aliases: 'b', query }, 'aliases must be a list of strings'],
  [{ name: 'a' }, 'query must be a function, or open one'],
  [{ name: 'a', query: 5 }, 'query must be a function'],
  [{ name: 'a', open: {} }, 'query must be a function'],
])('refuses %j', (definition, message) => {
  expect(() => defineDataSource(definition as never)).toThrow(
    expect.objectContaining({
      code: 'MORTISE_ERR_QUERY_DEFINITION',
      message: expect.stringContaining(message),
    }),
  );
});
