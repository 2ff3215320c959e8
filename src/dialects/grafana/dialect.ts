/** Grafana's plugins with a program: data sources and the like, whose protocol is pluginv2 over go-plugin. */
import { readGoBuild } from '../../binary/index.js';
import type { Dialect } from '../../loader/record.js';
import { sdkOf } from './sdk.js';

export const grafana: Dialect = {
  id: 'grafana',
  carrier: 'program',
  takes: ({ backend, type }) => backend && (type === 'datasource' || type === 'app'),
  recognise: ({ kind }, source) => kind === 'executable' && sdkOf(readGoBuild(source)) !== undefined,
  words: { identity: 'plugin.json', steps: { init: 'the handshake', fini: 'Shutdown' } },
  load: () => import('./rules.js'),
};
