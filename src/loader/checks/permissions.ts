/** Who can change what will be loaded? A plugin that others can write to runs whatever they write. */
import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { listed } from '../../messages/lists.js';
import { look } from '../directories.js';
import type { Check, Evidence } from '../record.js';
import { failed, ok, warned } from './result.js';

const groupWrite = 0o020;
const othersWrite = 0o002;
/** In such a directory nobody can replace what is another's. */
const sticky = 0o1000;
const shown = 3;

interface Writable {
  path: string;
  /** Bits, and who they let write. */
  octal: string;
  writers: string[];
  owner: number;
}

export const checkPermissions: Check = (evidence, { platform, policy }) => {
  if (platform === 'win32') return []; // mode bits say nothing about Windows' access lists
  const { path, libraries } = evidence;
  const files = [evidence, ...(libraries?.values() ?? [])].map((file) => writable(file));
  const directories = directoriesOf(evidence, policy.strictPermissions);
  const open = [...files, ...directories].filter(({ writers }) => writers.length > 0);
  const [first] = open;
  if (!first) return [ok('permissions', (files[0] as Writable).octal)];
  const isOther = open.some(({ writers }) => writers.some((writer) => writer.startsWith('user')));
  const said = ({ path: place, writers, octal }: Writable) =>
    `${writers.join(' and ')} can change ${place === path ? 'it' : basename(place)} (${octal})`;
  const problem = {
    message: listed(open.map(said), shown),
    subject: path,
    expected: 'a file that only this user or root can write, and so its libraries and directories',
    found: open.map(({ path: place, octal, owner }) => `${place}: mode ${octal}, owner ${owner}`).join('; '),
    remedy: `Run chmod go-w ${open.map((one) => one.path).join(' ')}${isOther ? ', and chown them to root' : ''}.`,
  };
  return [
    policy.strictPermissions
      ? failed('permissions', { code: 'MORTISE_ERR_FILE_PERMISSIONS', ...problem })
      : warned('permissions', { code: 'MORTISE_WARN_FILE_PERMISSIONS', ...problem }),
  ];
};

function writable({ path, mode, uid }: Pick<Evidence, 'path' | 'mode' | 'uid'>): Writable {
  const own = process.getuid?.();
  const writers = [
    mode & othersWrite ? 'everybody' : undefined,
    mode & groupWrite ? 'its group' : undefined,
    own !== undefined && uid !== own && uid !== 0 ? `user ${uid}` : undefined,
  ].filter((writer) => writer !== undefined);
  return { path, octal: (mode & 0o7777).toString(8).padStart(4, '0'), writers, owner: uid };
}

/**
 * The directories in which the plugin and its libraries lie, up to the root: who can write to one can put another file
 * there. Distributions let a group write to some (/usr/local/lib), which only a strict host minds.
 */
function directoriesOf({ path, libraries }: Evidence, isStrict: boolean): Writable[] {
  const seen = new Map<string, Writable>();
  for (const file of [path, ...(libraries?.keys() ?? [])]) {
    for (let place = realDirectory(file); place !== undefined && !seen.has(place); place = parentOf(place)) {
      const stats = look(place);
      if (!stats) break;
      const { mode, uid } = stats;
      const isSticky = (mode & sticky) !== 0;
      const counted = isSticky ? mode & ~(groupWrite | othersWrite) : isStrict ? mode : mode & ~groupWrite;
      const { octal } = writable({ path: place, mode, uid });
      seen.set(place, { ...writable({ path: place, mode: counted, uid }), octal });
    }
  }
  return [...seen.values()];
}

function realDirectory(file: string): string | undefined {
  try {
    return dirname(realpathSync(file));
  } catch {
    return undefined; // it was removed meanwhile; what is loaded was read before
  }
}

function parentOf(directory: string): string | undefined {
  const parent = dirname(directory);
  return parent === directory ? undefined : parent;
}
