/** How MySQL's components are read, checked and started. */
import type { Check } from '../../loader/record.js';
import { checkIdentity } from './checks.js';

export { bind } from './bind.js';
export { identify } from './identity.js';
export const checks: readonly Check[] = [checkIdentity];
