/** MySQL's components from Debian's unstable, unpacked. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { debianPackages } from '../../support/parts/debian.js';

const prefix = 'component_';

/** The path of each component by its name, without prefix and `.so`; undefined when they can't be had here. */
export function mysqlComponents(): Map<string, string> | undefined {
  // What Debian has for other processors isn't what is looked at here.
  if (process.arch !== 'x64') return undefined;
  const folder = debianPackages(['mysql-server-core'], 'unstable')?.['mysql-server-core'];
  if (folder === undefined) return undefined;
  const directory = join(folder, 'usr', 'lib', 'mysql', 'plugin');
  const files = readdirSync(directory).filter((name) => name.startsWith(prefix) && name.endsWith('.so'));
  return new Map(files.map((name) => [name.slice(prefix.length, -'.so'.length), join(directory, name)]));
}
