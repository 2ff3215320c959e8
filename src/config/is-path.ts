/** The one rule that tells the path of a plugin from a name to search for. */
import { isAbsolute } from 'node:path';

/** A name without a separator is searched for; any other is a path, and so are `.`, `..` and `plugin.json`. */
export function isPath(name: string, platform: NodeJS.Platform = process.platform): boolean {
  if (name.includes('/') || isAbsolute(name) || ['.', '..', 'plugin.json'].includes(name)) return true;
  return platform === 'win32' && name.includes('\\');
}
