/** What this process has open. */
import { readdirSync, readlinkSync } from 'node:fs';

/** Open files by number, and what each is. Undefined where the system doesn't say. */
export function openFiles(): Map<string, string> | undefined {
  if (process.platform !== 'linux') return undefined;
  const files = new Map<string, string>();
  for (const number of readdirSync('/proc/self/fd')) {
    try {
      files.set(number, readlinkSync(`/proc/self/fd/${number}`));
    } catch {
      // The one that read the list.
    }
  }
  return files;
}
