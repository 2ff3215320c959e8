/** What the daemon is to collectd's plugins, once a host has such plugins: one host at a time in a process. */
import { MortiseError, type Problem } from '../errors.js';
import type { NativeHost } from './addon.js';
import { collectdAddon, type NativeDaemon } from './collectd.js';
import { collectdChains } from './collectd-chains.js';
import { libraryPath } from './collectd-library.js';

interface Open {
  daemon: NativeDaemon;
  /** Plugins, and who else needs it. */
  users: number;
}

const open = new WeakMap<NativeHost, Open>();

/**
 * Must be given back with {@link releaseDaemon} once.
 * @throws MortiseError MORTISE_ERR_COLLECTD_HOST, MORTISE_ERR_COLLECTD_LIBRARY
 */
export function useDaemon(host: NativeHost): NativeDaemon {
  let known = open.get(host);
  if (!known) {
    known = { daemon: openDaemon(host), users: 0 };
    open.set(host, known);
  }
  known.users++;
  return known.daemon;
}

/** After the last user's, another host may have collectd plugins. */
export function releaseDaemon(host: NativeHost): void {
  const known = open.get(host);
  if (!known || --known.users > 0) return;
  open.delete(host);
  collectdChains(known.daemon, [], '', '');
  collectdAddon().collectdClose(known.daemon);
}

function openDaemon(host: NativeHost): NativeDaemon {
  const library = libraryPath();
  const found = library === undefined ? 'nothing of that name' : collectdAddon().collectdOpen(host, library);
  if (typeof found !== 'string') return found;
  throw new MortiseError(found === 'taken' ? taken() : noLibrary(library, found));
}

const taken = (): Problem => ({
  code: 'MORTISE_ERR_COLLECTD_HOST',
  message:
    'another host in this process has plugins of collectd’s, and their functions can serve one host only',
  subject: 'mortise-collectd.so',
  where: undefined,
  expected: 'one host with such plugins at a time',
  found: 'a second one',
  remedy: 'Close the other host first, load the plugins with that one, or open this host in another process.',
});

const noLibrary = (library: string | undefined, found: string): Problem => ({
  code: 'MORTISE_ERR_COLLECTD_LIBRARY',
  message: 'the library that collectd’s plugins are linked to can’t be opened',
  subject: library ?? 'mortise-collectd.so',
  where: undefined,
  expected: 'mortise-collectd.so beside the addon',
  found,
  remedy: 'In a clone run `npm run build`; elsewhere install mortise again. There is none for Windows.',
});
