/** How PgDog's plugins are read, checked and started. */
import type { Check } from '../../loader/record.js';
import { checkBridge } from './check-bridge.js';
import { checkEntries, checkIdentity, checkSeries } from './checks.js';

export { bind } from './bind.js';
export { identify } from './identity.js';
export const checks: readonly Check[] = [checkSeries, checkEntries, checkIdentity, checkBridge];
