/** MariaDB's plugins, as its server loads them: those that need services of it, and nothing else. */
import type { Dialect } from '../../loader/record.js';
import { symbols, words } from './layout.js';
import { services } from './services.js';

export const mariadb: Dialect = {
  id: 'mariadb',
  carrier: 'library',
  recognise: ({ exports }) => exports.includes(symbols.declarations),
  services,
  words,
  load: () => import('./rules.js'),
};
