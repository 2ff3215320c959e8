/**
 * On Linux the system can end a program with its parent, whatever ended that. Node.js can't ask for it between fork and
 * exec, but util-linux' setpriv can, and becomes the program: same pid, a millisecond later.
 */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';

let command: Promise<readonly string[]> | undefined;

/** What to put before a command; empty where there is nothing, and `sweep` has to do. */
export function parentDeath(): Promise<readonly string[]> {
  command ??= find();
  return command;
}

async function find(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  for (const path of ['/usr/bin/setpriv', '/bin/setpriv']) {
    const words = [path, '--pdeathsig', 'KILL', '--'];
    try {
      await access(path);
      await new Promise<void>((resolve, reject) =>
        // BusyBox has one of the same name without the option.
        execFile(path, [...words.slice(1), '/proc/self/exe', '--version'], (error) =>
          error ? reject(error) : resolve(),
        ),
      );
      return words;
    } catch {
      // Not this one.
    }
  }
  return [];
}
