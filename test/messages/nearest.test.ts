import { expect, it } from 'vitest';
import { nearest } from '../../src/config/index.js';

const known = ['search', 'parser', 'strict_permissions'];

it.each([
  ['serch', 'search'],
  ['Search', 'search'],
  ['parsers', 'parser'],
  ['strict-permissions', 'strict_permissions'],
  ['strictPermissions', 'strict_permissions'],
  ['strict_permision', 'strict_permissions'],
  ['tenants', undefined],
  ['', undefined],
])('%s → %s', (word, key) => {
  expect(nearest(word, known)).toBe(key);
});

it('finds nothing among nothing', () => {
  expect(nearest('search', [])).toBeUndefined();
});
