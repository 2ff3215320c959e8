/** What plugins to start from have in common in C and Rust. */
import { snake } from '../schema/names.js';
import type { Service, ServiceFunction } from '../schema/types.js';

/** A function to show a test with: where there is one, without a callback or a handle. */
export function easiest({ functions }: Service): [string, ServiceFunction] {
  const entries = Object.entries(functions);
  const easy = entries.find(
    ([, fn]) => !Object.values(fn.parameters).some(({ kind }) => kind === 'callback' || kind === 'handle'),
  );
  return (easy ?? entries[0]) as [string, ServiceFunction];
}

/** Not alone: C's own libraries have functions called `read` and `remove`. */
export const stem = (key: string): string => snake(key).replace(/_$/, '');
