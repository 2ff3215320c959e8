/** How collectd's plugins are read, checked and started. */
import type { Check } from '../../loader/record.js';
import { checkCallbacks, checkMajor } from './checks.js';

export { bind } from './bind.js';
export { identify } from './identity.js';
export { gives } from './library.js';
export const checks: readonly Check[] = [checkMajor, checkCallbacks];
