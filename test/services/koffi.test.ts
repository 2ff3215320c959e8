/**
 * The services once more, with koffi in the place of the addon's own calls and callbacks. What waits for a thread that
 * calls back is not among them: there, koffi has no patience that ends.
 */
import './as-elsewhere.js';
import './serve/caller.test.js';
import './serve/typescript.test.js';
import './serve/typescript-names.test.js';
import { expect, it } from 'vitest';
import { addon } from '../../src/native/addon.js';

it('the addon makes none of these calls', () => {
  expect(addon()).not.toHaveProperty('bindFunction');
  expect(addon()).not.toHaveProperty('lendCallback');
});
