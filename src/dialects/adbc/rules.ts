/** How ADBC's drivers are read, checked and started. */
export { bind } from './bind.js';
export { checks } from './checks.js';
export { identify } from './identity.js';
