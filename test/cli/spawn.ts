/** The built command line as a child process, for what only a real one shows. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export function spawnCli(
  argv: string[],
  { cwd, isSilent, env }: { cwd?: string; isSilent?: boolean; env?: NodeJS.ProcessEnv } = {},
) {
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...argv], {
    cwd,
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  const waiting: ((line: string) => void)[] = [];
  const arrived: string[] = [];
  child.stdin.on('error', () => {}); // a child that ended doesn't read
  child.stderr.on('data', (chunk) => (stderr += chunk));
  // isSilent: nobody reads stdout.
  if (!isSilent) {
    child.stdout.on('data', (chunk) => (stdout += chunk));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const next = waiting.shift();
      if (next) next(line);
      else arrived.push(line);
    });
  }
  const ended = new Promise<{
    code: number | null;
    signal: NodeJS.Signals | null;
    stdout: string;
    stderr: string;
  }>((done) =>
    child.on(isSilent ? 'exit' : 'close', (code, signal) => done({ code, signal, stdout, stderr })),
  );
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    kill: (signal?: NodeJS.Signals) => child.kill(signal),
    nextLine: () =>
      new Promise<string>((done) => {
        const line = arrived.shift();
        if (line === undefined) waiting.push(done);
        else done(line);
      }),
  };
}
