/** What a plugin of collectd's must meet on top of what every library must. */
import { failed, ok } from '../../loader/checks/result.js';
import type { Check } from '../../loader/record.js';
import { callbacksOf, entry, otherMajor, server } from './layout.js';

export const checkMajor: Check = ({ image, path }) => {
  const other = image && otherMajor(image);
  if (!other) return [ok('abi', server)];
  return [
    failed('abi', {
      code: 'MORTISE_ERR_ABI_MISMATCH',
      message: `it asks for ${other.symbol}: it is a plugin of ${other.name}, and this host runs those of ${server}`,
      subject: path,
      where: other.symbol,
      expected: `a plugin of ${server}`,
      found: `one of ${other.name}`,
      remedy: `Take the plugin from ${server}, or build it against the headers of that.`,
    }),
  ];
};

/** What it can do for a host; of which kinds it makes use is known once it is loaded. */
export const checkCallbacks: Check = ({ image, identity }) => {
  if (!image) return [];
  const registers = callbacksOf(image);
  return [
    ok('callbacks', `${identity?.name ?? 'it'} registers ${registers.join(', ') || 'nothing'} in ${entry}`),
  ];
};
