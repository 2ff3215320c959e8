/** MariaDB's plugins, as its server loads them: those that need services of it, and nothing else. */
import type { Dialect } from '../../loader/record.js';
import { bind } from './bind.js';
import { checkIdentity, checkInterface, checkKind } from './checks.js';
import { identify } from './identity.js';
import { checkImports } from './imports.js';
import { symbols, words } from './layout.js';
import { services } from './services.js';

export const mariadb: Dialect = {
  id: 'mariadb',
  carrier: 'library',
  recognise: ({ exports }) => exports.includes(symbols.declarations),
  identify,
  services,
  checks: [checkIdentity, checkInterface, checkKind, checkImports],
  words,
  bind,
};
