/**
 * Does the process already have symbols that the image exports? Then the loader binds the plugin's own
 * calls to them: Node.js exports OpenSSL, zlib and libuv, for example.
 */
import { listed } from '../../messages/lists.js';
import type { Check } from '../record.js';
import { ok, skipped, warned } from './result.js';

/** Looking up more would tell nothing new: a library with so many exports is not a plugin. */
const maxExports = 20_000;
const maxShown = 5;

/** Every library has some of these; and C++ merges what carries a mangled name on purpose. */
const harmless =
  /^(_init|_fini|__bss_start|_edata|_end|_Z.*|__gcov.*|__asan.*|__odr_asan.*|rust_eh_personality)$/;

export const checkShadowed: Check = ({ image, path, dialect }, host) => {
  if (!image || image.format === 'pe') return []; // a PE import names the library that it comes from
  if (!dialect) return [skipped('symbols', 'only looked up for plugins')];
  if (image.arch !== host.arch) return [];
  const clashes = image.exports
    .slice(0, maxExports)
    .filter((name) => !harmless.test(name))
    .map((name) => [name, host.exporter(name)] as const)
    .filter(([, file]) => file !== undefined);
  const [first] = clashes;
  if (!first) return [ok('symbols', `${image.exports.length} exported, none shadowed`)];
  const names = clashes.slice(0, maxShown).map(([name]) => name);
  return [
    warned('symbols', {
      code: 'MORTISE_WARN_SHADOWED_SYMBOL',
      message: `${listed(
        clashes.map(([name]) => name),
        maxShown,
      )} also in ${first[1]}`,
      subject: path,
      where: names.join(', '),
      expected: 'names that this process does not have yet',
      found: `${clashes.length} that it has`,
      remedy: 'Build with -fvisibility=hidden -Wl,-Bsymbolic, so that the plugin calls its own.',
    }),
  ];
};
