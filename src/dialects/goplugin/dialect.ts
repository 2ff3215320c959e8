/** Programs in Go that speak HashiCorp's go-plugin protocol, as plugins of a host. */

import { readGoBuild } from '../../binary/index.js';
import type { Dialect } from '../../loader/record.js';
import { libraryOf } from './library.js';

export const goplugin: Dialect = {
  id: 'goplugin',
  carrier: 'program',
  recognise: ({ kind }, source) => kind === 'executable' && libraryOf(readGoBuild(source)) !== undefined,
  words: { identity: 'go-plugin', steps: { init: 'the handshake', fini: 'Shutdown' } },
  load: () => import('./rules.js'),
};
