/** MySQL's components, as its server loads them: those whose services this host or another component has. */
import type { Dialect } from '../../loader/record.js';
import { entry, words } from './layout.js';
import { services } from './services.js';

export const mysql: Dialect = {
  id: 'mysql',
  carrier: 'library',
  recognise: ({ exports }) => exports.includes(entry),
  services,
  findsOthers: true,
  words,
  load: () => import('./rules.js'),
};
