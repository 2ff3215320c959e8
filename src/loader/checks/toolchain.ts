/**
 * Was the plugin built by the compiler that the host asks for? C tables need no such thing; plugins that
 * hand Rust types to each other do.
 */
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

export const checkToolchain: Check = ({ identity, path, dialect }, { policy }) => {
  if (!identity) return [];
  const asked = policy.toolchain;
  if (asked === undefined || identity.toolchain === asked) return [ok('toolchain', identity.toolchain)];
  return [
    failed('toolchain', {
      code: 'MORTISE_ERR_TOOLCHAIN_MISMATCH',
      message: `plugin ${identity.toolchain}, host asks for ${asked}`,
      subject: path,
      where: `${dialect?.words.identity}.toolchain`,
      expected: asked,
      found: identity.toolchain,
      remedy: `Build the plugin with ${asked}, or take \`toolchain\` out of the host's policy.`,
    }),
  ];
};
