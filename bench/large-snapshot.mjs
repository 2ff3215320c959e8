// A host that is larger than most, as its page sees it.
const names = Array.from({ length: 200 }, (_, index) => `plugin_${String(index).padStart(3, '0')}`);
/** What the page of a host with 200 plugins and 500 services shows. */
export const large = {
  time: 0,
  version: '1.2.3',
  pid: 4242,
  plugins: names.map((name, index) => ({
    ...{ name, aliases: [], version: '1.0.0', dialect: 'mortise', path: `/srv/shop/plugins/lib${name}.so` },
    ...{
      state: index % 50 === 7 ? 'rejected' : 'ready',
      requires: [],
      wants: [],
      provides: [],
      warnings: [],
    },
    errors:
      index % 50 === 7
        ? [{ code: 'MORTISE_ERR_FILE_MISSING', message: '<b>no</b> such file', remedy: 'Check the path.' }]
        : [],
  })),
  services: Array.from({ length: 500 }, (_, index) => ({
    name: `shop.service_${index}`,
    version: '1.0',
    provider: names[index % 200],
    users: [names[(index * 7) % 200], names[(index * 13 + 1) % 200]],
  })),
  calls: names.flatMap((plugin) =>
    ['module_init', 'module_route'].map((entry, index) => ({
      ...{ plugin, entry, name: 'calls', help: '', kind: 'calls', sum: 0.01 },
      count: 1 + index * 10_000,
      buckets: Array.from({ length: 30 }, (_, at) => ({ atMost: 2 ** at / 1e9, count: (at + 1) * 330 })),
    })),
  ),
  metrics: [],
  readers: [],
  writers: [],
};
