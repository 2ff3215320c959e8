/** Who calls: the plugin that a host table in C belongs to. */
import { textOf, WrongArgument } from '../../native/memory.js';
import { serviceAddon } from '../../native/services.js';
import type { Caller } from '../schema/values.js';

/** Where include/mortise/host.h has the plugin's name, in bytes: a mortise_text, which is a pointer and a size. */
export const hostOffsets = { pluginData: 24, pluginSize: 32 } as const;

/**
 * @param host the address of a mortise_host, whose texts live as long as it does
 * @throws WrongArgument when it is null, or leads nowhere
 */
export function callerAt(host: number): Caller {
  const { pluginData, pluginSize } = hostOffsets;
  if (typeof host !== 'number' || !serviceAddon().isReadable(host, pluginSize + 8)) {
    throw new WrongArgument('the caller passed no host: its first argument must be the plugin’s own');
  }
  const at = (offset: number) => Number(serviceAddon().readWord(BigInt(host) + BigInt(offset), 8));
  return Object.freeze({ plugin: textOf(at(pluginData), at(pluginSize)) });
}
