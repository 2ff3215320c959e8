/** How MariaDB's plugins are read, checked and started. */
import type { Check } from '../../loader/record.js';
import { checkIdentity, checkInterface, checkKind } from './checks.js';
import { checkImports } from './imports.js';

export { bind } from './bind.js';
export { identify } from './identity.js';
export const checks: readonly Check[] = [checkIdentity, checkInterface, checkKind, checkImports];
