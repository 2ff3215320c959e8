/** The one rule that tells the path of a plugin from a name to search for. */
import { isAbsolute } from 'node:path';

/** `postgresql://…` and `profile://…`: a scheme of one letter is a drive of Windows. */
export function isUri(name: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(name);
}

/** A name without a separator is searched for; any other is a path, and so are `.`, `..` and `plugin.json`. */
export function isPath(name: string, platform: NodeJS.Platform = process.platform): boolean {
  if (isUri(name)) return false;
  if (name.includes('/') || isAbsolute(name) || ['.', '..', 'plugin.json'].includes(name)) return true;
  return platform === 'win32' && name.includes('\\');
}
