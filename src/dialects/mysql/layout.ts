/**
 * MySQL's component interface as it lies in a file, on 64-bit systems: as its documentation declares it, and as Debian's
 * builds of MySQL 9 have it. native/mysql/layout.h has the same for what is in memory.
 */
import type { Words } from '../../loader/record.js';

/** Returns the component of a library. */
export const entry = 'list_components';

/** What this host stands in for. */
export const server = 'MySQL 9';

/** A component: six pointers. */
export const component = {
  size: 48,
  name: 0,
  provides: 8,
  requires: 16,
  metadata: 24,
  init: 32,
  deinit: 40,
} as const;

/** An entry of each of its lists: two pointers. One without the first ends the list. */
export const listed = { size: 16, second: 8 } as const;

/** More entries than any component has. */
export const maxListed = 512;

/** `service`, and which of those that provide it: `service.implementation`. */
export const serviceRule = /^[a-z_]\w{0,126}(\.[a-z_][\w:]{0,126})?$/i;

/** How MySQL calls what every family has. */
export const words: Words = {
  identity: entry,
  steps: { init: 'init', fini: 'deinit' },
  server: 'a MySQL server',
};
