/** ADBC's drivers, as databases ship them: libraries that give Arrow's columns out of a query. */
import { isLibrary } from '../../loader/library-names.js';
import type { Dialect } from '../../loader/record.js';
import { isDriver, words } from './entry.js';

export const adbc: Dialect = {
  id: 'adbc',
  carrier: 'library',
  recognise: ({ kind, exports }) => kind === 'shared' && isDriver(exports),
  words,
  // A library's own name leads to no manifest: then the readers of those aren't loaded.
  find: async (request, context) =>
    isLibrary(request.name, context)
      ? undefined
      : (await import('./find/find.js')).findDriver(request, context),
  load: () => import('./rules.js'),
};
