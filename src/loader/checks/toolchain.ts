/**
 * Was the plugin built by the compiler that the host asks for? C tables need no such thing; plugins that hand types
 * of Rust or C++ to each other do, and say so (MORTISE_MODULE_EXACT_TOOLCHAIN). Provider and user: services.ts.
 */
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

export const checkToolchain: Check = ({ identity, path, dialect }, { policy }) => {
  if (!identity) return [];
  const asked = policy.toolchain;
  if (asked === undefined || !identity.exactToolchain || identity.toolchain === asked)
    return [ok('toolchain', identity.toolchain)];
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
