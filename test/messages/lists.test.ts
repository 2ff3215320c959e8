import { expect, it } from 'vitest';
import { listed } from '../../src/messages/lists.js';

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c', 'd'], 'a, b and 2 more'],
])('%j is %j', (names, text) => {
  expect(listed(names, 2)).toBe(text);
});
