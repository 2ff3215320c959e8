/** PgDog's plugins on its published crate: Rust, whose types a bridge of the same compiler hands over. */
import type { Dialect } from '../../loader/record.js';
import { bind } from './bind.js';
import { checkBridge } from './check-bridge.js';
import { checkEntries, checkIdentity, checkSeries } from './checks.js';
import { identify } from './identity.js';
import { seriesOf, words } from './layout.js';

export const pgdog: Dialect = {
  id: 'pgdog',
  carrier: 'library',
  recognise: (image) => seriesOf(image) !== undefined,
  identify,
  checks: [checkSeries, checkEntries, checkIdentity, checkBridge],
  words,
  bind,
};
