/** Private directories that nobody uses any more: whose process was killed, or whose computer was started anew. */
import {
  lstatSync,
  opendirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';

/** A temporary directory can hold a million files of others: look at so many, and remove so many. */
const maxEntries = 20_000;
const maxSwept = 64;
const hourMs = 60 * 60 * 1000;
const ownerFile = 'owner';

/** Says in a directory whose it is. */
export function sign(path: string): void {
  const text = `${machine()}\n${startOf(process.pid) ?? ''}\n${computer()}\n`;
  writeFileSync(join(path, ownerFile), text, { mode: 0o600 });
}

/**
 * Removes the directories of dead processes. In doubt a directory stays: a process of another container or
 * of another machine that shares the file system looks dead from here.
 */
export function sweep(base: string): void {
  try {
    const entries = opendirSync(base);
    try {
      let swept = 0;
      for (let seen = 0; seen < maxEntries && swept < maxSwept; seen++) {
        const name = entries.readSync()?.name;
        if (name === undefined) break;
        const pid = /^mortise-([1-9]\d{0,8})-[A-Za-z0-9]{6}$/.exec(name)?.[1];
        if (pid === undefined || !isAbandoned(join(base, name), Number(pid))) continue;
        discard(join(base, name));
        swept++;
      }
    } finally {
      entries.closeSync();
    }
  } catch {
    // What others left is no reason not to start.
  }
}

function isAbandoned(path: string, pid: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory() || (process.getuid && stats.uid !== process.getuid())) return false;
  let owner: string;
  try {
    owner = readFileSync(join(path, ownerFile), 'utf8');
  } catch {
    // Being made just now, or left by who was killed while he made it.
    return Date.now() - stats.mtimeMs > 24 * hourMs && !isAlive(pid);
  }
  const [where, started, who] = owner.split('\n');
  if (where !== machine()) return who !== '' && who === computer() && isFromBefore(stats);
  return !isAlive(pid) || (started !== '' && started !== startOf(pid));
}

/** Made before this computer was started: whoever made it is gone. */
function isFromBefore(stats: Stats): boolean {
  // Clocks are corrected, and the one of a file server is another one.
  return stats.mtimeMs < Date.now() - uptime() * 1000 - hourMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** This computer, whatever it is running; empty when it can't be told from another that shares the file system. */
function computer(): string {
  try {
    const id = readFileSync('/etc/machine-id', 'utf8').trim();
    return id === '' ? '' : `${id} ${hostname()}`;
  } catch {
    return '';
  }
}

/** Where process ids mean the same processes as here: this boot, this container. */
let here: string | undefined;

function machine(): string {
  here ??= readMachine();
  return here;
}

function readMachine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** When a process started, in clock ticks since boot (proc(5), stat, field 22): a second process of that id has another. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, field 2, may hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Windows doesn't remove what is loaded: the sweep of a later process does. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  }
}
