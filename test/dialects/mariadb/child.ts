/** Runs a script in a Node.js of its own: LD_LIBRARY_PATH is read when a process starts. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const dist = pathToFileURL(resolve(import.meta.dirname, '../../../dist/index.js')).href;

/**
 * @param script the body of a module that has `Host` and `input`, and calls `answer(value)` at its end
 * @returns what was answered, as JSON carries it
 * @throws Error when the process ends badly
 */
export function inChild<Answer>(
  script: string,
  input: unknown,
  libraryPath = '',
  environment: NodeJS.ProcessEnv = {},
): Answer {
  const whole = `
    import { Host } from ${JSON.stringify(dist)};
    const input = ${JSON.stringify(input)};
    const answer = (value) => process.stdout.write(JSON.stringify(value));\n${script}`;
  const stdout = execFileSync(process.execPath, ['--input-type=module', '--eval', whole], {
    env: { ...process.env, LD_LIBRARY_PATH: libraryPath, NODE_OPTIONS: '', ...environment },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as Answer;
}
