/** Every family of plugins that this host knows, in the order in which they are asked. */
import type { Dialect } from '../loader/record.js';
import { adbc } from './adbc/index.js';
import { collectd } from './collectd/index.js';
import { goplugin } from './goplugin/dialect.js';
import { grafana } from './grafana/dialect.js';
import { mariadb } from './mariadb/index.js';
import { mortise } from './mortise/index.js';
import { mysql } from './mysql/index.js';
import { pgdog } from './pgdog/index.js';

export const dialects: readonly Dialect[] = [
  mortise,
  mariadb,
  mysql,
  pgdog,
  collectd,
  adbc,
  grafana,
  goplugin,
];
