/** Starts a trial's child, and leaves nothing of it behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { packageRoot } from '../../package.js';
import { tokenVariable } from './protocol.js';

/** Always the built file: a child that is Node alone can't run TypeScript. */
export const childFile = `${packageRoot}dist/trial.js`;

/**
 * Without core dumps, which take seconds and disk space, and dying with its parent where the system can do
 * that. Node can set neither itself, so a shell does, and then becomes the child.
 */
const script = `ulimit -c 0 2>/dev/null
setpriv --pdeathsig KILL true 2>/dev/null && exec setpriv --pdeathsig KILL "$@"
exec "$@"`;

/** In a process group of its own, so that all of it can be killed at once. */
export function startChild(token: string): ChildProcess {
  const command = [process.execPath, '--no-warnings', childFile];
  // An image without a shell, and Windows, do without.
  if (process.platform !== 'win32' && existsSync('/bin/sh')) command.unshift('/bin/sh', '-c', script, 'sh');
  const [program = '', ...args] = command;
  return spawn(program, args, {
    detached: true,
    windowsHide: true,
    env: { ...process.env, [tokenVariable]: token },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
}

/** The child and what it forked, as far as that stayed in its process group. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/** What left the process group (a daemon does) but still has the environment it inherited. Linux only. */
export function killStrays(token: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (environment.includes(`${tokenVariable}=${token}`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Another user's, or already gone.
    }
  }
}
