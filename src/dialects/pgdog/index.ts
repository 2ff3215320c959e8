/** PgDog's plugins on its published crate: Rust, whose types a bridge of the same compiler hands over. */
import type { Dialect } from '../../loader/record.js';
import { seriesOf, words } from './layout.js';

export const pgdog: Dialect = {
  id: 'pgdog',
  carrier: 'library',
  recognise: (image) => seriesOf(image) !== undefined,
  words,
  load: () => import('./rules.js'),
};
