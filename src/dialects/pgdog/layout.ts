/** PgDog's plugin interface as it lies in a file: the published crate pgdog-plugin 0.1.2 to 0.1.8. */
import type { Image } from '../../binary/index.js';
import type { Words } from '../../loader/record.js';

export const symbols = {
  rustc: 'pgdog_rustc_version',
  version: 'pgdog_plugin_version',
  parser: 'pgdog_pg_query_version',
  init: 'pgdog_init',
  fini: 'pgdog_fini',
  route: 'pgdog_route',
} as const;

/** How PgDog's plugins call what every family has. */
export const words: Words = {
  identity: symbols.rustc,
  steps: { init: symbols.init, fini: symbols.fini },
};

/** What this host stands in for. */
export const supported = 'pgdog-plugin 0.1.2 to 0.1.8';

/** A range of releases with one interface. */
interface Series {
  /** As a reader knows it. */
  name: string;
  /** One of these among the exports marks it. */
  marks: readonly string[];
  isSupported: boolean;
}

/** In the order in which they are asked: a later series also exports symbols of earlier ones. */
const series: readonly Series[] = [
  { name: 'PgDog’s series 0.4 or later', marks: ['PGDOG_PLUGIN_VTABLE'], isSupported: false },
  {
    name: 'PgDog’s series 0.2 or 0.3',
    marks: ['pgdog_plugin_api_version', 'pgdog_config', 'pgdog_logging_init'],
    isSupported: false,
  },
  { name: 'pgdog-plugin 0.1.0 or 0.1.1', marks: ['pgdog_route_query'], isSupported: false },
  { name: supported, marks: Object.values(symbols), isSupported: true },
];

/** Undefined for what is not a plugin of PgDog's. */
export function seriesOf({ exports }: Image): Series | undefined {
  return series.find(({ marks }) => marks.some((mark) => exports.includes(mark)));
}
