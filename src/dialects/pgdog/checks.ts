/** What a PgDog plugin must meet on top of what every library must. */
import { failed, ok } from '../../loader/checks/result.js';
import type { Check } from '../../loader/record.js';
import { seriesOf, supported, symbols } from './layout.js';

/** The published crate's interface, of which there are others before and after. */
export const checkSeries: Check = ({ image, path }) => {
  const series = image && seriesOf(image);
  if (!series) return [];
  if (series.isSupported) return [ok('abi', series.name)];
  return [
    failed('abi', {
      code: 'MORTISE_ERR_ABI_MISMATCH',
      message: `it is a plugin of ${series.name}, and this host runs those on ${supported}`,
      subject: path,
      where: series.marks.find((mark) => image.exports.includes(mark)),
      expected: supported,
      found: series.name,
      remedy:
        'Build the plugin on pgdog-plugin 0.1.8, the last release on crates.io, or run it in PgDog itself.',
    }),
  ];
};

/** PgDog skips a plugin that doesn't say its compiler, and one without the other two could never do anything. */
export const checkEntries: Check = ({ image, path }) => {
  if (!image || !seriesOf(image)?.isSupported) return [];
  const all: readonly string[] = Object.values(symbols);
  const exported = all.filter((name) => image.exports.includes(name));
  const data = exported.filter((name) => image.symbols.get(name)?.kind !== 'code');
  const useful = [symbols.route, symbols.init].filter((name) => exported.includes(name));
  const lacks = exported.includes(symbols.rustc)
    ? useful.length === 0 && `${symbols.route} or ${symbols.init}`
    : symbols.rustc;
  if (data.length === 0 && !lacks) return [ok('exports', exported.join(', '))];
  return [
    failed('exports', {
      code: 'MORTISE_ERR_ENTRY_MISSING',
      message: lacks ? `no ${lacks}` : `${data.join(' and ')} is not a function`,
      subject: path,
      expected: `${symbols.rustc} and ${symbols.route} as exported functions`,
      found: exported.map((name) => (data.includes(name) ? `${name} as data` : name)).join(', '),
      remedy: 'Write macros::plugin!() and #[route] in the plugin’s lib.rs, and build it as a cdylib.',
    }),
  ];
};

export const checkIdentity: Check = ({ identity, problems }) => {
  if (identity) return [ok('identity', `${identity.name} ${identity.version} (${identity.toolchain})`)];
  return problems.map((problem) => failed('identity', problem));
};
