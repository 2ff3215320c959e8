/** Ends what a killed host left behind: its programs, each known by pid and start time, and their sockets. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Owner, ownerFile, type ProcessName } from './socket-directory.js';
import { startTime } from './start-time.js';

const maxDirectories = 1000;
const maxOwnerBytes = 4096;
/** One without an owner may just be being made. */
const youngMs = 10 * 60_000;

/**
 * @param base of `baseDirectory`
 * @returns the programs that were killed
 */
export async function sweep(base: string): Promise<ProcessName[]> {
  const killed: ProcessName[] = [];
  for (const name of (await readdir(base)).slice(0, maxDirectories)) {
    const path = join(base, name);
    const owner = await readOwner(join(path, ownerFile));
    if (owner ? await isAlive(owner.host) : await isYoung(path)) continue;
    if (owner?.program && (await isAlive(owner.program))) {
      try {
        process.kill(owner.program.pid, 'SIGKILL');
        killed.push(owner.program);
      } catch {
        // It ended meanwhile.
      }
    }
    await rm(path, { recursive: true, force: true });
  }
  return killed;
}

async function isAlive({ pid, started }: ProcessName): Promise<boolean> {
  return (await startTime(pid)) === started;
}

async function isYoung(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs < youngMs;
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    if ((await stat(path)).size > maxOwnerBytes) return undefined;
    const { host, program } = JSON.parse(await readFile(path, 'utf8')) as Partial<Owner>;
    if (!isName(host)) return undefined;
    return isName(program) ? { host, program } : { host };
  } catch {
    return undefined;
  }
}

function isName(value: ProcessName | undefined): value is ProcessName {
  return Number.isSafeInteger(value?.pid) && typeof value?.started === 'string';
}
