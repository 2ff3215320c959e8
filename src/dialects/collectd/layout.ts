/** collectd's plugin interface as it lies in a file: symbols that a plugin has, and those that it asks the daemon for. */
import type { Image } from '../../binary/index.js';
import type { Words } from '../../loader/record.js';

export const entry = 'module_register';

/** What this host stands in for. */
export const server = 'collectd 5.12';

/** How collectd's plugins call what every family has. */
export const words: Words = {
  identity: entry,
  steps: { register: entry, init: 'the init callbacks', fini: 'the shutdown callbacks' },
  server,
};

/** What only a plugin of collectd's asks for: with `module_register` alone it may be anybody's. */
const marks = /^(plugin_(register|unregister|dispatch|log|get_ds)|fc_register_|daemon_log$)/;

export const isCollectd = ({ exports, imports }: Image) =>
  exports.includes(entry) && imports.some((name) => marks.test(name));

/** What each function that a plugin asks for lets it register, in collectd's order of calls. */
const callbacks: readonly (readonly [symbol: string, name: string])[] = [
  ['plugin_register_config', 'config'],
  ['plugin_register_complex_config', 'config'],
  ['plugin_register_init', 'init'],
  ['plugin_register_read', 'read'],
  ['plugin_register_complex_read', 'read'],
  ['plugin_register_write', 'write'],
  ['plugin_register_flush', 'flush'],
  ['plugin_register_missing', 'missing values'],
  ['plugin_register_cache_event', 'cache events'],
  ['plugin_register_log', 'log'],
  ['plugin_register_notification', 'notification'],
  ['plugin_register_data_set', 'data sets'],
  ['fc_register_match', 'match'],
  ['fc_register_target', 'target'],
  ['plugin_register_shutdown', 'shutdown'],
];

/** What the plugin can register. */
export function callbacksOf({ imports }: Image): string[] {
  const asked = new Set(imports);
  return [...new Set(callbacks.filter(([symbol]) => asked.has(symbol)).map(([, name]) => name))];
}

/** Symbols of other majors' daemons: no file says which one it was built for, but these give it away. */
const others: readonly (readonly [major: string, symbols: RegExp])[] = [
  [
    'collectd 6',
    /^(plugin_dispatch_metric_family|metric_family_\w+|metric_(identity|reset|label_set)|label_set_\w+)$/,
  ],
  ['collectd 4', /^(plugin_complain|plugin_relief|ut_check_threshold|ut_check_interesting)$/],
];

/** Another major that the plugin was built for, and the symbol that says so. */
export function otherMajor({ imports }: Image): { name: string; symbol: string } | undefined {
  for (const [name, pattern] of others) {
    const symbol = imports.find((one) => pattern.test(one));
    if (symbol !== undefined) return { name, symbol };
  }
  return undefined;
}
