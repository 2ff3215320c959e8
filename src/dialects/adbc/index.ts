/** ADBC's drivers, as databases ship them: libraries that give Arrow's columns out of a query. */
import type { Dialect } from '../../loader/record.js';
import { isDriver, words } from './entry.js';

export const adbc: Dialect = {
  id: 'adbc',
  carrier: 'library',
  recognise: ({ kind, exports }) => kind === 'shared' && isDriver(exports),
  words,
  find: async (request, context) => (await import('./find/find.js')).findDriver(request, context),
  load: () => import('./rules.js'),
};
