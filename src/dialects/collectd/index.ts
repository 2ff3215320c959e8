/** collectd's plugins, unmodified: mortise stands in for its daemon. */
import type { Dialect } from '../../loader/record.js';
import { isCollectd, words } from './layout.js';

export const collectd: Dialect = {
  id: 'collectd',
  carrier: 'library',
  recognise: isCollectd,
  words,
  load: () => import('./rules.js'),
};
