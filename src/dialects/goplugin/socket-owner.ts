/** Which process listens on a Unix socket. */
import { readdir, readFile, readlink } from 'node:fs/promises';

/** @returns false also where nobody says: then the answer can't be taken as leave to do anything to the process */
export async function ownsSocket(pid: number, path: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    // Num RefCount Protocol Flags Type St Inode Path
    const rows = (await readFile('/proc/net/unix', 'utf8')).split('\n').map((row) => row.split(/\s+/));
    const inodes = new Set(
      rows.filter((row) => row.slice(7).join(' ') === path).map((row) => `socket:[${row[6]}]`),
    );
    for (const fd of await readdir(`/proc/${pid}/fd`)) {
      if (inodes.has(await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))) return true;
    }
  } catch {
    // It ended, or it is another user's.
  }
  return false;
}
