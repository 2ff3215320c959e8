/**
 * koffi, which calls C functions where the addon doesn't know how (functions.ts). Loaded when it is first needed, with room on its
 * stacks for plugins.
 */
import { load } from '../package.js';
import { addon } from './addon.js';

export type Koffi = typeof import('koffi');

const mebibyte = 1024 * 1024;
let loaded: Koffi | undefined;

/**
 * Calls of koffi run on a stack of its own. A plugin expects what a main thread has, 8 MiB; memory that it
 * doesn't touch costs nothing.
 */
export function koffi(): Koffi {
  if (loaded) return loaded;
  loaded = load('koffi') as Koffi;
  // Plugins' threads wait inside it, and it would go with the worker that loaded it.
  const file = Object.keys(load.cache).find((path) => /[\\/]koffi\.node$/.test(path));
  if (file) addon().pin(file);
  try {
    loaded.config({ sync_stack_size: 8 * mebibyte, async_stack_size: mebibyte, max_async_calls: 1024 });
  } catch {
    // The application has used koffi already, and its settings hold.
  }
  return loaded;
}

/** A function type of koffi's, without a name, so that no two can clash. */
export const prototype = (result: string, parameters: readonly string[]) =>
  koffi().proto(result, [...parameters]);
