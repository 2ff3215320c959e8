import { expect, it } from 'vitest';
import { shown } from '../../src/messages/shown.js';

it('any value is shown, on one short line', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(shown('a')).toBe('"a"');
  expect(shown([1n, { b: true }])).toBe('["1",{"b":true}]');
  expect([shown(5n), shown(Number.NaN), shown(-0.5)]).toEqual(['5', 'NaN', '-0.5']);
  expect(shown(undefined)).toBe('undefined');
  expect(shown(() => 1)).toBe('a function');
  expect(shown(circle)).toBe('[object Object]');
  expect(shown(Object.assign(Object.create(null), circle))).toBe('something that cannot be shown');
  expect(shown('x'.repeat(200))).toHaveLength(81);
});
