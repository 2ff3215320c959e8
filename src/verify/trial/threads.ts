/** Which threads this process has. */
import { readdirSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A joined thread stays in the list until the kernel has cleaned up after it. */
const graceMs = 50;
/** The names of the host's threads, which start when they are first needed. */
const own = 'mortise-';

/** Threads that run now; Node's own that start when they are first needed are started before. Null: unknown. */
export async function runningThreads(): Promise<Set<string> | null> {
  if (process.platform !== 'linux') return null;
  await stat('.'); // the first asynchronous file operation starts the whole thread pool
  return new Set(threadIds());
}

/** Names of the threads that run now and didn't `before`. */
export async function threadsSince(before: Set<string> | null): Promise<string[] | null> {
  if (!before) return null;
  const isNew = (id: string) => !before.has(id);
  if (!threadIds().some(isNew)) return [];
  await sleep(graceMs);
  return threadIds()
    .filter(isNew)
    .flatMap((id) => nameOf(id) ?? [])
    .filter((name) => !name.startsWith(own));
}

function threadIds(): string[] {
  return readdirSync('/proc/self/task');
}

/** Undefined when it has just ended. */
function nameOf(id: string): string | undefined {
  try {
    return readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}
